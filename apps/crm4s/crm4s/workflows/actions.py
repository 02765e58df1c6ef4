"""What the form calls: the panel of the current state, ticks, and workflow actions that ask for fields on the way."""

import frappe
from frappe import _
from frappe.model.workflow import WorkflowTransitionError, get_transitions, has_approval_access
from frappe.utils import cint

from crm4s.workflows import touchpoints
from crm4s.workflows.events import catch_up
from crm4s.workflows.states import STATE


@frappe.whitelist()
def get_panel(document_type: str, document_name: str) -> dict:
	"""What the panel beside the form shows for the document's state; see `touchpoints.panel`."""
	document = _permitted_document(document_type, document_name, "read")
	# Not the document's own has_permission, which shows an empty message to who may not.
	may_write = frappe.has_permission(document_type, "write", doc=document)
	return touchpoints.panel(document) | {"may_tick": bool(may_write)}


@frappe.whitelist(methods=["POST"])
def set_tick(document_type: str, document_name: str, item: str, ticked: int) -> dict:
	"""Tick an item of the current state's checklist or take the tick back; the panel as it is then."""
	document = _permitted_document(document_type, document_name, "write")
	touchpoints.set_tick(document, item, bool(cint(ticked)))
	if cint(ticked):
		# The item may be the last thing that the next state waited for.
		catch_up(document)
	return touchpoints.panel(document) | {"may_tick": True}


@frappe.whitelist()
def get_asked_fields(document_type: str, document_name: str, action: str) -> list[dict]:
	"""The fields that the state asks for to which `action` leads: `field_name` and whether it is `mandatory`."""
	document = _permitted_document(document_type, document_name, "read")
	touchpoint = touchpoints.touchpoint_of(document_type, _transition(document, action).next_state)
	return [{"field_name": row.field_name, "mandatory": cint(row.mandatory)} for row in touchpoint.entry_fields] if touchpoint else []


@frappe.whitelist(methods=["POST"])
def take_action(document_type: str, document_name: str, action: str, values: dict | str | None = None) -> None:
	"""Do a workflow action together with the fields that the next state asks for, in one save."""
	document = _permitted_document(document_type, document_name, "write")
	transition = _transition(document, action)
	touchpoint = touchpoints.touchpoint_of(document_type, transition.next_state)
	given = frappe.parse_json(values) or {}
	document.update({row.field_name: given[row.field_name] for row in (touchpoint.entry_fields if touchpoint else []) if row.field_name in given})
	document.set(STATE, transition.next_state)
	document.save()
	document.add_comment("Workflow", _(transition.next_state))


def _permitted_document(document_type: str, document_name: str, right: str):
	document = frappe.get_doc(document_type, document_name)
	document.check_permission(right)
	return document


def _transition(document, action: str):
	"""The transition behind an action that the user may take now."""
	for transition in get_transitions(document):
		if transition.action == action and has_approval_access(frappe.session.user, document, transition):
			return transition
	frappe.throw(_("{0} is not possible now: somebody else may have moved the document, or it is another role's job.").format(frappe.bold(_(action))), WorkflowTransitionError)
