"""At uninstall: what we brought into the framework's own document types goes, except what somebody else uses by now."""

import frappe

from crm4s.workflows.loader import inserted_documents
from crm4s.workflows.permissions import take_rights_back

# Where a state or an action may be named, by document type.
USES = {
	"Workflow State": (("Workflow Document State", "state"), ("Workflow Transition", "state"), ("Workflow Transition", "next_state")),
	"Workflow Action Master": (("Workflow Transition", "action"),),
}


def remove_workflows() -> None:
	"""All workflows of our document types, which go with the app, and then the states and actions that nobody names any more."""
	ours = frappe.get_all("DocType", {"module": "CRM4S"}, pluck="name")
	for name in frappe.get_all("Workflow", {"document_type": ["in", ours]}, pluck="name"):
		frappe.delete_doc("Workflow", name, force=True, ignore_permissions=True, delete_permanently=True)
	frappe.db.delete("Workflow Action", {"reference_doctype": ["in", ours]})
	for doctype, uses in USES.items():
		for name in inserted_documents(doctype):
			if not any(frappe.db.exists(table, {field: name}) for table, field in uses):
				frappe.delete_doc(doctype, name, force=True, ignore_missing=True, ignore_permissions=True, delete_permanently=True)
	take_rights_back()
