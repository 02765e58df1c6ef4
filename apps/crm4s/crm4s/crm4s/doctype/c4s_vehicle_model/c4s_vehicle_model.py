"""A model as it is ordered: brand, series, year and trim, with its maintenance plan and the figures that customers compare."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt, getdate

BURNS_FUEL = ("Petrol", "Diesel", "Hybrid", "Plug-in Hybrid", "Range Extender")
IS_CHARGED = ("Plug-in Hybrid", "Battery Electric", "Range Extender", "Fuel Cell")
# Of a row of the maintenance plan, what says when something is due.
PLAN = ("item", "first_km", "first_months", "every_km", "every_months")
FIRST_MODEL_YEAR = 1950
# Next year's models are sold from summer, and announced a year ahead.
YEARS_AHEAD = 2


class C4SVehicleModel(Document):
	def validate(self):
		self.keep_measured_rate()
		self.validate_model_year()
		self.clear_what_energy_type_has_not()
		self.validate_maintenance_plan()
		self.set_title()

	def on_update(self):
		if self.plan_has_changed() or self.usual_rate_has_changed():
			forecast_cars_anew(self.name)

	def keep_measured_rate(self):
		"""Written once a week by forecast_jobs; a form that was open meanwhile does not bring back the old one."""
		self.measured_km_per_day = frappe.db.get_value(self.doctype, self.name, "measured_km_per_day") or 0

	def validate_model_year(self):
		latest = getdate().year + YEARS_AHEAD
		if not FIRST_MODEL_YEAR <= self.model_year <= latest:
			frappe.throw(
				_("Model Year must lie between {0} and {1}, but is {2}.").format(FIRST_MODEL_YEAR, latest, self.model_year)
			)

	def clear_what_energy_type_has_not(self):
		if self.energy_type not in BURNS_FUEL:
			self.displacement_cc = 0
		if self.energy_type not in IS_CHARGED:
			self.battery_kwh = self.range_km = 0

	def validate_maintenance_plan(self):
		seen = set()
		for row in self.maintenance_plan:
			row.item = row.item.strip()
			if row.item in seen:
				frappe.throw(_("Maintenance Plan, row {0}: {1} is in the plan already.").format(row.idx, frappe.bold(row.item)))
			seen.add(row.item)
			if not (row.first_km or row.first_months or row.every_km or row.every_months):
				frappe.throw(
					_("Maintenance Plan, row {0}: enter for {1} kilometres, months or both.").format(row.idx, frappe.bold(row.item))
				)

	def set_title(self):
		self.model_title = " ".join(str(part) for part in (self.series, self.model_year, self.trim) if part)

	def plan_has_changed(self) -> bool:
		before = self.get_doc_before_save()
		return bool(before) and _plan_of(before) != _plan_of(self)

	def usual_rate_has_changed(self) -> bool:
		before = self.get_doc_before_save()
		return bool(before) and flt(before.usual_km_per_day) != flt(self.usual_km_per_day)


def forecast_cars_anew(model: str) -> None:
	"""Work out, in the background, when the cars of the model are due."""
	frappe.enqueue(
		"crm4s.crm4s.doctype.c4s_vehicle.service_forecast.refresh_model",
		queue="long",
		model=model,
		enqueue_after_commit=True,
		now=frappe.flags.in_test,
	)


def _plan_of(model) -> list[tuple]:
	return [tuple(row.get(field) for field in PLAN) for row in model.maintenance_plan]
