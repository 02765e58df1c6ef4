"""A sample tried on a link: what would become of it, said without keeping anything."""

from typing import Any

import frappe
from frappe import _
from pydantic import ValidationError

from crm4s.dms import problems
from crm4s.dms.contract.registry import ENTITIES, Entity
from crm4s.dms.links import Link

MOST = 20


def try_out(link: Link, title: str, records: list[Any]) -> dict:
	"""The answer that a push of these records would get.

	Args:
		title: of the entity, as in C4S DMS Link Entity.
	"""
	entity = next((one for one in ENTITIES.values() if one.title == title), None)
	if not entity:
		frappe.throw(_("{0} is given out only; nothing of it is taken in.").format(_(title)))
	if len(records) > MOST:
		frappe.throw(_("At most {0} records are tried at once.").format(MOST))
	return {"results": [_tried(entity, record) for record in records]}


def _tried(entity: Entity, record: Any) -> dict:
	try:
		entity.model.model_validate(record)
	except ValidationError as error:
		return {"external_id": _number(record), "state": "rejected", "errors": problems.faults_of(error)}
	return {"external_id": _number(record), "state": "readable", "errors": []}


def _number(record: Any) -> str:
	return str(record.get("external_id") or "") if isinstance(record, dict) else ""
