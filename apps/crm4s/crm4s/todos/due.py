"""Tasks of one's own: calls to lost customers, and whatever colleagues assigned."""

import frappe

from crm4s.crm4s.doctype.c4s_deal import due as deals
from crm4s.crm4s.doctype.c4s_service_visit import due as visits
from crm4s.my_day.work import Filters, Person, Work

# More than anybody is to call on one day.
MOST_CALLS = 500


def tasks_due(person: Person) -> Filters:
	# A task without a date is for today, too.
	own = [["status", "=", "Open"], ["allocated_to", "=", person.user], ["date", "<=", person.today]]
	shown = [*_tasks_of_calls("C4S Deal", deals.to_call(person)), *_tasks_of_calls("C4S Service Visit", visits.to_call(person))]
	return [*own, ["name", "not in", shown]] if shown else own


def _tasks_of_calls(doctype: str, to_call: Filters) -> list[str]:
	"""Tasks of follow-up calls, which the list shows as the documents that they are about."""
	return frappe.get_all(doctype, [*to_call, ["follow_up_task", "is", "set"]], pluck="follow_up_task", limit=MOST_CALLS)


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
