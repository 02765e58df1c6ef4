"""What the clock does to contacts."""

from datetime import timedelta

import frappe
from frappe.utils import now_datetime

from crm4s.interactions.actions import INBOUND, INTERACTION, OPEN
from crm4s.runs import commit, guarded

RINGS_AT_MOST = timedelta(hours=1)
MOST_AT_ONCE = 500


def end_forgotten_calls() -> int:
	"""Calls that rang, and of which the exchange said no more, become missed calls that somebody answers; how many."""
	before = now_datetime() - RINGS_AT_MOST
	contact = frappe.qb.DocType(INTERACTION)
	rings = contact.agent.isnull() & contact.ended_on.isnull() & (contact.status == OPEN) & (contact.direction == INBOUND)
	recent = contact.started_on[before - timedelta(days=2) : before]
	names = frappe.qb.from_(contact).select(contact.name).where(recent & rings).orderby(contact.started_on).limit(MOST_AT_ONCE).run(pluck=True)
	return sum(1 for name in names if guarded(lambda name=name: _miss(name), f"Contact {name} could not be ended"))


def _miss(name: str) -> bool:
	contact = frappe.get_doc(INTERACTION, name, for_update=True)
	if contact.agent or contact.ended_on:
		return False
	contact.update({"missed": 1, "ended_on": contact.started_on})
	contact.flags.by_centre = contact.flags.ignore_permissions = True
	contact.save()
	commit()
	return True
