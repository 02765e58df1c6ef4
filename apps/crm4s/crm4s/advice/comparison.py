"""The models of an advice side by side, for the form and the print."""

from dataclasses import asdict

import frappe
from frappe import _

from crm4s.advice.models import MODEL, facts_of
from crm4s.value.comparison import compare

MOST = 4


def compare_models(names: list[str]) -> dict:
	"""Titles and images of the models, and the rows of their attributes; attributes that nobody knows are left out."""
	if len(names) > MOST:
		frappe.throw(_("Up to {0} models can be compared; take out {1}.").format(MOST, len(names) - MOST))
	found = frappe.get_all(MODEL, filters={"name": ["in", names or [""]]}, fields=["name", "model_title", "brand", "image"])
	models = sorted(found, key=lambda row: names.index(row.name))
	rows = compare(facts_of([row.name for row in models]))
	return {"models": models, "rows": [asdict(row) for row in rows if set(row.values) != {"–"}]}
