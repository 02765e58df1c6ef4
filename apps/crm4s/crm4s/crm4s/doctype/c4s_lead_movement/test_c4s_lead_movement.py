import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_lead.test_c4s_lead import make_lead
from crm4s.exceptions import AppendOnlyError
from crm4s.leads.pool import give_back
from crm4s.tests.store_documents import StoreDocumentTests

test_ignore = ["User"]


def make_movement(store: str | None = None):
	lead = make_lead(**({"dealership": store} if store else {}))
	give_back([lead.name], "没有时间跟进")
	return frappe.get_last_doc("C4S Lead Movement", {"lead": lead.name})


class TestC4SLeadMovement(FrappeTestCase):
	def tearDown(self):
		frappe.db.rollback()

	def test_the_log_is_neither_changed_nor_deleted_alone(self):
		movement = make_movement()
		movement.reason = "别的原因"
		self.assertRaises(AppendOnlyError, movement.save)
		self.assertRaises(AppendOnlyError, frappe.delete_doc, "C4S Lead Movement", movement.name, force=True)

	def test_it_goes_with_its_lead(self):
		movement = make_movement()
		frappe.delete_doc("C4S Lead", movement.lead, force=True)
		self.assertFalse(frappe.db.exists("C4S Lead Movement", movement.name))


class TestMovementsOfStores(StoreDocumentTests, FrappeTestCase):
	doctype = "C4S Lead Movement"
	role = "Sales Manager"

	def make_document_of(self, store):
		return make_movement(store)
