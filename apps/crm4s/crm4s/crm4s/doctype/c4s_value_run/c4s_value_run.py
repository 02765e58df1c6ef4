"""What a computation of customer values did. Written by crm4s.customer_value only; who may create one may begin a run."""

import frappe
from frappe import _
from frappe.model.document import Document


class C4SValueRun(Document):
	def before_insert(self):
		if not self.flags.by_job:
			frappe.throw(_("Begin the computation from the list of value runs."))
