"""What is compared with local competitors: a price, a time or a service."""

import frappe
from frappe import _
from frappe.model.document import Document

FIGURE = "C4S Competitor Figure"


class C4SBenchmarkItem(Document):
	def validate(self):
		self.validate_unit_stays()

	def validate_unit_stays(self):
		"""What was found in minutes does not become a price."""
		if not self.is_new() and self.has_value_changed("unit") and frappe.db.exists(FIGURE, {"item": self.name}):
			frappe.throw(_("Figures were already entered in this unit; make another benchmark item for the new one."))
