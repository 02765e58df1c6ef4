"""States in which a document waits for somebody above those who work on it, as a reported defeat waits for a manager.

Which states these are follows from the transitions that the admin's workflow has now.
"""

from collections.abc import Iterable

from crm4s.workflows.states import active_workflow, states_meaning


def states_to_decide(doctype: str, status: str, workers: Iterable[str], roles: Iterable[str] | None = None) -> list[str]:
	"""States with this status that one of `roles`, or anybody, may lead on and none of `workers`, in the order of the workflow."""
	workflow = active_workflow(doctype)
	if not workflow:
		return []
	ways: dict[str, set[str]] = {}
	for transition in workflow.transitions:
		ways.setdefault(transition.state, set()).add(transition.allowed)
	workers = {*workers, "All"}
	deciders = {state: allowed for state, allowed in ways.items() if not allowed & workers}
	return [state for state in states_meaning(doctype, status) if state in deciders and (roles is None or deciders[state] & set(roles))]
