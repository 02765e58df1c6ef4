"""Customers whom somebody wins back, and the next word to them."""

from crm4s.my_day.work import Filters, Person, Work, until


def to_contact(person: Person) -> Filters:
	"""What is a call of the care queue already stands there."""
	return [
		["next_contact_by", "=", person.user], ["status", "=", "Open"], ["next_contact_task", "is", "not set"],
		until("next_contact_on", person.today),
	]


WORK = (
	Work(
		key="retention_case",
		doctype="C4S Retention Case",
		why="Win back: contact due",
		filters=to_contact,
		due="next_contact_on",
		title="title",
		customer="customer",
		facts=("workflow_state",),
		translated=frozenset({"workflow_state"}),
	),
)
