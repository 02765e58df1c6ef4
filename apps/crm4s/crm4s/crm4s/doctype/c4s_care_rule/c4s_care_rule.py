"""Which customers are contacted on which occasion, how and by whom: data that an administrator writes, looks at in the dry run and switches on."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, flt, getdate

from crm4s.care.audience import validate_filters
from crm4s.care.triggers import TRIGGERS
from crm4s.messages.kinds import TASK

LONGEST_OFFSET = 366
MOST_DAYS = 366
# What a trigger cannot do without.
ASKED_FOR = {
	"Festival": ("festival",),
	"No Visit for Months": ("months",),
	"Replacement Window": ("months",),
	**dict.fromkeys(("Phone Not Confirmed", "File Not Changed", "No Reading for Months", "Consent Is Old"), ("months",)),
	"No Visit in Own Rhythm": ("rhythm_factor",),
	"Churn Stage Reached": ("churn_stage",),
	"Waiting for Delivery": ("every_days",),
	"Low Score": ("score_below",),
}


class C4SCareRule(Document):
	def validate(self):
		self.keep_last_run()
		self.validate_trigger()
		self.validate_days()
		self.validate_channels()
		validate_filters(self)

	def keep_last_run(self):
		"""The run writes it; a form that was opened yesterday must not take it back."""
		before = self.get_doc_before_save()
		self.last_run_for = before.last_run_for if before else None
		# What was due while it was switched off is not made up for.
		if before and cint(self.enabled) and not cint(before.enabled):
			self.last_run_for = None

	def validate_trigger(self):
		if self.trigger not in TRIGGERS:
			frappe.throw(_("Trigger must be one of: {0}").format(", ".join(map(_, TRIGGERS))))
		for fieldname in ASKED_FOR.get(self.trigger, ()):
			if not self.get(fieldname) or (self.meta.get_field(fieldname).fieldtype in ("Int", "Float") and flt(self.get(fieldname)) <= 0):
				frappe.throw(_("The trigger {0} needs {1}.").format(_(self.trigger), _(self.meta.get_label(fieldname))))
		if self.trigger != "Replacement Window":
			self.opens_lead = 0
		if self.opens_lead and not self.lead_source:
			frappe.throw(_("A rule that opens leads needs their source."))
		if self.opens_lead:
			self.opens_case = 0
		if self.opens_case and not self.case_reason:
			frappe.throw(_("A rule that opens retention cases needs their reason."))
		for age in (self.car_ages or "").replace("，", ",").split(","):
			if age.strip() and not (age.strip().isdigit() and 0 < int(age) < 50):
				frappe.throw(_("Ages are whole years with commas between them, such as 2, 4, 6."))

	def validate_days(self):
		if abs(cint(self.offset_days)) > LONGEST_OFFSET:
			frappe.throw(_("Days before or after must not be more than {0}.").format(LONGEST_OFFSET))
		for fieldname in ("catch_up_days", "window_days", "quiet_days", "not_again_days", "escalation_days"):
			if not 0 <= cint(self.get(fieldname)) <= 10 * MOST_DAYS or (fieldname in ("catch_up_days", "window_days") and cint(self.get(fieldname)) > MOST_DAYS):
				frappe.throw(_("{0} must lie between 0 and {1}.").format(_(self.meta.get_label(fieldname)), MOST_DAYS))
		if self.valid_from and self.valid_until and getdate(self.valid_until) < getdate(self.valid_from):
			frappe.throw(_("Valid Until must not lie before Valid From."))

	def validate_channels(self):
		kinds = [row.channel for row in self.channels]
		if not kinds:
			frappe.throw(_("Name at least one channel."), frappe.MandatoryError)
		for kind in kinds:
			if kinds.count(kind) > 1:
				frappe.throw(_("Channel {0} stands twice in the list.").format(_(kind)))
		if kinds[0] != TASK and not self.opens_lead and not self.template:
			frappe.throw(_("A rule that sends messages needs a message template."))
