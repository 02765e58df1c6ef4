"""A record as it was sent, read by the link's mapping and the contract: what it says, or what is wrong with it."""

import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from types import UnionType
from typing import Any
from zoneinfo import ZoneInfo

from frappe import _
from frappe.utils import get_system_timezone, now_datetime
from pydantic import BaseModel, ValidationError

from crm4s.dms.contract.registry import Entity
from crm4s.dms.intake.mapping import Translation, translation
from crm4s.dms.links import Link
from crm4s.dms.problems import faults_of

ABOUT = frozenset(("external_id", "version", "modified_on"))
FIRST_YEAR, LAST_YEAR = 1900, 2200
# A clock may be wrong, and a time without a zone that of another place.
AHEAD = timedelta(days=1)


@dataclass
class Incoming:
	"""One record on its way.

	Attributes:
		position: in the list that was sent.
		raw: as it was sent.
		values: what it says by the contract's fields; times are the site's, empty values are left out.
		errors: why it is not taken in, as {"code", "field", "message"}.
	"""

	position: int
	raw: Any
	external_id: str | None = None
	version: int | None = None
	modified_on: datetime | None = None
	values: dict[str, Any] = field(default_factory=dict)
	errors: list[dict] = field(default_factory=list)


class Reader:
	"""Reads the records of one entity of a link."""

	def __init__(self, link: Link, entity: Entity):
		self.model = entity.model
		self.translation = translation_of(link, entity)
		self.zone = ZoneInfo(get_system_timezone())
		self.latest = now_datetime() + AHEAD
		self.dated = dated_fields(entity.model)

	def read(self, position: int, raw: Any) -> Incoming:
		incoming = Incoming(position, raw)
		if not isinstance(raw, Mapping):
			incoming.errors = [{"code": "wrong_type", "field": "", "message": _("A record must be a JSON object.")}]
			return incoming
		said = self.translation.apply(raw) if self.translation else raw
		try:
			record = self.model.model_validate(said)
		except ValidationError as error:
			incoming.external_id = _id_of(said)
			incoming.errors = faults_of(error)
			return incoming
		self._take(incoming, record)
		return incoming

	def _take(self, incoming: Incoming, record: BaseModel) -> None:
		incoming.external_id, incoming.version = record.external_id, record.version
		values = record.model_dump(exclude_none=True, exclude=set(ABOUT))
		incoming.modified_on = self._moment(incoming, "modified_on", record.modified_on) if record.modified_on else None
		self._refuse_ahead(incoming)
		for table, names in self.dated.items():
			for number, row in enumerate(values.get(table) or ()) if table else ((0, values),):
				for name in names & row.keys():
					row[name] = self._moment(incoming, f"{table}.{number}.{name}" if table else name, row[name])
		incoming.values = values

	def _refuse_ahead(self, incoming: Incoming) -> None:
		"""A time far ahead would make every later state an old one. One of a year that cannot be is refused already, and still has its zone."""
		if incoming.modified_on and not incoming.errors and incoming.modified_on > self.latest:
			message = _("The time of the change lies in the future; set the clock or the time zone of the system that sends it right.")
			incoming.errors.append({"code": "wrong_value", "field": "modified_on", "message": message})

	def _moment(self, incoming: Incoming, name: str, value: date) -> date:
		"""A day, or a time by the site's clock."""
		if not FIRST_YEAR < value.year < LAST_YEAR:
			message = _("The year must lie between {0} and {1}.").format(FIRST_YEAR, LAST_YEAR)
			incoming.errors.append({"code": "wrong_value", "field": name, "message": message})
		elif isinstance(value, datetime) and value.tzinfo:
			return value.astimezone(self.zone).replace(tzinfo=None)
		return value


def translation_of(link: Link, entity: Entity) -> Translation | None:
	rules = {name: rule for (title, name), rule in link.fields.items() if title == entity.title}
	words = {(name, said): ours for (title, name, said), ours in link.words.items() if title == entity.title}
	return translation(rules, words, frozenset(whole_fields(entity.model)))


def whole_fields(model: type[BaseModel]) -> Iterator[str]:
	"""The fields that hold whole numbers, those of tables as "items.minutes"."""
	return (name for name, kind in fields_of(model) if kind is int)


def dated_fields(model: type[BaseModel]) -> dict[str, set[str]]:
	"""The fields that hold days or times, under "", and those of the rows of its tables; they are few, so that the others need not be looked through."""
	found: dict[str, set[str]] = {}
	for path, kind in fields_of(model):
		if isinstance(kind, type) and issubclass(kind, date):
			table, _dot, name = path.rpartition(".")
			found.setdefault(table, set()).add(name)
	return found


def fields_of(model: type[BaseModel], before: str = "") -> Iterator[tuple[str, Any]]:
	"""Each field with its plain type, or types; those of tables as "items.minutes"."""
	for name, field_of_model in model.model_fields.items():
		for kind in _kinds_of(field_of_model.annotation):
			if isinstance(kind, type) and issubclass(kind, BaseModel):
				yield from fields_of(kind, f"{before}{name}.")
			else:
				yield before + name, kind


def _kinds_of(annotation: Any) -> Iterator[Any]:
	"""The plain types in an annotation such as `Annotated[list[Item], …] | None`."""
	if typing.get_origin(annotation) is typing.Annotated:
		yield from _kinds_of(typing.get_args(annotation)[0])
	elif typing.get_origin(annotation) in (list, UnionType, typing.Union):
		for part in typing.get_args(annotation):
			yield from _kinds_of(part)
	else:
		yield annotation


def _id_of(said: Mapping) -> str | None:
	"""What the sender will know the record by, whatever else is wrong with it."""
	given = said.get("external_id")
	return str(given)[:140] if isinstance(given, (str, int)) else None
