"""A workbook with the figures of each ten days or each month: of which store, with which sheets, to whom."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.model.naming import append_number_if_name_exists
from frappe.utils import escape_html, getdate, nowdate

from crm4s.access.links import ensure_not_taken_from_other_store
from crm4s.access.own_store import take_own_store
from crm4s.access.stores import has_store_permission, store_condition, stores_of
from crm4s.documents import keep_stored
from crm4s.periodic_reports.letter import can_be_sent
from crm4s.periodic_reports.recipients import nodes_of, recipients_of
from crm4s.reports.periods import last_ended, period_before

REPORT = "C4S Periodic Report"
LAST_HOUR = 23


class C4SPeriodicReport(Document):
	def before_insert(self):
		# Empty is the whole group, for those who work for it.
		if stores_of() is not None:
			take_own_store(self)

	def autoname(self):
		# Two stores may have a report of the same title.
		title = (self.report_title or "").strip()
		self.name = append_number_if_name_exists(REPORT, f"{title} – {self.dealership}") if self.dealership else title

	def validate(self):
		ensure_not_taken_from_other_store(self)
		keep_stored(self, ["last_period"])
		self.validate_store()
		self.validate_title()
		self.validate_hour()
		self.validate_sheets()
		self.validate_recipients()
		self.forget_last_period()

	def on_update(self):
		self.warn_of_nobody()

	def onload(self):
		self.set_onload("waits_for_account", bool(self.enabled) and not can_be_sent())

	def validate_store(self):
		if not self.dealership and not self.flags.ignore_permissions and stores_of() is not None:
			frappe.throw(_("Say of which store; the whole group is for those who work for it."), frappe.PermissionError)

	def validate_title(self):
		self.report_title = (self.report_title or "").strip()
		same = {"report_title": self.report_title, "dealership": self.dealership or ["is", "not set"], "name": ["!=", "" if self.is_new() else self.name]}
		if frappe.db.exists(REPORT, same):
			frappe.throw(_("There is a report {0} of this store already; give it another title.").format(frappe.bold(escape_html(self.report_title))), frappe.DuplicateEntryError)

	def validate_hour(self):
		if self.send_from_hour > LAST_HOUR:
			frappe.throw(_("The hour lies between 0 and {0}.").format(LAST_HOUR))

	def validate_sheets(self):
		seen = set()
		for row in self.sheets:
			if row.sheet in seen:
				frappe.throw(_("Sheet {0} is there twice.").format(frappe.bold(_(row.sheet))))
			seen.add(row.sheet)

	def validate_recipients(self):
		for row in self.recipients:
			if bool(row.recipient_role) == bool(row.user):
				frappe.throw(_("Recipient {0}: choose a role or a person.").format(row.idx))
			if row.user and not frappe.db.get_value("User", row.user, "email"):
				frappe.throw(_("{0} has no e-mail address.").format(frappe.bold(frappe.utils.escape_html(row.user))))

	def warn_of_nobody(self):
		if self.enabled and not any(recipients_of(self, node) for node in nodes_of(self)):
			frappe.msgprint(_("Nobody gets this report: no enabled user works there in these roles."), indicator="orange", alert=True)

	def forget_last_period(self):
		"""Whoever was added gets the last period, too; nobody else gets it again, and what ended before it is nobody's."""
		before = self.get_doc_before_save()
		if before and _meaning(before) != _meaning(self):
			is_other_rhythm = before.rhythm != self.rhythm
			last = last_ended(getdate(nowdate()), self.rhythm) if is_other_rhythm else self.last_period
			self.last_period = period_before(last) if self.last_period else None


def _meaning(report) -> tuple:
	people = sorted((row.recipient_role or "", row.user or "") for row in report.recipients)
	return report.dealership, report.for_each_store, report.rhythm, people


def on_doctype_update() -> None:
	frappe.db.add_index(REPORT, ["dealership", "modified"])


def get_permission_query_conditions(user: str | None = None) -> str:
	return store_condition(REPORT, user)


def has_permission(doc, ptype=None, user=None) -> bool:
	if ptype == "create" and not doc.get("dealership"):
		# It gets the own store before it is saved.
		return True
	return has_store_permission(doc, user)
