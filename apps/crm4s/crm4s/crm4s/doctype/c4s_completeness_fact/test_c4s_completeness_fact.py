import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.data_quality.completeness import FACT, ORGANISATION, forget_weights, weights_of

test_ignore = ["User"]


class TestC4SCompletenessFact(FrappeTestCase):
	def setUp(self):
		self.addCleanup(forget_weights)
		self.addCleanup(frappe.db.rollback)

	def test_a_fact_that_is_added_and_one_that_is_deleted_count_at_once(self):
		frappe.get_doc({"doctype": FACT, "about": ORGANISATION, "fact": "wechat", "weight": 7}).insert()
		self.assertEqual(7, weights_of(ORGANISATION)["wechat"])
		frappe.delete_doc(FACT, "Organisation wechat")
		self.assertNotIn("wechat", weights_of(ORGANISATION))

	def test_a_field_that_is_none_is_refused_with_its_name(self):
		with self.assertRaisesRegex(frappe.ValidationError, "wechatt.* is no field of Organisation; enter its field name, such as city."):
			frappe.get_doc({"doctype": FACT, "about": ORGANISATION, "fact": "wechatt", "weight": 7}).insert()
