"""A customer of ERPNext that may be one of ours. Listed by crm4s.erpnext_link.customers; a person decides."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint

from crm4s.access.required import require_document
from crm4s.erpnext_link import customers, plan, presence

MATCH = "C4S ERPNext Match"


class C4SERPNextMatch(Document):
	def validate(self):
		self.keep_what_was_found()

	def keep_what_was_found(self):
		if not self.is_new() and not self.flags.by_button:
			frappe.throw(_("Decide by the buttons The Same and Not the Same."))


@frappe.whitelist(methods=["POST"])
def decide(name: str, is_same: int) -> None:
	"""Whether both are one person or company; where they are, their files agree from now on."""
	match = require_document(MATCH, name)
	presence.require()
	if match.state != customers.OPEN:
		frappe.throw(_("Somebody has decided this already; load the page again."))
	current = plan.current()
	if not current:
		frappe.throw(_("The link to ERPNext is off; switch it on in its settings first."))
	customers.decide(match, bool(cint(is_same)), current)


def on_doctype_update() -> None:
	frappe.db.add_unique(MATCH, ["customer", "their_customer"], "customer_their_customer")
