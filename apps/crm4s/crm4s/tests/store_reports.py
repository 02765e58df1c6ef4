"""What holds for every report about stores: who reads it counts the own ones, and who may not run it does not."""

import frappe
from frappe.desk.query_report import run

from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.tests.people import as_user, make_user

YEAR = {"from_date": "2001-01-01", "to_date": "2001-12-31"}


def row(doctype: str, **values) -> str:
	"""A row without its document's life, for figures need many; its name."""
	document = frappe.get_doc({"doctype": doctype, "name": frappe.generate_hash(length=10), **values})
	document.db_insert()
	return document.name


class StoreReportTests:
	"""For a test case of one report; three stores, two of them below a region. People are made once.

	`report` is its name, `column` the one that counts, `role` somebody's who reads it, `refused` somebody's who does not. `make(store)` writes one thing
	that the report counts.
	"""

	report, column, role, refused = "", "", "Dealer Manager", "Technician"
	filters: dict = YEAR

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		code = cls.report.removeprefix("C4S ").upper().replace(" ", "-")
		cls.region = make_dealership(f"{code}-R", node_kind="Region").name
		cls.one = make_dealership(f"{code}-1", parent=cls.region).name
		cls.sister = make_dealership(f"{code}-2", parent=cls.region).name
		cls.two = make_dealership(f"{code}-3").name
		cls.reader, cls.stranger = make_user(cls.role, [cls.one]), make_user(cls.role)
		cls.of_region = make_user(cls.role, [cls.region])
		cls.outsider = make_user(cls.refused, [cls.one])

	def setUp(self):
		super().setUp()
		frappe.db.savepoint("before_test")

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback(save_point="before_test")
		super().tearDown()

	def make(self, store: str) -> None:
		raise NotImplementedError

	def answer(self, **filters) -> dict:
		return run(self.report, {**self.filters, **filters})

	def rows(self, **filters) -> list[dict]:
		return [row for row in self.answer(**filters)["result"] if isinstance(row, dict)]

	def by_key(self, **filters) -> dict:
		return {row["key"]: row for row in self.rows(**filters)}

	def total(self, **filters) -> int:
		return sum(row[self.column] for row in self.rows(**filters))

	def test_a_reader_counts_the_own_stores_only(self):
		for store in (self.one, self.one, self.sister, self.two):
			self.make(store)
		self.assertEqual((2, 3, 1), tuple(self.total(dealership=store) for store in (self.one, self.region, self.two)))
		with as_user(self.reader):
			self.assertEqual((2, 2, 0), (self.total(), self.total(dealership=self.region), self.total(dealership=self.two)))
		with as_user(self.of_region):
			self.assertEqual((3, 1), (self.total(), self.total(dealership=self.sister)))
		with as_user(self.stranger):
			self.assertEqual(0, self.total())

	def test_whoever_does_not_answer_for_others_may_not_run_it(self):
		with as_user(self.outsider), self.assertRaises(frappe.PermissionError):
			self.answer()

	def test_a_view_that_is_none_is_refused(self):
		self.assertRaises(frappe.ValidationError, self.answer, view="name; drop table")
