"""Every whitelisted method, called as each role and as a guest: who may and who may not is what the permission matrix says, also for documents of another store."""

import frappe

from crm4s.tests.asked import Answer, ask
from crm4s.tests.end_to_end.test_permission_matrix import DRILLS, OTHER, MatrixTestCase
from crm4s.tests.every_document import said_by
from crm4s.tests.matrix import DOCUMENT, GUEST, METHOD, NOTHING, PORTAL, REFUSED, THE_SAME, Row, roles, rows
from crm4s.tests.method_calls import PREFIX, arguments_of

FORBIDDEN = 403
MANAGERS = ("Dealer Manager", "CRM Manager")


class TestMethods(MatrixTestCase):
	def test_each_role_may_call_what_the_matrix_lets_it(self):
		for number, row in enumerate(rows(METHOD).values()):
			for role in self.who_tries(number):
				with self.subTest(method=row.name, role=role):
					answer = self.call(row, role, self.own)
					self.assertEqual(row.may_call(role), answer.status != FORBIDDEN, answer.text[:300])

	def test_with_documents_of_another_store_nobody_gets_anywhere(self):
		for row in rows(METHOD).values():
			for role in self.callers_of(row):
				with self.subTest(method=row.name, role=role):
					self.assert_gets_nowhere(row, self.call(row, role, self.other, look=lambda row=row: self.assert_untouched(row)))

	def who_tries(self, number: int) -> list[str]:
		"""A quarter of the roles, of each method others, so that each role tries a quarter of them; in the drills all."""
		return [role for place, role in enumerate((*roles(), PORTAL, GUEST)) if DRILLS or (place + number) % 4 == 0]

	def callers_of(self, row: Row) -> list[str]:
		"""Who may call it; but for the drills only the manager and the first of the others, for the line that refuses is the same for all."""
		allowed = [role for role in roles() if row.may_call(role)] if row.elsewhere != THE_SAME else []
		return allowed if DRILLS else list(dict.fromkeys([*[role for role in MANAGERS if role in allowed][:1], *allowed[:1]]))

	def assert_gets_nowhere(self, row: Row, answer: Answer) -> None:
		self.assertNotIn(said_by(OTHER), answer.text)
		if row.elsewhere == REFUSED:
			self.assertIn(answer.status, (403, 404), answer.text[:300])
		self.assertLess(answer.status, 500, answer.text[:300])

	def assert_untouched(self, row: Row) -> None:
		"""Within the transaction of the call: what its arguments point to is there and as it was."""
		for pointed in row.takes.values():
			doctype = PREFIX + pointed.partition(" by ")[0].rstrip("*")
			self.assertEqual(self.before[doctype], frappe.db.get_value(doctype, self.other[doctype], "*", as_dict=True), doctype)

	def call(self, row: Row, role: str, names: dict[str, str], **options) -> Answer:
		return ask(self.people.get(role, role), row.name, **options, **arguments_of(row, names))

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.before = {doctype: frappe.db.get_value(doctype, name, "*", as_dict=True) for doctype, name in cls.other.items()}


class TestReports(MatrixTestCase):
	def test_no_report_tells_anything_of_another_store(self):
		for report in frappe.get_all("Report", {"module": "CRM4S"}, pluck="name"):
			readers = {role.removeprefix(PREFIX) for role in frappe.get_all("Has Role", {"parent": report, "parenttype": "Report"}, pluck="role")}
			asking = [role for role in roles() if role in readers]
			for role in asking if DRILLS else {asking[0], asking[-1]}:
				with self.subTest(report=report, role=role):
					answer = ask(self.people[role], "frappe.desk.query_report.run", report_name=report, filters={})
					self.assertNotIn(said_by(OTHER), answer.text)

	def test_the_frameworks_global_search_finds_nothing_of_another_store(self):
		for role, user in self.people.items():
			with self.subTest(role):
				self.assertNotIn(said_by(OTHER), ask(user, "frappe.utils.global_search.search", text=OTHER).text)

	def test_rows_of_tables_are_listed_of_the_own_store_only(self):
		tables = frappe.get_all("DocField", {"parent": ["like", "C4S %"], "fieldtype": ["like", "Table%"]}, ["parent", "options"])
		for role in roles() if DRILLS else MANAGERS:
			for table in tables:
				with self.subTest(role=role, table=table.options):
					answer = ask(self.people[role], "frappe.client.get_list", doctype=table.options, parent=table.parent, fields=["*"], limit_page_length=0)
					if rows(DOCUMENT)[table.parent].elsewhere == NOTHING:
						self.assertNotIn(said_by(OTHER), answer.text)
