"""Which times of a store are possible: a bay and a technician are free together while it is open.

One search over many days and resources is a handful of queries and arithmetic on whole numbers (calendars/starts.py).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import islice

import frappe
from frappe import _
from frappe.query_builder import CustomFunction
from frappe.utils import now_datetime
from pypika.terms import PseudoColumn

from crm4s.bookings.availability import LOOK_AHEAD_DAYS, needs_of, slot_step
from crm4s.calendars.slots import Interval, Needs
from crm4s.calendars.starts import Grid, apart, free_starts, moments, not_before, open_starts
from crm4s.exceptions import BookingError
from crm4s.store_hours import working_hours

RESOURCE, BOOKING, ABSENCE = "C4S Resource", "C4S Booking", "C4S Absence"
BAY, TECHNICIAN, DRIVER, COURTESY_CAR = "Bay", "Technician", "Pick-Up Driver", "Courtesy Car"
WORKSHOP = "Workshop"
# What an appointment of each kind needs, as fields of it.
POOLS = {WORKSHOP: {"bay": BAY, "technician": TECHNICIAN}, "Home Service": {"technician": TECHNICIAN}}
FACTS = ("name", "resource_name", "kind", "user", "buffer_before_minutes", "buffer_after_minutes", "stays_out_overnight")
ALTERNATIVES = 3

# From one minute to another, counted from the first midnight of the search.
Minutes = tuple[int, int]
TimestampDiff = CustomFunction("timestampdiff", ["unit", "start", "end"])
Concat = CustomFunction("concat", ["first", "between", "last"])
GroupConcat = CustomFunction("group_concat", ["text"])


@dataclass(frozen=True)
class Wish:
	"""What is looked for: so many minutes in a store, by somebody with a skill, or in this bay or by this technician only."""

	dealership: str
	minutes: int
	kind: str = WORKSHOP
	skill: str | None = None
	only: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Capacity:
	"""The possible beginnings within a grid, and those of each resource by field: bay → {name: beginnings}."""

	grid: Grid
	starts: int
	of_resource: dict[str, dict[str, int]]
	names: dict[str, str]

	def moments(self) -> Iterator[datetime]:
		return moments(self.grid, self.starts)

	def free_at(self, start: datetime) -> dict[str, list[str]]:
		"""The resources of each field that are free at a beginning; those with the fewest other free beginnings first.

		What is booked most is filled up, so that long jobs find an empty bay.
		"""
		bit = self.grid.between(self.grid.minute_of(start), self.grid.minute_of(start))
		return {
			fieldname: sorted((name for name, starts in of.items() if starts & bit), key=lambda name: (of[name].bit_count(), name))
			for fieldname, of in self.of_resource.items()
		}


def capacity(wish: Wish, first: date, days: int, *, without: str | None = None, locked: bool = False, step: int | None = None) -> Capacity:
	"""What is possible from `first` on, nothing of it in the past; six queries, however many resources and bookings there are.

	Args:
		without: an appointment whose own bookings do not count.
		locked: read what others committed a moment ago; for whoever holds the lock of the store's resources.
		step: minutes between beginnings; else as the settings say.

	Raises:
		BookingError: the store has no bay, or nobody with the skill, at all.
	"""
	grid = Grid(first, days, step or slot_step())
	pools = _pools(wish)
	resources = [row for rows in pools.values() for row in rows]
	ends = datetime.combine(first, time()) + timedelta(days=days, minutes=wish.minutes)
	longest = timedelta(minutes=max((row.buffer_before_minutes + row.buffer_after_minutes for row in resources), default=0))
	period = Interval(datetime.combine(first, time()) - longest, ends + longest)
	taken = _taken(resources, grid, period, without, locked)
	hours = working_hours(wish.dealership, first, ends.date())
	open_by_night = {overnight: open_starts(grid, hours, wish.minutes, overnight) for overnight in (False, True)}
	of_resource = {}
	starts = not_before(grid, now_datetime())
	if not pools:
		starts &= open_by_night[False]
	for fieldname, rows in pools.items():
		of_resource[fieldname] = {row.name: _starts_of(grid, row, taken, wish.minutes, open_by_night) for row in rows}
		starts &= _any_of(of_resource[fieldname].values())
	return Capacity(grid, starts, of_resource, {row.name: row.resource_name for row in resources})


def next_possible(wish: Wish, after: datetime, *, without: str | None = None, locked: bool = False) -> list[datetime]:
	"""The next three beginnings that do not overlap each other, at most two weeks after `after`."""
	first = max(after, now_datetime())
	found = capacity(wish, first.date(), LOOK_AHEAD_DAYS + 1, without=without, locked=locked)
	later = (start for start in found.moments() if start >= first)
	return list(islice(apart(later, wish.minutes), ALTERNATIVES))


def lock_resources(dealership: str, *others: str | None) -> None:
	"""Hold the store's bays and people, and these others, until the transaction ends: of two who book, one waits for the other.

	In the order of their names, as everybody takes them who needs several (bookings lock one at a time).
	"""
	kinds = [BAY, TECHNICIAN]
	names = set(frappe.get_all(RESOURCE, {"dealership": dealership, "kind": ["in", kinds]}, pluck="name")) | set(filter(None, others))
	if not names:
		return
	resource = frappe.qb.DocType(RESOURCE)
	frappe.qb.from_(resource).select(resource.name).where(resource.name.isin(sorted(names))).orderby(resource.name).for_update().run()


def _pools(wish: Wish) -> dict[str, list]:
	"""The enabled resources of the store for each field; technicians are needed only where the store has some."""
	kinds = POOLS[wish.kind]
	filters = {"dealership": wish.dealership, "kind": ["in", list(kinds.values())], "enabled": 1}
	rows = frappe.get_all(RESOURCE, filters, list(FACTS), order_by="name")
	pools = {fieldname: [row for row in rows if row.kind == kind] for fieldname, kind in kinds.items()}
	if "bay" in pools and not pools["bay"]:
		frappe.throw(_("This store has no bay that can be booked; enter its bays as resources first."), BookingError)
	if wish.skill:
		pools["technician"] = _skilled(pools["technician"], wish.skill)
	for fieldname, name in wish.only.items():
		if name and fieldname in pools:
			pools[fieldname] = [row for row in pools[fieldname] if row.name == name]
	# Without technicians to book nobody counts them; without the one who is asked for there is no time.
	return {fieldname: rows for fieldname, rows in pools.items() if rows or wish.only.get(fieldname)}


def _skilled(technicians: list, skill: str) -> list:
	names = [row.name for row in technicians]
	skilled = set(frappe.get_all("C4S Resource Skill", {"parent": ["in", names or [""]], "skill": skill}, pluck="parent"))
	if not skilled:
		frappe.throw(_("No technician of this store has the skill {0}.").format(frappe.bold(_(skill))), BookingError)
	return [row for row in technicians if row.name in skilled]


def _taken(resources: Iterable, grid: Grid, period: Interval, without: str | None, locked: bool) -> dict[str, list[Minutes]]:
	"""What bookings take from each of the resources within `period`, and when their people are away; two queries.

	A row a resource, with its times as text of whole minutes: to read a moment from the database takes thirty times as long as a number.
	"""
	taken: dict[str, list[Minutes]] = {row.name: [] for row in resources}
	if not taken:
		return taken
	booking, midnight = frappe.qb.DocType(BOOKING), datetime.combine(grid.first, time())
	begins, ends = (TimestampDiff(PseudoColumn("minute"), midnight, column) for column in (booking.blocked_from, booking.blocked_until))
	query = (
		frappe.qb.from_(booking)
		.select(booking.resource, GroupConcat(Concat(begins, ":", ends)))
		.where(booking.resource.isin(sorted(taken)) & (booking.status == "Booked"))
		.where((booking.blocked_until > period.starts_at) & (booking.blocked_from < period.ends_at))
		.groupby(booking.resource)
	)
	if without:
		query = query.where((booking.reference_name != without) | booking.reference_name.isnull())
	for name, times in (query.for_update() if locked else query).run():
		taken[name] += [tuple(map(int, pair.split(":"))) for pair in times.split(",")]
	for name, interval in _absences({row.user: row.name for row in resources if row.user}, period):
		taken[name].append(grid.minutes_of(interval))
	return taken


def _absences(people: dict[str, str], period: Interval) -> list[tuple[str, Interval]]:
	if not people:
		return []
	filters = {"user": ["in", list(people)], "absent_from": ["<", period.ends_at], "absent_until": [">", period.starts_at]}
	rows = frappe.get_all(ABSENCE, filters, ["user", "absent_from", "absent_until"])
	return [(people[row.user], Interval(row.absent_from, row.absent_until)) for row in rows]


def _starts_of(grid: Grid, resource, taken: dict[str, list[Minutes]], minutes: int, open_by_night: dict[bool, int]) -> int:
	needs: Needs = needs_of(resource)
	return open_by_night[needs.overnight] & free_starts(grid, taken[resource.name], minutes, needs)


def _any_of(masks: Iterable[int]) -> int:
	found = 0
	for mask in masks:
		found |= mask
	return found
