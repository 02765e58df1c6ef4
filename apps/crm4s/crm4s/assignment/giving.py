"""Give leads by rule. The rule's row is locked while it gives, so that arrivals at the same moment take turns as well.

What a transaction reads is as old as its beginning, but locked rows are the latest: each member counts the leads given, and the difference
between the two readings is what others were given meanwhile.
"""

from collections import defaultdict
from collections.abc import Iterable

import frappe
from frappe.utils import now_datetime

from crm4s.assignment.choose import assign, last_turn
from crm4s.assignment.rules import LEAD, MEMBER, RULE, Rule, Rules, consultants_of, open_leads, read_rules
from crm4s.change_feed.noting import note
from crm4s.leads.movements import log_movements
from crm4s.leads.notices import tell_of_new_leads

CHUNK = 2_000
FEW_NOTICES = 20


def give_new_lead(lead) -> None:
	"""Before a new open lead without consultant is written: the one whose turn it is; nobody where no rule fits or all are full."""
	if not lead.is_new() or lead.sales_consultant or lead.status != "Open" or lead.in_pool or frappe.flags.in_import:
		return
	rules = read_rules()
	rule = rules.find(lead)
	if not rule:
		return
	chosen = _give(rule, lead.dealership, [lead], rules)
	lead.sales_consultant = chosen.get(lead.name)
	lead.flags.given_by_rule = rule.name if lead.sales_consultant else None


def say_who_got_it(lead) -> None:
	"""After the lead is written: the log, and the notice to whoever got it."""
	if not lead.sales_consultant:
		return
	movement = {"lead": lead.name, "dealership": lead.dealership, "movement": "Assigned", "to_user": lead.sales_consultant}
	if lead.flags.given_by_rule:
		log_movements([{**movement, "rule": lead.flags.given_by_rule}])
		tell_of_new_leads({lead.sales_consultant: [lead.name]})


def give_leads(names: Iterable[str]) -> dict[str, str]:
	"""Give these open leads without consultant by rule, in sets; the consultant by lead. Who may do that is the caller's question."""
	rules = read_rules()
	given: dict[str, str] = {}
	for (rule, store), leads in _by_rule(rules, list(names)).items():
		chosen = _give(rule, store, leads, rules)
		_write(chosen)
		log_movements(
			{"lead": lead, "dealership": store, "movement": "Assigned", "to_user": user, "rule": rule.name} for lead, user in chosen.items()
		)
		given.update(chosen)
	of_user: dict[str, list[str]] = defaultdict(list)
	for lead, user in given.items():
		of_user[user].append(lead)
	_tell(of_user)
	return given


def _tell(of_user: dict[str, list[str]]) -> None:
	"""A few at once; many after the transaction by a job, as nobody waits for two hundred notices."""
	if len(of_user) <= FEW_NOTICES:
		tell_of_new_leads(of_user)
	else:
		frappe.enqueue("crm4s.leads.notices.tell_of_new_leads", enqueue_after_commit=True, leads_by_user=dict(of_user))


def write_consultant(names: list[str], user: str | None) -> None:
	"""Write the consultant of many leads, with what follows from a change of hands."""
	table, now = frappe.qb.DocType(LEAD), now_datetime()
	for start in range(0, len(names), CHUNK):
		(
			frappe.qb.update(table)
			.set(table.sales_consultant, user)
			.set(table.held_since, now if user else None)
			.set(table.in_pool, 0)
			.set(table.pooled_on, None)
			.set(table.pool_reason, None)
			.set(table.modified, now)
			.set(table.modified_by, frappe.session.user)
			.where(table.name.isin(names[start : start + CHUNK]))
			.run()
		)
		note(LEAD, names[start : start + CHUNK], fields=["sales_consultant", "in_pool"])


def _by_rule(rules: Rules, names: list[str]) -> dict[tuple[Rule, str], list]:
	grouped: dict[tuple[Rule, str], list] = {}
	for start in range(0, len(names), CHUNK):
		leads = frappe.get_all(
			LEAD,
			{"name": ["in", names[start : start + CHUNK]], "status": "Open", "sales_consultant": ["is", "not set"]},
			["name", "dealership", "source", "interested_model"],
			order_by="received_on, name",
		)
		for lead in leads:
			rule = rules.find(lead)
			if rule:
				grouped.setdefault((rule, lead.dealership), []).append(lead)
	return grouped


def _give(rule: Rule, store: str, leads: list, rules: Rules) -> dict[str, str]:
	"""Choose behind the lock, and note whose turn it was."""
	members = frappe.get_all(MEMBER, {"parent": rule.name, "parenttype": RULE}, ["name", "user", "leads_given"], order_by="idx")
	loads = open_leads(member.user for member in members)
	last = frappe.db.get_value(RULE, rule.name, "last_user", for_update=True)
	latest = _given_until_now(rule.name)
	for member in members:
		loads[member.user] = loads.get(member.user, 0) + latest.get(member.user, 0) - (member.leads_given or 0)
	wishes = [rules.wish_of(lead) for lead in leads]
	consultants = consultants_of(rule.name, store, loads)
	turn = last_turn([member.user for member in members], last, {consultant.user for consultant in consultants})
	chosen = assign(wishes, consultants, rule.method, turn)
	if chosen:
		_note_turns(rule.name, members, latest, chosen)
	return chosen


def _given_until_now(rule: str) -> dict[str, int]:
	table = frappe.qb.DocType(MEMBER)
	query = frappe.qb.from_(table).select(table.user, table.leads_given).where((table.parent == rule) & (table.parenttype == RULE))
	return dict(query.for_update().run())


def _note_turns(rule: str, members: list, latest: dict[str, int], chosen: dict[str, str]) -> None:
	users = list(chosen.values())
	frappe.db.set_value(RULE, rule, "last_user", users[-1], update_modified=False)
	for member in members:
		count = users.count(member.user)
		if count:
			frappe.db.set_value(MEMBER, member.name, "leads_given", latest.get(member.user, 0) + count, update_modified=False)


def _write(chosen: dict[str, str]) -> None:
	of_user: dict[str, list[str]] = defaultdict(list)
	for lead, user in chosen.items():
		of_user[user].append(lead)
	for user, names in of_user.items():
		write_consultant(names, user)
