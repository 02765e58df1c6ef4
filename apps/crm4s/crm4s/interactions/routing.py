"""To whom a contact goes and by when it is answered: the first rule that fits, working hours and holidays of its store."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

import frappe
from frappe import _
from frappe.utils import cint, get_datetime, now_datetime

from crm4s.access.staff import assigned_to
from crm4s.access.stores import stores_of
from crm4s.assignment.choose import last_turn
from crm4s.assignment.rules import present
from crm4s.calendars.working_hours import SEARCH_DAYS, NeverOpenError, add_working_minutes
from crm4s.notices import ring
from crm4s.store_hours import working_hours

INTERACTION, RULE, CATEGORY, DEALERSHIP = "C4S Interaction", "C4S Routing Rule", "C4S Interaction Category", "C4S Dealership"
PERSON, TURNS = "Person", "Takes Turns"
# A department of a store that is larger takes no turns with all of them.
MOST_PEOPLE = 200
RULE_FIELDS = ("name", "category", "channel", "dealership", "missed_only", "method", "department", "person", "due_minutes", "sequence")


def fitting(rules: Iterable[Mapping], facts: Mapping) -> Mapping | None:
	"""The rule that counts: the smallest order of those that fit, then the one that says more, then by name. Pure.

	Args:
		rules: with `category`, `channel`, `nodes` (stores, None for all), `missed_only`, `sequence`, `name`.
		facts: `categories` (the contact's own and the group above it), `channel`, `dealership`, `missed`.
	"""

	def fits(rule: Mapping) -> bool:
		return (
			(not rule["category"] or rule["category"] in facts["categories"])
			and (not rule["channel"] or rule["channel"] == facts["channel"])
			and (rule["nodes"] is None or facts["dealership"] in rule["nodes"])
			and (not rule["missed_only"] or bool(facts["missed"]))
		)

	def rank(rule: Mapping) -> tuple:
		said = sum(1 for part in (rule["category"], rule["channel"], rule["nodes"], rule["missed_only"]) if part)
		return cint(rule["sequence"]), -said, rule["name"]

	return min(filter(fits, rules), key=rank, default=None)


def next_in_turn(people: list[str], last: str | None, there: set[str]) -> str | None:
	"""Who comes after `last` among those who are there, in the order of `people`; nobody where nobody is. Pure."""
	waiting = [user for user in people if user in there]
	if not waiting:
		return None
	turn = last_turn(people, last, there)
	return waiting[(waiting.index(turn) + 1) % len(waiting)] if turn in waiting else waiting[0]


def route(interaction) -> None:
	"""Department, person and due time of an open inbound contact that has none yet; what somebody chose stays.

	A call is routed when it is over: while it lasts, somebody is answering it. One that nobody has goes elsewhere when it is filed anew.
	"""
	if interaction.status != "Open" or interaction.direction != "Inbound":
		return
	if _is_filed_anew(interaction):
		interaction.department = None
	elif interaction.due_on or interaction.routing_rule:
		return
	if interaction.started_on and not interaction.ended_on:
		return
	give(interaction, get_datetime(interaction.ended_on or interaction.received_on))


def give(interaction, since: datetime) -> None:
	"""What the rule that fits says, where nobody has chosen otherwise; the time runs from `since`."""
	rule = rule_for(interaction)
	if not rule:
		return
	interaction.routing_rule = rule["name"]
	interaction.department = interaction.department or rule["department"]
	interaction.due_on = due(interaction.dealership, since, rule["due_minutes"]) if rule["due_minutes"] else None
	if not interaction.handler:
		interaction.handler = _person(rule, interaction.dealership)


def _is_filed_anew(interaction) -> bool:
	before = interaction.get_doc_before_save()
	was_filed = before and before.category != interaction.category and before.department == interaction.department
	return bool(was_filed and interaction.due_on and not interaction.handler)


def rule_for(interaction) -> dict | None:
	rows = frappe.get_all(RULE, {"enabled": 1}, list(RULE_FIELDS), limit_page_length=0)
	above = interaction.category and frappe.get_cached_value(CATEGORY, interaction.category, "parent_category")
	facts = {
		"categories": {interaction.category, above} - {None, ""},
		"channel": interaction.channel, "dealership": interaction.dealership, "missed": interaction.missed,
	}
	nodes = _nodes({row.dealership for row in rows if row.dealership})
	return fitting([{**row, "nodes": nodes.get(row.dealership) if row.dealership else None} for row in rows], facts)


def due(dealership: str, start: datetime, minutes: int) -> datetime:
	"""So many minutes later in the store's opening hours; by the clock where the store does not open for a year."""
	hours = working_hours(dealership, start.date(), start.date() + timedelta(days=SEARCH_DAYS))
	try:
		return add_working_minutes(hours, start.replace(microsecond=0), minutes)
	except NeverOpenError:
		return start + timedelta(minutes=minutes)


def require_handler(interaction, user: str) -> None:
	"""Refuse to give a contact to somebody who cannot work on it."""
	if not frappe.db.get_value("User", user, "enabled") or not frappe.has_permission(INTERACTION, "write", doc=interaction, user=user):
		frappe.throw(_("{0} does not work on contacts of this store.").format(frappe.bold(frappe.utils.escape_html(frappe.utils.get_fullname(user)))))


def tell_handler(interaction) -> None:
	"""Whoever got it from somebody else, or by rule, finds it among the notifications; once for each change of hands."""
	before = interaction.get_doc_before_save()
	user = interaction.handler
	if not user or user == frappe.session.user or (before and before.handler == user) or interaction.status == "Closed":
		return
	subject = _("A contact for you to answer: {0}").format(frappe.utils.escape_html(interaction.subject or interaction.name))
	ring(user, subject, INTERACTION, interaction.name, by=frappe.session.user)


def _person(rule: Mapping, dealership: str) -> str | None:
	if rule["method"] == PERSON:
		there = present([rule["person"]]) if rule["person"] else set()
		stores = stores_of(rule["person"]) if there else []
		return rule["person"] if there and (stores is None or dealership in stores) else None
	if rule["method"] != TURNS:
		return None
	people = assigned_to(dealership, rule["department"], MOST_PEOPLE)
	# The rule's row is locked until the contact is written, so that contacts at the same moment take turns as well.
	turns = json.loads(frappe.db.get_value(RULE, rule["name"], "turns", for_update=True) or "{}")
	chosen = next_in_turn(people, turns.get(dealership), present(people))
	if chosen:
		frappe.db.set_value(RULE, rule["name"], "turns", json.dumps({**turns, dealership: chosen}), update_modified=False)
	return chosen


def _nodes(names: set[str]) -> dict[str, set[str]]:
	"""The stores below each node, itself included."""
	found: dict[str, set[str]] = {}
	for row in frappe.get_all(DEALERSHIP, {"name": ["in", list(names) or [""]]}, ["name", "lft", "rgt"]):
		found[row.name] = set(frappe.get_all(DEALERSHIP, {"lft": [">=", row.lft], "rgt": ["<=", row.rgt]}, pluck="name"))
	return found


def is_late(interaction: Mapping) -> bool:
	return bool(interaction["status"] == "Open" and interaction["due_on"] and get_datetime(interaction["due_on"]) < now_datetime())
