"""The change feed of a link: what changed in what it may have, composed as it is now; snapshot and acknowledgement."""

from collections import defaultdict
from collections.abc import Sequence

import frappe
from frappe import _
from frappe.utils import cint, now_datetime

from crm4s.change_feed import reading
from crm4s.change_feed.noting import ERASED
from crm4s.change_feed.sequencing import head, sequence
from crm4s.change_feed.watching import CUSTOMER, STORE, VEHICLE
from crm4s.dms import cursors, scope
from crm4s.dms.contract.outgoing import OUTGOING, Outgoing
from crm4s.dms.intake.known import external_ids_of
from crm4s.dms.links import LINK, Link
from crm4s.dms.problems import problem
from crm4s.dms.records import records_of, with_zone

OUT_OF_SCOPE = "out_of_scope"
# So many pages are looked through for what the link may have; then the answer says that there is more.
PAGES_OF_ONE_ANSWER = 10
OF_DOCTYPE = {outgoing.doctype: outgoing for outgoing in OUTGOING.values()}


def changes(link: Link, entity: str | None, cursor: str | None, limit: int) -> dict:
	"""A page of the feed: {"entries", "cursor", "has_more"}. Called as the link's user; gives positions to what is committed first.

	Raises:
		Problem: the entity is not given out, the cursor is wrong or its changes are not kept any more.
	"""
	given = wanted(link, entity)
	position = cursors.position_of(cursor)
	sequence()
	if cursor:
		require_kept(position)
	entries, more = [], True
	for _page in range(PAGES_OF_ONE_ANSWER):
		rows, position, more = reading.read([outgoing.doctype for outgoing in given], position, limit - len(entries))
		entries += entries_of(link, rows)
		if not more or len(entries) >= limit:
			break
	return {"entries": entries, "cursor": cursors.of_position(position), "has_more": more}


def entries_of(link: Link, rows: Sequence) -> list[dict]:
	"""Changes as the link is told of them, without its own and without what it may not have; called as the link's user."""
	rows = [row for row in rows if row.origin != link.user]
	names: dict[str, set[str]] = defaultdict(set)
	for row in rows:
		names[row.document_type].add(row.document)
	records = {doctype: records_of(link, OF_DOCTYPE[doctype], sorted(own)) for doctype, own in names.items()}
	known = {doctype: external_ids_of(link.name, doctype, own) for doctype, own in names.items()}
	entries = []
	for row in rows:
		record = records[row.document_type].get(row.document)
		action = _action(link, row, record is not None)
		if action:
			entries.append(_entry(row, action, record, known[row.document_type].get(row.document)))
	return entries


def _action(link: Link, row, has_record: bool) -> str | None:
	"""What the link is told; None where that is nothing. What it sees no more it is told of where one of its stores has seen it until then."""
	if row.action != ERASED and has_record:
		return row.action.lower()
	left, stores = set((row.left_stores or "").split("\n")) - {""}, link.stores_of_user()
	concerned = stores is None or bool(left & stores)
	if row.action == ERASED:
		return "erased" if concerned or not left else None
	return OUT_OF_SCOPE if left and stores is not None and concerned else None


def _entry(row, action: str, record: dict | None, external_id: str | None) -> dict:
	fields = (row.changed_fields or "").split("\n") if action == "updated" else []
	return {
		"position": row.position,
		"entity": OF_DOCTYPE[row.document_type].code,
		"action": action,
		"id": row.document,
		"external_id": external_id,
		"changed_on": with_zone(row.changed_on),
		"fields": [field for field in fields if field],
		"record": record if action in ("created", "updated") else None,
	}


def snapshot(link: Link, entity: str, cursor: str | None, limit: int) -> dict:
	"""A page of all documents of an entity, in the order of their names, and where the feed begins afterwards.

	What changes while the pages are read stands behind that place in the feed; it may be read twice, and is never missed.

	Raises:
		Problem: the entity is not given out, or the cursor is wrong.
	"""
	[outgoing] = wanted(link, entity)
	if cursor:
		after, tail = cursors.page_of(cursor, entity)
	else:
		sequence()
		after, tail = "", head()
	kept = [["erased_on", "is", "not set"]] if outgoing.doctype == CUSTOMER else []
	# Without `ignore_ifnull` older releases of the framework read all names before a page's own (crm4s.rows.ranges).
	names = frappe.get_list(
		outgoing.doctype, [["name", ">", after], *kept], or_filters=_within_stores(link, outgoing), pluck="name", order_by="name asc",
		limit_page_length=limit, ignore_ifnull=True,
	)
	records, known = records_of(link, outgoing, names), external_ids_of(link.name, outgoing.doctype, names)
	return {
		"entity": entity,
		"records": [{"id": name, "external_id": known.get(name), "record": records[name]} for name in names if name in records],
		"cursor": cursors.of_page(entity, names[-1], tail) if len(names) == limit else None,
		"changes_cursor": cursors.of_position(tail),
	}


def acknowledge(link: Link, cursor: str) -> dict:
	"""Keep up to where the other side has worked the feed off; an older place than the one known changes nothing.

	Raises:
		Problem: the cursor is wrong.
	"""
	position = cursors.position_of(cursor)
	sequence()
	require_kept(position)
	table = frappe.qb.DocType(LINK)
	query = frappe.qb.update(table).set(table.acknowledged_position, position).set(table.acknowledged_on, now_datetime())
	query.where((table.name == link.name) & (table.acknowledged_position < position)).run()
	return lag(link)


def lag(link: Link) -> dict:
	"""How far the link is behind, as far as it has acknowledged: {"cursor", "behind", "oldest_on"}."""
	position = cint(frappe.db.get_value(LINK, link.name, "acknowledged_position"))
	behind, oldest = reading.behind([outgoing.doctype for outgoing in wanted(link)], position)
	return {"cursor": cursors.of_position(position), "behind": behind, "oldest_on": oldest and with_zone(oldest)}


def wanted(link: Link, entity: str | None = None) -> list[Outgoing]:
	"""What the link gets, or of that the one entity.

	Raises:
		Problem: there is no such entity, or the link does not get it.
	"""
	if entity is None:
		return [outgoing for outgoing in OUTGOING.values() if outgoing.title in link.gives_out]
	if entity not in OUTGOING:
		raise scope.unknown_entity(OUTGOING)
	scope.require_gives_out(link, OUTGOING[entity].title)
	return [OUTGOING[entity]]


def require_kept(position: int) -> None:
	"""
	Raises:
		Problem: changes behind the position are gone for their age, or it is one of a time that a backup has undone.
	"""
	if reading.removed_until() <= position <= head():
		return
	detail = _("What changed since then is not kept any more; take a snapshot and go on from its changes_cursor.")
	raise problem("cursor_expired", detail)


def _within_stores(link: Link, outgoing: Outgoing) -> list[list]:
	stores = link.stores_of_user()
	if stores is None or outgoing.doctype in (CUSTOMER, VEHICLE):
		return []
	return [[STORE, "is", "not set"], [STORE, "in", stores]]
