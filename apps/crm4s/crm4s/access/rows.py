"""Rows of tables: Frappe lists them for everybody who may read the parent's type, without asking for the parent itself."""

import frappe


def seen_rows_condition(child_doctype: str, parent_doctype: str, user: str | None = None) -> str:
	"""SQL condition that keeps the rows whose parent `user` sees; empty where the parent's own conditions are."""
	paths = frappe.get_hooks("permission_query_conditions", {}).get(parent_doctype, [])
	conditions = [condition for path in paths if (condition := frappe.get_attr(path)(user or frappe.session.user))]
	if not conditions:
		return ""
	parent = f"`tab{parent_doctype}`"
	return f"exists (select 1 from {parent} where {parent}.`name` = `tab{child_doctype}`.`parent` and {' and '.join(conditions)})"
