"""Sentences that a consultant says when needs and model meet in a certain way; what they are and when they hold is data."""

from collections.abc import Mapping

import frappe
from frappe import _
from frappe.utils import flt

HINT = "C4S Purchase Hint"
SAID = ("home_charging", "driving", "purpose")


def hints_for(needs: Mapping, model: Mapping) -> list[str]:
	"""The hints about one model (energy_type, guide_price) for somebody with these needs, in the reader's language."""
	return [_(hint.name) for hint in _enabled() if holds(hint, needs, model)]


def holds(hint: Mapping, needs: Mapping, model: Mapping) -> bool:
	"""Whether all that the hint asks for is so; a need that was not stated fulfils nothing. Pure."""
	if hint["energy_type"] and hint["energy_type"] != model.get("energy_type"):
		return False
	if any(hint[field] and hint[field] != needs.get(field) for field in SAID):
		return False
	kilometres = flt(needs.get("yearly_km"))
	if hint["yearly_km_from"] and kilometres < hint["yearly_km_from"]:
		return False
	if hint["yearly_km_to"] and not 0 < kilometres <= hint["yearly_km_to"]:
		return False
	highest = (needs.get("budget") or (None, None))[1]
	return not hint["over_budget"] or bool(highest and flt(model.get("guide_price")) > highest)


def _enabled() -> list[dict]:
	return frappe.get_all(
		HINT,
		filters={"enabled": 1},
		fields=["name", "energy_type", *SAID, "yearly_km_from", "yearly_km_to", "over_budget"],
		order_by="sequence, name",
	)
