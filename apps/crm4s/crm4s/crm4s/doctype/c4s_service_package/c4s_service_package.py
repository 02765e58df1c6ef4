"""Work and parts that belong together, proposed for a car by its model, mileage and the season."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, flt

from crm4s.value.money import line_amount, to_cents, total
from crm4s.value.packages import minutes_of, season_day


class C4SServicePackage(Document):
	def validate(self):
		self.validate_band()
		self.validate_season()
		self.validate_lines()
		self.validate_price()
		self.minutes = sum(cint(row.minutes) for row in self.lines)

	def validate_band(self):
		if self.to_km and cint(self.to_km) <= cint(self.from_km):
			frappe.throw(_("To (km) must be more than From (km)."))

	def validate_season(self):
		if bool(self.season_from) != bool(self.season_to):
			frappe.throw(_("A season needs both its first and its last day."))
		for fieldname in ("season_from", "season_to"):
			day = self.get(fieldname)
			if day and not season_day(day):
				frappe.throw(
					_("{0} must be a month and a day such as 11-01.").format(_(self.meta.get_label(fieldname)))
				)

	def validate_lines(self):
		for row in self.lines:
			if row.item_kind != "Part" and row.part:
				frappe.throw(_("Row {0} names a part but is no part; change its kind or take the part out.").format(row.idx))
			if flt(row.quantity) <= 0:
				frappe.throw(_("Quantity in row {0} must be more than 0.").format(row.idx))
			if flt(row.unit_price) < 0 or cint(row.minutes) < 0:
				frappe.throw(_("Price and minutes in row {0} must not be negative.").format(row.idx))
			row.minutes = minutes_of(row.item_kind, row.quantity, row.minutes)

	def validate_price(self):
		"""What the package costs less is a discount on its lines; dearer than its lines it cannot be written as items."""
		lines = total(line_amount(row.quantity, row.unit_price) for row in self.lines)
		if to_cents(self.price) > lines:
			frappe.throw(
				_("The package price is more than its lines together, {0}.").format(frappe.format(float(lines), "Currency"))
			)
