"""Audits that an auditor is to carry out, and those that wait to be published."""

from crm4s.audits.access import HANDED_IN, PLANNED, PLANNERS, UNDER_WAY
from crm4s.my_day.work import Filters, Person, Work, until

SHOWN = {"doctype": "C4S Store Audit", "title": "dealership", "facts": ("audit_kind", "scenario"), "translated": frozenset({"audit_kind"})}


def to_carry_out(person: Person) -> Filters:
	return [["auditor", "=", person.user], ["status", "in", [PLANNED, UNDER_WAY]], until("window_from", person.today)]


def to_publish(person: Person) -> Filters | None:
	return [["status", "=", HANDED_IN]] if person.is_one_of(PLANNERS) else None


WORK = (
	Work(**SHOWN, key="audit_to_carry_out", why="Store audit is planned", filters=to_carry_out, due="window_until"),
	Work(**SHOWN, key="audit_to_publish", why="Store audit waits to be published", filters=to_publish, due="window_until"),
)
