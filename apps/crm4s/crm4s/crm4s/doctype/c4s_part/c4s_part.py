"""A spare part or accessory with its price and what each dealership has of it."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt

# A chain of substitutes longer than this is a mistake.
MOST_SUBSTITUTES = 20


class C4SPart(Document):
	def validate(self):
		self.validate_substitute()
		self.validate_one_row_a_dealership()
		self.set_shortage()

	def validate_substitute(self):
		"""Following the substitutes must not lead back here."""
		part, steps = self.substitute, 0
		while part:
			steps += 1
			if part == self.name or steps > MOST_SUBSTITUTES:
				frappe.throw(
					_("Part {0} cannot be its own substitute, directly or through others.").format(frappe.bold(self.part_number))
				)
			part = frappe.db.get_value("C4S Part", part, "substitute")

	def validate_one_row_a_dealership(self):
		seen = set()
		for row in self.availability:
			if row.dealership in seen:
				frappe.throw(_("Availability, row {0}: {1} is there already.").format(row.idx, frappe.bold(row.dealership)))
			seen.add(row.dealership)

	def set_shortage(self):
		for row in self.availability:
			row.shortage = int(flt(row.quantity) <= 0 or flt(row.quantity) < flt(row.reorder_level))
		self.shortage = int(any(row.shortage for row in self.availability))
		self.total_quantity = sum(flt(row.quantity) for row in self.availability)
