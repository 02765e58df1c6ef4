"""By the clock: what has ended is sent, what failed is tried again, and whoever set a report up hears of what does not arrive."""

from datetime import datetime

import frappe
from frappe import _
from frappe.query_builder.functions import Count
from frappe.translate import get_user_lang, print_language
from frappe.utils import escape_html, now_datetime

from crm4s.notices import ring
from crm4s.periodic_reports.deliveries import DELIVERY, NOT_MAILED, REPORT, due_periods, follow_mail, send_failed, send_period, send_row
from crm4s.runs import commit, guarded

FIELDS = ["name", "rhythm", "send_from_hour", "active_from", "last_period"]


def send_due() -> int:
	"""Send what is due; how many letters were handed over."""
	now = now_datetime()
	guarded(follow_mail, "Periodic Report")
	commit()
	count = guarded(lambda: send_failed(now), "Periodic Report") or 0
	for report in frappe.get_all(REPORT, {"enabled": 1}, FIELDS, order_by="name"):
		count += guarded(lambda report=report: _catch_up(report, now), "Periodic Report") or 0
	guarded(lambda: tell_owners(now), "Periodic Report")
	commit()
	return count


def _catch_up(report, now: datetime) -> int:
	"""Send the report's periods one after the other; one that is not complete is gone on with in an hour."""
	count = 0
	for period in due_periods(report, now):
		count += send_period(report.name, period)
		if frappe.db.get_value(REPORT, report.name, "last_period") != period:
			break
	return count


def tell_owners(since: datetime) -> None:
	"""Ring for the owner of each report of which letters failed since then; once a day."""
	delivery = frappe.qb.DocType(DELIVERY)
	query = frappe.qb.from_(delivery).select(delivery.periodic_report, Count("*")).groupby(delivery.periodic_report)
	for report, count in query.where((delivery.status == NOT_MAILED) & (delivery.modified >= since)).run():
		owner = frappe.db.get_value(REPORT, report, "owner")
		today = {"document_type": REPORT, "document_name": report, "for_user": owner, "creation": [">=", since.date()]}
		if not frappe.db.exists("Notification Log", today):
			with print_language(get_user_lang(owner)):
				ring(owner, _("{0} workbooks of {1} were not mailed; the list of deliveries says why.").format(count, escape_html(_(report))), REPORT, report)


def send_by_hand(report: str, period: str) -> int:
	"""In the background, for somebody who was allowed to ask for it."""
	return send_period(report, period, by_hand=True)


def send_again(delivery: str) -> str | None:
	"""The same for one person's workbook; its status."""
	return send_row(delivery, again=True)
