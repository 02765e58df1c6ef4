"""A day of a store's workshop: bays and technicians over the hours, what waits to be planned, checked or washed, and what is late.

A fixed number of queries, however many cars are in the house.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

import frappe
from frappe.utils import cint, now_datetime

from crm4s.masked_twins import title_in_full
from crm4s.store_hours import working_hours
from crm4s.workflows.events import states_before
from crm4s.workshop.checks import checks_of, required_kinds
from crm4s.workshop.progress import CANCELLED, ITEM, JOB, OPEN, PASSED, PLANNED, VISIT, WORKING
from crm4s.workshop.skills import needed_skills

RESOURCE, BOOKING, INTERVAL = "C4S Resource", "C4S Booking", "C4S Work Interval"
APPOINTMENT = "C4S Service Appointment"
KINDS = ("Bay", "Technician")
# More than any workshop holds at once.
MOST_VISITS = 500
JOB_FIELDS = (
	*("name", "title", "service_visit", "plate_number", "status", "bay", "technician", "planned_from", "planned_to", "planned_minutes"),
	*("started_on", "finished_on", "worked_minutes", "pause_reason", "rework_count"),
)
VISIT_FIELDS = (
	"name", "plate_number", "vehicle", "service_advisor", "arrived_on", "promised_on", "workflow_state", "status", "jobs_total", "jobs_open", "quality",
)
STARTS_LATE, OVER_TIME, BREAKS_PROMISE = "Starts Late", "Over Time", "Later than Promised"


def read(dealership: str, day: date) -> dict:
	"""What the page shows. Times are the server's; `now` lets the screen go on counting without trusting its own clock.

	Returns:
		resources (bays, then technicians), jobs of the day and those in the tray (`planned_from` empty or of days before), visits by
		name, `waiting` (approved labour without a job by visit), `to_check` and `to_wash` (names of visits), others (what else is booked), hours.
	"""
	now = now_datetime()
	begins = datetime.combine(day, time())
	ends = begins + timedelta(days=1)
	visits = {row.name: row for row in _open_visits(dealership)}
	jobs = _jobs(dealership, list(visits), begins, ends)
	_add_missing_visits(visits, jobs)
	today = datetime.combine(now.date(), time())
	for job in jobs:
		# What was planned for a day that is over waits for another time.
		job.in_tray = job.status in OPEN and (not job.planned_from or job.planned_to <= today)
	shown = [job for job in jobs if job.in_tray or _is_on_the_day(job, begins, ends)]
	resources = _resources(dealership)
	running = _running_since([job.name for job in shown if job.status == WORKING])
	for job in shown:
		visit = visits[job.service_visit]
		job.update({"running_since": running.get(job.name), "late": lateness(job, visit.promised_on, now)})
	washing = states_before(VISIT, "Car Washed")
	return {
		"dealership": dealership,
		"day": day,
		"now": now,
		"hours": [[opens, closes] for opens, closes in working_hours(dealership, day, day).spans_of(day)],
		"resources": resources,
		"jobs": shown,
		"visits": _facts(visits, {job.service_visit for job in shown}),
		"waiting": _labour_without_job(list(visits)),
		"to_check": _to_check(visits.values(), jobs),
		"to_wash": [row.name for row in visits.values() if row.status == "Open" and row.quality == PASSED and row.workflow_state in washing],
		"others": _other_bookings([row.name for row in resources], begins, ends),
	}


def lateness(job, promised_on: datetime | None, now: datetime) -> str | None:
	"""Why a job is red: it should have been started, should be done, or will be done later than the customer was promised."""
	if job.status not in OPEN:
		return None
	expected = max(job.planned_to, now) if job.planned_to else now
	if promised_on and expected > promised_on:
		return BREAKS_PROMISE
	if job.planned_to and now > job.planned_to:
		return OVER_TIME
	if job.status == PLANNED and job.planned_from and now > job.planned_from:
		return STARTS_LATE
	return None


def _open_visits(dealership: str) -> list:
	filters = {"dealership": dealership, "status": "Open", "visit_kind": ["!=", "Counter Sale"]}
	return frappe.get_all(VISIT, filters, list(VISIT_FIELDS), order_by="arrived_on desc", limit_page_length=MOST_VISITS)


def _jobs(dealership: str, visits: list[str], begins: datetime, ends: datetime) -> list:
	"""Jobs of open visits, and those planned for the day of visits that are settled already."""
	of_visits = frappe.get_all(JOB, {"service_visit": ["in", visits or [""]], "status": ["!=", CANCELLED]}, list(JOB_FIELDS), limit_page_length=0)
	planned = frappe.get_all(
		JOB,
		# A job does not last longer than some days.
		[["dealership", "=", dealership], ["planned_from", ">", begins - timedelta(days=7)], ["planned_from", "<", ends], ["planned_to", ">", begins], ["status", "!=", CANCELLED]],
		list(JOB_FIELDS),
		limit_page_length=0,
	)
	jobs = {job.name: job for job in (*of_visits, *planned)}.values()
	for job in jobs:
		job.title = title_in_full(job.title, job.plate_number)
	return list(jobs)


def _add_missing_visits(visits: dict, jobs: Iterable) -> None:
	missing = {job.service_visit for job in jobs} - set(visits)
	if missing:
		visits.update({row.name: row for row in frappe.get_all(VISIT, {"name": ["in", list(missing)]}, list(VISIT_FIELDS))})


def _is_on_the_day(job, begins: datetime, ends: datetime) -> bool:
	return bool(job.planned_from) and job.planned_from < ends and job.planned_to > begins


def _resources(dealership: str) -> list:
	rows = frappe.get_all(
		RESOURCE, {"dealership": dealership, "kind": ["in", KINDS], "enabled": 1}, ["name", "resource_name", "kind", "user"], order_by="kind, resource_name"
	)
	skills: dict[str, list[str]] = {}
	for row in frappe.get_all("C4S Resource Skill", {"parent": ["in", [row.name for row in rows] or [""]]}, ["parent", "skill"], order_by="idx"):
		skills.setdefault(row.parent, []).append(row.skill)
	for row in rows:
		row.skills = skills.get(row.name, [])
	return rows


def _running_since(jobs: list[str]) -> dict[str, datetime]:
	if not jobs:
		return {}
	return dict(frappe.get_all(INTERVAL, {"parent": ["in", jobs], "ended_at": ["is", "not set"]}, ["parent", "started_at"], as_list=True))


def _facts(visits: dict, with_jobs: set[str]) -> dict:
	"""What the board says of each visit that is open or has a job on it."""
	cars = {row.vehicle for row in visits.values() if row.vehicle}
	models = dict(
		frappe.get_all("C4S Vehicle", {"name": ["in", list(cars) or [""]]}, ["name", "vehicle_title"], as_list=True, limit_page_length=0)
	)
	advisors = {row.service_advisor for row in visits.values() if row.service_advisor}
	names = dict(frappe.get_all("User", {"name": ["in", list(advisors) or [""]]}, ["name", "full_name"], as_list=True))
	return {
		name: {
			**{field: row[field] for field in ("plate_number", "promised_on", "arrived_on", "workflow_state", "quality")},
			"car": title_in_full(models.get(row.vehicle), row.plate_number),
			"advisor": names.get(row.service_advisor),
		}
		for name, row in visits.items()
		if row.status == "Open" or name in with_jobs
	}


def _labour_without_job(visits: list[str]) -> dict[str, list[dict]]:
	"""Approved labour that nobody has planned yet, by visit."""
	item = frappe.qb.DocType(ITEM)
	rows = (
		frappe.qb.from_(item)
		.select(item.parent, item.name, item.item_name, item.minutes, item.quantity, item.package, item.skill)
		.where(item.parent.isin(visits or [""]) & (item.parenttype == VISIT) & (item.item_kind == "Labour") & (item.approval == "Approved"))
		.where(item.job.isnull() | (item.job == ""))
		.orderby(item.parent)
		.orderby(item.idx)
	).run(as_dict=True)
	skills = needed_skills(rows)
	waiting: dict[str, list[dict]] = {}
	for row in rows:
		minutes = cint(row.minutes) or round(row.quantity * 60)
		waiting.setdefault(row.parent, []).append({"row": row.name, "item_name": row.item_name, "minutes": minutes, "skill": skills.get(row.name)})
	return waiting


def _to_check(visits: Iterable, jobs: list) -> list[dict]:
	"""Cars whose jobs are all finished and that nobody has passed: `visit`, and the checks that are `missing` before the final one."""
	names = {row.name for row in visits if row.status == "Open" and row.jobs_total and not row.jobs_open and row.quality != PASSED}
	of_visits: dict[str, list] = {}
	for job in jobs:
		if job.service_visit in names:
			of_visits.setdefault(job.service_visit, []).append(job)
	known = checks_of([job.name for found in of_visits.values() for job in found])
	return [
		{
			"visit": visit,
			"missing": [
				{"job": job.name, "kind": kind, "title": job.title}
				for job in found
				for kind in required_kinds()
				if known.get((job.name, kind)) != PASSED
			],
			"jobs": [{"name": job.name, "title": job.title} for job in found],
		}
		for visit, found in of_visits.items()
	]


def _other_bookings(resources: list[str], begins: datetime, ends: datetime) -> list:
	"""What takes the bays and people of the day beside jobs, such as appointments that have not arrived."""
	rows = frappe.get_all(
		BOOKING,
		[["resource", "in", resources or [""]], ["status", "=", "Booked"], ["starts_at", "<", ends], ["ends_at", ">", begins], ["reference_doctype", "!=", JOB]],
		["name", "resource", "starts_at", "ends_at", "title", "purpose", "reference_doctype", "reference_name"],
		limit_page_length=0,
	)
	expected = [row.reference_name for row in rows if row.reference_doctype == APPOINTMENT]
	plates = dict(frappe.get_all(APPOINTMENT, {"name": ["in", expected]}, ["name", "plate_number"], as_list=True)) if expected else {}
	for row in rows:
		row.update({field: title_in_full(row[field], plates.get(row.reference_name)) for field in ("title", "purpose")})
	return rows
