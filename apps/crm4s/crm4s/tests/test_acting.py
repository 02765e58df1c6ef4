import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.acting import acting_as


class TestActing(FrappeTestCase):
	def test_the_session_is_as_it_was_also_after_an_error(self):
		before = frappe.session.copy()
		self.addCleanup(frappe.session.update, before)
		data, form = frappe._dict(csrf_token="t", session_expiry="06:00"), frappe._dict(cmd="c")
		frappe.session.update(sid="s-1", data=data)
		frappe.local.form_dict = form
		with self.assertRaises(ValueError), acting_as("Guest"):
			self.assertEqual("Guest", frappe.session.user)
			raise ValueError
		self.assertEqual(("Administrator", "s-1"), (frappe.session.user, frappe.session.sid))
		self.assertIs(data, frappe.session.data)
		self.assertEqual({"csrf_token": "t", "session_expiry": "06:00"}, data)
		self.assertIs(form, frappe.local.form_dict)
