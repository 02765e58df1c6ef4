"""A technician's own jobs: today's and what is still open, with what to do next."""

import frappe
from frappe.utils import add_days, cint, get_datetime, now_datetime, nowdate

from crm4s.masked_twins import title_in_full
from crm4s.workshop.board import INTERVAL, RESOURCE
from crm4s.workshop.checks import SELF, TEAM, checks_of, is_technician, required_kinds
from crm4s.workshop.progress import FINISHED, JOB, JOB_ITEM, OPEN, PASSED, VISIT, WORKING

MOST_SHOWN = 50
FIELDS = (
	*("name", "title", "service_visit", "plate_number", "status", "bay", "dealership", "planned_from", "planned_to", "planned_minutes"),
	*("worked_minutes", "pause_reason", "rework_count", "instruction", "finished_on"),
)


def read() -> dict:
	"""`jobs` of the user in the order of the plan, `checks` of colleagues' work that the user may do, `now`; `technician` is None for whoever is none."""
	technician = frappe.db.get_value(RESOURCE, {"user": frappe.session.user, "kind": "Technician"}, ["name", "resource_name", "dealership"], as_dict=True)
	if not technician:
		return {"technician": None, "jobs": [], "checks": [], "now": now_datetime()}
	jobs = _open(technician.name) + _finished_today(technician.name)
	others = _colleagues_finished(technician) if is_technician(technician.dealership) and TEAM in required_kinds() else []
	known = checks_of([job.name for job in (*jobs, *others) if job.status == FINISHED])
	_describe([*jobs, *others])
	for job in jobs:
		job.needs_self_check = job.status == FINISHED and SELF in required_kinds() and known.get((job.name, SELF)) != PASSED
	return {
		"technician": technician,
		"jobs": jobs,
		"checks": [job for job in others if known.get((job.name, TEAM)) != PASSED],
		"now": now_datetime(),
		"reasons": [reason for reason in frappe.get_meta(JOB).get_field("pause_reason").options.split("\n") if reason not in ("", "Rework")],
	}


def _open(technician: str) -> list:
	tomorrow = get_datetime(add_days(nowdate(), 1))
	filters = [["technician", "=", technician], ["status", "in", OPEN]]
	rows = frappe.get_all(JOB, filters, list(FIELDS), order_by="planned_from asc", limit_page_length=MOST_SHOWN)
	# What has no time comes after what has one.
	today = [row for row in rows if not row.planned_from or row.planned_from < tomorrow or row.status == WORKING]
	return sorted(today, key=lambda row: (row.status != WORKING, not row.planned_from, row.planned_from or tomorrow))


def _finished_today(technician: str) -> list:
	filters = [["technician", "=", technician], ["status", "=", FINISHED], ["finished_on", ">=", nowdate()]]
	return frappe.get_all(JOB, filters, list(FIELDS), order_by="finished_on desc", limit_page_length=MOST_SHOWN)


def _colleagues_finished(technician) -> list:
	"""Of cars that are still in the house."""
	job, visit = frappe.qb.DocType(JOB), frappe.qb.DocType(VISIT)
	interval = frappe.qb.DocType(INTERVAL)
	own = frappe.qb.from_(interval).select(interval.parent).where(interval.technician == technician.name)
	return (
		frappe.qb.from_(job)
		.join(visit)
		.on(visit.name == job.service_visit)
		.select(*(job[field] for field in FIELDS))
		.where((job.dealership == technician.dealership) & (job.status == FINISHED) & (visit.status == "Open") & (visit.quality != PASSED))
		.where((job.finished_on >= add_days(nowdate(), -7)) & job.name.notin(own))
		.orderby(job.finished_on)
		.limit(MOST_SHOWN)
	).run(as_dict=True)


def _describe(jobs: list) -> None:
	"""Items, the customer's words, the promise, the bay's name and since when it runs; four queries for all of them."""
	names, visits = [job.name for job in jobs] or [""], {job.service_visit for job in jobs} or {""}
	items: dict[str, list] = {}
	for row in frappe.get_all(JOB_ITEM, {"parent": ["in", names]}, ["parent", "item_name", "minutes"], order_by="idx", limit_page_length=0):
		items.setdefault(row.parent, []).append({"item_name": row.item_name, "minutes": cint(row.minutes)})
	facts = {row.name: row for row in frappe.get_all(VISIT, {"name": ["in", list(visits)]}, ["name", "concern", "promised_on"])}
	bays = {job.bay for job in jobs if job.bay} or {""}
	bay_names = dict(frappe.get_all(RESOURCE, {"name": ["in", list(bays)]}, ["name", "resource_name"], as_list=True))
	running = dict(frappe.get_all(INTERVAL, {"parent": ["in", names], "ended_at": ["is", "not set"]}, ["parent", "started_at"], as_list=True))
	for job in jobs:
		visit = facts.get(job.service_visit) or {}
		job.update({"items": items.get(job.name, []), "concern": visit.get("concern"), "promised_on": visit.get("promised_on")})
		job.update({"bay_name": bay_names.get(job.bay), "running_since": running.get(job.name), "title": title_in_full(job.title, job.plate_number)})
