"""Orders of a team that somebody is, or belongs to."""

from crm4s.dispatch import teams
from crm4s.dispatch.standards import SENT
from crm4s.my_day.work import Filters, Person, Work, until


def sent(person: Person) -> Filters | None:
	own = teams.own_teams(person.user)
	return [["team", "in", own], ["status", "in", SENT], until("team_from", person.today)] if own else None


WORK = (
	Work(
		key="dispatch_order",
		doctype="C4S Dispatch Order",
		why="A customer waits for your team",
		filters=sent,
		due="arrive_by",
		title="title",
		phone="masked_phone",
		customer="customer",
		facts=("address", "concern"),
	),
)
