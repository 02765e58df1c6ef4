"""A portal posts a lead as raw XML; the mapping that we ship reads it."""

import json
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import frappe

from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_dms_link.test_c4s_dms_link import make_integration_user
from crm4s.lead_intake.tests.test_adf import PLAIN
from crm4s.tests.end_to_end.browser import CommittingTestCase
from crm4s.tests.end_to_end.desk import ADDRESS
from crm4s.tests.end_to_end.rest import Caller

METHOD = "/api/method/crm4s.lead_intake.api.receive_adf?mapping=ADF%201.0"


class TestAdfOverHttp(CommittingTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.store = make_dealership("ADF-1").name
		cls.token = Caller(make_integration_user([cls.store])).token
		frappe.db.commit()

	def post(self, document: str | bytes, media: str) -> tuple[int, dict]:
		body = document if isinstance(document, bytes) else document.encode()
		request = Request(ADDRESS + METHOD, body, {"Authorization": self.token, "Content-Type": media, "Accept": "application/json"})
		try:
			with urlopen(request, timeout=60) as answer:
				return answer.status, json.load(answer)
		except HTTPError as refusal:
			return refusal.code, json.load(refusal)

	def test_a_lead_in_raw_xml_is_taken_once_by_the_shipped_mapping(self):
		document = PLAIN.replace("<id>TAKE-1</id>", f"<id>{self.store}</id>").replace("Seven seats?", "七座？")
		results = [self.post(document, media)[1]["message"]["results"][0] for media in ("text/xml; charset=utf-8", "application/xml", "text/xml")]
		self.assertEqual(["Created", "Known", "Known"], [result["outcome"] for result in results])
		frappe.db.rollback()
		lead = frappe.get_doc("C4S Lead", results[0]["lead"])
		self.assertEqual(("Mei Li", "+8613900139088", self.store, "七座？"), (lead.lead_name, lead.phone, lead.dealership, lead.needs))
		in_gb = document.replace("P-77", "P-78").replace("UTF-8", "GB18030").encode("gb18030")
		self.assertEqual("Joined", self.post(in_gb, "text/xml")[1]["message"]["results"][0]["outcome"])

	def test_harm_is_refused_in_a_sentence(self):
		status, answer = self.post('<!DOCTYPE adf [<!ENTITY a "b">]><adf><prospect/></adf>', "text/xml")
		self.assertEqual(417, status)
		self.assertIn("declares entities", str(answer))
