import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.tests.people import as_user, make_user
from crm4s.tests.store_documents import DerivedRowTests

test_ignore = ["User"]


class TestC4SCustomerValue(DerivedRowTests, FrappeTestCase):
	doctype, role, refused_role = "C4S Customer Value", "CRM Manager", "Technician"

	def test_what_a_customer_is_worth_is_read_in_the_file_by_who_reads_values(self):
		store = make_dealership("VALUE-1").name
		customer = make_customer(store=store).name
		frappe.db.set_value("C4S Customer", customer, {"value_class": "No Value", "strategy": "Let Go", "abc_class": "C", "lifecycle_stage": "Ended"})
		for role, is_told in (("Receptionist", False), ("Sales Consultant", False), ("CRM Manager", True)):
			with as_user(make_user(role, [store])):
				file = frappe.get_doc("C4S Customer", customer)
				file.apply_fieldlevel_read_permissions()
				self.assertEqual((["No Value", "Let Go", "C", "Ended"] if is_told else [None] * 4), [file.get(field) for field in ("value_class", "strategy", "abc_class", "lifecycle_stage")], role)
				# Whoever saves a file leaves them as they are.
				frappe.get_doc("C4S Customer", customer).save()
			self.assertEqual("No Value", frappe.db.get_value("C4S Customer", customer, "value_class"))
