"""Start, pause, finish: the times in which somebody works on a job. One person works on one job at a time."""

import frappe
from frappe import _
from frappe.utils import escape_html, format_datetime, get_datetime, now_datetime

from crm4s.exceptions import RepairJobError
from crm4s.workshop.plan import all_or_nothing, lock
from crm4s.workshop.progress import CANCELLED, FINISHED, JOB, OPEN, PAUSED, PLANNED, VISIT, WORKING

RESOURCE, INTERVAL = "C4S Resource", "C4S Work Interval"
REWORK, ANOTHER_JOB = "Rework", "Another Job First"


def locked_job(name: str, *others: str):
	"""The job as it is now; it, its visit, the people and bays concerned, and `others` of them stay locked until the transaction ends."""
	facts = frappe.db.get_value(JOB, name, ["name", "service_visit", "technician", "bay"], as_dict=True)
	if not facts:
		frappe.throw(_("There is no job {0}.").format(frappe.bold(escape_html(name))), frappe.DoesNotExistError)
	lock(frappe._dict(facts, doctype=JOB), *others)
	return frappe.get_doc(JOB, name, for_update=True)


def start(job) -> None:
	"""Begin, or go on after a pause."""
	if job.status == WORKING:
		frappe.throw(_("This job is being worked on already."), RepairJobError)
	if job.status not in OPEN:
		frappe.throw(_("A job that is {0} cannot be started.").format(_(job.status)), RepairJobError)
	_validate_technician(job)
	_validate_visit(job)
	now = now_datetime()
	job.append(
		"intervals",
		{"technician": job.technician, "worked_by": frappe.db.get_value(RESOURCE, job.technician, "user"), "started_at": now},
	)
	job.update({"status": WORKING, "pause_reason": None, "started_on": job.started_on or now})
	save(job, "Work Started")


def pause(job, reason: str) -> None:
	_require_working(job)
	reasons = [option for option in job.meta.get_field("pause_reason").options.split("\n") if option]
	if reason not in reasons:
		frappe.throw(_("Say why the job is paused."), RepairJobError)
	_end_interval(job, reason)
	job.update({"status": PAUSED, "pause_reason": reason})
	save(job)


def finish(job) -> None:
	if job.status == PLANNED:
		frappe.throw(_("Nobody has worked on this job yet; start it first."), RepairJobError)
	if job.status not in (WORKING, PAUSED):
		frappe.throw(_("A job that is {0} cannot be finished.").format(_(job.status)), RepairJobError)
	if job.status == PAUSED and job.pause_reason == REWORK:
		frappe.throw(_("The job was sent back; do it again before it is finished."), RepairJobError)
	_end_interval(job)
	job.update({"status": FINISHED, "pause_reason": None, "finished_on": now_datetime()})
	save(job)


def cancel(job, reason: str) -> None:
	if not (reason or "").strip():
		frappe.throw(_("Say why the job is cancelled."), RepairJobError)
	job.update({"status": CANCELLED, "pause_reason": None, "cancel_reason": reason.strip(), "finished_on": now_datetime() if job.started_on else None})
	save(job)


def hand_over(job, technician: str) -> None:
	"""Another technician goes on; what the first one did stays under the first one's name."""
	if job.technician == technician:
		frappe.throw(_("The job is this technician's already."), RepairJobError)
	if job.status not in OPEN:
		frappe.throw(_("A job that is {0} cannot be handed over.").format(_(job.status)), RepairJobError)
	if job.status == WORKING:
		_end_interval(job, ANOTHER_JOB)
		job.update({"status": PAUSED, "pause_reason": ANOTHER_JOB})
	job.technician = technician
	save(job)


def send_back(job) -> None:
	"""A check failed: the job is open again and waits for a new place in the plan."""
	job.update({"status": PAUSED, "pause_reason": REWORK, "rework_count": job.rework_count + 1, "finished_on": None})
	job.update({"planned_from": None, "planned_to": None})
	save(job, "Quality Failed")


def save(job, *happened: str) -> None:
	job.flags.by_action, job.flags.happened = True, happened
	try:
		with all_or_nothing():
			job.save(ignore_permissions=True)
	finally:
		job.flags.by_action, job.flags.happened, job.flags.ignore_permissions = False, (), False


def _end_interval(job, reason: str | None = None) -> None:
	running = job.running_interval()
	if running:
		running.update({"ended_at": max(now_datetime(), get_datetime(running.started_at)), "pause_reason": reason})


def _require_working(job) -> None:
	if job.status != WORKING:
		frappe.throw(_("Nobody is working on this job now."), RepairJobError)


def _validate_technician(job) -> None:
	if not job.technician:
		frappe.throw(_("Choose a technician before the job is started."), RepairJobError)
	interval, other = frappe.qb.DocType(INTERVAL), frappe.qb.DocType(JOB)
	running = (
		frappe.qb.from_(interval)
		.join(other)
		.on(other.name == interval.parent)
		.select(other.title, interval.started_at)
		.where((interval.technician == job.technician) & interval.ended_at.isnull() & (other.name != job.name))
		.limit(1)
		.for_update()
	).run(as_dict=True)
	if running:
		frappe.throw(
			_("{0} has been working on {1} since {2}; pause or finish that first.").format(
				frappe.db.get_value(RESOURCE, job.technician, "resource_name"),
				frappe.bold(escape_html(running[0].title)),
				format_datetime(running[0].started_at, "HH:mm"),
			),
			RepairJobError,
		)


def _validate_visit(job) -> None:
	visit = frappe.get_doc(VISIT, job.service_visit)
	if visit.status != "Open":
		frappe.throw(_("Visit {0} is not open any more.").format(visit.name), RepairJobError)
	names = {row.service_item for row in job.items}
	for row in visit.items:
		if row.name in names and row.approval != "Approved":
			frappe.throw(_("The customer has not approved {0} yet.").format(frappe.bold(escape_html(row.item_name))), RepairJobError)
