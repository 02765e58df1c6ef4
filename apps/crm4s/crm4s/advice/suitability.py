"""The stated needs of an advice against the models on sale: scores, and for each criterion a sentence that says why."""

from collections.abc import Mapping
from dataclasses import dataclass

import frappe
import pandas as pd
from frappe import _
from frappe.utils import flt

from crm4s.advice.models import models_to_judge, money
from crm4s.value.suitability import ONLY_ELECTRIC, Criterion, assess

NEEDS = {
	"Seats": "seats",
	"Body Type": "body_type",
	"Purpose": "purpose",
	"Budget": "budget",
	"Energy Preference": "energy_preference",
	"Kilometres per Year": "yearly_km",
	"Mostly Driven": "driving",
	"Charging at Home": "home_charging",
	"Must-Haves": "must_haves",
}
SAID = {need: label for label, need in NEEDS.items()}
FIGURES = {
	"Seats": "seats",
	"Body Type": "body_type",
	"Guide Price": "guide_price",
	"Energy Type": "energy_type",
	"Electric Range (km)": "range_km",
	"Specifications": "specifications",
}
FULLY, NOT_AT_ALL = 0.995, 0.005
FITS, PARTLY, FITS_NOT, UNKNOWN = "fits", "partly", "not", "unknown"


@dataclass(frozen=True)
class Judged:
	"""One model: score in percent or None, whether a knock-out rules it out, and reasons as (mark, sentence)."""

	model: str
	model_title: str
	guide_price: float
	energy_type: str
	score: float | None
	is_ruled_out: bool
	reasons: list[tuple[str, str]]


def suggest(needs: Mapping, most: int = 8) -> list[Judged]:
	"""The models on sale that suit best, best first; all are judged in one step."""
	return _judge(needs, models_to_judge(), most)


def judge(needs: Mapping, names: list[str]) -> dict[str, Judged]:
	"""These models by name, whether on sale or not."""
	return {row.model: row for row in _judge(needs, models_to_judge(names), len(names))}


def needs_of(document) -> dict:
	"""The stated needs of an advice, or of anything with its fields, as the pure functions take them."""
	return {
		**{field: document.get(field) for field in ("body_type", "purpose", "energy_preference", "driving", "home_charging")},
		"seats": flt(document.get("seats")),
		"yearly_km": flt(document.get("yearly_km")),
		"budget": (flt(document.get("budget_from")) or None, flt(document.get("budget_to")) or None),
		"must_haves": [line.strip() for line in (document.get("must_haves") or "").splitlines() if line.strip()],
	}


def criteria() -> list[Criterion]:
	"""The enabled criteria as an administrator keeps them."""
	rows = frappe.get_all(
		"C4S Suitability Criterion",
		filters={"enabled": 1},
		fields=["name", "need", "figure", "comparison", "weight", "factor", "tolerance_percent", "is_knockout"],
		order_by="sequence, name",
	)
	fits = _tables()
	return [
		Criterion(
			name=row.name,
			need=NEEDS[row.need],
			figure=FIGURES[row.figure],
			comparison=row.comparison,
			weight=flt(row.weight),
			factor=flt(row.factor) or 1.0,
			tolerance=flt(row.tolerance_percent) / 100,
			is_knockout=bool(row.is_knockout),
			fits=fits.get(row.name, {}),
		)
		for row in rows
	]


def _tables() -> dict[str, dict[tuple[str, str], float]]:
	tables: dict[str, dict] = {}
	rows = frappe.get_all("C4S Suitability Fit", fields=["parent", "need_value", "model_value", "fit_percent"], limit_page_length=0)
	for row in rows:
		tables.setdefault(row.parent, {})[row.need_value, row.model_value] = flt(row.fit_percent) / 100
	return tables


def _judge(needs: Mapping, models: pd.DataFrame, most: int) -> list[Judged]:
	judged_by = criteria()
	result = assess(models, needs, judged_by).head(most)
	return [
		Judged(
			model=name,
			model_title=models.at[name, "model_title"],
			guide_price=flt(models.at[name, "guide_price"]),
			energy_type=models.at[name, "energy_type"],
			score=None if pd.isna(row["score"]) else row["score"],
			is_ruled_out=bool(row["is_ruled_out"]),
			reasons=[
				_reason(criterion, needs[criterion.need], models.loc[name], row[criterion.name])
				for criterion in judged_by
				if criterion.name in result.columns and _concerns(criterion, models.loc[name])
			],
		)
		for name, row in result.iterrows()
	]


def _concerns(criterion: Criterion, model: pd.Series) -> bool:
	"""A range says nothing of a car that burns fuel."""
	return criterion.figure != "range_km" or model["energy_type"] in ONLY_ELECTRIC


def _reason(criterion: Criterion, need, model: pd.Series, fit: float) -> tuple[str, str]:
	label = _(criterion.name)
	if pd.isna(fit):
		return UNKNOWN, _("{0}: not known of this model").format(label)
	mark = FITS if fit >= FULLY else FITS_NOT if fit <= NOT_AT_ALL else PARTLY
	return mark, _sentence(criterion, label, need, model, fit)


def _sentence(criterion: Criterion, label: str, need, model: pd.Series, fit: float) -> str:
	figure = model[criterion.figure]
	if criterion.comparison == "At Least":
		return _("{0}: {1}, at least {2} needed").format(label, f"{figure:,.0f}", f"{need * criterion.factor:,.0f}")
	if criterion.comparison == "Within":
		return _price_sentence(label, flt(figure), *need)
	if criterion.comparison == "Contains":
		missing = [word for word in need if word.lower() not in model["specifications"].lower()]
		if missing:
			return _("{0}: not found in the specifications: {1}").format(label, ", ".join(missing))
		return _("{0}: all found in the specifications").format(label)
	said = f"{_(SAID[criterion.need])}: {_(need)}"
	if fit >= FULLY:
		return _("{0}: {1} suits “{2}”").format(label, _(figure), said)
	if fit <= NOT_AT_ALL:
		return _("{0}: {1} does not suit “{2}”").format(label, _(figure), said)
	return _("{0}: {1} suits “{2}” to {3} %").format(label, _(figure), said, round(fit * 100))


def _price_sentence(label: str, price: float, low: float | None, high: float | None) -> str:
	if high and price > high:
		return _("{0}: {1}, which is {2} above").format(label, money(price), money(price - high))
	if low and price < low:
		return _("{0}: {1}, which is {2} below").format(label, money(price), money(low - price))
	return _("{0}: {1} lies within").format(label, money(price))
