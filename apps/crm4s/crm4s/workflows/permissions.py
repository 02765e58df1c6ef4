"""CRM4S administrators change workflows without being System Managers, who could change everything.

Frappe keeps such rights in Custom DocPerm, which replace a document type's own from the first one on, and for a page in Custom Role.
"""

import frappe
from frappe.permissions import add_permission, update_permission_property

ADMINISTRATOR = "C4S Administrator"
ALL_RIGHTS = ("read", "write", "create", "delete", "select", "print", "email", "share")
# The workflow's rows link to roles.
RIGHTS = {
	"Workflow": ALL_RIGHTS,
	"Workflow State": ALL_RIGHTS,
	"Workflow Action Master": ALL_RIGHTS,
	"Role": ("read", "select"),
}
BUILDER = "workflow-builder"
REMEMBERED = "C4S Installed Standard"


def let_administrators_edit_workflows() -> None:
	"""Once: what a System Manager takes away again stays away."""
	for doctype, rights in RIGHTS.items():
		if _not_yet("Custom DocPerm", doctype):
			add_permission(doctype, ADMINISTRATOR, 0)
			for right in rights:
				update_permission_property(doctype, ADMINISTRATOR, 0, right, 1, validate=False)
	if _not_yet("Custom Role", BUILDER):
		_open_builder()


def take_rights_back() -> None:
	"""Remove our rows, and the copies of the framework's own rights that the first of them made, where nobody changed those since."""
	frappe.db.delete("Custom DocPerm", {"role": ADMINISTRATOR, "parent": ["in", list(RIGHTS)]})
	for doctype in RIGHTS:
		if _rights(doctype, "Custom DocPerm") == _rights(doctype, "DocPerm"):
			frappe.db.delete("Custom DocPerm", {"parent": doctype})
			frappe.clear_cache(doctype=doctype)
	_close_builder()


def _open_builder() -> None:
	existing = frappe.db.get_value("Custom Role", {"page": BUILDER})
	if existing:
		custom_role = frappe.get_doc("Custom Role", existing)
	else:
		# A page with a custom role is shown to the roles named there only.
		own = [row.role for row in frappe.get_doc("Page", BUILDER).roles]
		custom_role = frappe.get_doc({"doctype": "Custom Role", "page": BUILDER, "roles": [{"role": role} for role in own]})
	if ADMINISTRATOR not in [row.role for row in custom_role.roles]:
		custom_role.append("roles", {"role": ADMINISTRATOR})
	custom_role.save(ignore_permissions=True)


def _close_builder() -> None:
	name = frappe.db.get_value("Custom Role", {"page": BUILDER})
	if not name:
		return
	left = {row.role for row in frappe.get_doc("Custom Role", name).roles} - {ADMINISTRATOR}
	if left == {row.role for row in frappe.get_doc("Page", BUILDER).roles}:
		frappe.delete_doc("Custom Role", name, force=True, ignore_permissions=True, delete_permanently=True)
	else:
		frappe.db.delete("Has Role", {"parent": name, "parenttype": "Custom Role", "role": ADMINISTRATOR})


def _not_yet(document_type: str, name: str) -> bool:
	key = {"document_type": document_type, "document_name": name}
	if frappe.db.exists(REMEMBERED, key):
		return False
	frappe.get_doc({"doctype": REMEMBERED, **key, "fingerprint": "given"}).insert(ignore_permissions=True)
	return True


def _rights(doctype: str, kind: str) -> list[tuple]:
	columns = [field.fieldname for field in frappe.get_meta("DocPerm").fields if field.fieldtype in ("Check", "Int")]
	rows = frappe.get_all(kind, filters={"parent": doctype}, fields=["role", *columns])
	return sorted(tuple((column, row[column] or 0) for column in ["role", *columns]) for row in rows)
