import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.tests.lookups import LookupTests


def make_category(name: str, **overrides):
	return frappe.get_doc({"doctype": "C4S Interaction Category", "category_name": name, **overrides}).insert()


class TestInteractionCategory(LookupTests, FrappeTestCase):
	lookup = "C4S Interaction Category"
	standard = "Rescue Call"

	def test_a_category_stands_below_a_group_only(self):
		category = make_category("Leaf")
		with self.assertRaisesRegex(frappe.ValidationError, "Leaf is no group, so Lower cannot stand below it"):
			make_category("Lower", parent_category=category.name)

	def test_a_group_stands_at_the_top_and_stays_one(self):
		group = make_category("Upper", is_group=1)
		with self.assertRaisesRegex(frappe.ValidationError, "Next is a group and cannot stand below Upper"):
			make_category("Next", is_group=1, parent_category=group.name)
		make_category("Lower", parent_category=group.name)
		with self.assertRaisesRegex(frappe.ValidationError, "Upper must stay a group while Lower stands below it"):
			group.update({"is_group": 0}).save()
