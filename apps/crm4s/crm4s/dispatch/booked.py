"""The time of the team that an order takes: one team is on one order at a time."""

from datetime import datetime, timedelta

import frappe
from frappe import _
from frappe.utils import cint, get_datetime, now_datetime

from crm4s import bookings
from crm4s.bookings import for_document
from crm4s.dispatch import teams
from crm4s.dispatch.standards import DISPATCHED
from crm4s.exceptions import DispatchError
from crm4s.settings import setting

FIELD = "team_booking"
LONGEST_MINUTES = 3 * 24 * 60


def take(order, team: str, minutes: int | None = None) -> None:
	"""Book the team from now, or from the planned time of a home service. The caller holds the team's lock and saves the order.

	Raises:
		SlotTakenError: it is booked for something else then; the sentence names the next free times.
		DispatchError: it can be no team of this order, or is on another one.
	"""
	_validate(order, team)
	now = now_datetime().replace(second=0, microsecond=0)
	starts_at = max(now, get_datetime(order.planned_from)) if order.planned_from else now
	if starts_at == now:
		refuse_busy(order, team, also_waiting=True)
	ends_at = starts_at + timedelta(minutes=minutes_of(order, minutes))
	order.update({"team": team, "team_from": starts_at, "team_until": ends_at})
	for_document.take(order, FIELD, team, starts_at, ends_at)


def give_back(order, ended_at: datetime | None = None) -> None:
	"""What was used stays as it happened, the rest is free for others."""
	if order.get(FIELD):
		bookings.finish(order.get(FIELD), ended_at or now_datetime())
	if order.team_until and ended_at:
		order.team_until = max(get_datetime(order.team_from), min(get_datetime(order.team_until), get_datetime(ended_at)))


def minutes_of(order, asked: int | None = None) -> int:
	"""For how long a team is taken: as asked, as planned, as the standards of the trouble say, or as the settings do."""
	standards = (0 if order.planned_from else cint(order.standard().arrival)) + cint(order.on_site_standard)
	return min(cint(asked) or cint(order.planned_minutes) or standards or cint(setting("dispatch_minutes")) or 60, LONGEST_MINUTES)


def refuse_busy(order, team: str, also_waiting: bool = False) -> None:
	"""A team that is out longer than planned is not free, whatever its bookings say.

	Args:
		also_waiting: an order that the team was sent to and has not set out for counts, too, unless it is planned for later.
	"""
	other = teams.orders_of([team], without=order.name, locking=True).get(team)
	if not other or (other.status == DISPATCHED and not (also_waiting and other.team_from <= now_datetime())):
		return
	frappe.throw(
		_("{0} is still on order {1}; end that one first, or send another team.").format(
			frappe.db.get_value(teams.RESOURCE, team, "resource_name"), other.name
		),
		DispatchError,
	)


def _validate(order, team: str) -> None:
	resource = frappe.db.get_value(teams.RESOURCE, team, ["resource_name", "kind", "dealership"], as_dict=True)
	if not resource or resource.kind not in teams.KINDS:
		frappe.throw(_("Choose a rescue team or a technician."), DispatchError)
	if resource.dealership != order.dealership:
		frappe.throw(_("{0} belongs to another store.").format(resource.resource_name), DispatchError)
