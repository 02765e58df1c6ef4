"""A customer who is signed in to the portal and asks the framework itself: lists, documents, prints, files, search, reports, methods. Nothing of it answers.

Asked with real cookies on the running server. The own documents are refused as well: a customer has pages, no REST.
"""

import json
import re

import frappe
import requests

from crm4s.portal import links
from crm4s.portal.tests.documents import make_one_of_each
from crm4s.tests.end_to_end.browser import CommittingTestCase
from crm4s.tests.end_to_end.desk import ADDRESS
from crm4s.tests.store_documents import attach_file
from crm4s.tests.whitelisted import whitelisted_methods

REFUSED = (400, 403, 404, 417)


class TestPortalOverHttp(CommittingTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.theirs = make_one_of_each()
		attached = attach_file(frappe.get_doc("C4S Service Visit", cls.theirs["C4S Service Visit"]))
		cls.file = frappe.db.get_value("File", attached, "file_url")
		link = links.make(cls.theirs["C4S Customer"])
		frappe.db.commit()
		cls.session = requests.Session()
		cls.addClassCleanup(cls.session.close)
		path = "/my/enter/" + link.rsplit("/", 1)[1]
		cls.entered = cls.session.post(ADDRESS + path, data={"action": "enter"}, allow_redirects=False)
		cls.home = cls.session.get(ADDRESS + "/my")
		cls.session.headers["X-Frappe-CSRF-Token"] = re.search(r'name="csrf_token" value="(\w+)"', cls.session.get(ADDRESS + "/my/sign-out").text)[1]

	def setUp(self):
		self.assertEqual(200, self.session.get(ADDRESS + "/my", allow_redirects=False).status_code, "refused shall be who is signed in")

	def ask(self, path: str, method: str = "GET", **values) -> requests.Response:
		sent = {name: value if isinstance(value, str) else json.dumps(value) for name, value in values.items()}
		return self.session.request(method, ADDRESS + path, **({"params": sent} if method == "GET" else {"data": sent}))

	def assert_refused(self, answer: requests.Response, what) -> None:
		self.assertIn(answer.status_code, REFUSED, f"{what}: {answer.text[:200]}")

	def test_the_link_let_in_with_cookies_that_scripts_do_not_see(self):
		self.assertEqual((303, 200), (self.entered.status_code, self.home.status_code))
		set_cookies = {cookie.name: cookie for cookie in self.session.cookies}
		for name in ("sid", "c4s_device"):
			self.assertIn("HttpOnly", {key.title().replace("only", "Only") for key in set_cookies[name]._rest}, name)
		self.assertNotRegex(str(self.session.cookies), "张伟|1380013")

	def test_a_form_without_the_sessions_token_is_not_carried_out(self):
		requests.post(ADDRESS + "/my/sign-out", data={"action": "everywhere"}, cookies=self.session.cookies, timeout=60)
		self.assertEqual(200, self.session.get(ADDRESS + "/my", allow_redirects=False).status_code)

	def test_lists_documents_and_prints_are_closed(self):
		for doctype, name in self.theirs.items():
			# The framework shows everybody the files that he or she sent.
			if doctype == "File":
				continue
			with self.subTest(doctype):
				self.assert_refused(self.ask(f"/api/resource/{doctype}/{name}"), "document")
				self.assert_refused(self.ask("/api/method/frappe.desk.reportview.get", doctype=doctype, fields=["name"]), "report view")
				self.assertNotEqual(200, self.ask("/printview", doctype=doctype, name=name).status_code)

	def test_every_other_way_to_a_document_is_closed(self):
		for doctype in ("C4S Customer", "C4S Vehicle", "C4S Service Visit"):
			name = self.theirs[doctype]
			for path, method, values in (
				(f"/api/resource/{doctype}", "GET", {}),
				(f"/api/resource/{doctype}", "POST", {"data": {}}),
				(f"/api/resource/{doctype}/{name}", "PUT", {"data": {"remark": "x"}}),
				(f"/api/resource/{doctype}/{name}", "DELETE", {}),
				("/api/method/frappe.client.get_list", "GET", {"doctype": doctype}),
				("/api/method/frappe.client.get", "GET", {"doctype": doctype, "name": name}),
				("/api/method/frappe.client.get_value", "GET", {"doctype": doctype, "fieldname": "name", "filters": {"name": name}}),
				("/api/method/frappe.client.set_value", "POST", {"doctype": doctype, "name": name, "fieldname": "remark", "value": "x"}),
				("/api/method/frappe.desk.form.load.getdoc", "GET", {"doctype": doctype, "name": name}),
				("/api/method/frappe.desk.search.search_link", "GET", {"doctype": doctype, "txt": ""}),
				("/api/method/frappe.utils.print_format.download_pdf", "GET", {"doctype": doctype, "name": name}),
				("/api/method/frappe.core.doctype.data_export.exporter.export_data", "GET", {"doctype": doctype}),
			):
				with self.subTest(doctype=doctype, path=path, method=method):
					self.assertNotEqual(200, self.ask(path, method, **values).status_code)
		self.assert_refused(self.ask(self.file), "attachment")

	def test_reports_are_closed(self):
		for report in frappe.get_all("Report", {"module": "CRM4S"}, pluck="name"):
			with self.subTest(report):
				self.assertNotEqual(200, self.ask("/api/method/frappe.desk.query_report.run", report_name=report, filters={}).status_code)

	def test_what_the_desk_calls_is_closed(self):
		for method, takes_guests in whitelisted_methods():
			if not takes_guests:
				with self.subTest(method):
					self.assertNotEqual(200, self.ask(f"/api/method/{method}", "POST").status_code)

	def test_the_desk_itself_is_closed(self):
		self.assertEqual(403, self.ask("/app").status_code)
