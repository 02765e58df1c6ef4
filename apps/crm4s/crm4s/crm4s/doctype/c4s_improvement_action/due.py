"""Improvements that somebody has promised, and those whose effect somebody wanted to look at."""

from crm4s.my_day.work import Filters, Person, Work, until

SHOWN = {"doctype": "C4S Improvement Action", "title": "subject", "facts": ("kind", "what_to_do"), "translated": frozenset({"kind"})}


def to_do(person: Person) -> Filters:
	return [["responsible", "=", person.user], ["status", "=", "Open"], until("due_on", person.today)]


def to_check(person: Person) -> Filters:
	return [["owner", "=", person.user], ["status", "=", "Done"], until("check_on", person.today)]


WORK = (
	Work(**SHOWN, key="improvement_to_do", why="Improvement is due", filters=to_do, due="due_on"),
	Work(**SHOWN, key="improvement_to_check", why="Improvement: did it help?", filters=to_check, due="check_on"),
)
