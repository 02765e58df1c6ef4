"""Leave nothing behind: Frappe removes our DocTypes and their tables, we remove what we put into the framework's own."""

import frappe

from crm4s.english import remove_english_names


def before_uninstall() -> None:
	remove_roles()
	remove_english_names()


def remove_roles() -> None:
	for role in frappe.get_all("Role", filters={"name": ["like", "C4S %"]}, pluck="name"):
		frappe.db.delete("Has Role", {"role": role})
		frappe.db.delete("Custom DocPerm", {"role": role})
		frappe.delete_doc("Role", role, force=True)
