"""Who owns, drives or pays for a car, and when."""

import frappe
from frappe.model.document import Document


class C4SVehicleParty(Document):
	pass


def on_doctype_update() -> None:
	frappe.db.add_index("C4S Vehicle Party", ["customer", "parent"])
