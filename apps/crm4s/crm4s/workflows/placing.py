"""Which state the documents take that were there before their workflow, in sets: there are millions of them.

Without this Frappe puts every document without a state into the workflow's first one when the workflow is saved.
"""

from collections.abc import Mapping

import frappe
from pypika import Case, Order

from crm4s.change_feed.noting import note
from crm4s.change_feed.watching import WATCHED
from crm4s.runs import commit
from crm4s.workflows.states import STATE, STATUS

BATCH = 20_000


def place_documents(workflow, batch: int = BATCH) -> None:
	"""Give each document that is in no state of `workflow` the first state that means its status; nothing else of it changes.

	Each batch is a transaction of its own, so that nobody waits for long. Killed and started again, it goes on with what is left.
	"""
	first_states: dict[str, str] = {}
	for row in workflow.states:
		if row.update_field == STATUS and row.update_value:
			first_states.setdefault(row.update_value, row.state)
	known = [row.state for row in workflow.states]
	last = ""
	while end := end_of_batch(workflow.document_type, last, batch):
		_place_batch(workflow.document_type, first_states, known, (last, end))
		commit()
		last = end


def end_of_batch(doctype: str, last: str, batch: int) -> str | None:
	"""The name of the last of the next `batch` documents after the name `last`; None where there are no more."""
	table = frappe.qb.DocType(doctype)
	beyond = frappe.qb.from_(table).where(table.name > last).orderby(table.name).select(table.name)
	full = beyond.limit(1).offset(batch - 1).run()
	if full:
		return full[0][0]
	rest = (
		frappe.qb.from_(table).where(table.name > last).orderby(table.name, order=Order.desc).select(table.name).limit(1).run()
	)
	return rest[0][0] if rest else None


def _place_batch(doctype: str, first_states: Mapping[str, str], known: list[str], names: tuple[str, str]) -> None:
	if not first_states:
		return
	table = frappe.qb.DocType(doctype)
	state = Case()
	for status, first in first_states.items():
		state = state.when(table[STATUS] == status, first)
	# One statement, as each reads the whole rows of the batch.
	lost = table[STATUS].isin(list(first_states)) & (table[STATE].isnull() | table[STATE].notin(known))
	which = (table.name > names[0]) & (table.name <= names[1]) & lost
	told = frappe.qb.from_(table).select(table.name).where(which).for_update().run(pluck=True) if doctype in WATCHED else []
	frappe.qb.update(table).set(table[STATE], state).where(which).run()
	note(doctype, told, fields=[STATE])
