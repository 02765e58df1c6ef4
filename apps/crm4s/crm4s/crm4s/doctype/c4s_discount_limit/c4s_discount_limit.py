"""How much discount a role may give by itself and approve for others, on everything, a brand or a model."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt

from crm4s.value.discounts import Limit


class C4SDiscountLimit(Document):
	def autoname(self):
		"""One limit for a role and a car: the name says both, so that there cannot be two."""
		self.name = " · ".join(part for part in (self.role, self.model or self.brand) if part)

	def validate(self):
		self.validate_model_is_of_brand()
		self.validate_percent()

	def validate_model_is_of_brand(self):
		if self.model and self.brand and frappe.get_cached_value("C4S Vehicle Model", self.model, "brand") != self.brand:
			frappe.throw(_("The model is not of the brand {0}; leave the brand empty.").format(frappe.bold(self.brand)))

	def validate_percent(self):
		if flt(self.max_percent) > 100:
			frappe.throw(_("{0} must not be more than 100.").format(_(self.meta.get_label("max_percent"))))


def limits() -> list[Limit]:
	"""All limits; there are a few per role."""
	fields = ["role", "brand", "model", "max_percent", "max_amount"]
	return [Limit(**row) for row in frappe.get_all("C4S Discount Limit", fields=fields)]
