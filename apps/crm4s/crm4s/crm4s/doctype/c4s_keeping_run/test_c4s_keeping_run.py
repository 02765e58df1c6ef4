from unittest.mock import patch

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, add_months, now_datetime

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_interaction.test_c4s_interaction import make_interaction
from crm4s.crm4s.doctype.c4s_keeping_period.test_c4s_keeping_period import make_period
from crm4s.crm4s.doctype.c4s_legal_hold.c4s_legal_hold import release
from crm4s.crm4s.doctype.c4s_legal_hold.test_c4s_legal_hold import make_hold
from crm4s.privacy import retention
from crm4s.tests.people import as_user, make_user

test_ignore = ["User", "DocType"]
RUN, INTERACTION = "C4S Keeping Run", "C4S Interaction"


class TestC4SKeepingRun(FrappeTestCase):
	def setUp(self):
		self.customer = make_customer().name
		self.period = make_period(months=24, statuses="Closed")

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def contact(self, months: int, status: str = "Closed", customer: str | None = None) -> str:
		"""A contact that was closed so many months and a day ago."""
		name = make_interaction(customer=customer or self.customer, said="想了解保养").name
		frappe.db.set_value(INTERACTION, name, {"status": status, "closed_on": add_days(add_months(now_datetime(), -months), -1)})
		return name

	def said(self, *names: str) -> list[str | None]:
		return [frappe.db.get_value(INTERACTION, name, "said") for name in names]

	def run_period(self):
		return frappe.get_doc(RUN, retention.run(self.period.name))

	def test_what_is_over_loses_the_person_and_the_rest_stays(self):
		over, young, still_open = self.contact(24), self.contact(23), self.contact(30, "Open")
		report = self.run_period()
		self.assertEqual([None, "想了解保养", "想了解保养"], self.said(over, young, still_open))
		self.assertEqual(("Finished", 1, 0), (report.status, report.done_count, report.held_count))

	def test_what_was_done_is_not_done_again(self):
		self.contact(24)
		self.assertEqual([1, 0], [self.run_period().done_count for _night in range(2)])

	def test_what_is_held_stays_until_the_night_after_its_release(self):
		held = self.contact(30)
		other = self.contact(30, customer=make_customer().name)
		hold = make_hold(customer=self.customer)
		report = self.run_period()
		self.assertEqual(["想了解保养", None], self.said(held, other))
		self.assertEqual((1, 1), (report.done_count, report.held_count))
		release(hold.name)
		self.run_period()
		self.assertEqual([None], self.said(held))

	def test_more_than_one_set_is_done_in_a_night(self):
		names = [self.contact(24 + months) for months in range(5)]
		with self.small_sets():
			self.assertEqual(5, self.run_period().done_count)
		self.assertEqual([None] * 5, self.said(*names))

	def test_logs_are_deleted_as_a_whole(self):
		period = make_period(document_type="C4S Quarantined Lead", counts_from="creation", months=12, action="Delete")
		old, new = (frappe.get_doc({"doctype": "C4S Quarantined Lead", "reason": "x", "name": frappe.generate_hash(length=10)}) for _number in range(2))
		for row in (old, new):
			row.db_insert()
		old.db_set("creation", add_months(now_datetime(), -13), update_modified=False)
		retention.run(period.name)
		self.assertEqual([False, True], [bool(frappe.db.exists(row.doctype, row.name)) for row in (old, new)])

	def test_only_what_is_switched_on_runs(self):
		self.contact(30)
		frappe.db.set_value("C4S Keeping Period", {"name": ["is", "set"]}, "enabled", 0)
		retention.run_nightly()
		self.assertEqual(0, frappe.db.count(RUN, {"period": self.period.name}))

	def test_the_form_says_how_many_are_due(self):
		before = retention.count_due(self.period)
		self.contact(30)
		self.assertEqual(before + 1, retention.count_due(self.period))

	def test_a_period_that_fails_says_so_and_the_next_one_runs(self):
		broken = make_period(title="A broken one")
		frappe.db.set_value("C4S Keeping Period", broken.name, "counts_from", "no_such_column")
		report = frappe.get_doc(RUN, retention.run(broken.name))
		self.assertEqual("Failed", report.status)
		self.assertIn("no_such_column", report.error)

	def test_nobody_writes_reports_by_hand(self):
		with as_user(make_user("System Manager")), self.assertRaises(frappe.PermissionError):
			frappe.get_doc({"doctype": RUN, "period": self.period.name}).insert()

	def small_sets(self):
		return patch.object(retention, "DOCUMENTS_OF_ONE_TURN", 2)
