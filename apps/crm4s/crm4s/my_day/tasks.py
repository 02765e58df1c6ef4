"""Tasks of one's own: calls after delivery, calls to lost customers, and whatever colleagues assigned."""

from crm4s.my_day.work import Filters, Person, Work


def tasks_due(person: Person) -> Filters:
	# A task without a date is for today, too.
	return [["status", "=", "Open"], ["allocated_to", "=", person.user], ["date", "<=", person.today]]


WORK = (
	Work(
		key="task",
		doctype="ToDo",
		why="Task",
		filters=tasks_due,
		due="date",
		title="description",
		opens=("reference_type", "reference_name"),
		action="close_task",
	),
)
