"""External ids in records become names of documents; a record that names what is not known waits for it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from frappe import _
from frappe.utils import escape_html

from crm4s.dms.contract.registry import ENTITIES, Entity
from crm4s.dms.intake.known import documents_of, folded
from crm4s.dms.intake.reading import Incoming, fields_of
from crm4s.dms.links import Link
from crm4s.rows.writer import read_rows

STORE = "dealership"


@dataclass(frozen=True)
class Missing:
	"""What a record waits for: the code of an entity, and the number of one of its records."""

	entity: str
	external_id: str


class References:
	"""The documents that the records of a batch name."""

	def __init__(self, link: Link, entity: Entity, batch: Sequence[Incoming]):
		self.entity = entity
		wanted: dict[str, set[str]] = {}
		for incoming in batch:
			for path, external_id in named_in(entity, incoming.values):
				wanted.setdefault(entity.references[path], set()).add(external_id)
		self.names = {code: self._names(link, code, ids) for code, ids in wanted.items()}
		self.places: dict[str, dict[str, tuple[str, dict[str, str] | None]]] = {}
		self.waited_for = frozenset(code for code in wanted if ENTITIES[code].title in link.takes_in)

	def _names(self, link: Link, code: str, ids: Iterable[str]) -> dict[str, str]:
		"""By folded id. What the link never sends it may name as we do."""
		target = ENTITIES[code]
		names = documents_of(link.name, target.title, ids)
		if target.title not in link.takes_in:
			names |= {folded(row.name): row.name for row in read_rows(target.doctype, "name", ids, ["name"]) if folded(row.name) not in names}
		return names

	def missing(self, incoming: Incoming) -> Missing | None:
		"""The first thing that has not come yet; what will never come is an error of the record."""
		for path, external_id in named_in(self.entity, incoming.values):
			code = self.entity.references[path]
			if folded(external_id) in self.names[code]:
				continue
			if code in self.waited_for:
				return Missing(code, external_id)
			message = _("{0} {1} is not known here, and this link does not send it.").format(_(ENTITIES[code].title), escape_html(external_id))
			incoming.errors.append({"code": "not_found", "field": path, "message": message})
		return None

	def resolved(self, values: Mapping[str, Any]) -> dict[str, Any]:
		"""The values with our fields and names: `customer_id` becomes `customer`."""
		return {name: self._rows(field, value) if isinstance(value, list) else value for field, name, value in self._told("", values)}

	def _rows(self, table: str, rows: list) -> list:
		return [{name: cell for _field, name, cell in self._told(f"{table}.", row)} for row in rows]

	def _told(self, before: str, values: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
		"""Each field with our name of it and what it says."""
		places = self.places.setdefault(before, {})
		for field, value in values.items():
			if field not in places:
				places[field] = our_field(field), self.names.get(self.entity.references.get(before + field))
			name, names = places[field]
			yield field, name, value if names is None else names[folded(value)]


def named_in(entity: Entity, values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
	"""The paths of the references in a record, and the external ids that stand there."""
	for path in entity.references:
		table, _dot, field = path.rpartition(".")
		if not table:
			if values.get(field):
				yield path, values[field]
			continue
		for row in values.get(table) or ():
			if row.get(field):
				yield path, row[field]


def our_field(name: str) -> str:
	return name.removesuffix("_id")


def their_field(entity: Entity, name: str | None, table: str | None = None) -> str | None:
	"""The contract's name of a field of ours."""
	given = f"{name}_id"
	return given if (f"{table}.{given}" if table else given) in entity.references else name


class Stores:
	"""What a link calls the stores, and for which it works."""

	def __init__(self, link: Link, entity: Entity):
		self.codes, self.own = link.store_codes, link.stores_of_user()
		self.fields = _store_fields(entity)

	def name(self, incoming: Incoming) -> None:
		"""The link's codes become our names; a store for which the link does not work is an error of the record."""
		for table, fields in self.fields.items():
			rows = enumerate(incoming.values.get(table) or ()) if table else ((0, incoming.values),)
			for number, row in rows:
				for field in fields & row.keys():
					self._name(incoming, row, field, f"{table}.{number}." if table else "")

	def _name(self, incoming: Incoming, row: dict[str, Any], field: str, place: str) -> None:
		row[field] = self.codes.get(row[field], row[field])
		if self.own is not None and row[field] not in self.own:
			message = _("This link does not work for store {0}.").format(escape_html(row[field]))
			incoming.errors.append({"code": "other_store", "field": place + field, "message": message})


def _store_fields(entity: Entity) -> dict[str, set[str]]:
	"""The fields of a record that name stores, under "", and those of the rows of its tables."""
	found: dict[str, set[str]] = {}
	for path, _kind in fields_of(entity.model):
		table, _dot, field = path.rpartition(".")
		if field.endswith(STORE):
			found.setdefault(table, set()).add(field)
	return found
