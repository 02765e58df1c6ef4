"""What the forms show of ERPNext, and to whom."""

import frappe

from crm4s.erpnext_link import invoices, pairs, running
from crm4s.erpnext_link.panel import documents, tell_desk
from crm4s.erpnext_link.tests.site import STORE
from crm4s.erpnext_link.tests.test_invoices import InvoicesTestCase
from crm4s.tests.people import as_user, make_user

VISIT = "C4S Service Visit"


class TestPanel(InvoicesTestCase):
	def setUp(self):
		super().setUp()
		self.seen = self.visit()
		self.sent = self.invoice(self.seen)
		self.follow(self.seen)

	def test_who_may_read_it_there_finds_the_way_and_others_read_how_it_stands(self):
		user = make_user("Service Advisor", stores=[STORE])
		with as_user(user):
			self.assertEqual([{"their_type": "Sales Invoice", "their_status": "Draft", "part": "Customer", "problem": None}], documents(VISIT, self.seen.name))
		frappe.get_doc("User", user).add_roles("Accounts User")
		with as_user(user):
			self.assertEqual([(self.sent.name, 300.0)], [(row["their_document"], row["amount"]) for row in documents(VISIT, self.seen.name)])

	def test_another_store_is_refused(self):
		with as_user(make_user("Service Advisor")):
			self.assertRaises(frappe.PermissionError, documents, VISIT, self.seen.name)

	def test_nothing_while_the_link_is_off(self):
		self.set_up(enabled=0)
		self.assertEqual([], documents(VISIT, self.seen.name))
		bootinfo = frappe._dict()
		tell_desk(bootinfo)
		self.assertFalse(bootinfo.c4s_erpnext)


class TestWhatIsWrong(InvoicesTestCase):
	def test_it_names_no_person(self):
		visit = self.visit()
		with running.acting_as(self.plan.user):
			pairs.tried(VISIT, visit.name, "Sales Invoice", lambda: frappe.throw("Customer 张伟 has no account, call +8613800138078"), "Customer")
		self.assertEqual(f"Customer {visit.customer} has no account, call {visit.customer}", self.pair_of(visit).problem)
		with running.acting_as(self.plan.user):
			invoices.make([visit.name], self.plan)
		self.assertIsNone(self.pair_of(visit).problem)
