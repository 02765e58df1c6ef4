import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import getdate, nowdate

from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.periodic_reports.sheets import SHEETS
from crm4s.reports.periods import last_ended, period_before
from crm4s.tests.people import as_user, make_user
from crm4s.tests.store_documents import StoreDocumentTests

test_ignore = ["User"]


def make_report(**overrides):
	"""A saved ten-day report of a store with the key figures, for Administrator."""
	values = {
		"doctype": "C4S Periodic Report", "report_title": f"旬报 {frappe.generate_hash(length=6)}", "rhythm": "Ten-Day Period", "active_from": "2001-01-01",
		"sheets": [{"sheet": "Figures at a Glance"}], "recipients": [{"user": "Administrator"}],
	}
	if "dealership" not in overrides:
		values["dealership"] = make_dealership("PERIODIC-1").name
	return frappe.get_doc({**values, **overrides}).insert()


class TestPeriodicReport(FrappeTestCase):
	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def assertSaysWhy(self, sentence: str):
		return self.assertRaisesRegex(frappe.ValidationError, sentence)

	def test_a_row_of_recipients_is_a_role_or_a_person(self):
		for row in ({}, {"recipient_role": "C4S Dealer Manager", "user": "Administrator"}):
			with self.subTest(row), self.assertSaysWhy("Recipient 1: choose a role or a person"):
				make_report(recipients=[row])

	def test_a_sheet_is_there_once(self):
		with self.assertSaysWhy("is there twice"):
			make_report(sheets=[{"sheet": "Figures at a Glance"}, {"sheet": "Figures at a Glance"}])

	def test_a_day_has_24_hours(self):
		with self.assertSaysWhy("between 0 and 23"):
			make_report(send_from_hour=24)

	def test_only_who_works_for_the_group_reports_on_all_of_it(self):
		self.assertFalse(make_report(dealership=None).dealership)
		store = make_dealership("PERIODIC-1").name
		with as_user(make_user("Dealer Manager", [store])):
			self.assertEqual(store, make_report(dealership=None).dealership)
		with as_user(make_user("Dealer Manager")), self.assertRaises(frappe.PermissionError):
			make_report(dealership=None)

	def test_who_is_added_gets_the_last_period_too(self):
		report = make_report()
		report.db_set("last_period", "2001-01-1")
		report.reload()
		report.update({"send_from_hour": 9, "last_period": "2099-01-1"}).save()
		self.assertEqual("2001-01-1", report.last_period)
		report.append("recipients", {"recipient_role": "C4S Dealer Manager"})
		report.save()
		self.assertEqual("2000-12-3", report.last_period)
		report.update({"rhythm": "Month"}).save()
		self.assertEqual(period_before(last_ended(getdate(nowdate()), "Month")), report.last_period)

	def test_a_report_that_nobody_gets_says_so(self):
		frappe.clear_messages()
		make_report()
		self.assertEqual([], frappe.get_message_log())
		make_report(recipients=[{"recipient_role": "C4S Technician"}])
		self.assertIn("Nobody gets this report", str(frappe.get_message_log()))

	def test_every_sheet_that_is_offered_is_a_report_of_ours(self):
		offered = frappe.get_meta("C4S Periodic Report Sheet").get_field("sheet").options.split("\n")
		self.assertEqual(list(SHEETS), offered)
		for sheet in SHEETS.values():
			self.assertEqual("CRM4S", frappe.db.get_value("Report", sheet.report, "module"))


class TestPeriodicReportOfAStore(StoreDocumentTests, FrappeTestCase):
	doctype, role = "C4S Periodic Report", "Dealer Manager"

	def make_document_of(self, store: str):
		return make_report(dealership=store)

	def test_titles_are_the_stores_own(self):
		title = "门店月报"
		first = make_report(dealership=self.own, report_title=title)
		second = make_report(dealership=self.other, report_title=title)
		self.assertNotEqual(first.name, second.name)
		with self.assertRaisesRegex(frappe.DuplicateEntryError, "give it another title"):
			make_report(dealership=self.own, report_title=f" {title} ")

	def test_a_document_cannot_be_made_for_another_store(self):
		report = frappe.copy_doc(self.make_document_of(self.own))
		report.update({"dealership": self.other, "report_title": "别店旬报"})
		with as_user(self.user), self.assertRaises(frappe.PermissionError):
			report.insert()
