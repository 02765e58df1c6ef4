"""Contacts to be answered, in a person's day."""

from crm4s.my_day.work import Filters, Person, Work, until


def to_answer(person: Person) -> Filters:
	return [["handler", "=", person.user], ["status", "=", "Open"], until("due_on", person.today)]


WORK = (
	Work(
		key="interaction",
		doctype="C4S Interaction",
		why="Contact to be answered",
		filters=to_answer,
		due="due_on",
		title="subject",
		customer="customer",
		facts=("category",),
		translated=frozenset({"category"}),
	),
)
