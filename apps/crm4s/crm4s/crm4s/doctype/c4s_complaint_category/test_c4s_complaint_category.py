import frappe
from frappe.tests.utils import FrappeTestCase


def make_category(name: str, **overrides):
	return frappe.get_doc({"doctype": "C4S Complaint Category", "category_name": name, **overrides}).insert()


class TestComplaintCategory(FrappeTestCase):
	def tearDown(self):
		frappe.db.rollback()

	def test_a_category_stands_below_a_group_only(self):
		category = make_category("Leaf")
		with self.assertRaisesRegex(frappe.ValidationError, "Leaf is no group, so Lower cannot stand below it"):
			make_category("Lower", parent_category=category.name)

	def test_a_group_stands_at_the_top(self):
		group = make_category("Upper", is_group=1)
		with self.assertRaisesRegex(frappe.ValidationError, "Lower is a group and cannot stand below Upper"):
			make_category("Lower", is_group=1, parent_category=group.name)

	def test_a_group_with_categories_stays_a_group(self):
		group = make_category("Upper", is_group=1)
		make_category("Lower", parent_category=group.name)
		with self.assertRaisesRegex(frappe.ValidationError, "Upper must stay a group while Lower stands below it"):
			group.update({"is_group": 0}).save()
