"""Reports that the framework sends by letter on its own: they leave as files do, so they ask for the same right, are noted and say who and when."""

import frappe
from frappe import _
from frappe.email.doctype.auto_email_report.auto_email_report import AutoEmailReport
from frappe.utils import escape_html, now, now_datetime

from crm4s.masked_twins import leaving_as_file
from crm4s.privacy import exports
from crm4s.privacy.marking import WORKBOOK_BEGINS, marked_workbook, rows_of_file


class NotedAutoEmailReport(AutoEmailReport):
	"""The framework's, in whose user's name a report is made for the addresses in `email_to`."""

	def validate(self):
		super().validate()
		self.refuse_what_may_not_leave()

	def refuse_what_may_not_leave(self) -> None:
		"""Refuse a report that its user may not export, or with personal data in full."""
		doctype = frappe.get_cached_value("Report", self.report, "ref_doctype")
		if not frappe.has_permission(doctype, "export", user=self.user):
			frappe.throw(_("{0} may not export {1}, so it is not sent by letter either.").format(frappe.bold(escape_html(self.user)), frappe.bold(_(doctype))), frappe.PermissionError)
		exports.refuse_personal_columns(self.report, ())
		if self.report_type == "Report Builder":
			exports.refuse_personal_fields(self.report)

	def send(self):
		self.flags.by_letter = True
		super().send()

	def get_report_content(self):
		"""The page or file, marked and noted; None where there is nothing to send."""
		self.refuse_what_may_not_leave()
		with leaving_as_file():
			content = super().get_report_content()
		return self.note_and_mark(content) if content else content

	def get_html_table(self, columns=None, data=None):
		if data is not None:
			self.flags.rows = len(data)
		return super().get_html_table(columns, data)

	def get_file_name(self):
		stem, _dot, extension = super().get_file_name().rpartition(".")
		return f"{stem} {self.made_for()} {now_datetime():%Y-%m-%d %H%M}.{extension}"

	def made_for(self) -> str:
		"""Who answers for it: whoever takes it, of a letter the one in whose name it is made."""
		return self.user if self.flags.by_letter else frappe.session.user

	def note_and_mark(self, content: bytes | str) -> bytes | str:
		rows = self.flags.rows if self.flags.rows is not None else rows_of_file(content)
		recipients = {"sent_to": self.email_to.split()} if self.flags.by_letter else {}
		exports.note(frappe.get_cached_value("Report", self.report, "ref_doctype"), rows, {"report": self.report, "filters": self.filters, **recipients}, self.made_for())
		words = _("{0} rows, exported by {1} on {2}").format(rows, self.made_for(), now()[:16])
		if isinstance(content, bytes) and content[:2] == WORKBOOK_BEGINS:
			return marked_workbook(content, self.made_for(), words)
		return f"{content}<p>{escape_html(words)}</p>" if self.format == "HTML" else content
