"""How much a fact counts in the completeness of a file: 0 leaves it out. Scores that are stored follow at night."""

import frappe
from frappe import _
from frappe.model.document import Document

from crm4s.data_quality.completeness import DOCTYPES, SPECIAL, forget_weights


class C4SCompletenessFact(Document):
	def validate(self):
		doctype = DOCTYPES.get(self.about)
		if not doctype or not (self.fact in SPECIAL or frappe.get_meta(doctype).has_field(self.fact)):
			frappe.throw(_("{0} is no field of {1}; enter its field name, such as city.").format(frappe.bold(frappe.utils.escape_html(self.fact or "")), _(self.about)))
		if frappe.get_meta(doctype).get_field(self.fact) is None and doctype != "C4S Customer":
			frappe.throw(_("{0} is known of customers only.").format(_(SPECIAL[self.fact])))

	def on_update(self):
		forget_weights()

	def on_trash(self):
		forget_weights()
