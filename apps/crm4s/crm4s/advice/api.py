"""What the form of a purchase advice calls; also for a comparison that nobody saves."""

from dataclasses import asdict

import frappe

from crm4s.access.required import require_permission
from crm4s.advice.comparison import compare_models
from crm4s.advice.hints import hints_for
from crm4s.advice.suitability import needs_of
from crm4s.advice.suitability import suggest as suggest_models

ADVICE = "C4S Purchase Advice"


@frappe.whitelist()
def suggest(needs: dict | str) -> list[dict]:
	"""The models on sale that suit the stated needs best, with reasons and hints; for those who may make advices.

	Args:
		needs: the fields of an advice that hold needs.
	"""
	require_permission(ADVICE, "create")
	stated = needs_of(frappe._dict(frappe.parse_json(needs)))
	return [{**asdict(row), "hints": hints_for(stated, asdict(row))} for row in suggest_models(stated)]


@frappe.whitelist()
def compare(models: list | str, needs: dict | str | None = None) -> dict:
	"""Up to four models side by side, judged by the stated needs; for those who may read advices."""
	require_permission(ADVICE, "read")
	return compare_models(frappe.parse_json(models), needs_of(frappe._dict(frappe.parse_json(needs) or {})))
