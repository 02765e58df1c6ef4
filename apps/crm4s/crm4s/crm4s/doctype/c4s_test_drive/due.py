"""Test drives of the day, and cars that are not back."""

from crm4s.my_day.work import Filters, Person, Work, until

SHOWN = {"doctype": "C4S Test Drive", "title": "driver_name", "phone": "masked_phone", "customer": "customer"}


def to_start(person: Person) -> Filters:
	return [*_own(person), ["status", "=", "Planned"], until("planned_from", person.today)]


def to_end(person: Person) -> Filters:
	return [*_own(person), ["status", "=", "Driving"]]


def _own(person: Person) -> Filters:
	return [["sales_consultant", "=", person.user]]


WORK = (
	Work(**SHOWN, key="test_drive", why="Test Drive", filters=to_start, due="planned_from"),
	Work(**SHOWN, key="test_drive_out", why="Test drive: the car comes back", filters=to_end, due="planned_to"),
)
