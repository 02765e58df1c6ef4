import frappe
from frappe.tests.utils import FrappeTestCase


test_ignore = ["DocType"]
PERIOD = "C4S Keeping Period"


def make_period(**overrides):
	values = {"title": frappe.generate_hash(length=10), "document_type": "C4S Interaction", "counts_from": "closed_on", "months": 24, "action": "Remove the Person", "enabled": 1}
	return frappe.get_doc({"doctype": PERIOD, **values, **overrides}).insert()


class TestC4SKeepingPeriod(FrappeTestCase):
	def tearDown(self):
		frappe.db.rollback()

	def test_it_counts_from_a_date_of_the_document(self):
		make_period(counts_from="creation")
		for wrong in ("said", "no_such_field"):
			with self.subTest(wrong), self.assertRaisesRegex(frappe.ValidationError, "has no date field"):
				make_period(counts_from=wrong)

	def test_what_books_and_figures_need_is_not_deleted(self):
		with self.assertRaisesRegex(frappe.ValidationError, "choose Remove the Person"):
			make_period(document_type="C4S Service Visit", counts_from="settled_on", action="Delete")

	def test_nothing_but_our_own_documents_has_a_period(self):
		with self.assertRaisesRegex(frappe.ValidationError, "is none of our document types"):
			make_period(document_type="User", counts_from="creation")

	def test_a_status_is_asked_for_only_where_there_is_one(self):
		with self.assertRaisesRegex(frappe.ValidationError, "has no status"):
			make_period(document_type="C4S Consent", counts_from="decided_on", statuses="Open")

	def test_a_period_is_a_month_at_least(self):
		with self.assertRaisesRegex(frappe.ValidationError, "at least 1"):
			make_period(months=0)

	def test_a_changed_period_begins_anew(self):
		period = make_period()
		period.db_set("done_until", "2026-01-01 00:00:00")
		period.update({"remark": "新"}).save()
		self.assertIsNotNone(period.done_until)
		period.update({"months": 12}).save()
		self.assertIsNone(period.done_until)
