"""Visitors who wait for somebody."""

from frappe.utils import get_datetime

from crm4s.my_day.urgency import Urgency
from crm4s.my_day.work import Filters, Person, Work


def waiting_for(person: Person) -> Filters:
	return [
		["status", "=", "Waiting for Consultant"],
		["sales_consultant", "=", person.user],
		["arrived_on", ">=", get_datetime(person.today)],
	]


WORK = (
	Work(
		key="visitor",
		doctype="C4S Showroom Visit",
		why="Waits at reception for you",
		filters=waiting_for,
		due="arrived_on",
		urgency=Urgency.HERE,
		title="visitor_name",
		phone="masked_phone",
		facts=("purpose",),
		translated=frozenset({"purpose"}),
		action="take_visitor",
	),
)
