"""Offers for used cars: those that run out, those that were accepted, and those that a manager approves."""

from frappe.utils import add_days

from crm4s.my_day.urgency import Urgency
from crm4s.my_day.work import Filters, Person, Work, until
from crm4s.value.appraisal_steps import ACCEPTED, OFFERED

MANAGERS = frozenset({"C4S Sales Manager", "C4S Dealer Manager"})
DAYS_AHEAD = 2
SHOWN = {"doctype": "C4S Used Car Appraisal", "title": "title", "customer": "customer"}


def running_out(person: Person) -> Filters:
	return [["appraiser", "=", person.user], ["status", "=", OFFERED], until("offer_valid_until", add_days(person.today, DAYS_AHEAD))]


def to_buy(person: Person) -> Filters:
	return [["appraiser", "=", person.user], ["status", "=", ACCEPTED]]


def to_approve(person: Person) -> Filters | None:
	return [["needs_approval", "=", 1]] if person.is_one_of(MANAGERS) else None


WORK = (
	Work(**SHOWN, key="offer_running_out", why="Offer for the used car runs out", filters=running_out, due="offer_valid_until"),
	Work(**SHOWN, key="car_to_buy", why="Offer accepted: buy the car", filters=to_buy, due="accepted_on", urgency=Urgency.TODAY),
	Work(
		**SHOWN,
		key="offer",
		why="Offer for a used car to approve",
		filters=to_approve,
		due="modified",
		urgency=Urgency.DECISION,
		action="approve_offer",
	),
)
