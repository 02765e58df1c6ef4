"""The steps that lead on from where a document stands."""

import frappe
from frappe.model.workflow import get_transitions

from crm4s.workflows.states import active_workflow, status_of


def transitions(document) -> list[dict]:
	"""Those that the current user may take, as Frappe checks them on saving: for what is stored, which is locked."""
	return get_transitions(frappe.get_doc(document.doctype, document.name, for_update=True))


def open_ways(document) -> dict[str, str]:
	"""Action and next state of each step within its status that the current user can take with the document as it is stored."""
	if not active_workflow(document.doctype):
		return {}
	ways = {transition.action: transition.next_state for transition in transitions(document)}
	return {action: state for action, state in ways.items() if status_of(document.doctype, state) == document.status}
