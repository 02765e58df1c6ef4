"""Which C4S Lead Assignment Rule gives out a lead, and which of its consultants are there; read in few queries, for one lead or thousands."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import frappe
from frappe.query_builder.functions import Count
from frappe.utils import now_datetime

from crm4s.access.stores import stores_of
from crm4s.assignment.choose import Consultant, Skill, Wish

LEAD, RULE, MEMBER, ABSENCE = "C4S Lead", "C4S Lead Assignment Rule", "C4S Lead Assignment Member", "C4S Absence"


@dataclass(frozen=True)
class Rule:
	"""One enabled rule with the range of the tree it counts for; no sources or models: all."""

	name: str
	method: str
	nodes: tuple[int, int]
	sources: frozenset[str] = frozenset()
	models: tuple[Skill, ...] = ()

	def fits(self, position: int, source: str | None, wish: Wish) -> bool:
		if not self.nodes[0] <= position <= self.nodes[1] or (self.sources and source not in self.sources):
			return False
		return not self.models or any(model.depth(wish) for model in self.models)


@dataclass
class Rules:
	"""The enabled rules in the order in which they count, and where the stores stand in the tree."""

	rules: list[Rule]
	positions: dict[str, int]
	cars: dict[str, dict] = field(default_factory=dict)

	def rule_for(self, lead) -> str | None:
		rule = self.find(lead)
		return rule.name if rule else None

	def find(self, lead) -> Rule | None:
		position = self.positions.get(lead.get("dealership"))
		if position is None:
			return None
		wish = self.wish_of(lead)
		return next((rule for rule in self.rules if rule.fits(position, lead.get("source"), wish)), None)

	def wish_of(self, lead) -> Wish:
		model = lead.get("interested_model")
		if model and model not in self.cars:
			self.cars[model] = frappe.get_cached_value("C4S Vehicle Model", model, ["brand", "series"], as_dict=True) or {}
		car = self.cars.get(model) or {}
		return Wish(lead.get("name") or "", car.get("brand"), car.get("series"), model)


def read_rules() -> Rules:
	rows = frappe.get_all(RULE, {"enabled": 1}, ["name", "method", "dealership"], order_by="priority, name")
	if not rows:
		return Rules([], {})
	names = [row.name for row in rows]
	sources, models = _rows_of(names, "C4S Lead Assignment Source", ["source"]), _rows_of(names, "C4S Lead Assignment Model", ["brand", "series", "model"])
	nodes = {row.name: row for row in frappe.get_all("C4S Dealership", fields=["name", "lft", "rgt"])}
	rules = [
		Rule(
			row.name,
			row.method,
			(nodes[row.dealership].lft, nodes[row.dealership].rgt),
			frozenset(source.source for source in sources.get(row.name, [])),
			tuple(_skill(model) for model in models.get(row.name, [])),
		)
		for row in rows
		if row.dealership in nodes
	]
	return Rules(rules, {name: node.lft for name, node in nodes.items()})


def consultants_of(rule: str, store: str, loads: dict[str, int]) -> list[Consultant]:
	"""Those of the rule who are enabled, not absent now and work for the store, in the order of their turns."""
	members = frappe.get_all(MEMBER, {"parent": rule, "parenttype": RULE}, ["user", "max_open_leads"], order_by="idx")
	there = present(member.user for member in members)
	skills = _rows_of([rule], "C4S Lead Assignment Skill", ["user", "brand", "series", "model"]).get(rule, [])
	return [
		Consultant(
			member.user, loads.get(member.user, 0), member.max_open_leads or 0, tuple(_skill(row) for row in skills if row.user == member.user)
		)
		for member in members
		if member.user in there and _works_for(member.user, store)
	]


def present(users: Iterable[str]) -> set[str]:
	"""Those of the users who are enabled and not absent now."""
	names, now = list(users), now_datetime()
	enabled = frappe.get_all("User", {"name": ["in", names or [""]], "enabled": 1}, pluck="name")
	absent = frappe.get_all(
		ABSENCE, {"user": ["in", names or [""]], "absent_from": ["<=", now], "absent_until": [">", now]}, pluck="user"
	)
	return set(enabled) - set(absent)


def open_leads(users: Iterable[str]) -> dict[str, int]:
	"""How many open leads each of them holds, in all stores."""
	lead = frappe.qb.DocType(LEAD)
	query = frappe.qb.from_(lead).select(lead.sales_consultant, Count("*")).groupby(lead.sales_consultant)
	return dict(query.where(lead.sales_consultant.isin(list(users) or [""]) & (lead.status == "Open")).run())


def _works_for(user: str, store: str) -> bool:
	stores = stores_of(user)
	return stores is None or store in stores


def _rows_of(rules: list[str], child: str, fields: list[str]) -> dict[str, list]:
	grouped: dict[str, list] = {}
	for row in frappe.get_all(child, {"parent": ["in", rules], "parenttype": RULE}, ["parent", *fields], order_by="idx"):
		grouped.setdefault(row.parent, []).append(row)
	return grouped


def _skill(row) -> Skill:
	return Skill(row.brand or None, row.series or None, row.model or None)
