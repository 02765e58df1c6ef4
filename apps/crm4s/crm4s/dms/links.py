"""A link as the engine sees it: who it is, what it may, and how it says things. Read once a request, kept until it is changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import frappe

from crm4s.access.stores import stores_of

LINK = "C4S DMS Link"
CACHE = "c4s_dms_links"
OURS, THEIRS, NEWEST = "CRM", "Other System", "Latest"


@dataclass(frozen=True)
class FieldRule:
	"""`path` where the value stands in a record ("" as the contract names it), `factor` their unit in ours, `otherwise` where they say nothing."""

	path: str = ""
	factor: float = 0.0
	otherwise: str | None = None
	owner: str = ""


@dataclass(frozen=True)
class Link:
	"""One connected system. Entities are named as in C4S DMS Link Entity ("Service Order")."""

	name: str
	user: str
	enabled: bool
	takes_in: frozenset[str]
	gives_out: frozenset[str]
	owners: Mapping[str, str]
	stores: frozenset[str]
	store_codes: Mapping[str, str]
	fields: Mapping[tuple[str, str], FieldRule]
	words: Mapping[tuple[str, str, str], str | None]
	requests_per_minute: int
	allowed_addresses: tuple[str, ...]
	keep_answers_days: int
	keep_log_days: int

	def external_key(self, external_id: str) -> str:
		"""How a document of this system is known to `crm4s.intake`."""
		return f"{self.name}:{external_id}"

	def owner(self, entity: str, field: str) -> str:
		"""Whose word counts: OURS, THEIRS or NEWEST."""
		rule = self.fields.get((entity, field))
		return (rule and rule.owner) or self.owners.get(entity, THEIRS)

	def stores_of_user(self) -> frozenset[str] | None:
		"""The stores for which the link works, within those of its user; None for the whole group."""
		own = stores_of(self.user)
		if own is None:
			return self.stores or None
		return frozenset(own) & self.stores if self.stores else frozenset(own)


def link_of(user: str | None = None) -> Link | None:
	"""The link whose user this is, the session's by default; None for everybody else."""
	user = user or frappe.session.user
	known = frappe.cache.hget(CACHE, user)
	if known is None:
		name = frappe.db.get_value(LINK, {"user": user})
		known = _as_dict(frappe.get_doc(LINK, name)) if name else {}
		frappe.cache.hset(CACHE, user, known)
	return _link(known) if known else None


def _as_dict(document) -> dict:
	return document.as_dict(no_default_fields=False, convert_dates_to_str=True)


def _link(values: Mapping[str, Any]) -> Link:
	entities = values["entities"]
	return Link(
		name=values["name"],
		user=values["user"],
		enabled=bool(values["enabled"]),
		takes_in=frozenset(row["entity"] for row in entities if row["takes_in"]),
		gives_out=frozenset(row["entity"] for row in entities if row["gives_out"]),
		owners={row["entity"]: row["fields_owned_by"] for row in entities},
		stores=frozenset(row["dealership"] for row in values["stores"]),
		store_codes={row["their_code"]: row["dealership"] for row in values["stores"] if row.get("their_code")},
		fields={(row["entity"], row["our_field"]): _rule(row) for row in values["fields_of_link"]},
		words={(row["entity"], row["our_field"], row["given"].strip().casefold()): row.get("ours") or None for row in values["values_of_link"]},
		requests_per_minute=values["requests_per_minute"] or 0,
		allowed_addresses=tuple((values.get("allowed_addresses") or "").split()),
		keep_answers_days=values["keep_answers_days"] or 0,
		keep_log_days=values["keep_log_days"] or 0,
	)


def _rule(row: Mapping[str, Any]) -> FieldRule:
	return FieldRule(row.get("their_path") or "", row.get("factor") or 0.0, row.get("default_value") or None, row.get("owned_by") or "")
