"""What a connected system calls, at /api/method/crm4s.dms.v1.<name>. Thin: each method stands behind the gate and hands over.

What is promised here stays: docs/dms.en.md says how a version changes and how it ends.
"""

from datetime import date
from typing import Annotated, Any

import frappe
from pydantic import Field
from werkzeug.wrappers import Response

from crm4s.dms import feed, gate, health as health_of_links, reconciliation
from crm4s.dms.contract.openapi import describe
from crm4s.dms.contract.outgoing import Acknowledged, Changes, Snapshot
from crm4s.dms.intake import push as intake, upload as uploads
from crm4s.dms.links import Link
from crm4s.dms.reconciliation import DayCount, Reconciliation
from crm4s.dms.scope import require_takes_in

PageSize = Annotated[int, Field(ge=1, le=1000, description="Entries of one page.")]
Cursor = Annotated[str, Field(max_length=500, description="As it was given; without one, from the beginning of what is kept.")]

# In
# --


@frappe.whitelist(methods=["POST"])
@gate.opened(once=True)
def push(link: Link, entity: str, records: Annotated[list[Any], Field(min_length=1, max_length=1000)]) -> dict:
	"""Take in records of one entity; each is answered for itself, in their order."""
	return intake.take(link, require_takes_in(link, entity), records)


@frappe.whitelist(methods=["POST"])
@gate.opened(once=True, media=("application/x-ndjson", "application/gzip"))
def upload(link: Link, entity: str) -> dict:
	"""Take in a file of many records, one JSON object a line, by a job; ask `upload_state` how far it is. The entity stands in the address."""
	return uploads.receive(link, require_takes_in(link, entity), frappe.local.request.get_data())


@frappe.whitelist(methods=["GET"])
@gate.opened
def upload_state(link: Link, upload: str) -> dict:
	"""How far an upload has come."""
	return uploads.state(link, upload)


@frappe.whitelist(methods=["GET"])
@gate.opened(gives="application/gzip")
def upload_answers(link: Link, upload: str) -> Response:
	"""The results of an upload so far, one JSON object a line with the number of its line, packed with gzip."""
	return Response(uploads.answers(link, upload), content_type="application/gzip")


# Changes
# -------


@frappe.whitelist(methods=["GET"])
@gate.opened(answer=Changes)
def changes(link: Link, entity: str | None = None, cursor: Cursor | None = None, limit: PageSize = 500) -> dict:
	"""What changed behind the cursor, in order: {"entries", "cursor", "has_more"}."""
	return feed.changes(link, entity, cursor, limit)


@frappe.whitelist(methods=["GET"])
@gate.opened(answer=Snapshot)
def snapshot(link: Link, entity: str, cursor: Cursor | None = None, limit: PageSize = 500) -> dict:
	"""All documents of an entity, page by page, and where the changes begin afterwards."""
	return feed.snapshot(link, entity, cursor, limit)


@frappe.whitelist(methods=["POST"])
@gate.opened(http=("POST",), answer=Acknowledged)
def acknowledge(link: Link, cursor: Cursor) -> dict:
	"""Everything up to the cursor has been worked off."""
	return feed.acknowledge(link, cursor)


# Do both sides have the same?
# ----------------------------


@frappe.whitelist(methods=["GET"])
@gate.opened(answer=Reconciliation)
def reconcile(link: Link, entity: str, from_day: date, to_day: date) -> dict:
	"""Counts and checksums by day of what came over the link, beside what the system told by their_counts."""
	return reconciliation.reconcile(link, entity, from_day, to_day)


@frappe.whitelist(methods=["POST"])
@gate.opened(http=("POST",), answer=Reconciliation)
def their_counts(link: Link, entity: str, days: Annotated[list[DayCount], Field(min_length=1, max_length=366)]) -> dict:
	"""What the system has of each day; the answer says which days differ, and the report in the desk shows them."""
	return reconciliation.take_counts(link, entity, days)


# Health and contract
# -------------------


@frappe.whitelist(methods=["GET"])
@gate.opened
def health(link: Link) -> dict:
	"""How the link stands: what waits, what failed, when each entity came in or went out last."""
	return health_of_links.told(link)


@frappe.whitelist(methods=["GET"])
@gate.opened
def openapi(link: Link) -> dict:
	"""This description, in OpenAPI 3.1."""
	return describe(gate.METHODS.values(), frappe.utils.get_url())
