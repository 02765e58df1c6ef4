"""What waited for records that have arrived is taken in, in the transaction in which they arrive."""

from collections.abc import Iterable, Sequence

import frappe

from crm4s.dms.contract.registry import ENTITIES, Entity
from crm4s.dms.intake import waiting
from crm4s.dms.intake.known import folded
from crm4s.dms.intake.taking import Push
from crm4s.dms.links import Link
from crm4s.intake.result import CREATED, REJECTED, UNCHANGED, UPDATED

TAKEN = (CREATED, UPDATED, UNCHANGED)
# So many records that waited are taken in with one request; the clock takes the rest.
MOST_RESOLVED = 1000


def ids_of(results: Iterable[dict]) -> list[str]:
	"""The numbers of what was taken in."""
	return [result["external_id"] for result in results if result["state"] in TAKEN]


def resolve(link: Link, arrived: dict[str, list[str]], most: int = MOST_RESOLVED, is_last: bool = True) -> dict[tuple[str, str], dict]:
	"""Take in what waited for these, then what waited for that, and so on.

	Args:
		arrived: external ids by entity's code.
		most: how many records at most.
		is_last: no other try follows.

	Returns:
		The results by entity's code and folded id.
	"""
	late: dict[tuple[str, str], dict] = {}
	while arrived and most > 0:
		rows = waiting.waiting_for(link.name, {code: ids for code, ids in arrived.items() if ids}, most)
		most -= len(rows)
		arrived = {}
		for entity in ENTITIES.values():
			own = [row for row in rows if row.entity == entity.title]
			if own:
				results = _take_waiting(link, entity, own, is_last)
				arrived[entity.code] = ids_of(results)
				late |= {(entity.code, folded(result["external_id"])): result for result in results}
	return late


def _take_waiting(link: Link, entity: Entity, rows: Sequence, is_last: bool) -> list[dict]:
	results = Push(link, entity, is_last=is_last).take([frappe.parse_json(row.body) for row in rows])
	refused = [(row.name, _sentences(result)) for row, result in zip(rows, results, strict=True) if result["state"] == REJECTED]
	waiting.refuse(refused)
	return results


def _sentences(result: dict) -> str:
	return "\n".join(" ".join(filter(None, (error["field"], error["message"]))) for error in result["errors"])
