from datetime import timedelta
from unittest.mock import patch

import frappe
from frappe.desk.query_report import run
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_to_date, now_datetime

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_settings.test_c4s_settings import change_settings
from crm4s.exceptions import AppendOnlyError
from crm4s.privacy import audit
from crm4s.tests.clock import stopped_at
from crm4s.tests.people import as_user, make_user

LOG, REPORT = "C4S Access Log", "C4S Data Access"


class AccessLogTestCase(FrappeTestCase):
	def setUp(self):
		make_dealership("T-EAST")
		make_dealership("T-WEST")
		self.advisor = make_user("Service Advisor", ["T-EAST"])
		self.customer = make_customer(store="T-EAST")
		frappe.db.delete(LOG, {"customer": self.customer.name})

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def rows(self, **filters) -> list[dict]:
		return frappe.get_all(LOG, {"customer": self.customer.name, **filters}, ["name", "action", "user", "dealership"], order_by="creation")

	def open_form(self) -> None:
		frappe.get_doc("C4S Customer", self.customer.name).run_method("onload")


class TestC4SAccessLog(AccessLogTestCase):
	def test_opening_a_file_is_noted_once_an_hour_for_each_reader(self):
		with as_user(self.advisor):
			self.open_form()
			self.open_form()
		with as_user(make_user("Receptionist", ["T-EAST"])):
			self.open_form()
		self.assertEqual(["Read", "Read"], [row.action for row in self.rows()])
		self.assertEqual(1, len(self.rows(user=self.advisor, dealership="T-EAST")))

	def test_the_next_hour_is_noted_anew(self):
		with as_user(self.advisor):
			with stopped_at(now_datetime() - timedelta(hours=2)):
				self.open_form()
			self.open_form()
		self.assertEqual(2, len(self.rows(action="Read")))

	def test_who_changed_and_who_erased_is_noted(self):
		with as_user(self.advisor):
			self.customer.reload()
			self.customer.city = "苏州市"
			self.customer.save()
		frappe.delete_doc("C4S Customer", self.customer.name)
		self.assertEqual([("Changed", self.advisor), ("Erased", "Administrator")], [(row.action, row.user) for row in self.rows()])

	def test_a_row_stays_as_it_is_whoever_asks(self):
		audit.note(audit.READ, "C4S Customer", self.customer.name)
		row = frappe.get_doc(LOG, self.rows()[0].name)
		row.reason = "x"
		with self.assertRaises(AppendOnlyError):
			row.save()
		with self.assertRaises(AppendOnlyError):
			row.db_set("reason", "x")
		with self.assertRaises(AppendOnlyError):
			row.delete()

	def test_nobody_has_the_right_to_write_or_delete(self):
		for permission in frappe.get_meta(LOG).permissions:
			self.assertFalse(permission.write or permission.create or permission.delete, permission.role)

	def test_a_manager_sees_what_the_own_people_did(self):
		with as_user(self.advisor):
			self.open_form()
		for store, seen in (("T-EAST", 1), ("T-WEST", 0)):
			with as_user(make_user("Dealer Manager", [store])):
				self.assertEqual(seen, len(frappe.get_list(LOG, {"customer": self.customer.name})))
				self.assertEqual(seen, len(run(REPORT, {"customer": self.customer.name})["result"]))

	def test_rows_go_after_the_months_that_the_group_chose(self):
		audit.note(audit.READ, "C4S Customer", self.customer.name)
		frappe.db.set_value(LOG, self.rows()[0].name, "happened_on", add_to_date(now_datetime(), months=-7))
		for months, kept in ((0, 1), (6, 0)):
			change_settings(access_log_months=months)
			with patch.object(frappe.db, "commit"):
				audit.remove_old()
			self.assertEqual(kept, len(self.rows()))
