"""In which state of its process a document is, and the coarse status that follows from it.

The Frappe Workflow that is active for a document type says which states there are; its columns *Update Field* and *Update Value* say which
state means which coarse status. Both are data that an admin changes, so nothing here knows a state by its name. Code, reports and
indexes read the status; this module is the only writer of both.
"""

from collections.abc import Iterable

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.model.workflow import get_workflow_name
from frappe.utils import escape_html

from crm4s.exceptions import NoStateForStatusError, StatusFollowsStateError

STATE, STATUS, PREVIOUS = "workflow_state", "status", "previous_state"


class ProcessDocument(Document):
	"""A document that a workflow leads. Whoever acts for the system, or imports what happened elsewhere, is not asked for a transition."""

	def validate_workflow(self):
		if not _brings_status(self):
			super().validate_workflow()


def active_workflow(doctype: str):
	"""The Workflow document that leads documents of this type now; None where no workflow does."""
	name = get_workflow_name(doctype)
	return frappe.get_cached_doc("Workflow", name) if name else None


def status_of(doctype: str, state: str | None) -> str | None:
	"""The coarse status that a state means; None for a state that means none."""
	return _meanings(active_workflow(doctype)).get(state)


def state_for(doctype: str, status: str | None) -> str | None:
	"""The first state of the active workflow that means `status`; None where no workflow is active or no state means it."""
	return next((state for state, meant in _meanings(active_workflow(doctype)).items() if meant == status), None)


def states_meaning(doctype: str, status: str) -> list[str]:
	"""All states that mean `status`, in the order of the workflow."""
	return [state for state, meant in _meanings(active_workflow(doctype)).items() if meant == status]


def states_for(doctype: str, statuses: Iterable[str]) -> dict[str, str | None]:
	"""`state_for` each of the statuses, for writers of many rows."""
	return {status: state_for(doctype, status) for status in statuses}


def follow_state(document, event: str | None = None) -> None:
	"""Write the status that the document's state means. Runs before the controller validates, which reads the status."""
	workflow = active_workflow(document.doctype)
	if not workflow:
		return
	before = document.get_doc_before_save()
	if _is_stateless(before) and not document.flags.moved_by_system:
		document.set(STATUS, before.get(STATUS))
	if _brings_status(document):
		_take_state_of_status(document)
		return
	document.set(STATE, document.get(STATE) or (before.get(STATE) if before else workflow.states[0].state))
	_refuse_status_by_hand(document, before)
	meant = status_of(document.doctype, document.get(STATE))
	if meant:
		document.set(STATUS, meant)
	_note_previous_state(document, before)


def move(document, status: str, reason: str | None = None) -> None:
	"""Bring a document to a coarse status because of something that happened elsewhere, as an order wins the lead it came from.

	The workflow's roles and conditions are not asked, as nobody chose this step; the controller's own rules are. A document that
	goes back to a status returns to the state it came from, else it enters the first state with that status.

	Args:
		reason: a sentence for the document's timeline.
	Raises:
		NoStateForStatusError: the active workflow has no state with this status.
	"""
	if document.get(STATUS) == status:
		return
	_write(document, _state_to_enter(document, status) or document.get(STATE), status, reason)


def enter(document, state: str, reason: str | None = None) -> None:
	"""Bring a document to one state of its workflow because of something that happened; otherwise like `move`."""
	_write(document, state, status_of(document.doctype, state) or document.get(STATUS), reason)


def _write(document, state: str | None, status: str, reason: str | None) -> None:
	before = document.flags.ignore_permissions
	document.flags.moved_by_system = True
	try:
		document.update({STATUS: status, STATE: state})
		document.save(ignore_permissions=True)
	finally:
		document.flags.moved_by_system, document.flags.ignore_permissions = False, before
	document.add_comment("Workflow", " · ".join(escape_html(part) for part in (_(state or status), reason) if part))


def _meanings(workflow) -> dict[str, str]:
	"""Status by state, in the order of the workflow."""
	if not workflow:
		return {}
	return {row.state: row.update_value for row in workflow.states if row.update_field == STATUS and row.update_value}


def _brings_status(document) -> bool:
	imported = frappe.flags.in_import and document.is_new() and document.get(STATUS)
	return bool(document.flags.moved_by_system or imported or _is_stateless(document.get_doc_before_save()))


def _is_stateless(before) -> bool:
	"""Whether a document was written while no workflow led it: it takes the state of its status."""
	return bool(before) and not before.get(STATE)


def _take_state_of_status(document) -> None:
	if not _goes_with(document.doctype, document.get(STATE), document.get(STATUS)):
		document.set(STATE, state_for(document.doctype, document.get(STATUS)))
	_note_previous_state(document, document.get_doc_before_save())


def _goes_with(doctype: str, state: str | None, status: str) -> bool:
	"""Whether a state means this status, or leaves it as it was."""
	workflow = active_workflow(doctype)
	return bool(workflow) and any(row.state == state for row in workflow.states) and status_of(doctype, state) in (status, None)


def _state_to_enter(document, status: str) -> str | None:
	workflow = active_workflow(document.doctype)
	if not workflow:
		return None
	came_from = document.get(PREVIOUS)
	if came_from and status_of(document.doctype, came_from) == status:
		return came_from
	state = state_for(document.doctype, status)
	if not state:
		frappe.throw(
			_("The workflow {0} has no state that sets the status to {1}; an administrator has to add one.").format(
				frappe.bold(_(workflow.name)), frappe.bold(_(status))
			),
			NoStateForStatusError,
		)
	return state


def _refuse_status_by_hand(document, before) -> None:
	"""A status that somebody sets would be lost without a word, as the state decides."""
	if before and before.get(STATE) != document.get(STATE):
		return
	usual = before.get(STATUS) if before else document.meta.get_field(STATUS).default
	given = document.get(STATUS)
	if given and given not in (usual, status_of(document.doctype, document.get(STATE))):
		frappe.throw(
			_("The status follows from the workflow state, which is {0}; use the actions of the workflow to change it.").format(
				frappe.bold(_(document.get(STATE)))
			),
			StatusFollowsStateError,
		)


def _note_previous_state(document, before) -> None:
	"""Where the workflow has to know the way back, as from a defeat that was refused."""
	if not document.meta.has_field(PREVIOUS):
		return
	moved = before and before.get(STATE) != document.get(STATE)
	document.set(PREVIOUS, before.get(STATE) if moved else before and before.get(PREVIOUS))
