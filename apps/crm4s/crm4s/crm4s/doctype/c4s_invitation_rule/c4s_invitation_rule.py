"""Who is invited to which survey, on which occasion and how: data that is looked at in the dry run and switched on."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, flt, getdate

from crm4s.care.audience import validate_filters
from crm4s.messages.kinds import NOTICE, TASK
from crm4s.messages.texts import declared
from crm4s.surveys import occasions

MOST_DAYS = 366
LINK = "link"


class C4SInvitationRule(Document):
	def validate(self):
		self.keep_last_run()
		self.validate_days()
		self.validate_channels()
		self.validate_template()
		validate_filters(self)

	def keep_last_run(self):
		"""The run writes them; what was due while the rule was switched off is not made up for."""
		before = self.get_doc_before_save()
		self.last_run_for, self.on_since = (before.last_run_for, before.on_since) if before else (None, None)
		if before and cint(self.enabled) and not cint(before.enabled):
			self.last_run_for = self.on_since = None

	def validate_days(self):
		for fieldname in ("offset_days", "catch_up_days", "valid_days", "remind_after_days"):
			lowest = 1 if fieldname == "valid_days" else 0
			if not lowest <= cint(self.get(fieldname)) <= MOST_DAYS:
				frappe.throw(_("{0} must lie between {1} and {2}.").format(_(self.meta.get_label(fieldname)), lowest, MOST_DAYS))
		if cint(self.remind_after_days) and cint(self.remind_after_days) >= cint(self.valid_days):
			frappe.throw(_("A reminder after {0} days comes too late: the invitation ends after {1}.").format(self.remind_after_days, self.valid_days))
		if self.valid_from and self.valid_until and getdate(self.valid_until) < getdate(self.valid_from):
			frappe.throw(_("Valid Until must not lie before Valid From."))
		if not 0 < flt(self.share_percent) <= 100:
			frappe.throw(_("The share to ask lies above 0 and is at most 100 percent."))
		self.validate_days_of_year()

	def validate_days_of_year(self):
		if self.trigger != occasions.YEARLY:
			self.days_of_year = None
			return
		try:
			days = occasions.days_in(self.days_of_year)
		except ValueError:
			days = []
		if not days:
			frappe.throw(_("Days of the year are month and day, one a line, such as 03-15."))

	def validate_channels(self):
		kinds = [row.channel for row in self.channels]
		if not kinds:
			frappe.throw(_("Name at least one channel."), frappe.MandatoryError)
		for kind in kinds:
			if kind == NOTICE:
				# Customers read the log of the messages there, where the link is taken out.
				frappe.throw(_("{0} carries no invitation; choose another channel.").format(_(kind)))
			if kinds.count(kind) > 1:
				frappe.throw(_("Channel {0} stands twice in the list.").format(_(kind)))

	def validate_template(self):
		for fieldname in ("template", "reminder_template"):
			name = self.get(fieldname)
			# With the star, or the log would keep the key.
			if name and not declared(frappe.db.get_value("C4S Message Template", name, "placeholders")).get(LINK) and self._writes():
				frappe.throw(_("{0}: the template must declare the placeholder {1}.").format(name, "link*"))

	def _writes(self) -> bool:
		return any(row.channel != TASK for row in self.channels)
