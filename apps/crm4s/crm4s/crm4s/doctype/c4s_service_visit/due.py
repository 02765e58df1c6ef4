"""Cars that an advisor promised for today or before, and customers to call some days after the service."""

from crm4s.my_day.work import Filters, Person, Work, until

SHOWN = {"doctype": "C4S Service Visit", "title": "title", "customer": "customer"}


def promised(person: Person) -> Filters:
	return [["service_advisor", "=", person.user], ["status", "=", "Open"], until("promised_on", person.today)]


def to_call(person: Person) -> Filters:
	return [["service_advisor", "=", person.user], ["status", "=", "Settled"], until("follow_up_on", person.today)]


WORK = (
	Work(
		**SHOWN,
		key="service_visit",
		why="Car promised",
		filters=promised,
		due="promised_on",
		facts=("workflow_state",),
		translated=frozenset({"workflow_state"}),
	),
	Work(**SHOWN, key="call_after_service", why="Call after service", filters=to_call, due="follow_up_on", action="log_service_follow_up"),
)
