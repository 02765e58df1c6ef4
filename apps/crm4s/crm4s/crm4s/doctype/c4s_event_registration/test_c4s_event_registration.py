import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.campaigns import registrations
from crm4s.crm4s.doctype.c4s_campaign.test_c4s_campaign import make_event
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.exceptions import CampaignError
from crm4s.tests.store_documents import DealingTests

test_ignore = ["User"]


def make_registration(**overrides):
	"""A registration of a store's customer for an event of the store."""
	values = {"doctype": "C4S Event Registration", "dealership": overrides.get("dealership") or make_dealership("CAMPAIGN-1").name}
	values["campaign"] = overrides.get("campaign") or make_event(dealership=values["dealership"], channels=[{"channel": "SMS"}]).name
	if "customer" not in overrides:
		values["customer"] = make_customer(store=values["dealership"]).name
	return frappe.get_doc({**values, **overrides}).insert()


class TestIsolation(DealingTests, FrappeTestCase):
	doctype = "C4S Event Registration"
	role = "CRM Manager"

	def make_document_of(self, store: str, **values):
		# A cancelled one, so that a copy of it is no second registration of the same customer.
		registration = make_registration(dealership=store, **values)
		registrations.cancel(registration.name)
		return frappe.get_doc("C4S Event Registration", registration.name)


class TestRegistration(FrappeTestCase):
	def tearDown(self):
		frappe.db.rollback()

	def test_it_is_cancelled_before_it_is_deleted(self):
		registration = make_registration()
		with self.assertRaisesRegex(CampaignError, "Cancel the registration first"):
			registration.delete()

	def test_it_shows_whose_it_is(self):
		customer = make_customer("13800155678").name
		registration = make_registration(customer=customer)
		self.assertEqual(("张伟", "138****5678", "5678"), (registration.title, registration.masked_phone, registration.phone_end))
