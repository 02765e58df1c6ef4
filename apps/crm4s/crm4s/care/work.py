"""Customers to be called, in a person's day."""

from crm4s.my_day.work import Filters, Person, Work, until


def to_call(person: Person) -> Filters:
	return [["assigned_to", "=", person.user], ["status", "=", "Open"], until("due_on", person.today)]


WORK = (
	Work(
		key="care_task",
		doctype="C4S Care Task",
		why="Care: customer to be called",
		filters=to_call,
		due="due_on",
		title="title",
		customer="customer",
		facts=("why",),
	),
)
