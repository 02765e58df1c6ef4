"""The models of an advice side by side, for the form and the print, in the language of the reader."""

from collections.abc import Mapping
from dataclasses import asdict

import frappe
from frappe import _

from crm4s.advice.hints import hints_for
from crm4s.advice.models import MODEL, facts_of
from crm4s.advice.suitability import judge
from crm4s.value.comparison import MISSING, compare

MOST = 4


def compare_models(names: list[str], needs: Mapping) -> dict:
	"""The models with score, reasons (mark and sentence) and hints for these needs, and the rows of their attributes.

	Attributes of which nothing is known are left out.
	"""
	require_few(names)
	images = dict(frappe.get_all(MODEL, filters={"name": ["in", names or [""]]}, fields=["name", "image"], as_list=True))
	judged = judge(needs, names)
	models = [asdict(judged[name]) for name in names if name in judged]
	rows = compare(facts_of([model["model"] for model in models]))
	return {
		"models": [{**model, "image": images[model["model"]], "hints": hints_for(needs, model)} for model in models],
		"rows": [asdict(row) for row in rows if set(row.values) != {MISSING}],
	}


def require_few(names: list[str]) -> None:
	if len(names) > MOST:
		frappe.throw(_("Up to {0} models can be compared; take out {1}.").format(MOST, len(names) - MOST))
