"""A list of records of one entity is taken in: each by itself as far as the sender sees, all together as far as the database does.

Everything happens in the caller's transaction, with its answer, so that a kill leaves both or neither.
"""

from collections.abc import Sequence
from typing import Any

import frappe
from frappe import _

from crm4s.dms.contract.registry import Entity
from crm4s.dms.intake.kinds import KINDS
from crm4s.dms.intake.known import folded
from crm4s.dms.intake.patience import patiently
from crm4s.dms.intake.resolving import ids_of, resolve
from crm4s.dms.intake.taking import WAITING, Push
from crm4s.dms.links import Link
from crm4s.intake.result import CREATED, REJECTED, UNCHANGED, UPDATED
from crm4s.rows.isolation import reading_committed
from crm4s.runs import rollback

STATES = (CREATED, UPDATED, UNCHANGED, WAITING, REJECTED)


def take(link: Link, entity: Entity, records: Sequence[Any], dry_run: bool = False) -> dict:
	"""Take in records, and those that waited for them. The transaction holds nothing before it.

	Args:
		dry_run: say what would become of them, write nothing.

	Returns:
		{"results": one for each record in their order, "counts": by state}, as the contract says.

	Raises:
		frappe.PermissionError: the link's user may not enter or change these documents.
	"""
	require_rights(entity)
	with reading_committed():
		results = patiently(lambda is_last: _take_all(link, entity, records, dry_run, is_last))
	return {"results": results, "counts": {state: sum(result["state"] == state for result in results) for state in STATES}}


def require_rights(entity: Entity) -> None:
	for right in KINDS[entity.code].rights:
		if not frappe.has_permission(entity.doctype, right):
			frappe.throw(_("The link's user may not do this."), frappe.PermissionError)


def _take_all(link: Link, entity: Entity, records: Sequence[Any], dry_run: bool, is_last: bool) -> list[dict]:
	if not dry_run:
		rollback()
	results = Push(link, entity, dry_run, is_last).take(records)
	if dry_run:
		return results
	late = resolve(link, {entity.code: ids_of(results)}, is_last=is_last)
	return [late.get((entity.code, folded(result["external_id"])), result) if result["state"] == WAITING else result for result in results]
