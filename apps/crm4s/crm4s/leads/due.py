"""What leads ask of a person today."""

from crm4s.leads.who import CONSULTANT
from crm4s.my_day.urgency import Urgency
from crm4s.my_day.work import Filters, Person, Work, until
from crm4s.workflows.decisions import states_to_decide

LEAD = "C4S Lead"
# Who gives out leads and decides on defeats in a store.
MANAGERS = frozenset({"C4S Sales Manager", "C4S Dealer Manager", "C4S CRM Manager"})
SHOWN = {"doctype": LEAD, "title": "lead_name", "phone": "masked_phone"}


def to_answer(person: Person) -> Filters:
	return [*_own(person), ["response", "=", "Waiting"], *_with_consultants()]


def to_contact(person: Person) -> Filters:
	return [*_own(person), until("next_contact_on", person.today), ["response", "!=", "Waiting"], *_with_consultants()]


def to_decide(person: Person) -> Filters | None:
	states = states_to_decide(LEAD, "Open", [CONSULTANT], person.roles)
	return [["status", "=", "Open"], ["workflow_state", "in", states]] if states else None


def without_consultant(person: Person) -> Filters | None:
	if not person.is_one_of(MANAGERS):
		return None
	return [["status", "=", "Open"], ["sales_consultant", "is", "not set"], ["in_pool", "=", 0]]


def _own(person: Person) -> Filters:
	return [["sales_consultant", "=", person.user], ["status", "=", "Open"]]


def _with_consultants() -> Filters:
	"""What lies with a manager is not the consultant's to do."""
	states = states_to_decide(LEAD, "Open", [CONSULTANT])
	return [["workflow_state", "not in", states]] if states else []


WORK = (
	Work(
		**SHOWN,
		key="lead_to_answer",
		why="Nobody has answered yet",
		filters=to_answer,
		due="respond_by",
		urgency=Urgency.UNANSWERED,
		facts=("source", "next_action"),
		translated=frozenset({"source", "next_action"}),
		action="log_contact",
	),
	Work(
		**SHOWN,
		key="lead_to_contact",
		why="Contact due",
		filters=to_contact,
		due="next_contact_on",
		due_time="next_contact_time",
		facts=("next_action", "grade"),
		translated=frozenset({"next_action"}),
		action="log_contact",
	),
	Work(
		**SHOWN,
		key="lead_to_decide",
		why="Waits for your decision",
		filters=to_decide,
		due="modified",
		urgency=Urgency.DECISION,
		facts=("workflow_state", "lost_reason"),
		translated=frozenset({"workflow_state", "lost_reason"}),
	),
	Work(
		**SHOWN,
		key="lead_without_consultant",
		why="Has no consultant",
		filters=without_consultant,
		due="received_on",
		urgency=Urgency.DECISION,
		facts=("source",),
		translated=frozenset({"source"}),
		action="give_by_rule",
	),
)
