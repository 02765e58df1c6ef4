"""Spare parts with price and cost, and what each store has of them.

What C4SPart does to one document is done here to a chunk, in the same words.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import frappe
import pandas as pd
from frappe import _
from frappe.utils import escape_html

from crm4s.crm4s.doctype.c4s_part.c4s_part import MOST_SUBSTITUTES
from crm4s.intake import rules
from crm4s.intake.known import KnownByCode
from crm4s.intake.plan import Intake, Plan
from crm4s.intake.reach import refuse_other_stores
from crm4s.intake.records import Refused
from crm4s.intake.result import Outcome
from crm4s.rows.writer import read_rows

PART = "C4S Part"


def take_in_parts(parts: pd.DataFrame, availability: pd.DataFrame | None = None, **options: Any) -> Outcome:
	"""Create or update parts.

	Args:
		parts: columns are fields of C4S Part with an `external_key`. A part is known by that, and by its `part_number`, which is unique in
			the group. The substitute may also be given as `substitute_key`.
		availability: `external_key` of the part, and fields of C4S Part Availability. A store that is listed is updated, others are added,
			none is taken away.
		options: see `Intake`.
	"""
	return PartIntake(parts, {"availability": availability}, **options).run()


class PartIntake(KnownByCode, Intake):
	doctype = PART
	tables = {"availability": "C4S Part Availability"}
	derived = frozenset(("total_quantity", "shortage"))
	code = "part_number"

	def check(self) -> None:
		rules.resolve(self.records, "substitute_key", "substitute")
		super().check()
		if availability := self.table_records.get("availability"):
			refuse_other_stores(availability)

	def prepare(self, plans: Sequence[Plan]) -> None:
		super().prepare(plans)
		self.substitutes = substitutes_of(plan.row["substitute"] for plan in plans)

	def merge_table(self, plan: Plan, table: str, given: list[dict] | None) -> list[dict]:
		rows = [dict(row) for row in plan.stored_tables[table]]
		known = {row["dealership"]: row for row in rows}
		for new in given or []:
			if new.get("dealership") in known:
				known.pop(new["dealership"]).update(new)
			else:
				rows.append({**self.child_defaults[table], **new})
		return rows

	def complete(self, plan: Plan) -> None:
		super().complete(plan)
		self.refuse_circle(plan)
		row, stock = plan.row, plan.tables["availability"]
		rules.require_in_rows("availability", self.tables["availability"], stock)
		refuse_two_rows_of_a_store(stock)
		for place in stock:
			place["shortage"] = int(place["quantity"] <= 0 or place["quantity"] < place["reorder_level"])
		row["shortage"] = int(any(place["shortage"] for place in stock))
		row["total_quantity"] = float(sum(place["quantity"] for place in stock))

	def refuse_circle(self, plan: Plan) -> None:
		"""Following the substitutes must not lead back here; those of the chunk count as well."""
		part, steps, name = plan.row["substitute"], 0, plan.name or plan.row["part_number"]
		while part:
			steps += 1
			if part == name or steps > MOST_SUBSTITUTES:
				message = _("Part {0} cannot be its own substitute, directly or through others.")
				raise Refused("substitute", message.format(frappe.bold(escape_html(plan.row["part_number"]))))
			part = self.substitutes.get(part)
		self.substitutes[name] = plan.row["substitute"]


def substitutes_of(parts: Iterable[str | None]) -> dict[str, str | None]:
	"""The substitute of each of these parts, of those again, and so on; a query for each step of the longest chain."""
	found: dict[str, str | None] = {}
	wanted = {part for part in parts if part}
	for _step in range(MOST_SUBSTITUTES + 1):
		if not wanted:
			break
		found |= {row.name: row.substitute for row in read_rows(PART, "name", wanted, ["name", "substitute"])}
		wanted = {part for part in found.values() if part and part not in found}
	return found


def refuse_two_rows_of_a_store(rows: Sequence[Mapping]) -> None:
	seen = set()
	for number, row in enumerate(rows, start=1):
		if row["dealership"] in seen:
			message = _("Availability, row {0}: {1} is there already.").format(number, frappe.bold(escape_html(row["dealership"])))
			raise Refused("dealership", message, number, "availability")
		seen.add(row["dealership"])
