"""What contacts are about: groups, and below them the categories under which interactions are filed."""

import frappe
from frappe import _
from frappe.model.document import Document

CATEGORY = "C4S Interaction Category"


class C4SInteractionCategory(Document):
	def validate(self):
		self.validate_two_levels()
		self.validate_group_stays_group()

	def validate_two_levels(self):
		if self.is_group and self.parent_category:
			frappe.throw(_("{0} is a group and cannot stand below {1}.").format(self.category_name, self.parent_category))
		if self.parent_category and not frappe.db.get_value(CATEGORY, self.parent_category, "is_group"):
			frappe.throw(_("{0} is no group, so {1} cannot stand below it.").format(self.parent_category, self.category_name))

	def validate_group_stays_group(self):
		if self.is_group or self.is_new():
			return
		below = frappe.db.get_value(CATEGORY, {"parent_category": self.name})
		if below:
			frappe.throw(_("{0} must stay a group while {1} stands below it.").format(self.category_name, below))
