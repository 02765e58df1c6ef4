"""Leave nothing behind: Frappe removes our DocTypes and their tables, we remove what we put into the framework's own."""

import frappe

from crm4s.english import remove_english_names
from crm4s.erpnext_link.user import disable_user
from crm4s.health.accounts import disable_user as disable_monitoring
from crm4s.install import SERIES, TASKS_INDEX
from crm4s.portal.accounts import remove_users
from crm4s.removal import remove_from_reports, remove_what_names_our_documents
from crm4s.workflows.removal import remove_workflows

# Installed by seed/data/50_desk.json.
STAFF_PROFILE = "CRM4S Staff"


def before_uninstall() -> None:
	remove_workflows()
	remove_users()
	disable_user()
	disable_monitoring()
	remove_roles()
	remove_english_names()
	remove_staff_profile()
	remove_from_reports()
	frappe.db.delete("Property Setter", {"module": "CRM4S"})
	remove_index_of_tasks()


def after_uninstall() -> None:
	"""What Frappe itself leaves of an app: its scheduled jobs, its series, its patches and what was made of its documents."""
	frappe.db.delete("Scheduled Job Type", {"method": ["like", "crm4s.%"]})
	frappe.db.delete("Series", {"name": ["in", SERIES]})
	# Of document types that count their rows.
	frappe.db.sql_ddl("drop sequence if exists c4s_change_id_seq")
	frappe.db.delete("Patch Log", {"patch": ["like", "crm4s.%"]})
	remove_what_names_our_documents()
	# Frappe's last commit of an uninstallation comes before this hook.
	frappe.db.commit()


def remove_roles() -> None:
	for role in frappe.get_all("Role", filters={"name": ["like", "C4S %"]}, pluck="name"):
		frappe.db.delete("Has Role", {"role": role})
		frappe.db.delete("Custom DocPerm", {"role": role})
		frappe.delete_doc("Role", role, force=True, delete_permanently=True)


def remove_staff_profile() -> None:
	"""The profile that hides the framework's own workspaces from staff."""
	frappe.db.set_value("User", {"module_profile": STAFF_PROFILE}, "module_profile", None)
	frappe.delete_doc("Module Profile", STAFF_PROFILE, force=True, ignore_missing=True, delete_permanently=True)


def remove_index_of_tasks() -> None:
	if frappe.db.has_index("tabToDo", TASKS_INDEX):
		frappe.db.sql_ddl(f"alter table `tabToDo` drop index `{TASKS_INDEX}`")
