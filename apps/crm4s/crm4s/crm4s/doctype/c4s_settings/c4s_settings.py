"""What the whole group decides: region, what stores share, the limits of the standard classifications."""

import frappe
import phonenumbers
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt


class C4SSettings(Document):
	def validate(self):
		self.validate_region()
		self.validate_order("high_spending_from", "middle_spending_from")
		self.validate_order("high_value_from", "middle_value_from")

	def validate_region(self) -> None:
		self.default_region = (self.default_region or "").strip().upper()
		if self.default_region not in phonenumbers.SUPPORTED_REGIONS:
			frappe.throw(_("Phone Region must be the two letters of a country, such as CN."))

	def validate_order(self, high: str, middle: str) -> None:
		if flt(self.get(high)) <= flt(self.get(middle)):
			frappe.throw(
				_("{0} must be more than {1}.").format(_(self.meta.get_label(high)), _(self.meta.get_label(middle)))
			)
