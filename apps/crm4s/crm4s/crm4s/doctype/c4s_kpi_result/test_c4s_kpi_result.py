import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.tests.people import as_user, make_user
from crm4s.tests.store_documents import DerivedRowTests

test_ignore = ["User"]
RESULT = "C4S KPI Result"


class TestKPIResult(DerivedRowTests, FrappeTestCase):
	doctype, role = RESULT, "Dealer Manager"

	def test_nobody_sees_what_customers_answered_about_his_own_work(self):
		store = make_dealership("DERIVED-1").name
		manager = make_user("CRM Manager", [store])
		rows = {"about me": (manager, 1), "about a colleague": ("Administrator", 1), "my conversion": (manager, 0)}
		for name, (person, rests_on_answers) in rows.items():
			frappe.get_doc({"doctype": RESULT, "name": name, "dealership": store, "person": person, "rests_on_answers": rests_on_answers}).db_insert()
		with as_user(manager):
			self.assertEqual(["about a colleague", "my conversion"], sorted(frappe.get_list(RESULT, {"name": ["in", list(rows)]}, pluck="name")))
			self.assertFalse(frappe.has_permission(RESULT, "read", "about me"))
			self.assertTrue(frappe.has_permission(RESULT, "read", "my conversion"))
