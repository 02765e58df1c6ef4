"""The teams of a store: who is free for a time, how far away, and when the others are free again."""

from datetime import datetime, timedelta

import frappe
from frappe.utils import getdate

from crm4s.bookings.availability import LOOK_AHEAD_DAYS, NEEDS, follows_hours, hours_of, needs_of, slot_step, taken_times
from crm4s.calendars.slots import Interval, first_free
from crm4s.dispatch.standards import DISPATCHED, SENT
from crm4s.identifiers.position import Position, distance_km

ORDER, RESOURCE, MEMBER, ABSENCE = "C4S Dispatch Order", "C4S Resource", "C4S Resource Member", "C4S Absence"
RESCUE_TEAM = "Rescue Team"
# Small stores send a technician.
KINDS = (RESCUE_TEAM, "Technician")
ON_THE_ROAD_ONLY = "C4S Technician"
FACTS = ("name", "resource_name", "kind", "dealership", "user", "phone", "plate_number", "home_latitude", "home_longitude", "opening_hours_only", *NEEDS)


def teams_of(dealership: str, start: datetime, minutes: int, position: Position | None = None, without: str | None = None) -> list[dict]:
	"""Who can be sent, the nearest free one first; a fixed number of queries.

	Args:
		without: the appointment that a team is to do; the time kept for it is free for it.

	Returns:
		name, resource_name, kind, phone, plate_number, latitude and longitude of where the team waits, else of the store (None where unknown), `distance` from
		`position` in km (None where one of both is unknown), `order` on which the team is now, `is_free` at `start` for so many
		minutes, `free_from` (None where that is not within two weeks).
	"""
	rows = frappe.get_all(RESOURCE, {"dealership": dealership, "kind": ["in", KINDS], "enabled": 1}, list(FACTS))
	names = [row.name for row in rows]
	store = frappe.db.get_value("C4S Dealership", dealership, ["latitude", "longitude"])
	period = Interval(start, start + timedelta(days=LOOK_AHEAD_DAYS))
	taken, busy = taken_times(names or [""], period, without), orders_of(names)
	absences = _absences([row.user for row in rows if row.user], period)
	hours = {only: hours_of(dealership, only, getdate(period.starts_at), getdate(period.ends_at)) for only in {follows_hours(row) for row in rows}}
	found = []
	for row in rows:
		order = busy.get(row.name)
		not_free = [*taken.get(row.name, []), *absences.get(row.user, []), *_still_out(order, start)]
		free_from = first_free(hours[follows_hours(row)], not_free, period, minutes, needs_of(row), slot_step())
		found.append(_team(row, order, start, free_from, position, _place(row.home_latitude, row.home_longitude) or _place(*store)))
	return sorted(found, key=_order)


def orders_of(teams: list[str], without: str = "", locking: bool = False) -> dict[str, dict]:
	"""The order on which each team is now, or next: name, status, team_from, team_until.

	Args:
		without: an order that does not count.
		locking: as it is now, whatever this transaction read before; for whoever holds the teams' locks.
	"""
	order = frappe.qb.DocType(ORDER)
	query = (
		frappe.qb.from_(order)
		.select(order.name, order.team, order.status, order.team_from, order.team_until)
		.where(order.team.isin(teams or [""]) & order.status.isin(SENT) & (order.name != without))
	)
	rows = (query.for_update() if locking else query).run(as_dict=True)
	# What is under way goes before what is planned, and the earlier before the later.
	rows.sort(key=lambda row: (row.status == DISPATCHED, row.team_from), reverse=True)
	return {row.team: row for row in rows}


def lock(*names: str | None) -> None:
	"""Hold these teams until the transaction ends, always in the order of their names, or two people could wait for each other."""
	for name in sorted({name for name in names if name}):
		frappe.db.get_value(RESOURCE, name, "name", for_update=True)


def own_teams(user: str | None = None) -> list[str]:
	"""The teams that `user` is, or belongs to."""
	user = user or frappe.session.user
	member = frappe.get_all(MEMBER, {"user": user, "parenttype": RESOURCE}, pluck="parent")
	return sorted({*member, *frappe.get_all(RESOURCE, {"user": user, "kind": ["in", KINDS]}, pluck="name")})


def only_teams_of(user: str | None = None) -> list[str] | None:
	"""The own teams of somebody who reads orders as a technician and as nothing else; None for all others."""
	user = user or frappe.session.user
	if user == "Administrator":
		return None
	roles = set(frappe.get_roles(user))
	readers = {row.role for row in frappe.get_meta(ORDER).permissions if row.read and not row.permlevel}
	return own_teams(user) if roles & readers == {ON_THE_ROAD_ONLY} else None


def _team(row, order: dict | None, start: datetime, free_from: datetime | None, position: Position | None, home: Position | None) -> dict:
	return {
		**{field: row[field] for field in ("name", "resource_name", "kind", "phone", "plate_number")},
		"latitude": home and home.latitude,
		"longitude": home and home.longitude,
		"distance": round(distance_km(home, position), 1) if home and position else None,
		"order": order and order.name,
		"free_from": free_from,
		"is_free": free_from == start,
	}


def _place(latitude: float | None, longitude: float | None) -> Position | None:
	return Position(latitude, longitude) if latitude or longitude else None


def _order(team: dict) -> tuple:
	"""Free ones by distance, then free ones whose way is not known, then the others by when they are free."""
	is_free = team["is_free"]
	distance = team["distance"] if team["distance"] is not None else float("inf")
	return (not is_free, distance if is_free else 0, team["free_from"] or datetime.max, distance, team["resource_name"])


def _still_out(order: dict | None, start: datetime) -> list[Interval]:
	"""A team that is out longer than it was booked for is free when it says so; looked for again a step later."""
	if not order or order.team_from > start or order.team_until > start:
		return []
	return [Interval(start, start + timedelta(minutes=slot_step()))]


def _absences(users: list[str], period: Interval) -> dict[str, list[Interval]]:
	found: dict[str, list[Interval]] = {}
	for row in frappe.get_all(
		ABSENCE,
		[["user", "in", users or [""]], ["absent_from", "<", period.ends_at], ["absent_until", ">", period.starts_at]],
		["user", "absent_from", "absent_until"],
	):
		found.setdefault(row.user, []).append(Interval(row.absent_from, row.absent_until))
	return found
