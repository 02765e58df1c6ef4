"""Equipment that can be ordered with a car or fitted to it."""

import frappe
from frappe import _
from frappe.model.document import Document


class C4SVehicleOption(Document):
	def validate(self):
		self.validate_series_belongs_to_brand()
		self.validate_models_agree()

	def validate_series_belongs_to_brand(self):
		if not self.brand:
			self.series = None
		if self.series and not frappe.db.exists("C4S Vehicle Model", {"brand": self.brand, "series": self.series}):
			frappe.throw(_("{0} has no model of the series {1}.").format(_(self.brand), frappe.bold(self.series)))

	def validate_models_agree(self):
		for row in self.models:
			brand, series = _brand_and_series(row.model)
			if (self.brand and brand != self.brand) or (self.series and series != self.series):
				frappe.throw(_("Model {0} is not of the brand and series of this option.").format(frappe.bold(row.model)))

	def fits(self, model: str) -> bool:
		"""Whether the option can be had for `model`: one of its models, or of its brand and series where it names none."""
		if self.models:
			return model in {row.model for row in self.models}
		brand, series = _brand_and_series(model)
		return (not self.brand or brand == self.brand) and (not self.series or series == self.series)


def _brand_and_series(model: str) -> tuple[str, str]:
	return frappe.get_cached_value("C4S Vehicle Model", model, ["brand", "series"])
