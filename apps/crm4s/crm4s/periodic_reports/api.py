"""What the forms of periodic reports call."""

import frappe
from frappe import _
from frappe.desk.utils import provide_binary_file
from frappe.utils import escape_html, get_fullname, getdate, nowdate

from crm4s.access.required import require_document
from crm4s.access.chosen_stores import nodes_below
from crm4s.periodic_reports import letter
from crm4s.periodic_reports.deliveries import DELIVERY, REPORT
from crm4s.periodic_reports.making import make
from crm4s.periodic_reports.recipients import is_recipient
from crm4s.reports.periods import days_of, last_ended, period_key

JOBS = "crm4s.periodic_reports.jobs"


@frappe.whitelist()
def download(report: str, day: str | None = None, dealership: str | None = None) -> None:
	"""The workbook as its reader may see it now; for those who may read the report.

	Args:
		day: one of the period; the last period that is over without it.
		dealership: one of the stores below the report's node.
	"""
	document = require_document(REPORT, report, "read", locking=False)
	if dealership and document.dealership and dealership not in nodes_below(document.dealership):
		frappe.throw(_("{0} is not below {1}.").format(dealership, document.dealership))
	made = make(document, dealership or document.dealership or None, _period(document, day))
	if not made.content:
		frappe.throw(_("You may not run any of these reports."), frappe.PermissionError)
	provide_binary_file(letter.file_name(made.title), "xlsx", made.content)


@frappe.whitelist(methods=["POST"])
def send_now(report: str, day: str | None = None) -> str:
	"""Send a period's workbooks to all who did not get them yet, in the background; for those who may change the report. The period's key."""
	document = require_document(REPORT, report, "write")
	period = _period(document, day)
	if days_of(period)[1] >= getdate(nowdate()):
		frappe.throw(_("This period is not over yet."))
	_ensure_mail()
	_in_background("send_by_hand", report=report, period=period)
	return period


@frappe.whitelist(methods=["POST"])
def send_again(delivery: str) -> None:
	"""Send one person's workbook once more, in the background; for those who may change its report."""
	row = require_document(DELIVERY, delivery, "read", locking=False)
	report = require_document(REPORT, row.periodic_report, "write")
	if not is_recipient(report, row.dealership, row.recipient):
		frappe.throw(_("{0} does not get this report any more.").format(frappe.bold(escape_html(get_fullname(row.recipient)))))
	_ensure_mail()
	_in_background("send_again", delivery=delivery)


def _period(document, day: str | None) -> str:
	return period_key(getdate(day), document.rhythm) if day else last_ended(getdate(nowdate()), document.rhythm)


def _ensure_mail() -> None:
	if not letter.can_be_sent():
		frappe.throw(_("No e-mail account for sending is set up."))


def _in_background(method: str, **values) -> None:
	frappe.enqueue(f"{JOBS}.{method}", queue="long", timeout=3600, enqueue_after_commit=True, now=frappe.flags.in_test, **values)
