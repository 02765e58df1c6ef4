"""A lead there for one of ours: on request, once, and followed only as the settings say."""

import frappe

from crm4s.crm4s.doctype.c4s_lead.test_c4s_lead import make_lead
from crm4s.erpnext_link import leads, pairs, running
from crm4s.erpnext_link.presence import RECORD
from crm4s.erpnext_link.tests.site import STORE, LinkTestCase
from crm4s.tests.people import as_user, make_user


class TestLeads(LinkTestCase):
	def setUp(self):
		super().setUp()
		self.lead = make_lead(dealership=STORE, lead_name="T 王芳", email="t-wang@example.com", needs="七座")
		self.set_up(leads_offered=1)

	def theirs(self):
		return frappe.get_doc("Lead", pairs.of_ours("C4S Lead", [self.lead.name], "Lead")[self.lead.name].their_document)

	def change(self, **values) -> None:
		"""As the clock finds it."""
		self.lead.reload()
		self.lead.update(values).save()
		with running.acting_as(self.plan.user):
			leads.bring_up([self.lead.name], self.plan)

	def test_whoever_writes_the_lead_gets_one_there_that_says_where_it_came_from(self):
		manager = make_user("Sales Manager", stores=[STORE])
		with as_user(manager):
			name = leads.make(self.lead.name)
		made = self.theirs()
		self.assertEqual((name, "T 王芳", self.lead.phone, "t-wang@example.com", self.company), (made.name, made.lead_name, made.mobile_no, made.email_id, made.company))
		(said,) = frappe.get_all("Comment", {"reference_name": name, "comment_type": "Info"}, pluck="content")
		self.assertIn(f"{self.lead.name}</a>", said)
		self.assertEqual((self.plan.user, self.lead.sales_consultant or manager), (made.owner, made.lead_owner))

	def test_asked_twice_there_is_one(self):
		self.assertEqual(leads.make(self.lead.name), leads.make(self.lead.name))
		self.assertEqual(1, frappe.db.count(RECORD, {"document": self.lead.name}))

	def test_one_that_was_deleted_there_is_made_anew(self):
		frappe.delete_doc("Lead", leads.make(self.lead.name), force=True)
		self.assertTrue(frappe.db.exists("Lead", leads.make(self.lead.name)))
		self.assertEqual(1, frappe.db.count(RECORD, {"document": self.lead.name}))

	def test_which_field_stands_where_is_said_in_the_settings(self):
		rows = [{"our_field": "Name", "their_field": "first_name"}, {"our_field": "Interested Model", "their_field": "job_title"}, {"our_field": "Needs", "their_field": "company_name"}]
		self.set_up(leads_offered=1, lead_fields=rows)
		leads.make(self.lead.name)
		made = self.theirs()
		self.assertEqual(("T 王芳", "七座", None), (made.lead_name, made.company_name, made.mobile_no))
		with self.assertRaisesRegex(frappe.ValidationError, "have no field .*source"):
			self.set_up(leads_offered=1, lead_fields=[{"our_field": "Store", "their_field": "source"}])

	def test_later_changes_go_there_only_where_the_settings_say_so(self):
		leads.make(self.lead.name)
		self.assertFalse(self.plan.follows_leads)
		self.set_up(leads_offered=1, leads_followed=1)
		self.assertTrue(self.plan.follows_leads)
		self.change(lead_name="T 王小芳")
		self.assertEqual("T 王小芳", self.theirs().lead_name)

	def test_what_was_changed_there_stays_while_nothing_is_changed_here(self):
		leads.make(self.lead.name)
		frappe.db.set_value("Lead", self.theirs().name, "mobile_no", "+8613900000000")
		self.change(wants_trade_in=1)
		self.assertEqual("+8613900000000", self.theirs().mobile_no)

	def test_it_is_off_until_it_is_switched_on_and_other_stores_are_refused(self):
		with as_user(make_user("Sales Manager")), self.assertRaises(frappe.PermissionError):
			leads.make(self.lead.name)
		self.set_up(leads_offered=0)
		with self.assertRaisesRegex(frappe.ValidationError, "Leads are not made in ERPNext here"):
			leads.make(self.lead.name)

	def test_what_erpnext_refuses_is_said_in_its_words_and_nothing_is_kept(self):
		leads.make(self.lead.name)
		other = make_lead(dealership=STORE, email="t-wang@example.com")
		with self.assertRaisesRegex(frappe.ValidationError, "ERPNext refuses the lead: "):
			leads.make(other.name)
		self.assertEqual(0, frappe.db.count(RECORD, {"document": other.name}))
