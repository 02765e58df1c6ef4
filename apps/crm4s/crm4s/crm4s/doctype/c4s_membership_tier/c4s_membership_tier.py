"""A tier of membership: how it is reached, how long it is kept, what it brings."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt


class C4SMembershipTier(Document):
	def validate(self):
		if flt(self.multiplier) <= 0:
			frappe.throw(_("The points factor must be more than 0."))
		self.validate_order()

	def validate_order(self):
		other = frappe.db.get_value(self.doctype, {"sequence": self.sequence, "name": ["!=", self.name or ""]})
		if other:
			frappe.throw(_("{0} has this place in the order already.").format(frappe.bold(_(other))))
