"""The models that are sold and the options that fit them, as customers and guests see them. Public, as price lists are."""

import frappe
from frappe import _
from frappe.utils import cint, flt

from crm4s.crm4s.doctype.c4s_vehicle_model.c4s_vehicle_model import IS_CHARGED

MODEL, OPTION = "C4S Vehicle Model", "C4S Vehicle Option"
FIELDS = ("name", "model_title", "brand", "series", "energy_type", "body_type", "guide_price", "seats", "displacement_cc", "battery_kwh", "range_km", "warranty_months", "warranty_km", "image as picture")
MOST_MODELS, MOST_OPTIONS = 200, 300


def offered(names: list[str] | None = None, energy_type: str | None = None) -> list:
	"""Models that are sold, with `figures` in a few words; in the order of `names` where those are given."""
	filters: dict = {"enabled": 1, **({"energy_type": energy_type} if energy_type else {}), **({"name": ["in", names or [""]]} if names is not None else {})}
	rows = frappe.get_all(MODEL, filters, list(FIELDS), order_by="series, guide_price, name", limit=MOST_MODELS)
	for row in rows:
		row.figures = _figures(row)
	return sorted(rows, key=lambda row: names.index(row.name)) if names else rows


def one(name: str):
	"""The model, or None if it is not sold."""
	found = offered([name]) if name else []
	return found[0] if found else None


def energy_types() -> list[str]:
	return frappe.get_all(MODEL, {"enabled": 1}, pluck="energy_type", distinct=True, order_by="energy_type")


def specifications(models: list) -> list[tuple[str, list[tuple[str, list[str]]]]]:
	"""Groups of attributes, each with one value a model in the order of `models`; an empty text where a model says nothing."""
	rows = frappe.get_all(
		"C4S Model Specification", {"parenttype": MODEL, "parent": ["in", [model.name for model in models] or [""]]},
		["parent", "specification_group", "attribute", "value", "unit"], order_by="idx",
	)
	groups: dict[str, dict[str, dict[str, str]]] = {_("Overview"): _overview(models)}
	for row in rows:
		value = " ".join(part for part in (row.value, row.unit) if part)
		groups.setdefault(row.specification_group or _("Further figures"), {}).setdefault(row.attribute, {})[row.parent] = value
	return [
		(group, [(attribute, [values.get(model.name, "") for model in models]) for attribute, values in attributes.items() if any(values.values())])
		for group, attributes in groups.items()
	]


def options_for(model) -> list:
	"""Enabled options that fit the model, factory ones first; the rule is that of C4S Vehicle Option."""
	rows = frappe.get_all(OPTION, {"enabled": 1}, ["name", "option_name", "option_kind", "price", "brand", "series", "option_description", "image"], order_by="option_kind desc, option_name", limit=MOST_OPTIONS)
	named: dict[str, set[str]] = {}
	for row in frappe.get_all("C4S Vehicle Option Model", {"parenttype": OPTION, "parent": ["in", [row.name for row in rows] or [""]]}, ["parent", "model"]):
		named.setdefault(row.parent, set()).add(row.model)
	return [row for row in rows if _fits(row, named.get(row.name), model)]


def _fits(option, models: set[str] | None, model) -> bool:
	if models:
		return model.name in models
	return (not option.brand or option.brand == model.brand) and (not option.series or option.series == model.series)


def _figures(model) -> str:
	parts = [_(model.energy_type), _(model.body_type) if model.body_type else "", _seats(model), _range(model) if model.energy_type in IS_CHARGED else _displacement(model)]
	return " · ".join(part for part in parts if part)


def _overview(models: list) -> dict[str, dict[str, str]]:
	lines = {
		_("Energy Type"): lambda model: _(model.energy_type),
		_("Body Type"): lambda model: _(model.body_type) if model.body_type else "",
		_("Seats"): lambda model: str(cint(model.seats) or ""),
		_("Displacement"): _displacement,
		_("Battery"): lambda model: f"{flt(model.battery_kwh):g} kWh" if flt(model.battery_kwh) else "",
		_("Electric Range"): lambda model: _range(model),
		_("Warranty"): _warranty,
	}
	return {label: {model.name: value(model) for model in models} for label, value in lines.items()}


def _seats(model) -> str:
	return _("{0} seats").format(model.seats) if cint(model.seats) else ""


def _displacement(model) -> str:
	return f"{cint(model.displacement_cc) / 1000:.1f} L" if cint(model.displacement_cc) else ""


def _range(model) -> str:
	return _("{0} km range").format(model.range_km) if cint(model.range_km) else ""


def _warranty(model) -> str:
	parts = [_("{0} months").format(model.warranty_months) if cint(model.warranty_months) else "", f"{cint(model.warranty_km):,} km" if cint(model.warranty_km) else ""]
	return " / ".join(part for part in parts if part)
