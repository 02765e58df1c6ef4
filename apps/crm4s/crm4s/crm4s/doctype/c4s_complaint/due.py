"""Complaints that somebody handles: the answer first, then the solution."""

from datetime import timedelta

from crm4s.access.customers import own_dealings
from crm4s.my_day.urgency import Urgency
from crm4s.my_day.work import Filters, Person, Work, until

ASKED_AGAIN_AFTER = timedelta(days=3)
# Not while we wait for the customer.
RUNS = ["paused_since", "is", "not set"]
SHOWN = {
	"doctype": "C4S Complaint",
	"title": "subject",
	"customer": "customer",
	"facts": ("severity", "workflow_state"),
	"translated": frozenset({"severity", "workflow_state"}),
}


def to_answer(person: Person) -> Filters:
	return [*_own(person), RUNS, ["responded_on", "is", "not set"]]


def to_resolve(person: Person) -> Filters:
	return [*_own(person), RUNS, ["responded_on", "is", "set"], until("resolve_by", person.today)]


def to_ask_again(person: Person) -> Filters:
	"""Customers do not always do what we wait for."""
	return [*_own(person), until("paused_since", person.today - ASKED_AGAIN_AFTER)]


def to_approve(person: Person) -> Filters | None:
	if not person.is_one_of(frozenset({"C4S CRM Manager", "C4S Dealer Manager"})):
		return None
	return [["status", "=", "Open"], ["compensation_approval", "=", "To Be Approved"], *own_dealings("C4S Complaint")]


def _own(person: Person) -> Filters:
	return [["handler", "=", person.user], ["status", "=", "Open"]]


WORK = (
	Work(**SHOWN, key="complaint_to_answer", why="Complaint: nobody has answered yet", filters=to_answer, due="respond_by", urgency=Urgency.UNANSWERED),
	Work(**SHOWN, key="complaint_to_resolve", why="Complaint: solution is due", filters=to_resolve, due="resolve_by"),
	Work(**SHOWN, key="complaint_waiting", why="Complaint: the customer has not answered us", filters=to_ask_again, due="paused_since", urgency=Urgency.TODAY),
	Work(**SHOWN, key="complaint_to_approve", why="Complaint: amount to approve", filters=to_approve, due="resolve_by", urgency=Urgency.DECISION),
)
