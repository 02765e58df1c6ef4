"""Before the bill: everything is decided, done and checked. After it: what the customer should have done next."""

import frappe
from frappe import _
from frappe.utils import cint, escape_html, formatdate, getdate

from crm4s.exceptions import SettlementError
from crm4s.service import approval
from crm4s.service.packages import declined_before

SETTLED, WORKSHOP, LABOUR, PASSED = "Settled", "Workshop", "Labour", "Passed"
MOST_NAMED = 5


def validate(visit) -> None:
	"""Refuse, in one sentence, to settle what is not ready."""
	for check in (_validate_decided, _validate_jobs, _validate_quality, _validate_technicians):
		check(visit)


def _validate_decided(visit) -> None:
	rows = approval.undecided(visit)
	if rows:
		frappe.throw(
			_("The customer has not decided yet on: {0}").format(_names(rows)), SettlementError, title=_("Cannot Be Settled")
		)
	if not approval.counted(visit):
		frappe.throw(
			_("The customer declined every item, so there is nothing to settle; cancel the visit."),
			SettlementError,
			title=_("Cannot Be Settled"),
		)


def _validate_jobs(visit) -> None:
	if cint(visit.jobs_open):
		frappe.throw(
			_("{0} jobs of this visit are still open in the workshop.").format(visit.jobs_open),
			SettlementError,
			title=_("Cannot Be Settled"),
		)


def _validate_quality(visit) -> None:
	if cint(visit.jobs_total) and visit.quality != PASSED:
		frappe.throw(
			_("The final quality check of the work has not been passed yet."), SettlementError, title=_("Cannot Be Settled")
		)


def _validate_technicians(visit) -> None:
	if visit.visit_kind != WORKSHOP:
		return
	# Whoever does a job stands on the job.
	rows = [row for row in approval.counted(visit) if row.item_kind == LABOUR and not row.technician and not row.job]
	if rows:
		frappe.throw(
			_("Enter the technician who did the work of: {0}").format(_names(rows)), SettlementError, title=_("Cannot Be Settled")
		)


def next_service(visit, language: str | None = None) -> str | None:
	"""When the car is due next and what the customer was advised and declined, in the customer's language unless one is given; None where nobody knows."""
	if not language and visit.customer:
		language = frappe.db.get_value("C4S Customer", visit.customer, "language")
	language = language or frappe.local.lang
	car = frappe.db.get_value(
		"C4S Vehicle", visit.vehicle, ["next_service_on", "next_service_km", "next_service_reason"], as_dict=True
	)
	sentences = []
	if car and (car.next_service_on or car.next_service_km):
		when = [formatdate(car.next_service_on)] if car.next_service_on else []
		if car.next_service_km:
			when.append(_("{0} km", language).format(f"{car.next_service_km:,}"))
		sentence = _("Next service: {0}, whichever comes first ({1}).", language) if len(when) > 1 else _("Next service: {0} ({1}).", language)
		sentences.append(sentence.format(_("{0} or {1}", language).format(*when) if len(when) > 1 else when[0], car.next_service_reason or ""))
	declined = [row.item_name for row in visit.items if row.approval == approval.DECLINED]
	if declined:
		sentences.append(_("Advised, not done this time: {0}.", language).format(", ".join(declined)))
	return " ".join(sentences) or None


def advice_from_before(visit) -> list[dict]:
	"""What the car's customer declined at earlier visits, for the advisor at reception."""
	rows = declined_before(visit.vehicle, getdate(visit.arrived_on)) if visit.vehicle else []
	return [
		{"item_name": row.item_name, "visit": row.visit, "arrived_on": row.arrived_on} for row in rows if row.visit != visit.name
	]


def _names(rows: list) -> str:
	names = [escape_html(row.item_name) for row in rows[:MOST_NAMED]]
	return ", ".join(names) + ("…" if len(rows) > MOST_NAMED else "")
