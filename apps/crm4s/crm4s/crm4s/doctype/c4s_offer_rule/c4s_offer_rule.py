"""What customers who have one thing often have as well, over the whole group. Written by crm4s.offers.learning only."""

import frappe
from frappe.model.document import Document

OFFER_RULE = "C4S Offer Rule"


class C4SOfferRule(Document):
	pass


def on_doctype_update() -> None:
	frappe.db.add_unique(OFFER_RULE, ["if_kind", "if_item", "then_kind", "then_item"], "if_then")
