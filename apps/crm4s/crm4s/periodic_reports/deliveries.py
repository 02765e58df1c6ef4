"""Each recipient gets each workbook once, whoever runs at the same moment and whenever a run was killed.

A workbook's letter and the row that says so are one transaction, which begins with the lock of its report: a second run waits, and then finds the row.
"""

import hashlib
from datetime import datetime, timedelta

import frappe
from frappe import _
from frappe.utils import getdate, now_datetime

from crm4s.periodic_reports import letter
from crm4s.periodic_reports.making import make, reading_as
from crm4s.periodic_reports.recipients import is_recipient, workbooks_of
from crm4s.reports.periods import days_of, last_ended, period_before
from crm4s.runs import commit, guarded, rollback

REPORT, DELIVERY = "C4S Periodic Report", "C4S Periodic Report Delivery"
HANDED, MAILED, NOT_MAILED, NOTHING = "Handed to the Mail", "Mailed", "Not Mailed", "Nothing to Send"
MOST_ATTEMPTS = 5
# A report that stood still for a year does not send a year.
MOST_MADE_UP = 3
DAYS_OF_TRIES = 10


def due_periods(report, now: datetime) -> list[str]:
	"""The periods that are over and were not sent by themselves yet, oldest first, at most the newest MOST_MADE_UP; the last one once its hour has come."""
	newest = last_ended(now.date(), report.rhythm)
	is_too_early = (now.date() - days_of(newest)[1]).days == 1 and now.hour < (report.send_from_hour or 0)
	found, period = [], newest
	while len(found) < MOST_MADE_UP and period != report.last_period and days_of(period)[1] >= getdate(report.active_from):
		found.insert(0, period)
		period = period_before(period)
	return [period for period in found if period != newest or not is_too_early]


def send_period(name: str, period: str, by_hand: bool = False) -> int:
	"""Send the workbooks of a period to all who did not get them; how many letters were handed over. Commits each.

	Args:
		by_hand: what failed too often, too; the report then is no further by itself.
	"""
	report = frappe.get_doc(REPORT, name)
	if not letter.can_be_sent():
		return 0
	count, is_complete = 0, True
	for dealership, users in workbooks_of(report):
		for user in users:
			# One that cannot even be noted as failed stops nobody else.
			done = guarded(lambda: (send_one(report, dealership, period, user, by_hand),), "Periodic Report")
			count += bool(done) and done[0] == HANDED
			is_complete &= bool(done) and done[0] != NOT_MAILED
	if is_complete and not by_hand:
		frappe.db.set_value(REPORT, name, "last_period", period, update_modified=False)
	commit()
	return count


def send_failed(now: datetime) -> int:
	"""Try again what the mail did not take in the last days, each time after twice as long, up to MOST_ATTEMPTS times; how many letters were handed over."""
	if not letter.can_be_sent():
		return 0
	failed = {"status": NOT_MAILED, "attempts": ["<", MOST_ATTEMPTS], "creation": [">", now - timedelta(days=DAYS_OF_TRIES)]}
	count = 0
	for row in frappe.get_all(DELIVERY, failed, ["name", "attempts", "modified"], order_by="creation", limit_page_length=1000):
		if row.modified + timedelta(minutes=30 * 2 ** (row.attempts - 1)) <= now:
			count += guarded(lambda row=row: send_row(row.name), "Periodic Report") == HANDED
	return count


def send_row(delivery: str, again: bool = False) -> str | None:
	"""One person's workbook, as in send_one."""
	row = frappe.get_doc(DELIVERY, delivery)
	return send_one(frappe.get_doc(REPORT, row.periodic_report), row.dealership, row.period, row.recipient, again=again)


def send_one(report, dealership: str | None, period: str, user: str, by_hand: bool = False, again: bool = False) -> str | None:
	"""Hand over one workbook, unless that was done or has failed too often, or the user is no recipient any more; its status, or None where there was nothing to do. Commits.

	Args:
		by_hand: also if it failed too often.
		again: also if it was done.
	"""
	delivery = _locked(report.name, dealership, period, user)
	if not is_recipient(report, dealership, user) or not (again or _is_open(delivery, by_hand)):
		commit()
		return None
	try:
		outcome = _build_and_hand_over(report, dealership, period, user, delivery)
	except Exception:
		reason = frappe.get_traceback()
		rollback()
		# The lock went with it: another run may have sent the letter since.
		delivery = _locked(report.name, dealership, period, user)
		frappe.log_error(title=_("Periodic Report"), message=reason)
		if not (again or _is_open(delivery, by_hand)):
			commit()
			return None
		outcome = {"status": NOT_MAILED, "reason": _("The workbook could not be made; the error log says why.")}
	delivery.update({"attempts": (delivery.attempts or 0) + 1, **outcome})
	delivery.insert(ignore_permissions=True, set_name=delivery.name) if delivery.is_new() else delivery.save(ignore_permissions=True)
	commit()
	return delivery.status


def _locked(report: str, dealership: str | None, period: str, user: str):
	"""The row of the workbook, new where there is none, with the lock of its report."""
	key = key_of(report, dealership, period, user)
	frappe.db.get_value(REPORT, report, "name", for_update=True)
	# With a lock, too, as what was read before the first one fixed what this transaction sees.
	earlier = frappe.db.get_value(DELIVERY, {"delivery_key": key}, "name", for_update=True)
	if earlier:
		return frappe.get_doc(DELIVERY, earlier, for_update=True)
	values = {"periodic_report": report, "dealership": dealership, "period": period, "recipient": user, "delivery_key": key}
	delivery = frappe.get_doc({"doctype": DELIVERY, **values, "name": key[:20]})
	delivery.set("__islocal", True)
	return delivery


def _is_open(delivery, by_hand: bool) -> bool:
	if delivery.is_new():
		return True
	return delivery.status == NOT_MAILED and (by_hand or delivery.attempts < MOST_ATTEMPTS)


def key_of(report: str, dealership: str | None, period: str, user: str) -> str:
	return hashlib.sha256("|".join((report, dealership or "", period, user)).encode()).hexdigest()


def follow_mail() -> int:
	"""Take over what the framework's queue says of the letters of the last days; how many deliveries changed."""
	delivery, queue = frappe.qb.DocType(DELIVERY), frappe.qb.DocType(letter.QUEUE)
	rows = (
		frappe.qb.from_(delivery)
		.join(queue)
		.on(queue.name == delivery.email_queue)
		.select(delivery.name, queue.status)
		.where((delivery.status == HANDED) & queue.status.isin(["Sent", "Error"]))
		.limit(2000)
	).run()
	for status, outcome in (("Sent", {"status": MAILED}), ("Error", {"status": NOT_MAILED, "reason": _("The mail server did not take it.")})):
		if names := [name for name, found in rows if found == status]:
			frappe.db.set_value(DELIVERY, {"name": ["in", names]}, outcome)
	return len(rows)


def _build_and_hand_over(report, dealership: str | None, period: str, user: str, delivery) -> dict:
	with reading_as(user, report.language):
		made = make(report, dealership, period)
		if not made.content:
			return {"status": NOTHING, "reason": _("None of the sheets is a report that the recipient may run.")}
		queued = letter.hand_over(made, user, delivery.name, delivery.email_queue)
	if not queued:
		return {"status": NOT_MAILED, "reason": _("The address has unsubscribed from all e-mail."), "attempts": MOST_ATTEMPTS}
	return {"status": HANDED, "reason": None, "handed_on": now_datetime(), "email_queue": queued}
