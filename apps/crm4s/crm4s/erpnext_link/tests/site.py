"""A site with ERPNext, as far as a test of the link needs it: a company, the link's user, the settings. Rolled back with the test."""

import unittest

import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_erpnext_settings.c4s_erpnext_settings import make_user
from crm4s.erpnext_link import plan, presence

STORE = "ERP-1"
needs_erpnext = unittest.skipUnless(presence.is_there(), "needs a site with ERPNext: ./run test --bench PATH --site NAME")


@needs_erpnext
class LinkTestCase(FrappeTestCase):
	"""`self.plan` is what the settings say; `self.company` belongs to the store STORE."""

	def setUp(self):
		self.addCleanup(self.forget)
		self.company = frappe.get_all("Company", pluck="name", limit=1)[0]
		make_dealership(STORE)
		self.set_up()

	def forget(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()
		frappe.clear_document_cache(presence.SETTINGS, presence.SETTINGS)

	def set_up(self, **overrides):
		"""Save the settings with these changes; the plan is read anew."""
		settings = frappe.get_doc(presence.SETTINGS)
		values = {"enabled": 1, "user": make_user(), "customers_sent": "All", "cars_sent": 1, "submit_invoices": 0, "stores": [self.store_row()]}
		values |= {"owners": [], "payers": [], "invoices_from": "2020-01-01", "private_group": "Individual", "organisation_group": "Commercial"}
		values |= {"car_group": "Products", "part_group": "Products", "labour_group": "Services", "price_list": "Standard Selling"}
		values |= {"accessory_item": "ACCESSORY", "service_item": "ONE-STOP", "deals_from": None, "ways": []}
		values |= {"leads_offered": 0, "leads_followed": 0, "lead_fields": []}
		settings.update({**values, **overrides})
		settings.save()
		self.plan = plan.current()

	def found_by(self, step) -> set[str]:
		"""Names that the first look of a step finds."""
		return {row.name for rows in step.LOOK.changed(step.due(self.plan)) for row in rows}

	def store_row(self, **overrides) -> dict:
		return {"dealership": STORE, "company": self.company, **overrides}


def make_their_customer(name: str, phone: str | None = None, **overrides):
	"""A customer of ERPNext with a contact of its own."""
	values = {"doctype": "Customer", "customer_name": name, "customer_type": "Individual", "customer_group": "Individual", "mobile_no": phone}
	return frappe.get_doc({**values, **overrides}).insert()
