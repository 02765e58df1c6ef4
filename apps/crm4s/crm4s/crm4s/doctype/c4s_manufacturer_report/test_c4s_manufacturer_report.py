import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_vehicle_model.test_c4s_vehicle_model import make_model
from crm4s.tests.people import as_user, make_user
from crm4s.tests.store_documents import StoreDocumentTests


def make_report(**overrides):
	values = {"doctype": "C4S Manufacturer Report", "title": "后备箱想要电动", "kind": "Design Wish", "description": "客户希望增加电动尾门"}
	model = overrides.get("model") or make_model().name
	return frappe.get_doc({**values, "model": model, **overrides}).insert(ignore_permissions=True)


class TestManufacturerReport(FrappeTestCase):
	def tearDown(self):
		frappe.db.rollback()

	def test_what_the_buttons_write_is_not_written_by_a_form(self):
		report = make_report()
		report.update({"status": "Answered", "manufacturer_answer": "x", "voices": 9}).save()
		self.assertEqual(("Collecting", None, 0), (report.status, report.manufacturer_answer, report.voices))


class TestIsolation(StoreDocumentTests, FrappeTestCase):
	doctype = "C4S Manufacturer Report"
	role = "CRM Specialist"

	def make_document_of(self, store: str):
		return make_report(dealership=store)

	def test_one_that_names_no_store_belongs_to_the_own_one_and_the_group_s_is_read_only(self):
		values = {"doctype": self.doctype, "title": "x", "kind": "Safety Concern", "model": make_model().name, "description": "x"}
		groups = make_report()
		with as_user(self.user):
			self.assertEqual(self.own, frappe.get_doc(values).insert().dealership)
			self.assertTrue(frappe.has_permission(self.doctype, "read", doc=groups.name))
			self.assertFalse(frappe.has_permission(self.doctype, "write", doc=groups.name))
		with as_user(make_user(self.role, [self.own, self.other])):
			frappe.db.set_value("User Permission", {"user": frappe.session.user}, "is_default", 0)
			frappe.clear_cache(user=frappe.session.user)
			with self.assertRaisesRegex(frappe.MandatoryError, "Choose the store"):
				frappe.get_doc(values).insert()
