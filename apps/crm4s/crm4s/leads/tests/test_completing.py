import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_lead.test_c4s_lead import contact, make_lead
from crm4s.leads.completing import complete_leads
from crm4s.leads.tests.factories import make_store

FIELDS = (
	"open_phone_key", "next_action", "next_contact_on", "held_since", "respond_by", "responded_on", "response", "response_minutes",
)


class TestCompleting(FrappeTestCase):
	def setUp(self):
		self.store = make_store("COMPLETE-1")

	def tearDown(self):
		frappe.db.rollback()

	def strip(self, lead) -> None:
		frappe.db.set_value("C4S Lead", lead.name, {**dict.fromkeys(FIELDS), "response_minutes": 0}, update_modified=False)

	def facts(self, lead) -> list:
		return list(frappe.db.get_value("C4S Lead", lead.name, FIELDS))

	def test_what_a_save_would_write_is_written_in_sets(self):
		values = {"dealership": self.store, "source": "Phone Enquiry", "grade": "B", "sales_consultant": "Administrator"}
		leads = [make_lead(**values, contacts=[contact(3)]), make_lead(**values)]
		before = [self.facts(lead) for lead in leads]
		for lead in leads:
			self.strip(lead)
		complete_leads()
		held_since = FIELDS.index("held_since")
		due = FIELDS.index("next_contact_on")
		for lead, facts in zip(leads, before, strict=True):
			now = self.facts(lead)
			self.assertTrue(now[held_since])
			if lead.contacts:
				self.assertEqual(facts[due], now[due])
			for position in (held_since, due):
				facts[position] = now[position] = None
			self.assertEqual(facts, now)
		complete_leads()
		self.assertEqual(1, len({self.facts(leads[0])[0]}))

	def test_of_twins_one_has_the_key_and_both_can_be_saved(self):
		first = make_lead(dealership=self.store)
		self.strip(first)
		second = make_lead(dealership=self.store, phone=first.phone)
		self.strip(second)
		complete_leads()
		self.assertEqual([f"{self.store}|{first.phone}", None], [self.facts(lead)[0] for lead in (first, second)])
		for lead in (first, second):
			frappe.get_doc("C4S Lead", lead.name).save()
