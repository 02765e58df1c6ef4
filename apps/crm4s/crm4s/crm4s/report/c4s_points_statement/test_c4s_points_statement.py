from datetime import datetime

import frappe
from frappe.desk.query_report import run
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_membership.test_c4s_membership import make_member
from crm4s.crm4s.report.c4s_points_statement.c4s_points_statement import execute
from crm4s.membership.ledger import ADJUST, EARN, REDEEM, Posting, post
from crm4s.tests.clock import stopped_at
from crm4s.tests.people import as_user, make_user

test_ignore = ["User"]
YEAR = {"from_date": "2026-02-01", "to_date": "2026-02-28"}


class TestPointsStatement(FrappeTestCase):
	def setUp(self):
		self.store = make_dealership("STATEMENT-1").name
		self.member = make_member(make_customer(store=self.store).name, since="2026-01-01").name
		for day, kind, points in ((datetime(2026, 1, 15), EARN, 100), (datetime(2026, 2, 3), REDEEM, 30), (datetime(2026, 2, 28, 23, 59), ADJUST, 5)):
			with stopped_at(day):
				post([Posting(self.member, kind, frappe.generate_hash(), points, dealership=self.store)])

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def rows(self, **filters) -> list:
		return execute({**YEAR, **filters})[1]

	def test_one_member_with_the_balance_after_each_entry(self):
		rows = self.rows(membership=self.member)
		self.assertEqual([(-30, 70), (5, 75)], [(row.points, row.balance_after) for row in rows])
		self.assertEqual([-30, 5], [row["value"] for row in execute({**YEAR, "membership": self.member})[4]])

	def test_of_a_part_of_the_entries_no_balance_is_told(self):
		columns = [column["fieldname"] for column in execute({**YEAR, "membership": self.member, "entry_kind": "Redeem"})[0]]
		self.assertNotIn("balance_after", columns)
		self.assertEqual([-30], [row.points for row in self.rows(membership=self.member, entry_kind="Redeem")])

	def test_other_stores_see_nothing_of_it(self):
		with as_user(make_user("CRM Manager", [make_dealership("STATEMENT-2").name])):
			self.assertEqual([], self.rows())
			self.assertEqual([], self.rows(membership=self.member, dealership=self.store))
			with self.assertRaises(frappe.PermissionError):
				self.rows(membership=self.member)
		with as_user(make_user("CRM Manager", [self.store])):
			self.assertEqual({self.member}, {row.membership for row in self.rows()})

	def test_who_does_not_see_points_has_no_statement(self):
		with as_user(make_user("Technician", [self.store])), self.assertRaises(frappe.PermissionError):
			run("C4S Points Statement", YEAR)
