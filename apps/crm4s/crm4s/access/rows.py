"""Rows of tables: Frappe lists them for everybody who may read the parent's type, without asking for the parent itself."""

import frappe
from frappe.model.document import Document


class RowOfGuardedDocument(Document):
	"""A row of a table whose parent is guarded by store: whoever opens the row by its name must see the parent."""

	def has_permission(self, permtype: str = "read", *arguments, user: str | None = None, **options) -> bool:
		# Frappe asks for the parent's type only, when the row was not loaded through the parent.
		allowed = super().has_permission(permtype, *arguments, **({"user": user} if user else {}), **options)
		if not allowed or self.flags.ignore_permissions or not self.parent or self.get("__islocal"):
			return allowed
		return frappe.has_permission(self.parenttype, permtype, doc=self.parent, user=user)


def seen_rows_condition(child_doctype: str, parent_doctype: str, user: str | None = None) -> str:
	"""SQL condition that keeps the rows whose parent `user` sees; empty where the parent's own conditions are."""
	return seen_parents_condition(child_doctype, "parent", parent_doctype, user)


def seen_parents_condition(doctype: str, fieldname: str, parent_doctype: str, user: str | None = None) -> str:
	"""SQL condition that keeps the documents that point by `fieldname` at one that `user` sees; empty where that one's own conditions are."""
	paths = frappe.get_hooks("permission_query_conditions", {}).get(parent_doctype, [])
	conditions = [condition for path in paths if (condition := frappe.get_attr(path)(user or frappe.session.user))]
	if not conditions:
		return ""
	parent = f"`tab{parent_doctype}`"
	return f"exists (select 1 from {parent} where {parent}.`name` = `tab{doctype}`.`{fieldname}` and {' and '.join(conditions)})"
