import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.tests.people import as_user, make_user

test_ignore = ["User"]


class TestCampaignResult(FrappeTestCase):
	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def test_a_store_sees_what_its_own_customers_did_and_writes_none(self):
		stores = [make_dealership(code).name for code in ("CAMPAIGN-1", "CAMPAIGN-2")]
		for store in stores:
			frappe.get_doc({"doctype": "C4S Campaign Result", "name": f"T-{store}", "dealership": store}).db_insert()
		with as_user(make_user("CRM Manager", stores[:1])):
			self.assertEqual(["T-CAMPAIGN-1"], frappe.get_list("C4S Campaign Result", {"name": ["like", "T-CAMPAIGN%"]}, pluck="name"))
			self.assertFalse(frappe.has_permission("C4S Campaign Result", "read", "T-CAMPAIGN-2"))
			self.assertFalse(frappe.has_permission("C4S Campaign Result", "create"))
