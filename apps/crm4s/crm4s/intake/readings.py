"""Odometer readings that visits bring along, compared with all readings of their cars at once.

The rules are those of C4SOdometerReading; what a visit showed is kept as one reading of that visit.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

import frappe
from frappe import _
from frappe.utils import now_datetime

from crm4s.crm4s.doctype.c4s_odometer_reading.c4s_odometer_reading import CLOCK_TOLERANCE_MINUTES, MOST_KILOMETRES
from crm4s.intake.records import Refused
from crm4s.intake.rules import differs
from crm4s.rows.writer import Writes, read_rows

READING = "C4S Odometer Reading"
VISIT = "C4S Service Visit"
COLUMNS = ("name", "vehicle", "read_on", "kilometres", "is_reset", "dealership", "source_doctype", "source_name")


class Readings:
	"""All readings of some cars, in the order of their times."""

	def __init__(self, vehicles: Iterable[str], visits: Iterable[str]):
		"""
		Args:
			visits: the stored visits whose own readings may be replaced.
		"""
		cars = {name for name in vehicles if name}
		self.of_vehicle: dict[str, list[tuple]] = defaultdict(list, _readings_of(cars))
		self.of_visit: dict[str, dict] = {
			row.source_name: row for row in read_rows(READING, "source_name", visits, COLUMNS) if row.source_doctype == VISIT
		}
		self.latest_allowed = now_datetime() + timedelta(minutes=CLOCK_TOLERANCE_MINUTES)
		# Of a car that its visit names no longer, the one reading that may be taken away.
		for row in self.of_visit.values():
			if row.vehicle not in cars:
				_insert(self.of_vehicle[row.vehicle], _known(row))

	def take(self, vehicle: str, read_on: datetime, kilometres: int, visit: str | None) -> None:
		"""Add the reading of a visit in place of the one that the visit had; refuse it where it cannot be right."""
		before = self.of_visit.get(visit) if visit else None
		if before and (before.vehicle, before.read_on, before.kilometres) == (vehicle, read_on, kilometres):
			return
		if kilometres > MOST_KILOMETRES:
			raise Refused(
				"odometer",
				_("Kilometres must lie between 0 and {0}, but {1} was entered.").format(MOST_KILOMETRES, kilometres),
			)
		if read_on > self.latest_allowed:
			raise Refused("arrived_on", _("Read On must not lie in the future."))
		if before:
			self.of_vehicle[before.vehicle].remove(_known(before))
		known, at = self.of_vehicle[vehicle], _as_text(read_on)
		try:
			_refuse_contradiction(known, at, kilometres, bool(before and before.is_reset))
		except Refused:
			if before:
				_insert(self.of_vehicle[before.vehicle], _known(before))
			raise
		_insert(known, (at, kilometres, bool(before and before.is_reset)))

	def write(self, visits: Sequence[Mapping], writes: Writes) -> tuple[set[str], set[str]]:
		"""Add to `writes` what keeps the readings in step with these visits; return the visits and the cars concerned."""
		changed_visits, changed_vehicles = set(), set()
		for visit in visits:
			before = self.of_visit.get(visit["name"])
			wanted = reading_of(visit)
			if not wanted:
				if before:
					writes.delete(READING, before.name)
			elif not before:
				writes.insert(READING, wanted)
			elif changes := {column: value for column, value in wanted.items() if differs(before[column], value)}:
				writes.update(READING, before.name, changes)
			else:
				continue
			if wanted or before:
				changed_visits.add(visit["name"])
				changed_vehicles |= {row["vehicle"] for row in (wanted, before) if row}
		return changed_visits, changed_vehicles


def reading_of(visit: Mapping) -> dict | None:
	"""The reading that a visit brings along, None where it brings none."""
	if not visit["vehicle"] or not visit["odometer"] or visit["status"] == "Cancelled":
		return None
	return {
		"vehicle": visit["vehicle"],
		"dealership": visit["dealership"],
		"read_on": visit["arrived_on"],
		"kilometres": visit["odometer"],
		"source_doctype": VISIT,
		"source_name": visit["name"],
	}


def _readings_of(cars: set[str]) -> dict[str, list[tuple]]:
	"""(time as text, kilometres, whether the instrument was set back), the earliest first: a row a car, as to fetch a row and to read a time out of it take long."""
	if not cars:
		return {}
	rows = frappe.db.sql(
		f"""select vehicle, group_concat(cast(read_on as char), ',', kilometres, ',', is_reset separator ';') from `tab{READING}`
		where vehicle in %s group by vehicle""",
		(tuple(cars),),
	)
	return {vehicle: sorted(_read(reading) for reading in readings.split(";")) for vehicle, readings in rows}


def _read(reading: str) -> tuple[str, int, bool]:
	read_on, kilometres, is_reset = reading.split(",")
	return read_on, int(kilometres), is_reset != "0"


def _known(row: Mapping) -> tuple[str, int, bool]:
	return _as_text(row["read_on"]), row["kilometres"], bool(row["is_reset"])


def _as_text(moment: datetime) -> str:
	"""As the database writes it."""
	return moment.isoformat(" ", "microseconds")


def _refuse_contradiction(known: Sequence[tuple], read_on: str, kilometres: int, is_reset: bool) -> None:
	earlier = bisect_left(known, (read_on,))
	if earlier and not is_reset and kilometres < known[earlier - 1][1]:
		raise Refused(
			"odometer",
			_("{0} km cannot be right: on {1} the odometer already showed {2} km. If the instrument was replaced, say so.").format(
				kilometres, frappe.format(known[earlier - 1][0], "Datetime"), known[earlier - 1][1]
			),
		)
	later = bisect_right(known, (read_on, MOST_KILOMETRES + 1, True))
	if later < len(known) and not known[later][2] and kilometres > known[later][1]:
		raise Refused(
			"odometer",
			_("{0} km cannot be right: on {1}, later, the odometer showed only {2} km.").format(
				kilometres, frappe.format(known[later][0], "Datetime"), known[later][1]
			),
		)


def _insert(known: list[tuple], reading: tuple) -> None:
	known.insert(bisect_right(known, reading), reading)
