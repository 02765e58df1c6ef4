import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.lead_intake.quarantine import keep
from crm4s.tests.people import as_user, make_user
from crm4s.tests.store_documents import StoreDocumentTests

test_ignore = ["User"]


def make_quarantined(store: str | None = None):
	facts = {"lead_name": "赵敏", "phone": "12", "dealership": store}
	return frappe.get_doc("C4S Quarantined Lead", keep(facts, "Store Website", None, facts, None, "12 is no phone number."))


class TestC4SQuarantinedLead(FrappeTestCase):
	"""What becomes of it is tested in lead_intake/."""

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def test_what_came_for_no_store_is_seen_by_those_who_work_for_the_group(self):
		name = make_quarantined().name
		with as_user(make_user("Group Manager")):
			self.assertTrue(frappe.get_list("C4S Quarantined Lead", {"name": name}))


class TestQuarantineOfStores(StoreDocumentTests, FrappeTestCase):
	doctype = "C4S Quarantined Lead"
	role = "Sales Manager"

	def make_document_of(self, store):
		return make_quarantined(store)
