"""By when contacts are answered, for those whom the ladder of escalation tells when nobody does (crm4s.escalation)."""

from collections.abc import Sequence

import frappe
from frappe.utils import cint, get_datetime

from crm4s.calendars.working_hours import working_minutes_between
from crm4s.escalation import RESPONSE, RUNNING, STOPPED, Clock, Subject, forget, plan
from crm4s.interactions.actions import INTERACTION, OPEN
from crm4s.store_hours import working_hours

FIELDS = ("name", "dealership", "status", "due_on", "received_on", "ended_on", "times_reopened", "modified")


def follow(interaction) -> None:
	"""What the ladder knows of the contact follows when it is saved; contacts without a due time have no ladder."""
	before = interaction.get_doc_before_save()
	if interaction.due_on or (before and before.due_on):
		plan(subject_of(interaction))


def leave(interaction) -> None:
	forget(INTERACTION, interaction.name)


def subject_of(interaction) -> Subject:
	if not interaction.due_on:
		return Subject(INTERACTION, interaction.name, interaction.dealership, [], cint(interaction.times_reopened))
	due, began = get_datetime(interaction.due_on), _began(interaction)
	hours = working_hours(interaction.dealership, began.date(), due.date())
	clock = Clock(RESPONSE, began, due, working_minutes_between(hours, began, due), state=RUNNING if interaction.status == OPEN else STOPPED)
	return Subject(INTERACTION, interaction.name, interaction.dealership, [clock], cint(interaction.times_reopened))


def subjects(names: Sequence[str] | None = None, after: str = "", limit: int = 200) -> list[Subject]:
	"""Those of these names, or the open ones with a due time that come after a name, at most so many."""
	chosen = [["name", "in", list(names)]] if names is not None else [["status", "=", OPEN], ["due_on", "is", "set"], ["name", ">", after]]
	rows = frappe.get_all(INTERACTION, chosen, list(FIELDS), order_by="name", limit=limit, ignore_ifnull=True)
	return [subject_of(row) for row in rows]


def _began(interaction):
	"""When this round began: with the contact, or when it was opened again, which is when it was saved with its new due time."""
	if cint(interaction.times_reopened):
		return min(get_datetime(interaction.modified), get_datetime(interaction.due_on))
	return min(get_datetime(interaction.ended_on or interaction.received_on), get_datetime(interaction.due_on))
