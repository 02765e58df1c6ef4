"""A phone or browser on which a customer stays signed in. Written by crm4s.portal.devices only; seen by those who run the system."""

import frappe
from frappe.model.document import Document

from crm4s.portal.devices import DEVICE


class C4SPortalDevice(Document):
	pass


def on_doctype_update() -> None:
	frappe.db.add_index(DEVICE, ["account", "last_used_on"])
