"""What the clock does to contacts."""

from datetime import timedelta

import frappe
from frappe.utils import now_datetime

from crm4s.interactions.actions import INBOUND, INTERACTION, OPEN, finish
from crm4s.runs import commit, guarded

RINGS_AT_MOST = timedelta(hours=1)
# Whoever notes a call does so by then; the job looks back so many days.
NOTED_WITHIN, LOOKS_BACK = timedelta(hours=4), timedelta(days=7)
MOST_AT_ONCE = 500


def end_forgotten_calls() -> int:
	"""No call stays without an end: one that only rang is missed, one that its agent never finished goes the way of every finished call; how many."""
	return _end_rings() + _end_unfinished()


def _end_rings() -> int:
	before = now_datetime() - RINGS_AT_MOST
	contact = frappe.qb.DocType(INTERACTION)
	rings = contact.agent.isnull() & contact.ended_on.isnull() & (contact.status == OPEN) & (contact.direction == INBOUND)
	recent = contact.started_on[before - timedelta(days=2) : before]
	names = frappe.qb.from_(contact).select(contact.name).where(recent & rings).orderby(contact.started_on).limit(MOST_AT_ONCE).run(pluck=True)
	return sum(1 for name in names if guarded(lambda name=name: _miss(name), f"Contact {name} could not be ended"))


def _end_unfinished() -> int:
	before = now_datetime() - NOTED_WITHIN
	contact = frappe.qb.DocType(INTERACTION)
	in_hand = contact.agent.isnotnull() & contact.ended_on.isnull() & (contact.missed == 0)
	# Somebody may still be typing into it.
	is_over = (contact.line_ended_on.isnull() | (contact.line_ended_on < before)) & (contact.modified < before)
	recent = contact.started_on[before - LOOKS_BACK : before]
	names = frappe.qb.from_(contact).select(contact.name).where(recent & in_hand & is_over).orderby(contact.started_on).limit(MOST_AT_ONCE).run(pluck=True)
	return sum(1 for name in names if guarded(lambda name=name: _finish(name), f"Contact {name} could not be ended"))


def _finish(name: str) -> bool:
	contact = frappe.get_doc(INTERACTION, name, for_update=True)
	if contact.ended_on or not contact.agent:
		return False
	if not contact.line_ended_on:
		# Nobody knows; what was typed last was typed then.
		frappe.db.set_value(INTERACTION, name, "line_ended_on", contact.modified, update_modified=False)
	finish(name, {})
	commit()
	return True


def _miss(name: str) -> bool:
	contact = frappe.get_doc(INTERACTION, name, for_update=True)
	if contact.agent or contact.ended_on:
		return False
	contact.update({"missed": 1, "ended_on": contact.started_on})
	contact.flags.by_centre = contact.flags.ignore_permissions = True
	contact.save()
	commit()
	return True
