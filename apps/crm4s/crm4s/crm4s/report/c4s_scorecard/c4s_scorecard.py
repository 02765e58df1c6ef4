"""KPIs of stores, or of the people there, month by month, against their targets: the scorecard as a table for Excel."""

from datetime import date

import frappe
from frappe import _
from frappe.utils import flt, getdate

from crm4s.access.chosen_stores import stores_to_count
from crm4s.access.stores import DEALERSHIP
from crm4s.scorecard.reading import full_names, light_of, of_nodes
from crm4s.scorecard.results import enabled_kpis, last_months
from crm4s.scorecard.targets import Targets, target_of
from crm4s.value.scorecard import GREEN, RED, YELLOW, attainment, composite

MOST_MONTHS = 36
MOST_NODES_OF_PERSONS = 20
LIGHTS = {GREEN: "On target", YELLOW: "Close to target", RED: "Off target", None: ""}


def execute(filters: dict | None = None):
	filters = frappe._dict(filters or {})
	months = months_of(filters)
	nodes = frappe.get_all(DEALERSHIP, _chosen(filters), ["name", "dealership_name"], order_by="lft")
	if filters.persons and len(nodes) > MOST_NODES_OF_PERSONS:
		frappe.throw(_("Choose a store, or a region of at most {0}, to see its people.").format(MOST_NODES_OF_PERSONS))
	kpis = [kpi for kpi in enabled_kpis() if filters.kpi in (None, "", kpi.name)]
	targets = Targets([node.name for node in nodes], (month.year for month in months))
	found = of_nodes([node.name for node in nodes], months, persons=bool(filters.persons))
	by_kpi = _results(found)
	names = full_names(key[3] for key in found) if filters.persons else {}
	rows = [_row(node, kpi, month, names.get(person, person), result, targets) for node in nodes for kpi in kpis for month, person, result in by_kpi.get((node.name, kpi.name), ())]
	drawn = chart(rows, nodes[0], months) if nodes and not filters.persons and not filters.kpi else None
	return columns(bool(filters.persons)), rows, None, drawn


def months_of(filters) -> list[date]:
	"""First days of the months from one to the other, both included; periodic reports name them by days."""
	last = getdate(filters.to_month or filters.to_date).replace(day=1)
	first = getdate(filters.from_month or filters.from_date or last).replace(day=1)
	count = (last.year - first.year) * 12 + last.month - first.month + 1
	if count < 1:
		frappe.throw(_("From Date must not be after To Date."))
	if count > MOST_MONTHS:
		frappe.throw(_("Choose at most {0} months.").format(MOST_MONTHS))
	return last_months(last, count)


def _chosen(filters) -> dict:
	stores = stores_to_count(filters.dealership)
	return {} if stores is None else {"name": ["in", stores or [""]]}


def _results(found: dict) -> dict[tuple[str, str], list[tuple]]:
	"""By node and KPI: month, person and result, in this order."""
	by_kpi: dict[tuple[str, str], list[tuple]] = {}
	for key, result in found.items():
		by_kpi.setdefault(key[:2], []).append((key[2], key[3] if len(key) > 3 else "", result))
	return {key: sorted(rows, key=lambda one: one[:2]) for key, rows in by_kpi.items()}


def _row(node, kpi, month: date, person: str, result, targets: Targets) -> dict:
	target = target_of(targets, kpi, node.name, month)
	reached = attainment(result.value, target and target.target, kpi.direction)
	colour = light_of(kpi, reached)
	return {
		"month": f"{month:%Y-%m}", "dealership": node.name, "store": node.dealership_name, "person": person,
		"kpi": _(kpi.name), "value": result.value, "unit": _(kpi.unit), "target": target and target.target, "reached": None if reached is None else round(100 * reached, 1),
		"light": _(LIGHTS[colour]), "colour": colour, "numerator": result.numerator, "denominator": result.denominator,
		"weight": flt(target and target.weight) or flt(kpi.weight),
	}


def columns(persons: bool) -> list[dict]:
	amount = {"fieldtype": "Float", "precision": 2, "width": 110}
	who = [{"fieldname": "person", "label": _("Person"), "fieldtype": "Data", "width": 120}] if persons else []
	return [
		{"fieldname": "month", "label": _("Month"), "fieldtype": "Data", "width": 90},
		{"fieldname": "store", "label": _("Store"), "fieldtype": "Data", "width": 190},
		*who,
		{"fieldname": "kpi", "label": _("KPI"), "fieldtype": "Data", "width": 190},
		{"fieldname": "value", "label": _("KPI Value"), **amount},
		{"fieldname": "unit", "label": _("Unit"), "fieldtype": "Data", "width": 80},
		{"fieldname": "target", "label": _("Target"), **amount},
		{"fieldname": "reached", "label": _("Of Target %"), "fieldtype": "Float", "precision": 1, "width": 110},
		{"fieldname": "light", "label": _("Traffic Light"), "fieldtype": "Data", "width": 130},
		{"fieldname": "numerator", "label": _("Numerator"), **amount},
		{"fieldname": "denominator", "label": _("Denominator"), **amount},
		{"fieldname": "weight", "label": _("Weight"), "fieldtype": "Float", "precision": 1, "width": 90},
	]


def chart(rows: list[dict], node, months: list[date]) -> dict | None:
	"""The composite score of the widest node over the months."""
	parts: dict[str, list] = {f"{month:%Y-%m}": [] for month in months}
	for row in rows:
		if row["dealership"] == node.name:
			parts[row["month"]].append((None if row["reached"] is None else row["reached"] / 100, row["weight"]))
	points = {month: composite(of_month) for month, of_month in parts.items()}
	if not any(points.values()):
		return None
	return {"type": "line", "data": {"labels": list(points), "datasets": [{"name": _("Composite Score"), "values": list(points.values())}]}, "colors": ["#2490EF"]}
