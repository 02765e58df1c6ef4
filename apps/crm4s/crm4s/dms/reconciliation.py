"""Do both sides have the same? Counts and checksums of each day and entity, of what came over a link; which days differ.

A record belongs to the day on which the system says that it changed it last, or to the day on which it came where it says nothing. The
checksum of a day does not depend on an order: of each record the first 64 bits of SHA-256 over "external_id|version" (version 0 where
they number none), all of these combined by exclusive or, as 16 hexadecimal digits.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import frappe
from frappe import _
from frappe.utils import now_datetime
from pydantic import BaseModel, ConfigDict, Field

from crm4s.dms import scope
from crm4s.dms.contract.registry import ENTITIES
from crm4s.dms.links import Link
from crm4s.dms.problems import problem
from crm4s.rows.writer import insert_unless_known

COUNT = "C4S DMS Count"
MOST_DAYS = 366
COLUMNS = ("name", "owner", "modified_by", "creation", "modified", "link", "entity", "day", "record_count", "checksum", "told_on")


class DayCount(BaseModel):
	"""What the system has of one day."""

	model_config = ConfigDict(extra="forbid")

	day: date
	record_count: int = Field(ge=0, le=2_147_483_647, description="How many records it changed last on this day.")
	checksum: str = Field(pattern="^[0-9a-f]{16}$", description="Of each record the first 64 bits of SHA-256 over external_id|version (0 where there is none), all combined by exclusive or.")


class Day(BaseModel):
	"""One day as we have it, and as the system told it."""

	day: date
	record_count: int
	checksum: str
	their_count: int | None = Field(None, description="As told by their_counts; null where nothing was told.")
	their_checksum: str | None = None
	same: bool | None = Field(None, description="Null where nothing was told.")


class Reconciliation(BaseModel):
	entity: str
	days: list[Day] = Field(description="Days of which one side has something, in their order.")


def reconcile(link: Link, entity: str, from_day: date, to_day: date) -> dict:
	"""Each day of which one side has something.

	Raises:
		Problem: there is no such entity, or the days are not a year at most.
	"""
	of_entity = scope.require_takes_in(link, entity)
	_require_days(from_day, to_day)
	return {"entity": entity, "days": compared(_ours(link.name, of_entity.title, from_day, to_day), _theirs(link.name, entity, from_day, to_day))}


def take_counts(link: Link, entity: str, days: Sequence[DayCount]) -> dict:
	"""Keep what the system says it has, and compare; a day that is told again is told anew.

	Raises:
		Problem: there is no such entity, or a day is told twice.
	"""
	scope.require_takes_in(link, entity)
	told = {day.day: day for day in days}
	if len(told) < len(days):
		fault = {"code": "wrong_value", "field": "days", "message": _("A day stands twice.")}
		raise problem("invalid", _("Some values are missing or wrong; see errors."), errors=[fault])
	if not told:
		return {"entity": entity, "days": []}
	_require_days(min(told), max(told))
	_keep(link.name, entity, told)
	return reconcile(link, entity, min(told), max(told))


def compared(ours: Mapping[date, tuple[int, str]], theirs: Mapping[date, tuple[int, str]]) -> list[dict]:
	"""By day, (count, checksum) of both sides."""
	rows = []
	for day in sorted({*ours, *theirs}):
		count, checksum = ours.get(day, (0, "0" * 16))
		their_count, their_checksum = theirs.get(day, (None, None))
		same = None if their_count is None else (count, checksum) == (their_count, their_checksum)
		rows.append({"day": day, "record_count": count, "checksum": checksum, "their_count": their_count, "their_checksum": their_checksum, "same": same})
	return rows


def differences(links: Iterable[str], from_day: date, to_day: date) -> list[dict]:
	"""For the report: days of all entities that a link told of and that differ, with `link` and `entity`."""
	rows = []
	for link in links:
		told = frappe.get_all(COUNT, {"link": link, "day": ["between", [from_day, to_day]]}, pluck="entity", distinct=True, order_by="entity")
		for entity in told:
			theirs = _theirs(link, entity, from_day, to_day)
			ours = {day: value for day, value in _ours(link, ENTITIES[entity].title, from_day, to_day).items() if day in theirs} if entity in ENTITIES else {}
			rows += [{"link": link, "entity": entity, **row} for row in compared(ours, theirs) if not row["same"]]
	return rows


def _ours(link: str, title: str, from_day: date, to_day: date) -> dict[date, tuple[int, str]]:
	# The builder has neither hashes nor BIT_XOR.
	rows = frappe.db.sql(
		"""select date(coalesce(source_modified_on, taken_on)) told_day, count(*),
			lower(lpad(hex(bit_xor(cast(conv(left(sha2(concat(external_id, '|', coalesce(source_version, 0)), 256), 16), 16, 10) as unsigned))), 16, '0'))
		from `tabC4S DMS Record`
		where link = %s and entity = %s and coalesce(source_modified_on, taken_on) >= %s and coalesce(source_modified_on, taken_on) < %s + interval 1 day
		group by told_day""",
		(link, title, from_day, to_day),
	)
	return {day: (count, checksum) for day, count, checksum in rows}


def _theirs(link: str, entity: str, from_day: date, to_day: date) -> dict[date, tuple[int, str]]:
	which = {"link": link, "entity": entity, "day": ["between", [from_day, to_day]]}
	rows = frappe.get_all(COUNT, which, ["day", "record_count", "checksum"], order_by=None)
	return {row.day: (row.record_count, row.checksum) for row in rows}


def _keep(link: str, entity: str, told: Mapping[date, DayCount]) -> None:
	"""Those that are told anew go first; the unique key stands behind two who tell the same at once."""
	frappe.db.delete(COUNT, {"link": link, "entity": entity, "day": ["in", list(told)]})
	now, user = now_datetime(), frappe.session.user
	rows = [(frappe.generate_hash(length=12), user, user, now, now, link, entity, day, one.record_count, one.checksum, now) for day, one in told.items()]
	insert_unless_known(COUNT, COLUMNS, rows)


def _require_days(from_day: date, to_day: date) -> None:
	if to_day < from_day or (to_day - from_day).days >= MOST_DAYS:
		fault = {"code": "wrong_value", "field": "to_day", "message": _("It must not lie before the first day, nor more than a year after it.")}
		raise problem("invalid", _("Some values are missing or wrong; see errors."), errors=[fault])
