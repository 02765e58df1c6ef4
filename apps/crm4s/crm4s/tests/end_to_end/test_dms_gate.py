"""The gate over HTTP: keys, refusals of the framework's own, and what stays in the log."""

import json
from email.message import Message
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import frappe

from crm4s.crm4s.doctype.c4s_dms_link.test_c4s_dms_link import make_link
from crm4s.dms.answers import REQUEST
from crm4s.tests.end_to_end.browser import CommittingTestCase
from crm4s.tests.end_to_end.desk import ADDRESS
from crm4s.tests.end_to_end.rest import Caller

PATH = "/api/method/crm4s.dms.v1."


class TestGateOverHttp(CommittingTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.link = make_link(entities=["Part"], requests_per_minute=0)
		cls.addClassCleanup(frappe.cache.delete_value, "c4s_dms_links")
		cls.token = Caller(cls.link.user).token
		frappe.db.commit()

	def send(self, method: str, name: str, body: bytes | None = None, **headers: str) -> tuple[int, Message, dict]:
		"""Status, headers, and what the body says."""
		headers = {"Authorization": self.token, "Content-Type": "application/json", **{name.replace("_", "-"): value for name, value in headers.items()}}
		request = Request(ADDRESS + PATH + name, body, {name: value for name, value in headers.items() if value}, method=method)
		try:
			with urlopen(request, timeout=60) as answer:
				return answer.status, answer.headers, json.load(answer)
		except HTTPError as refusal:
			return refusal.code, refusal.headers, json.loads(refusal.read() or b"{}")

	def refused(self, status: int, code: str, answered: tuple[int, Message, dict]) -> Message:
		self.assertEqual((status, code), (answered[0], answered[2].get("code")), answered)
		self.assertEqual("application/problem+json", answered[1]["Content-Type"])
		self.assertNotIn("exc", answered[2])
		return answered[1]

	def test_a_key_opens_and_the_visit_is_noted(self):
		status, _headers, answer = self.send("GET", "health")
		self.assertEqual((200, self.link.name), (status, answer["link"]))
		frappe.db.rollback()
		self.assertTrue(frappe.db.exists(REQUEST, {"link": self.link.name, "method": "health", "http_status": 200}))

	def test_the_frameworks_own_refusals_are_problem_objects(self):
		self.assertEqual("token", self.refused(401, "not_signed_in", self.send("GET", "health", Authorization=""))["WWW-Authenticate"])
		self.refused(401, "not_signed_in", self.send("GET", "health", Authorization="token wrong:wrong"))
		self.refused(401, "not_signed_in", self.send("GET", "health", Authorization=self.token[:-3] + "xyz"))
		self.refused(404, "method_not_found", self.send("GET", "nothing"))
		self.assertEqual("GET", self.refused(405, "method_not_allowed", self.send("POST", "health", b"{}"))["Allow"])
		self.refused(405, "method_not_allowed", self.send("DELETE", "health"))
		self.refused(400, "bad_json", self.send("GET", "health", b"{"))
		self.refused(400, "bad_json", self.send("GET", "health", b"[" * 100_000))
		self.refused(422, "invalid", self.send("GET", "health?helth=1", Content_Type=""))
		self.refused(404, "method_not_found", self.send("GET", "nothing", Accept="text/html"))

	def test_the_description_is_served(self):
		status, _headers, described = self.send("GET", "openapi")
		self.assertEqual((200, "3.1.0"), (status, described["openapi"]))
		self.assertIn(PATH + "health", described["paths"])
