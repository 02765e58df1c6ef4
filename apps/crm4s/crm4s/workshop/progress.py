"""What the visit knows of its jobs: how many, how many are open, whether the quality is right, and which job does which item.

The only writer of these fields. They are worked out anew whenever the visit is saved, so that an old form cannot bring old figures back,
and stored at once when a job changes.
"""

import frappe
from frappe.utils import get_datetime

from crm4s.workflows import events

VISIT, ITEM, JOB, JOB_ITEM, CHECK = "C4S Service Visit", "C4S Service Item", "C4S Repair Job", "C4S Repair Job Item", "C4S Quality Check"
PLANNED, WORKING, PAUSED, FINISHED, CANCELLED = "Planned", "Working", "Paused", "Finished", "Cancelled"
OPEN = (PLANNED, WORKING, PAUSED)
FIGURES = ("jobs_total", "jobs_open", "quality")
PASSED, FAILED = "Passed", "Failed"


def follow_jobs(visit, event: str | None = None) -> None:
	"""Before a visit is validated: its figures and the jobs of its items are what the jobs say."""
	if visit.is_new() or not frappe.db.exists(JOB, {"service_visit": visit.name}):
		_clear(visit)
		return
	visit.update(figures(visit.name))
	jobs, people = jobs_of_items(visit.name), people_of_items(visit.name)
	for row in visit.items:
		row.job = jobs.get(row.name)
		row.technician = row.technician or people.get(row.name)


def tell_visit(service_visit: str, *told: str) -> None:
	"""Store what the visit knows of its jobs, and bring it on by what happened (`told`, events) and by all that has happened already."""
	# Two who finish the last two jobs of a car see each other.
	visit = frappe.get_doc(VISIT, service_visit, for_update=True)
	known = figures(service_visit)
	if any(visit.get(field) != value for field, value in known.items()):
		frappe.db.set_value(VISIT, service_visit, known, update_modified=False)
	_store_jobs_of_items(visit)
	for event in told:
		events.happened(visit, event)
	events.catch_up(visit)


def figures(service_visit: str) -> dict:
	"""`jobs_total`, `jobs_open` (both without cancelled ones) and `quality` of a visit, as they are now."""
	jobs = [job for job in jobs_now(service_visit) if job.status != CANCELLED]
	return {
		"jobs_total": len(jobs),
		"jobs_open": sum(job.status in OPEN for job in jobs),
		"quality": _quality(service_visit, jobs) if jobs else "",
	}


def jobs_now(service_visit: str) -> list:
	"""Status, times and the like of the visit's jobs, also of those that were stored a moment ago by somebody else."""
	job = frappe.qb.DocType(JOB)
	fields = (job.name, job.status, job.planned_from, job.started_on, job.finished_on, job.rework_count)
	return frappe.qb.from_(job).select(*fields).where(job.service_visit == service_visit).for_update().run(as_dict=True)


def jobs_of_items(service_visit: str) -> dict[str, str]:
	"""The job by row of the visit; cancelled jobs do nothing."""
	job, item = frappe.qb.DocType(JOB), frappe.qb.DocType(JOB_ITEM)
	rows = (
		frappe.qb.from_(item)
		.join(job)
		.on(job.name == item.parent)
		.select(item.service_item, job.name)
		.where((job.service_visit == service_visit) & (job.status != CANCELLED))
	).run()
	return dict(rows)


def people_of_items(service_visit: str) -> dict[str, str]:
	"""Who worked last on the finished job of each row of the visit; rows that name somebody keep the name."""
	job, item, resource = frappe.qb.DocType(JOB), frappe.qb.DocType(JOB_ITEM), frappe.qb.DocType("C4S Resource")
	rows = (
		frappe.qb.from_(item)
		.join(job)
		.on(job.name == item.parent)
		.join(resource)
		.on(resource.name == job.technician)
		.select(item.service_item, resource.user)
		.where((job.service_visit == service_visit) & (job.status == FINISHED) & resource.user.isnotnull())
	).run()
	return dict(rows)


def events_so_far(visit) -> list[str]:
	"""What has happened in the work on this visit and still holds, in the order in which a process knows it."""
	jobs = [job for job in jobs_now(visit.name) if job.status != CANCELLED]
	undecided = any(row.approval == "Proposed" for row in visit.items)
	without_job = any(row.item_kind == "Labour" and row.approval == "Approved" and not row.job for row in visit.items)
	held = {
		"Items Decided": bool(jobs) and not undecided,
		"Jobs Dispatched": any(job.planned_from or job.started_on for job in jobs),
		"Work Started": any(job.started_on for job in jobs),
		"Work Finished": bool(jobs) and not without_job and all(job.status == FINISHED for job in jobs),
		"Quality Passed": bool(jobs) and visit.quality == PASSED,
	}
	return [event for event, holds in held.items() if holds]


def _quality(service_visit: str, jobs: list) -> str:
	"""Passed by a final check after the last job was finished; failed while a job that was sent back is open."""
	if any(job.status in OPEN and job.rework_count for job in jobs):
		return FAILED
	if any(job.status != FINISHED for job in jobs):
		return ""
	final = frappe.get_all(
		CHECK, {"service_visit": service_visit, "check_kind": "Final Check"}, ["result", "checked_on"], order_by="checked_on desc, creation desc", limit=1
	)
	finished_on = max(get_datetime(job.finished_on) for job in jobs)
	return PASSED if final and final[0].result == PASSED and get_datetime(final[0].checked_on) >= finished_on else ""


def _store_jobs_of_items(visit) -> None:
	jobs, people = jobs_of_items(visit.name), people_of_items(visit.name)
	for row in visit.items:
		known = {"job": jobs.get(row.name), "technician": row.technician or people.get(row.name)}
		if any(row.get(field) != value for field, value in known.items()):
			row.update(known)
			frappe.db.set_value(ITEM, row.name, known, update_modified=False)


def _clear(visit) -> None:
	visit.update({"jobs_total": 0, "jobs_open": 0, "quality": ""})
	for row in visit.items:
		row.job = None
