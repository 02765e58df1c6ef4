"""Leads that arrived and could not be taken: somebody corrects or discards them."""

from crm4s.my_day.urgency import Urgency
from crm4s.my_day.work import Filters, Person, Work

MANAGERS = frozenset({"C4S Sales Manager", "C4S Dealer Manager", "C4S CRM Manager"})


def quarantined(person: Person) -> Filters | None:
	return [["status", "=", "Open"]] if person.is_one_of(MANAGERS) else None


WORK = (
	Work(
		key="quarantined_lead",
		doctype="C4S Quarantined Lead",
		why="Lead in quarantine",
		filters=quarantined,
		due="received_on",
		urgency=Urgency.DECISION,
		title="reason",
		facts=("source",),
	),
)
