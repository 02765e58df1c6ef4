"""Which target holds for a KPI, a node and a month."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

import frappe
from frappe.utils import flt

from crm4s.scorecard.results import ways_up
from crm4s.value.scorecard import Target, target_for

TARGET = "C4S KPI Target"


class Targets:
	"""Targets of some years that hold for nodes: `rows` by KPI, `ways` the way up from each node."""

	def __init__(self, nodes: Iterable[str], years: Iterable[int]):
		self.ways = ways_up()
		wanted = {name for node in nodes for name in self.ways.get(node, [])}
		filters = {"dealership": ["in", sorted(wanted) or [""]], "year": ["in", sorted(set(years))]}
		self.rows: dict[str, list[Target]] = defaultdict(list)
		for row in frappe.get_all(TARGET, filters, ["kpi", "dealership", "year", "month", "target", "weight"]):
			self.rows[row.kpi].append(Target(row.dealership, row.year, row.month, row.target, row.weight or None))


def target_of(targets: Targets, kpi, node: str, month: date) -> Target | None:
	"""What was set for the node or one above it, else the KPI's usual one."""
	found = target_for(targets.rows.get(kpi.name, ()), targets.ways.get(node, []), month)
	return found or (Target("", month.year, 0, flt(kpi.target)) if flt(kpi.target) else None)
