"""Vehicle models with their maintenance plans and the figures that customers compare.

What C4SVehicleModel does to one document is done here to a chunk, in the same words.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import frappe
import pandas as pd
from frappe import _
from frappe.utils import escape_html

from crm4s.crm4s.doctype.c4s_vehicle_model.c4s_vehicle_model import (
	BURNS_FUEL,
	FIRST_MODEL_YEAR,
	IS_CHARGED,
	PLAN,
	YEARS_AHEAD,
	forecast_cars_anew,
)
from crm4s.intake import rules
from crm4s.intake.known import KnownByCode
from crm4s.intake.plan import Intake, Plan, in_their_places
from crm4s.intake.records import Refused
from crm4s.intake.result import Outcome

MODEL = "C4S Vehicle Model"


def take_in_models(
	models: pd.DataFrame,
	maintenance_plan: pd.DataFrame | None = None,
	specifications: pd.DataFrame | None = None,
	**options: Any,
) -> Outcome:
	"""Create or update vehicle models.

	Args:
		models: columns are fields of C4S Vehicle Model with an `external_key`. A model is known by that, and by its `model_code`, which is
			unique in the group.
		maintenance_plan: `external_key` of the model, and fields of C4S Maintenance Item, in their order; they replace the plan.
		specifications: the same of C4S Model Specification.
		options: see `Intake`.
	"""
	return ModelIntake(models, {"maintenance_plan": maintenance_plan, "specifications": specifications}, **options).run()


class ModelIntake(KnownByCode, Intake):
	doctype = MODEL
	tables = {"maintenance_plan": "C4S Maintenance Item", "specifications": "C4S Model Specification"}
	derived = frozenset(("model_title", "measured_km_per_day"))
	code = "model_code"

	def merge_table(self, plan: Plan, table: str, given: list[dict] | None) -> list[dict]:
		return in_their_places(plan.stored_tables[table], given, self.child_defaults[table])

	def complete(self, plan: Plan) -> None:
		super().complete(plan)
		row = plan.row
		if plan.is_new:
			row["measured_km_per_day"] = 0.0
		self.refuse_impossible_year(row["model_year"])
		if row["energy_type"] not in BURNS_FUEL:
			row["displacement_cc"] = 0
		if row["energy_type"] not in IS_CHARGED:
			row.update(battery_kwh=0.0, range_km=0)
		for table, doctype in self.tables.items():
			rules.require_in_rows(table, doctype, plan.tables[table])
		refuse_impossible_plan(plan.tables["maintenance_plan"])
		row["model_title"] = " ".join(str(part) for part in (row["series"], row["model_year"], row["trim"]) if part)

	def refuse_impossible_year(self, year: int) -> None:
		latest = self.today.year + YEARS_AHEAD
		if not FIRST_MODEL_YEAR <= year <= latest:
			message = _("Model Year must lie between {0} and {1}, but is {2}.").format(FIRST_MODEL_YEAR, latest, year)
			raise Refused("model_year", message)

	def after(self, plans: Sequence[Plan]) -> None:
		for plan in plans:
			if not plan.is_new and changes_forecasts(plan):
				forecast_cars_anew(plan.name)


def refuse_impossible_plan(rows: Sequence[dict]) -> None:
	seen = set()
	for number, row in enumerate(rows, start=1):
		item = frappe.bold(escape_html(row["item"]))
		if row["item"] in seen:
			message = _("Maintenance Plan, row {0}: {1} is in the plan already.").format(number, item)
			raise Refused("item", message, number, "maintenance_plan")
		seen.add(row["item"])
		if not (row["first_km"] or row["first_months"] or row["every_km"] or row["every_months"]):
			message = _("Maintenance Plan, row {0}: enter for {1} kilometres, months or both.").format(number, item)
			raise Refused("first_km", message, number, "maintenance_plan")


def changes_forecasts(plan: Plan) -> bool:
	"""Whether cars of the model are due at other times now."""
	if rules.differs(plan.stored["usual_km_per_day"], plan.row["usual_km_per_day"]):
		return True
	return _plan_of(plan.stored_tables["maintenance_plan"]) != _plan_of(plan.tables["maintenance_plan"])


def _plan_of(rows: Sequence[Mapping]) -> list[tuple]:
	return [tuple(row[field] for field in PLAN) for row in rows]
