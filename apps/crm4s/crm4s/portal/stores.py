"""The stores as customers see them: where, how far, when they are open, what they do."""

from collections.abc import Iterable
from urllib.parse import quote

import frappe
from frappe.utils import flt, now_datetime

from crm4s.calendars.working_hours import AROUND_THE_CLOCK, WorkingHours, is_open
from crm4s.settings import setting
from crm4s.store_hours import working_hours_of

STORE, RESOURCE = "C4S Dealership", "C4S Resource"
FIELDS = ("name", "dealership_name", "outlet_type", "phone", "rescue_phone", "province", "city", "district", "address_line", "latitude", "longitude")
MOST_STORES = 500


def all_stores() -> list:
	"""Every outlet that is open for business, in the order of the group."""
	rows = frappe.get_all(STORE, {"is_group": 0, "suspended": 0}, list(FIELDS), order_by="lft", limit_page_length=MOST_STORES)
	for row in rows:
		_complete(row)
	return rows


def with_workshop() -> list:
	"""Those with a bay that can be booked."""
	having = set(frappe.get_all(RESOURCE, {"kind": "Bay", "enabled": 1}, pluck="dealership", distinct=True))
	return [row for row in all_stores() if row.name in having]


def with_cars(kinds: Iterable[str]) -> list:
	"""Those with a car to lend or to rent out."""
	having = set(frappe.get_all(RESOURCE, {"kind": ["in", list(kinds)], "enabled": 1}, pluck="dealership", distinct=True))
	return [row for row in all_stores() if row.name in having]


def one(name: str):
	row = frappe.db.get_value(STORE, name, FIELDS, as_dict=True)
	_complete(row)
	return row


def to_choose(**filters) -> list[tuple[str, str]]:
	"""Name and title, with the town, of the outlets that are open for business.

	Args:
		filters: what else they have to be.
	"""
	rows = frappe.get_all(STORE, {"is_group": 0, "suspended": 0, **filters}, ["name", "dealership_name", "city"], order_by="lft", limit_page_length=MOST_STORES)
	return [(row.name, " · ".join(filter(None, (row.dealership_name, row.city)))) for row in rows]


def add_hours(rows: list) -> None:
	"""`hours`, those of today as 08:30–18:00, and `is_open`; both None where nobody has entered them."""
	now = now_datetime()
	found = working_hours_of([row.name for row in rows], now.date(), now.date())
	for row in rows:
		hours = found[row.name]
		known = hours.weekly != AROUND_THE_CLOCK
		row.hours = spans_in_words(hours, now.date()) if known else None
		row.is_open = is_open(hours, now) if known else None


def spans_in_words(hours: WorkingHours, day) -> str:
	return ", ".join(f"{_clock(opens)}–{_clock(closes)}" for opens, closes in hours.spans_of(day))


def holds(row, words: str) -> bool:
	"""Whether name or address of a store hold each of the words."""
	text = f"{row.dealership_name} {row.address}".lower()
	return all(word in text for word in words.lower().split())


def _complete(row) -> None:
	row.address = "".join(dict.fromkeys(filter(None, (row.province, row.city, row.district, row.address_line))))
	row.has_position = bool(flt(row.latitude) or flt(row.longitude))
	row.route = _route(row)


def _route(row) -> str | None:
	"""A page of the map that the settings name, opened by who wants the way; nothing is loaded from there. Positions are those of satellites, as phones tell them."""
	if row.has_position:
		return _filled(setting("portal_map_of_position"), longitude=row.longitude, latitude=row.latitude, name=row.dealership_name)
	return _filled(setting("portal_map_of_address"), address=row.address, name=row.dealership_name) if row.address else None


def _filled(pattern: str | None, **places) -> str | None:
	for place, value in places.items():
		pattern = pattern and pattern.replace(f"{{{place}}}", quote(str(value), safe=""))
	return pattern or None


def _clock(minute: int) -> str:
	return f"{minute // 60:02d}:{minute % 60:02d}"
