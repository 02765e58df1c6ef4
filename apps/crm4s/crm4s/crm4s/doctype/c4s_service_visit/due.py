"""Cars that an advisor promised for today or before."""

from crm4s.my_day.work import Filters, Person, Work, until


def promised(person: Person) -> Filters:
	return [["service_advisor", "=", person.user], ["status", "=", "Open"], until("promised_on", person.today)]


WORK = (
	Work(
		key="service_visit",
		doctype="C4S Service Visit",
		why="Car promised",
		filters=promised,
		due="promised_on",
		title="title",
		customer="customer",
		facts=("workflow_state",),
		translated=frozenset({"workflow_state"}),
	),
)
