"""Customers are invited from the desk, and locked out there."""

import frappe

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.exceptions import SignInError
from crm4s.portal import invite
from crm4s.portal.tests.visiting import PortalTestCase
from crm4s.portal.viewer import ACCOUNT
from crm4s.portal_link import LINK, path_for
from crm4s.tests.people import as_user, make_user

test_ignore = ["User"]


class TestInvite(PortalTestCase):
	def setUp(self):
		super().setUp()
		self.stores = [make_dealership(code).name for code in ("INVITE-1", "INVITE-2")]
		self.customer = make_customer(store=self.stores[0]).name
		self.clerk = make_user("CRM Specialist", self.stores[:1])

	def test_a_link_lets_the_customer_in_and_the_form_says_so(self):
		with as_user(self.clerk):
			self.assertIsNone(invite.state_of(self.customer))
			url = invite.make_link(self.customer)
			self.assertTrue(invite.state_of(self.customer).invited_on)
		answer = self.post("/" + url.split("/", 3)[3], "enter")
		self.assertEqual((303, "/my"), (answer.status, answer.to))
		self.assertTrue(invite.state_of(self.customer).last_sign_in_on)
		self.assertEqual(self.clerk, frappe.db.get_value(ACCOUNT, {"customer": self.customer}, "invited_by"))

	def test_looking_ahead_makes_nothing(self):
		with as_user(self.clerk):
			self.assertIn("why_not", invite.look_ahead(self.customer))
			with self.assertRaisesRegex(SignInError, "cannot be sent"):
				invite.send(self.customer)
		self.assertFalse(frappe.db.exists(LINK, {"customer": self.customer}))
		self.assertFalse(frappe.db.exists(ACCOUNT, {"customer": self.customer}))

	def test_another_store_and_who_may_not_write_accounts_are_refused(self):
		for user in (make_user("CRM Specialist", self.stores[1:]), make_user("Sales Consultant", self.stores[:1])):
			for function in (invite.look_ahead, invite.send, invite.make_link):
				with as_user(user), self.assertRaises(frappe.PermissionError):
					function(self.customer)
		with as_user(make_user("CRM Specialist", self.stores[1:])), self.assertRaises(frappe.PermissionError):
			invite.state_of(self.customer)

	def test_who_is_locked_gets_no_link_until_unlocked(self):
		with as_user(self.clerk):
			url = invite.make_link(self.customer)
			invite.set_locked(self.customer, True)
			with self.assertRaisesRegex(SignInError, "unlock"):
				invite.make_link(self.customer)
			invite.set_locked(self.customer, False)
			self.assertRegex(invite.make_link(self.customer), "/my/enter/")
		self.assertIn("已经用过", self.get("/" + url.split("/", 3)[3]).html)


class TestPaths(PortalTestCase):
	def test_a_message_leads_to_what_it_is_about(self):
		for given, path in (
			(("C4S Service Appointment", "SA-1"), "/my/appointments/SA-1"),
			(("C4S Survey Invitation", "x"), "/my/surveys"),
			(("C4S Care Task", "CT-1", "VE-1"), "/my/cars/VE-1"),
			((None, None), "/my"),
		):
			self.assertEqual(path, path_for(*given))
