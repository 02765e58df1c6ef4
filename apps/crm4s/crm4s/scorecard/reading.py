"""What the scorecard shows of a store, a region or the group in a month. Reads C4S KPI Result only: a handful of queries, whatever the number of documents."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

import frappe
from frappe import _
from frappe.utils import flt

from crm4s.access.stores import DEALERSHIP, stores_of
from crm4s.scorecard.counting import Window
from crm4s.scorecard.measures import MEASURES
from crm4s.scorecard.results import MONTHS, RESULT, enabled_kpis, last_months, ways_up
from crm4s.scorecard.targets import Targets, target_of
from crm4s.settings import setting
from crm4s.value.scorecard import Place, Target, attainment, composite, contributions, light, next_month, place
from crm4s.workflows.wording import in_own_language

# Below it best and median would tell what a certain other store reached.
LEAST_STORES = 3
MOST_PARTS, MOST_MOVERS = 4, 3


def outlets() -> list:
	"""The stores themselves, in the order of the tree."""
	return frappe.get_all(DEALERSHIP, {"is_group": 0}, ["name", "dealership_name", "lft"], order_by="lft")


class Scorecard:
	"""KPIs of one node and month against target, the months before, and other stores."""

	def __init__(self, node: str, month: date):
		self.node, self.month = node, month
		self.months = last_months(month, MONTHS)
		self.kpis = enabled_kpis()
		self.results = of_nodes([node], self.months)
		self.stores = outlets()
		names = [store.name for store in self.stores]
		# The stores' own targets with them: their lights stand beside those of the node.
		self.targets = Targets([node, *names], (month.year for month in self.months))
		self.of_stores = of_nodes(names, self.months[-2:])
		self.below = [store for store in self.stores if node in self.targets.ways.get(store.name, []) and store.name != node]
		# What the node and the stores below it are called; the node's own name goes without saying.
		self.titles = {store.name: store.dealership_name for store in self.below} | {node: ""}

	def row(self, kpi, month: date, node: str | None = None):
		found = self.results if node in (None, self.node) else self.of_stores
		return found.get((node or self.node, kpi.name, month))

	def target(self, kpi, month: date, node: str | None = None) -> Target | None:
		return target_of(self.targets, kpi, node or self.node, month)

	def reached(self, kpi, month: date, node: str | None = None) -> float | None:
		row, target = self.row(kpi, month, node), self.target(kpi, month, node)
		return attainment(row and row.value, target and target.target, kpi.direction)

	def weight(self, kpi, month: date) -> float:
		target = self.target(kpi, month)
		return flt(target and target.weight) or flt(kpi.weight)

	def points(self, month: date, node: str | None = None) -> float | None:
		return composite((self.reached(kpi, month, node), self.weight(kpi, month)) for kpi in self.kpis)

	def place(self, kpi) -> Place:
		values = {store.name: row.value for store in self.stores if (row := self.row(kpi, self.month, store.name))}
		return place(values.get(self.node), list(values.values()), kpi.direction)


def of_nodes(nodes: list[str], months: list[date], persons: bool = False) -> dict:
	"""Rows of C4S KPI Result by node, KPI and month; with `persons` by node, KPI, month and person, those about the reader's own work left out."""
	filters = [["dealership", "in", nodes or [""]], ["month", "between", [months[0], months[-1]]], ["person", "!=" if persons else "=", ""]]
	rows = frappe.get_all(RESULT, filters, ["name", "dealership", "kpi", "month", "person", "value", "numerator", "denominator", "rests_on_answers", "counted_on"])
	if not persons:
		return {(row.dealership, row.kpi, row.month): row for row in rows}
	own = "" if frappe.session.user == "Administrator" else frappe.session.user
	seen = [row for row in rows if not (row.rests_on_answers and (row.person == own or row.denominator < least_answers()))]
	return {(row.dealership, row.kpi, row.month, row.person): row for row in seen}


def full_names(users: Iterable[str]) -> dict[str, str]:
	"""What people are called, in one query."""
	return dict(frappe.get_all("User", {"name": ["in", sorted(set(users)) or [""]]}, ["name", "full_name"], as_list=True))


def least_answers() -> int:
	"""Fewer answers about a person would tell single ones."""
	return int(setting("least_answers_shown") or 0)


def tile_of(card: Scorecard, kpi) -> dict:
	"""One KPI as the page shows it."""
	now, before = card.row(kpi, card.month), card.row(kpi, card.months[-2])
	target, reached, standing = card.target(kpi, card.month), card.reached(kpi, card.month), card.place(kpi)
	return {
		"kpi": kpi.name,
		"title": _(kpi.name),
		"dimension": kpi.dimension,
		"unit": kpi.unit,
		"decimals": kpi.decimals,
		"direction": kpi.direction,
		"weight": card.weight(kpi, card.month),
		"says": in_own_language(kpi.what_it_says),
		"value": now and now.value,
		"numerator": now and now.numerator,
		"denominator": now and now.denominator,
		"before": before and before.value,
		"target": target and target.target,
		"reached": reached and round(100 * reached, 1),
		"light": light_of(kpi, reached),
		"trend": [row and row.value for row in (card.row(kpi, month) for month in card.months)],
		**others(card, standing),
		"industry": industry_of(kpi, card.month),
	}


def light_of(kpi, reached: float | None) -> str | None:
	return light(reached, flt(kpi.green_from) / 100, flt(kpi.yellow_from) / 100)


def others(card: Scorecard, standing: Place) -> dict:
	"""Best and median of all stores, as long as they do not tell what another one reached to who may not know it."""
	allowed = stores_of()
	sees_all = allowed is None or {store.name for store in card.stores} <= set(allowed)
	if standing.count < 2 or not (sees_all or standing.count >= LEAST_STORES):
		return {"rank": None, "stores": standing.count, "best": None, "median": None}
	return {"rank": standing.rank, "stores": standing.count, "best": standing.best, "median": standing.median}


def industry_of(kpi, month: date) -> dict | None:
	"""The newest figure of the industry that is not of a year to come."""
	filters = {"kpi": kpi.name, "year": ["<=", month.year]}
	rows = frappe.get_all("C4S Industry Figure", filters, ["year", "value", "source"], order_by="year desc, modified desc", limit=1)
	return rows[0] if rows else None


def movers(card: Scorecard) -> list[dict]:
	"""What changed most since the month before, by how much it moved the composite score, and who moved it."""
	changes = []
	for kpi in card.kpis:
		now, before = (card.reached(kpi, month) for month in (card.month, card.months[-2]))
		if now is not None and before is not None and now != before:
			changes.append((abs(now - before) * max(card.weight(kpi, card.month), 0.1), now > before, kpi))
	changes.sort(key=lambda change: -change[0])
	return [mover_of(card, kpi, better) for _size, better, kpi in changes[:MOST_MOVERS]]


def mover_of(card: Scorecard, kpi, better: bool) -> dict:
	now, before = (card.row(kpi, month) for month in (card.month, card.months[-2]))
	return {
		"kpi": kpi.name,
		"title": _(kpi.name),
		"unit": kpi.unit,
		"decimals": kpi.decimals,
		"direction": kpi.direction,
		"better": better,
		"value": now.value,
		"change": now.value - before.value,
		"amounts": [[before.numerator, before.denominator], [now.numerator, now.denominator]],
		"names": [_(kpi.numerator), _(kpi.denominator)],
		"parts": parts_of(card, kpi),
	}


def parts_of(card: Scorecard, kpi) -> list[dict]:
	"""By how much stores below the node, or persons of a store, moved the figure since the month before; the largest first."""
	before_month, month = card.months[-2:]
	below = [store.name for store in card.below]
	if below:
		amounts = [{store: _amounts(row) for store in below if (row := card.of_stores.get((store, kpi.name, when)))} for when in (before_month, month)]
		names = card.titles
	else:
		amounts = [_amounts_of_persons(card.node, kpi.name, when) for when in (before_month, month)]
		names = full_names([*amounts[0], *amounts[1]])
	found = contributions(*amounts, factor=flt(kpi.factor))
	largest = sorted(found.items(), key=lambda part: -abs(part[1]))[:MOST_PARTS]
	return [{"key": key, "name": names.get(key, key), "change": change, "before": amounts[0].get(key), "now": amounts[1].get(key)} for key, change in largest if change]


def _amounts(row) -> tuple[float, float]:
	return row.numerator, row.denominator


def _amounts_of_persons(node: str, kpi: str, month: date) -> dict[str, tuple[float, float]]:
	return {key[3]: _amounts(row) for key, row in of_nodes([node], [month], persons=True).items() if key[1] == kpi}


def people_of(card: Scorecard) -> dict:
	"""KPIs of each person of the store, those with the most work first; which KPIs know persons."""
	rows = of_nodes([card.node], [card.month], persons=True)
	kpis = [kpi for kpi in card.kpis if any(key[1] == kpi.name for key in rows)]
	people: dict[str, dict] = defaultdict(dict)
	for (_node, kpi, _month, person), row in rows.items():
		people[person][kpi] = row
	names = full_names(people)
	cells = [{"person": person, "name": names.get(person) or person, "cells": [_cell(card, kpi, found.get(kpi.name)) for kpi in kpis]} for person, found in people.items()]
	cells.sort(key=lambda row: (-sum(cell["denominator"] for cell in row["cells"] if cell), row["name"]))
	return {"kpis": [_heading(kpi) for kpi in kpis], "rows": cells}


def stores_below(card: Scorecard) -> dict:
	"""KPIs of each store below the node, and its composite score."""
	rows = [
		{
			"store": store.name,
			"name": store.dealership_name,
			"points": card.points(card.month, store.name),
			"cells": [_cell(card, kpi, card.row(kpi, card.month, store.name), store.name) for kpi in card.kpis],
		}
		for store in card.below
	]
	rows.sort(key=lambda row: -(row["points"] or 0))
	return {"kpis": [_heading(kpi) for kpi in card.kpis], "rows": rows}


def _heading(kpi) -> dict:
	return {"kpi": kpi.name, "title": _(kpi.name), "unit": kpi.unit, "decimals": kpi.decimals}


def _cell(card: Scorecard, kpi, row, node: str | None = None) -> dict | None:
	if not row:
		return None
	target = card.target(kpi, card.month, node)
	shade = light_of(kpi, attainment(row.value, target and target.target, kpi.direction))
	return {"value": row.value, "numerator": row.numerator, "denominator": row.denominator, "light": shade}


def documents_behind(kpi, node: str, month: date) -> list[dict]:
	"""Lists of the documents that numerator and denominator were counted from: type, and filters for its list."""
	window = Window.ending_with(month, kpi.window_months)
	below = [store for store, way in ways_up().items() if node in way]
	found = []
	for name in (kpi.numerator, kpi.denominator):
		doctype, moment, filters = MEASURES[name].documents
		if frappe.has_permission(doctype, "read"):
			span = ["between", [str(window.start), str(frappe.utils.add_days(next_month(month), -1))]]
			found.append({"label": _(name), "doctype": doctype, "filters": {**filters, moment: span, "dealership": ["in", below] if len(below) > 1 else below[0]}})
	return found
