"""Jobs by the clock: when they began, and what failed lately. The tables are read by their index of the time."""

from collections.abc import Mapping

import frappe
from frappe.utils import add_to_date, cint, now_datetime

from crm4s.health.metrics import HIGHEST, Values
from crm4s.health.moments import seconds_of
from crm4s.queries import select_from

JOB, JOB_LOG, ERRORS = "Scheduled Job Type", "Scheduled Job Log", "Error Log"
OURS = "crm4s."


def figures() -> Mapping[str, Values]:
	starts = _starts()
	found: dict[str, Values] = {
		"crm4s_scheduler_on": {(): int(_is_on())},
		"crm4s_job_last_start_timestamp_seconds": {(method,): at for method, at in starts.items() if method.startswith(OURS)},
		"crm4s_jobs_failed_last_hour": {(): _of_last_hour(JOB_LOG, status="Failed")},
		"crm4s_errors_last_hour": {(): _of_last_hour(ERRORS)},
	}
	if starts:
		found["crm4s_scheduler_last_start_timestamp_seconds"] = {(): max(starts.values())}
	return found


def _starts() -> dict[str, float]:
	job = frappe.qb.DocType(JOB)
	rows = frappe.qb.from_(job).select(job.method, job.last_execution).where((job.stopped == 0) & job.last_execution.isnotnull()).run()
	return {method: seconds_of(at) for method, at in rows}


def _is_on() -> bool:
	held = frappe.conf.maintenance_mode or frappe.conf.pause_scheduler or frappe.conf.disable_scheduler
	return not held and bool(cint(frappe.db.get_single_value("System Settings", "enable_scheduler")))


def _of_last_hour(doctype: str, **like: str) -> int:
	"""Frappe 15 has an index of `modified`, Frappe 16 one of `creation`; who was made lately was changed lately."""
	table, since = frappe.qb.DocType(doctype), add_to_date(now_datetime(), hours=-1)
	query = frappe.qb.from_(table).select(table.name).where((table.creation >= since) & (table.modified >= since)).limit(HIGHEST)
	for field, value in like.items():
		query = query.where(table[field] == value)
	return select_from(query, "count(*)")[0][0]
