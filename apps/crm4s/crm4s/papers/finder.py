"""Any document of the user's stores by plate, VIN, phone, number, name, day, store or kind: what is asked of each kind is answered by one index at a time.

Permissions are those of lists: whoever may not list a kind, or works for another store, finds nothing of it.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import frappe
from frappe.utils import add_days, get_datetime, getdate, nowdate

from crm4s.access.chosen_stores import nodes_below
from crm4s.papers.kinds import KINDS, Kind
from crm4s.papers.offers import READ
from crm4s.papers.understand import Sought, understand
from crm4s.settings import setting

CUSTOMER, VEHICLE, PHONE, MODEL, DEALERSHIP = "C4S Customer", "C4S Vehicle", "C4S Customer Phone", "C4S Vehicle Model", "C4S Dealership"
# Without anything typed, only what is recent is asked for.
DAYS_WITHOUT_TEXT = 30
MOST_FILES = 200
# A plate that is not typed to its end means few cars, or says too little.
MOST_BEGINNINGS = 50
# Of the document that others follow.
MOST_FOLLOWED = 1000
_SERIES = re.compile(r"([A-Z]+-)\.(#+)")


@dataclass(frozen=True)
class Question:
	"""What to find: `text` as typed, days inclusive, a node of the dealership tree, one document type or all."""

	text: str = ""
	from_day: date | None = None
	to_day: date | None = None
	dealership: str | None = None
	kind: str | None = None


@dataclass(frozen=True)
class Place:
	"""Behind which document the next page begins."""

	day: datetime
	name: str


def readable_kinds(ptype: str = "read") -> list[Kind]:
	return [kind for kind in KINDS if frappe.has_permission(kind.doctype, ptype)]


def effective(question: Question) -> Question:
	"""The question as it is asked: without a text it reaches back some days only."""
	if question.text or question.from_day:
		return question
	day = getdate(add_days(question.to_day or nowdate(), -DAYS_WITHOUT_TEXT))
	return Question(question.text, day, question.to_day, question.dealership, question.kind)


def says_too_little(question: Question, sought: Sought | None = None) -> bool:
	"""Whether something was typed, but not enough to look for it."""
	return bool(question.text) and (sought or understand(question.text, setting("default_region"))) == Sought()


def find(question: Question, kinds: list[Kind], limit: int, after: Place | None = None) -> list[dict]:
	"""At most `limit` documents, the newest first; those behind `after` where it is given.

	Returns:
		doctype, name, day, status, dealership, customer, vehicle, plate, person, masked_phone, about, and what offers.py reads.
	"""
	sought = understand(question.text, setting("default_region"))
	if says_too_little(question, sought):
		return []
	keys = _keys(sought)
	found: dict[tuple, dict] = {}
	for kind in kinds:
		if question.kind and kind.doctype != question.kind:
			continue
		for condition in _conditions(kind, question, sought, keys):
			for row in _listed(kind, question, condition, limit, after):
				found[kind.doctype, row["name"]] = row
	newest = sorted(found.values(), key=lambda row: (row["day"], row["name"]), reverse=True)
	return newest[:limit]


def _keys(sought: Sought) -> dict[str, list[str]]:
	"""Names of the cars and people that the text means.

	What is known exactly is looked up whoever sees it: what is found through it asks for itself. Of what only begins like that, those of the own stores.
	"""
	return {"vehicle": _cars(sought), "customer": _people(sought)}


def _cars(sought: Sought) -> list[str]:
	if sought.plate_start:
		if not frappe.has_permission(VEHICLE, "read"):
			return []
		begins = {"plate_number": ["like", f"{sought.plate_start}%"]}
		return frappe.get_list(VEHICLE, begins, pluck="name", order_by="plate_number", limit=MOST_BEGINNINGS)
	known = {"vin": sought.vin, "vin_tail": sought.vin_tail, "plate_number": ["in", sought.plates] if sought.plates else None}
	return [
		name
		for field, value in known.items()
		if value
		for name in frappe.get_all(VEHICLE, {field: value}, pluck="name", order_by=None, limit=MOST_FILES)
	]


def _people(sought: Sought) -> list[str]:
	if sought.phone:
		has_phone = {"phone": sought.phone, "parenttype": CUSTOMER}
		return frappe.get_all(PHONE, has_phone, pluck="parent", distinct=True, order_by=None, limit=MOST_FILES)
	if not sought.may_be_name or not frappe.has_permission(CUSTOMER, "read"):
		return []
	begins = {"customer_name": ["like", f"{sought.text}%"]}
	return frappe.get_list(CUSTOMER, begins, pluck="name", order_by="customer_name", limit=MOST_FILES)


def _conditions(kind: Kind, question: Question, sought: Sought, keys: dict[str, list[str]]) -> Iterator[list]:
	"""Filters, each on one indexed field, that together mean what was typed; one empty filter where nothing was."""
	if not question.text:
		yield []
		return
	for role in ("vehicle", "customer"):
		if keys[role]:
			for field in getattr(kind, role):
				yield [[field, "in", keys[role]]]
	if kind.follows:
		yield from _followed(kind, question, sought, keys)
	for field in kind.plate:
		if sought.plates:
			yield [[field, "in", sought.plates]]
		elif sought.plate_start:
			yield [[field, "like", f"{sought.plate_start}%"]]
	for fields, value in ((kind.vin, sought.vin), (kind.phone, sought.phone)):
		if value:
			for field in fields:
				yield [[field, "=", value]]
	if sought.may_be_name:
		for field in kind.called:
			yield [[field, "like", f"{sought.text}%"]]
	numbers = [sought.text, *_own_number(kind.doctype, sought.number)]
	yield [["name", "in", numbers]]
	for field in kind.number:
		yield [[field, "=", sought.text]]


def _followed(kind: Kind, question: Question, sought: Sought, keys: dict[str, list[str]]) -> Iterator[list]:
	"""The documents that this kind belongs to, found by the same text; not by a plate that the kind has itself."""
	if kind.plate and (sought.plate_start or (sought.plates and not sought.vin_tail)):
		return
	link, doctype = kind.follows
	leader = next(other for other in KINDS if other.doctype == doctype)
	for condition in _conditions(leader, question, sought, keys):
		names = frappe.get_all(doctype, condition, pluck="name", order_by=f"{leader.day} desc", limit=MOST_FOLLOWED)
		if names:
			yield [[link, "in", names]]


def _own_number(doctype: str, number: tuple[str | None, int] | None) -> list[str]:
	"""The name that a document of this type has under the number: 12 is SV-00000012."""
	series = _SERIES.fullmatch(frappe.get_meta(doctype).autoname or "")
	if not number or not series:
		return []
	prefix, places = series[1], len(series[2])
	letters, digits = number
	return [f"{prefix}{digits:0{places}d}"] if letters in (None, prefix.rstrip("-")) else []


def _listed(kind: Kind, question: Question, condition: list, limit: int, after: Place | None) -> list[dict]:
	"""Documents of one kind that the user may list, the newest first."""
	filters = [*condition, *_common(kind, question)]
	behind = None
	if after:
		filters.append([kind.day, "<=", after.day])
		behind = [[kind.day, "<", after.day], ["name", "<", after.name]]
	rows = frappe.get_list(
		kind.doctype,
		filters=filters,
		or_filters=behind,
		fields=_fields(kind),
		order_by=f"{kind.day} desc, name desc",
		limit=limit,
		# Else a day is compared through ifnull, and no index serves it.
		ignore_ifnull=True,
	)
	return [_described(kind, row) for row in rows]


def _common(kind: Kind, question: Question) -> Iterator[list]:
	if question.dealership:
		yield [kind.store, "in", nodes_below(question.dealership)]
	if question.from_day:
		yield [kind.day, ">=", question.from_day]
	if question.to_day:
		yield [kind.day, "<", question.to_day + timedelta(days=1)]


def _fields(kind: Kind) -> list[str]:
	meta = frappe.get_meta(kind.doctype)
	link = kind.follows[0] if kind.follows else None
	shown = (kind.day, kind.store, kind.status, *kind.vehicle, *kind.customer, *kind.plate, kind.person, kind.masked_phone, kind.about, link)
	read = (field for field in READ if meta.has_field(field))
	return list(dict.fromkeys(["name", *filter(None, shown), *read]))


def _described(kind: Kind, row: dict) -> dict:
	"""The row under the names that are the same for all kinds."""

	def first(fields: Iterable[str]):
		return next((row[field] for field in fields if row.get(field)), None)

	return {
		**{field: row[field] for field in READ if field in row},
		"doctype": kind.doctype,
		"name": row["name"],
		"day": get_datetime(row[kind.day]),
		"status": row.get(kind.status),
		"dealership": row.get(kind.store),
		"customer": first(kind.customer),
		"vehicle": first(kind.vehicle),
		"plate": first(kind.plate),
		"person": row.get(kind.person) if kind.person else None,
		"masked_phone": row.get(kind.masked_phone) if kind.masked_phone else None,
		"about": row.get(kind.about) if kind.about else None,
		"follows": (kind.follows[1], row.get(kind.follows[0])) if kind.follows else None,
	}


def name_people_and_cars(rows: Iterable[dict]) -> None:
	"""Fill in `person`, `masked_phone`, `plate`, `model` and `store` from the files that the user may see, by a query each."""
	_take_from_followed(rows)
	people = _files(CUSTOMER, {row["customer"] for row in rows}, ["customer_name", "masked_phone"])
	cars = _files(VEHICLE, {row["vehicle"] for row in rows}, ["plate_number", "vin", "model"])
	models = dict(_titles(MODEL, "model_title", {car.model for car in cars.values()}))
	stores = dict(_titles(DEALERSHIP, "dealership_name", {row["dealership"] for row in rows}))
	for row in rows:
		person, car = people.get(row["customer"]) or {}, cars.get(row["vehicle"]) or {}
		row["person"] = person.get("customer_name") or row["person"]
		row["masked_phone"] = person.get("masked_phone") or row["masked_phone"]
		row["plate"] = row["plate"] or car.get("plate_number")
		row["vin"] = car.get("vin")
		row["model"] = models.get(car.get("model"))
		row["store"] = stores.get(row["dealership"]) or row["dealership"]


def _take_from_followed(rows: Iterable[dict]) -> None:
	"""Car and customer of a document that has them through another one."""
	following = [(row, *followed) for row in rows if (followed := row.pop("follows"))]
	for doctype in {doctype for _row, doctype, _name in following}:
		leaders = _files(doctype, {name for _row, of, name in following if of == doctype}, ["customer", "vehicle"])
		for row, _doctype, name in following:
			if name in leaders:
				row.update({field: leaders[name][field] for field in ("customer", "vehicle")})


def _files(doctype: str, names: set, fields: list[str]) -> dict[str, dict]:
	names.discard(None)
	if not names or not frappe.has_permission(doctype, "read"):
		return {}
	rows = frappe.get_list(doctype, {"name": ["in", list(names)]}, ["name", *fields], limit=len(names), order_by="name")
	return {row.name: row for row in rows}


def _titles(doctype: str, field: str, names: set) -> list[tuple]:
	names.discard(None)
	return frappe.get_all(doctype, {"name": ["in", list(names)]}, ["name", field], as_list=True) if names else []
