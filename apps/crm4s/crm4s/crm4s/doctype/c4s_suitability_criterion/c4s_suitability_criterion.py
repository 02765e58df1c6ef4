"""What counts when a model is judged against a customer's needs, and how much."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt

# Which figures a comparison can be made with, and which needs.
WORDS = ("Body Type", "Energy Type")
POSSIBLE = {
	"At Least": (("Seats", "Kilometres per Year"), ("Seats", "Electric Range (km)")),
	"Within": (("Budget",), ("Guide Price",)),
	"Same": (("Body Type", "Energy Preference"), WORDS),
	"By Table": (("Purpose", "Mostly Driven", "Charging at Home", "Energy Preference", "Body Type"), WORDS),
	"Contains": (("Must-Haves",), ("Specifications",)),
}


class C4SSuitabilityCriterion(Document):
	def validate(self):
		self.validate_comparison()
		self.validate_table()
		if not 0 <= flt(self.tolerance_percent) <= 100:
			frappe.throw(_("Tolerance must lie between 0 and 100 percent."))

	def validate_comparison(self):
		needs, figures = POSSIBLE[self.comparison]
		if self.need not in needs or self.figure not in figures:
			frappe.throw(
				_("The comparison {0} is made with the need {1} and the figure {2}.").format(
					frappe.bold(_(self.comparison)), _list_of(needs), _list_of(figures)
				)
			)

	def validate_table(self):
		if self.comparison != "By Table":
			self.fits = []
			return
		seen = set()
		for row in self.fits:
			row.need_value, row.model_value = row.need_value.strip(), row.model_value.strip()
			if not 0 <= flt(row.fit_percent) <= 100:
				frappe.throw(_("Row {0}: the fit must lie between 0 and 100 percent.").format(row.idx))
			if (row.need_value, row.model_value) in seen:
				frappe.throw(_("Row {0}: {1} and {2} are in the table already.").format(row.idx, row.need_value, row.model_value))
			seen.add((row.need_value, row.model_value))


def _list_of(options: tuple[str, ...]) -> str:
	return " / ".join(_(option) for option in options)
