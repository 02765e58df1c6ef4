import frappe
from frappe.desk.query_report import run

from crm4s.crm4s.doctype.c4s_access_log.test_c4s_access_log import REPORT, AccessLogTestCase
from crm4s.privacy import audit
from crm4s.tests.people import as_user, make_user


class TestC4SDataAccess(AccessLogTestCase):
	def setUp(self):
		super().setUp()
		with as_user(self.advisor):
			self.open_form()
			audit.note(audit.REVEALED, "C4S Customer", self.customer.name, field_label="Document Number", reason="上牌")
			audit.note(audit.EXPORTED, "C4S Customer", row_count=12)

	def answer(self, **filters) -> list[dict]:
		with as_user(make_user("Dealer Manager", ["T-EAST"])):
			return run(REPORT, {"user": self.advisor, **filters})["result"]

	def test_each_entry_says_who_what_whose_and_why(self):
		revealed = self.answer(action="Revealed")[0]
		self.assertEqual((self.advisor, self.customer.name, self.customer.customer_name, "上牌"), (revealed.user, revealed.customer, revealed.customer_name, revealed.reason))

	def test_what_each_colleague_did_is_counted(self):
		row = self.answer(view="User")[0]
		self.assertEqual((self.advisor, 1, 0, 1, 1), (row.user, row.read, row.changed, row.exported, row.revealed))

	def test_what_was_done_with_each_customer_is_counted(self):
		row = self.answer(view="Customer")[0]
		self.assertEqual((self.customer.name, 1, 1), (row.customer, row.read, row.revealed))

	def test_who_does_not_watch_over_people_does_not_run_it(self):
		with as_user(self.advisor), self.assertRaises(frappe.PermissionError):
			run(REPORT, {})
