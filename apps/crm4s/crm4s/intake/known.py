"""Shared lists, such as models and parts, whose documents are named by a code that is unique in the group."""

from collections.abc import Sequence

import frappe

from crm4s.intake import rules
from crm4s.intake.plan import Plan
from crm4s.intake.records import KEY, Refused
from crm4s.rows.names import named_by_frappe
from crm4s.rows.writer import read_rows


class KnownByCode:
	"""Mixed into an Intake: a document is known by its key, else by its `code`, the field that names it."""

	code: str

	def find_stored(self, rows: Sequence[dict]) -> dict[str, dict]:
		wanted = (row.get(self.code) for row in rows)
		by_code = {row[self.code].casefold(): row for row in read_rows(self.doctype, self.code, wanted, ["name", self.code])}
		by_key = super().find_stored(rows)
		found = {row[KEY]: by_key.get(row[KEY]) or by_code.get((row.get(self.code) or "").casefold()) for row in rows}
		return {key: row for key, row in found.items() if row}

	def prepare(self, plans: Sequence[Plan]) -> None:
		self.claimed: dict[str, str] = {}

	def complete(self, plan: Plan) -> None:
		"""A code is entered once, and names one document."""
		if plan.is_new:
			self.refuse_impossible_name(plan)
		else:
			plan.row[KEY] = plan.stored[KEY] or plan.row[KEY]
			rules.refuse_set_once(self.meta, plan.stored, plan.row, self.code)
		if self.claimed.setdefault(plan.row[self.code].casefold(), plan.key) != plan.key:
			raise Refused(self.code, rules.comes_twice(plan.row[self.code]))

	def refuse_impossible_name(self, plan: Plan) -> None:
		try:
			named_by_frappe(self.doctype, plan.row)
		except (frappe.NameError, frappe.ValidationError) as error:
			frappe.clear_last_message()
			raise Refused(self.code, str(error)) from error
