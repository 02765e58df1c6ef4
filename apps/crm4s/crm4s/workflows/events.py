"""What happens in the work moves the document on without anybody choosing a step: items are quoted, a job is started, a check is passed.

Which state is entered when is data: the touchpoint of a state names the events that it waits for. Code tells what happened and knows no
state, so an admin's own states and steps are followed like ours.
"""

import frappe
from frappe import _
from frappe.model.workflow import is_transition_condition_satisfied

from crm4s.workflows import states, touchpoints

EVENTS = (
	"Items Quoted",
	"Items Decided",
	"Jobs Dispatched",
	"Work Started",
	"Work Added",
	"Work Finished",
	"Quality Passed",
	"Quality Failed",
	"Car Washed",
	"Customer Reached",
	"Visit Booked",
	"Visit Missed",
	"Customer Told",
	"Customer Objected",
	"Customer Answered",
)
# Columns that a save stamps; with them the caller can save the document again.
STAMPS = (states.STATE, states.STATUS, states.PREVIOUS, "modified", "modified_by")


def happened(document, event: str) -> bool:
	"""Bring the document to the state that waits for this event, if a transition leads there from where it is; whether it moved.

	Nothing happens while mandatory items of the present state are open, where a transition's condition does not hold, or where no
	workflow is active. Roles are not asked: nobody chose the step. To be called after the document was saved, or in its `on_change`.
	"""
	if event not in EVENTS:
		raise ValueError(f"{event} is no event of a process")
	return _follow(document, [event])


def catch_up(document) -> bool:
	"""Bring the document on by all that has happened already (`events_so_far` of its controller); whether it moved."""
	return hasattr(document, "events_so_far") and _follow(document, [])


def states_before(doctype: str, event: str) -> list[str]:
	"""The states from which a transition leads to one that waits for this event."""
	workflow = states.active_workflow(doctype)
	waiting = states_waiting(doctype, event)
	found = [row.state for row in workflow.transitions if row.next_state in waiting] if workflow else []
	return list(dict.fromkeys(found))


def _follow(document, events: list[str]) -> bool:
	"""Each step may be followed by those that waited for what happened before: work that began while its quotation was not decided yet."""
	# Somebody else may have moved it since it was read.
	current = frappe.get_doc(document.doctype, document.name, for_update=True)
	been = {current.get(states.STATE)}
	while step := _next_step(current, [*events, *_events_so_far(current)], been):
		event, state = step
		been.add(state)
		states.enter(current, state, _(event))
		events = [told for told in events if told != event]
	if len(been) == 1:
		return False
	document.update({field: current.get(field) for field in STAMPS if field.startswith("modified") or document.meta.has_field(field)})
	return True


def _events_so_far(document) -> list[str]:
	return document.events_so_far() if hasattr(document, "events_so_far") else []


def _next_step(document, events: list[str], been: set[str]) -> tuple[str, str] | None:
	steps = ((event, _state_waiting(document, event)) for event in events)
	return next(((event, state) for event, state in steps if state and state not in been), None)


def _state_waiting(document, event: str) -> str | None:
	"""The first state in the order of the transitions."""
	workflow = states.active_workflow(document.doctype)
	waiting = states_waiting(document.doctype, event) if workflow else set()
	present = document.get(states.STATE)
	for transition in workflow.transitions if waiting else []:
		if transition.state != present or transition.next_state == present or transition.next_state not in waiting:
			continue
		if is_transition_condition_satisfied(transition, document) and touchpoints.lets_pass(document, transition.next_state):
			return transition.next_state
	return None


def states_waiting(document_type: str, event: str) -> set[str]:
	"""The states that are entered when this happens."""
	touchpoint, row = frappe.qb.DocType(touchpoints.TOUCHPOINT), frappe.qb.DocType("C4S Touchpoint Event")
	found = (
		frappe.qb.from_(row)
		.join(touchpoint)
		.on(touchpoint.name == row.parent)
		.select(touchpoint.state)
		.where((touchpoint.document_type == document_type) & (row.event == event))
	).run(pluck=True)
	return set(found)
