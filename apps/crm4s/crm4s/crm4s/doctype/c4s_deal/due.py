"""What deals ask of a person: promised days, customers who wait for their car, discounts above a consultant's limit."""

from frappe.utils import add_days

from crm4s.crm4s.doctype.c4s_deal.status import DELIVERED, ORDERED, QUOTED
from crm4s.my_day.urgency import Urgency
from crm4s.my_day.work import Filters, Person, Work, until

MANAGERS = frozenset({"C4S Sales Manager", "C4S Dealer Manager"})
# A delivery is prepared in so many days.
DAYS_AHEAD = 3
DEAL = "C4S Deal"
SHOWN = {"doctype": DEAL, "title": "title", "customer": "customer"}


def promised(person: Person) -> Filters:
	return [*_own(person), until("promised_on", add_days(person.today, DAYS_AHEAD))]


def to_care_for(person: Person) -> Filters:
	return [*_own(person), until("next_care_on", person.today)]


def to_call(person: Person) -> Filters:
	return [["sales_consultant", "=", person.user], ["status", "=", DELIVERED], until("follow_up_on", person.today)]


def discounts(person: Person) -> Filters | None:
	if not person.is_one_of(MANAGERS):
		return None
	return [["discount_needs_approval", "=", 1], ["status", "in", [QUOTED, ORDERED]]]


def _own(person: Person) -> Filters:
	return [["sales_consultant", "=", person.user], ["status", "=", ORDERED]]


WORK = (
	Work(
		**SHOWN,
		key="delivery",
		why="Delivery promised",
		filters=promised,
		due="promised_on",
		facts=("workflow_state",),
		translated=frozenset({"workflow_state"}),
	),
	Work(**SHOWN, key="waiting_customer", why="Waits for the car: a word is due", filters=to_care_for, due="next_care_on", action="log_care"),
	Work(**SHOWN, key="call_after_delivery", why="Call after delivery", filters=to_call, due="follow_up_on", action="log_follow_up"),
	Work(
		**SHOWN,
		key="discount",
		why="Discount to approve",
		filters=discounts,
		due="modified",
		urgency=Urgency.DECISION,
		facts=("discount_reason",),
		action="approve_discount",
	),
)
