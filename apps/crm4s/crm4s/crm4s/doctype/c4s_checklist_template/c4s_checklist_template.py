"""What is looked at when a car comes for service, before one is delivered (PDI), while it is handed over, when a used car is appraised and bought, and what an insurer wants for a claim."""

import frappe
from frappe import _
from frappe.model.document import Document

PDI, DELIVERY = "PDI", "Delivery"
APPRAISAL, PURCHASE_DOCUMENTS = "Appraisal", "Purchase Documents"
WALK_ROUND = "Walk-Round"
CLAIM_DOCUMENTS = "Claim Documents"


class C4SChecklistTemplate(Document):
	def validate(self):
		self.validate_items()

	def validate_items(self):
		seen = set()
		for row in self.items:
			key = ((row.section or "").strip(), row.item.strip())
			if key in seen:
				frappe.throw(_("Row {0} repeats {1}.").format(row.idx, frappe.bold(row.item)))
			seen.add(key)


def template_for(kind: str, model: str | None) -> C4SChecklistTemplate | None:
	"""The template that says most about the car: one for its model, else for its energy type, else for every car."""
	energy_type = frappe.get_cached_value("C4S Vehicle Model", model, "energy_type") if model else None
	templates = frappe.get_all(
		"C4S Checklist Template",
		{"checklist_kind": kind, "enabled": 1},
		["name", "model", "energy_type"],
		order_by="creation desc",
	)
	fitting = [row for row in templates if row.model in (model, None, "") and row.energy_type in (energy_type, None, "")]
	if not fitting:
		return None
	best = max(fitting, key=lambda row: (bool(row.model), bool(row.energy_type)))
	return frappe.get_cached_doc("C4S Checklist Template", best.name)
