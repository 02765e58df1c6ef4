import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.merging.twins import TWIN

test_ignore = ["User"]


class TestC4SPossibleTwin(FrappeTestCase):
	def test_nobody_enters_one(self):
		with self.assertRaisesRegex(frappe.PermissionError, "found every night"):
			frappe.get_doc({"doctype": TWIN, "certainty": 50}).insert()
