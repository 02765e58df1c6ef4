"""Vehicle models as the pure functions of advice take them, read in sets."""

from collections.abc import Iterable

import frappe
import pandas as pd
from frappe import _
from frappe.utils import cint, fmt_money

from crm4s.value.comparison import Fact

MODEL = "C4S Vehicle Model"
COLUMNS = [
	*("name", "model_title", "brand", "series", "trim", "energy_type", "body_type", "guide_price", "seats", "displacement_cc"),
	*("battery_kwh", "range_km", "warranty_months", "warranty_km", "image"),
]


def models_to_judge(names: Iterable[str] | None = None) -> pd.DataFrame:
	"""The enabled models, or those named, indexed by name; `specifications` holds all words of a model in one text."""
	filters = {"enabled": 1} if names is None else {"name": ["in", list(names) or [""]]}
	rows = frappe.get_all(MODEL, filters=filters, fields=COLUMNS, limit_page_length=0)
	# Plain dicts: pandas takes the framework's own for arrays.
	frame = pd.DataFrame([dict(row) for row in rows], columns=COLUMNS).set_index("name", drop=False)
	words = _words([row.name for row in rows] if names is not None else None)
	frame["specifications"] = [
		" ".join(filter(None, (row.model_title, row.trim, words.get(row.name)))) for row in frame.itertuples()
	]
	return frame


def _words(names: list[str] | None) -> dict[str, str]:
	filters = {"parenttype": MODEL, **({"parent": ["in", names or [""]]} if names is not None else {})}
	rows = frappe.get_all(
		"C4S Model Specification", filters=filters, fields=["parent", "attribute", "value"], order_by="parent, idx", limit_page_length=0
	)
	words: dict[str, list[str]] = {}
	for row in rows:
		words.setdefault(row.parent, []).append(f"{row.attribute} {row.value}")
	return {parent: " ".join(texts) for parent, texts in words.items()}


def facts_of(names: list[str]) -> list[list[Fact]]:
	"""What is known of each model, in the order of `names`, in the language of the reader."""
	models = {row.name: row for row in frappe.get_all(MODEL, filters={"name": ["in", names or [""]]}, fields=COLUMNS)}
	specifications = frappe.get_all(
		"C4S Model Specification",
		filters={"parenttype": MODEL, "parent": ["in", names or [""]]},
		fields=["parent", "specification_group", "attribute", "value", "unit"],
		order_by="idx",
		limit_page_length=0,
	)
	return [
		[*_figures(models[name]), *(_specification(row) for row in specifications if row.parent == name)]
		for name in names
		if name in models
	]


def _figures(model) -> Iterable[Fact]:
	group = _("Key Figures")
	yield Fact(group, _("Guide Price"), money(model.guide_price) if model.guide_price else "")
	yield Fact(group, _("Energy Type"), _(model.energy_type or ""))
	yield Fact(group, _("Body Type"), _(model.body_type or ""))
	yield Fact(group, _("Seats"), _number(model.seats))
	yield Fact(group, _("Displacement (cc)"), _number(model.displacement_cc))
	yield Fact(group, _("Battery (kWh)"), f"{model.battery_kwh:g}" if model.battery_kwh else "")
	yield Fact(group, _("Electric Range (km)"), _number(model.range_km))
	yield Fact(group, _("Warranty (Months)"), _number(model.warranty_months))
	yield Fact(group, _("Warranty (km)"), _number(model.warranty_km))


def _specification(row) -> Fact:
	return Fact(row.specification_group or _("Specifications"), row.attribute, row.value, row.unit or "")


def _number(value) -> str:
	return f"{cint(value):,}" if value else ""


def money(amount: float) -> str:
	"""Without cents, which a guide price has not."""
	return fmt_money(amount, precision=0, currency=frappe.db.get_default("currency") or "CNY")
