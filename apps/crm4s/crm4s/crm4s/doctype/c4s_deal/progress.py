"""Take a deal to a coarse status: along the workflow's transitions where one is active, plainly where none is."""

import frappe
from frappe import _

from crm4s.workflows.states import STATE, active_workflow, status_of
from crm4s.workflows.ways import open_ways, transitions


def advance(deal, status: str) -> None:
	"""Save the deal, with what the caller changed, in a state of this status; one that has it already stays as it is."""
	if deal.status == status:
		return
	if active_workflow(deal.doctype):
		deal.set(STATE, _next_state(deal, status))
	else:
		deal.status = status
	deal.save()


def _next_state(deal, status: str) -> str:
	"""The state with this status to which the current user may take the deal."""
	for transition in transitions(deal):
		if status_of(deal.doctype, transition.next_state) == status:
			return transition.next_state
	frappe.throw(
		_("From the state {0} you cannot take this deal to {1}; the workflow says who may, and from where.").format(
			frappe.bold(_(deal.get(STATE))), _(status)
		)
	)


def go_on(deal, before: dict[str, str]) -> None:
	"""Take the one way that was not open before, as after an approval that the workflow's condition waits for."""
	opened = [state for action, state in open_ways(deal).items() if action not in before]
	if len(opened) == 1:
		deal.set(STATE, opened[0])
		# Who wrote the fact was asked for permission by the action.
		deal.save_facts()
