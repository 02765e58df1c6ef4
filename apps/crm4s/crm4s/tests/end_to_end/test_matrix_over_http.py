"""The permission matrix over HTTP: every role with its own key at the running server, on the documents that hold most about customers.

The drills ask about every document type. Afterwards not one row of the other store has changed.
"""

import json
from urllib.parse import quote, urlencode

import frappe
import requests

from crm4s.tests.end_to_end.desk import ADDRESS
from crm4s.tests.end_to_end.rest import Caller
from crm4s.tests.end_to_end.test_permission_matrix import DRILLS, OTHER, MatrixTestCase
from crm4s.tests.every_document import document_types, said_by
from crm4s.tests.matrix import DOCUMENT, METHOD, NOTHING, PORTAL, Row, roles, rows
from crm4s.tests.method_calls import arguments_of
from crm4s.tests.store_documents import attach_file

CHOSEN = ("C4S Customer", "C4S Vehicle", "C4S Lead", "C4S Deal", "C4S Service Visit", "C4S Complaint", "C4S Message", "C4S Points Entry")
FORBIDDEN = (401, 403, 404)


class TestMatrixOverHttp(MatrixTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.files = {doctype: cls.address_of_file(doctype) for doctype in CHOSEN}
		cls.callers = {role: Caller(user) for role, user in cls.people.items()}
		frappe.db.commit()

	@classmethod
	def address_of_file(cls, doctype: str) -> str:
		file = attach_file(frappe.get_doc(doctype, cls.other[doctype]))
		# Each file its own address, or permission on one of them opens all.
		address = f"/private/files/{cls.other[doctype]}.pdf"
		frappe.db.set_value("File", file, "file_url", address)
		return address

	def test_every_role_reads_what_the_matrix_says_and_nothing_of_another_store(self):
		before = self.rows_of_other_store()
		for role in (*roles(), PORTAL):
			for row in self.asked_about():
				with self.subTest(role=role, doctype=row.name):
					self.assert_own_is_read(role, row)
					self.assert_other_is_closed(role, row)
		frappe.db.rollback()
		self.assertEqual(before, self.rows_of_other_store())

	def test_guests_get_nothing(self):
		for row in self.asked_about():
			for path in (f"/api/resource/{quote(row.name)}", f"/api/resource/{quote(row.name)}/{quote(str(self.own[row.name]))}"):
				self.assertIn(Stranger().send("GET", path)[0], FORBIDDEN, path)

	def test_methods_that_are_not_for_guests_refuse_them(self):
		for row in rows(METHOD).values():
			if not row.may_call("Guest"):
				with self.subTest(row.name):
					status, answer = Stranger().send("POST", f"/api/method/{row.name}", json.loads(frappe.as_json(arguments_of(row, self.own))))
					self.assertIn(status, FORBIDDEN, answer)

	def asked_about(self) -> list[Row]:
		return [rows(DOCUMENT)[doctype] for doctype in (document_types() if DRILLS else CHOSEN)]

	def assert_own_is_read(self, role: str, row: Row) -> None:
		status, _answer = self.callers[role].send("GET", self.path_to(row.name, self.own))
		self.assertEqual("r" in row.rights(role), status == 200, status)
		if status != 200:
			self.assertIn(status, FORBIDDEN)

	def assert_other_is_closed(self, role: str, row: Row) -> None:
		if row.elsewhere != NOTHING:
			return
		caller, path = self.callers[role], self.path_to(row.name, self.other)
		listed = urlencode({"fields": json.dumps(["*"]), "limit_page_length": 0})
		for method, asked, body in (
			("GET", path, None),
			("PUT", path, {"owner": "x"}),
			("DELETE", path, None),
			("GET", f"{path}?run_method=as_dict", None),
			("POST", f"{path}?run_method=save", {}),
			("GET", f"/api/method/frappe.utils.print_format.download_pdf?{urlencode({'doctype': row.name, 'name': self.other[row.name]})}", None),
		):
			status, answer = caller.send(method, asked, body)
			self.assertIn(status, FORBIDDEN, f"{method} {asked}: {answer}")
		if row.name in self.files:
			self.assertIn(requests.get(ADDRESS + self.files[row.name], headers={"Authorization": caller.token}, timeout=60).status_code, FORBIDDEN)
		status, answer = caller.send("GET", f"/api/resource/{quote(row.name)}?{listed}")
		self.assertIn(status, (200, *FORBIDDEN))
		self.assertNotIn(said_by(OTHER), json.dumps(answer))

	def path_to(self, doctype: str, names: dict[str, str]) -> str:
		return f"/api/resource/{quote(doctype)}/{quote(str(names[doctype]))}"

	def rows_of_other_store(self) -> dict[str, dict]:
		return {row.name: frappe.db.get_value(row.name, self.other[row.name], "*", as_dict=True) for row in self.asked_about()}


class Stranger(Caller):
	"""Somebody without a key."""

	def __init__(self):
		self.token = ""
