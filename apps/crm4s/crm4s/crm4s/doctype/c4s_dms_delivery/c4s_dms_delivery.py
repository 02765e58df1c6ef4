"""Changes that are sent, or were sent, to an endpoint; `crm4s.dms.webhooks` writes and sends them. Holds places in the feed, no data."""

import frappe
from frappe.model.document import Document


class C4SDMSDelivery(Document):
	pass


def on_doctype_update() -> None:
	# The one whose turn it is.
	frappe.db.add_index("C4S DMS Delivery", ["endpoint", "status", "first_position"])
