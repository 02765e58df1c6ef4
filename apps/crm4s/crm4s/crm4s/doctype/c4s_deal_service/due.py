"""Services that come along with a car and are due."""

from crm4s.crm4s.doctype.c4s_deal_service.c4s_deal_service import UNFINISHED
from crm4s.my_day.work import Filters, Person, Work, until


def due(person: Person) -> Filters:
	return [["responsible", "=", person.user], ["status", "in", UNFINISHED], until("due_on", person.today)]


WORK = (
	Work(
		key="deal_service",
		doctype="C4S Deal Service",
		why="Service of a deal is due",
		filters=due,
		due="due_on",
		title="customer_name",
		customer="customer",
		facts=("kind", "provider"),
		translated=frozenset({"kind"}),
		action="finish_service",
	),
)
