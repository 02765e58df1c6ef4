"""What the form of a link calls."""

import json

import frappe
from frappe import _

from crm4s.access.required import require_permission
from crm4s.dms import accounts, health, trying
from crm4s.dms.links import LINK, link_of


@frappe.whitelist(methods=["POST"])
def open_account(link_name: str) -> dict:
	require_permission(LINK, "create")
	return accounts.open_account(link_name)


@frappe.whitelist(methods=["POST"])
def new_secret(link: str) -> dict:
	frappe.get_doc(LINK, link).check_permission("write")
	return accounts.new_secret(link)


@frappe.whitelist()
def look(link: str) -> dict:
	"""How it stands, with the names that the desk uses."""
	frappe.get_doc(LINK, link).check_permission("read")
	found = health.of_link(link_of(frappe.db.get_value(LINK, link, "user")))
	for row in found["entities"]:
		row["title"] = _(health.title_of(row["entity"]))
	return found


@frappe.whitelist(methods=["POST"])
def try_records(link: str, entity: str, records: str) -> dict:
	"""What would become of records; nothing is kept.

	Args:
		entity: as in C4S DMS Link Entity.
		records: JSON, one record or a list.
	"""
	frappe.get_doc(LINK, link).check_permission("write")
	try:
		said = json.loads(records)
	except ValueError as error:
		frappe.throw(_("This is not JSON: {0}").format(str(error)))
	return trying.try_out(link_of(frappe.db.get_value(LINK, link, "user")), entity, said if isinstance(said, list) else [said])
