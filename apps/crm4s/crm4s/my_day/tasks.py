"""Tasks of one's own: calls to lost customers, and whatever colleagues assigned."""

from crm4s.crm4s.doctype.c4s_deal.due import tasks_of_calls
from crm4s.my_day.work import Filters, Person, Work


def tasks_due(person: Person) -> Filters:
	# A task without a date is for today, too.
	own = [["status", "=", "Open"], ["allocated_to", "=", person.user], ["date", "<=", person.today]]
	shown_as_deals = tasks_of_calls(person)
	return [*own, ["name", "not in", shown_as_deals]] if shown_as_deals else own


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
