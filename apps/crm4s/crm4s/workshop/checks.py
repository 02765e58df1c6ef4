"""Who may check finished work, and what follows: a job that failed is done again, a car that passed is ready."""

import frappe
from frappe import _
from frappe.utils import now_datetime

from crm4s.access.stores import stores_of
from crm4s.exceptions import RepairJobError
from crm4s.settings import setting
from crm4s.workshop import work
from crm4s.workshop.notice import tell_board
from crm4s.workshop.plan import all_or_nothing
from crm4s.workshop.progress import CANCELLED, CHECK, FAILED, FINISHED, JOB, PASSED, VISIT, tell_visit

SELF, TEAM, FINAL = "Self Check", "Team Check", "Final Check"
# Kind → the setting that makes it unnecessary.
OF_A_JOB = {SELF: "skip_self_check", TEAM: "skip_team_check"}
TECHNICIAN, FINAL_CHECKER = "C4S Technician", "C4S Workshop Manager"


def check_job(job, kind: str, result: str, remark: str | None) -> str:
	"""The name of a self or team check of a finished job."""
	_validate_result(result, remark)
	if job.status != FINISHED:
		frappe.throw(_("A job is checked when it is finished; this one is {0}.").format(_(job.status)), RepairJobError)
	{SELF: _validate_self, TEAM: _validate_team}[kind](job)
	with all_or_nothing():
		name = _note(job.service_visit, kind, result, remark, job)
		if result == FAILED:
			work.send_back(job)
		else:
			tell_board(job.dealership)
	return name


def check_car(service_visit: str, result: str, remark: str | None, failed_job: str | None) -> str:
	"""The name of the final check of a car."""
	_validate_result(result, remark)
	if FINAL_CHECKER not in frappe.get_roles():
		frappe.throw(_("The final check is done by the workshop manager."), frappe.PermissionError)
	# The visit's jobs cannot change while it is checked.
	frappe.db.get_value(VISIT, service_visit, "name", for_update=True)
	jobs = [frappe.get_doc(JOB, name) for name in frappe.get_all(JOB, {"service_visit": service_visit, "status": ["!=", CANCELLED]}, pluck="name")]
	_validate_finished(jobs)
	for job in jobs:
		_validate_not_own_work(job)
		if result == PASSED:
			_validate_checked_before(job)
	failed = _failed_job(jobs, failed_job) if result == FAILED else None
	with all_or_nothing():
		name = _note(service_visit, FINAL, result, remark, failed)
		if failed:
			work.send_back(failed)
		else:
			tell_visit(service_visit, "Quality Passed")
			tell_board(jobs[0].dealership)
	return name


def checks_of(jobs: list[str]) -> dict[tuple[str, str], str]:
	"""The result of the last self and team check of each job since it was last sent back, by job and kind; one query."""
	if not jobs:
		return {}
	check, job = frappe.qb.DocType(CHECK), frappe.qb.DocType(JOB)
	rows = (
		frappe.qb.from_(check)
		.join(job)
		.on((job.name == check.repair_job) & (job.rework_count == check.rework_count))
		.select(check.repair_job, check.check_kind, check.result)
		.where(check.repair_job.isin(jobs) & (check.check_kind != FINAL))
		.orderby(check.checked_on)
	).run()
	return {(name, kind): result for name, kind, result in rows}


def required_kinds() -> list[str]:
	return [kind for kind, skipped in OF_A_JOB.items() if not setting(skipped)]


def is_technician(store: str) -> bool:
	"""Whether the user is a technician who works for this store."""
	stores = stores_of()
	return TECHNICIAN in frappe.get_roles() and (stores is None or store in stores)


def _validate_result(result: str, remark: str | None) -> None:
	if result not in (PASSED, FAILED):
		frappe.throw(_("Say whether the check passed or failed."), RepairJobError)
	if result == FAILED and not (remark or "").strip():
		frappe.throw(_("Say what has to be done again."), RepairJobError)


def _validate_self(job) -> None:
	if frappe.session.user not in job.workers():
		frappe.throw(_("The self check is done by the technician who did the work."), frappe.PermissionError)


def _validate_team(job) -> None:
	_validate_not_own_work(job)
	if not is_technician(job.dealership):
		frappe.throw(_("The team check is done by another technician of the store."), frappe.PermissionError)


def _validate_not_own_work(job) -> None:
	if frappe.session.user in job.workers():
		frappe.throw(_("Nobody but the self check judges one's own work; let somebody else check {0}.").format(job.title), frappe.PermissionError)


def _validate_finished(jobs: list) -> None:
	if not jobs:
		frappe.throw(_("The visit has no job that could be checked."), RepairJobError)
	for job in jobs:
		if job.status != FINISHED:
			frappe.throw(_("{0} is not finished yet.").format(frappe.bold(frappe.utils.escape_html(job.title))), RepairJobError)


def _validate_checked_before(job) -> None:
	known = checks_of([job.name])
	for kind in required_kinds():
		if known.get((job.name, kind)) != PASSED:
			frappe.throw(
				_("{0} of {1} is still missing.").format(_(kind), frappe.bold(frappe.utils.escape_html(job.title))), RepairJobError
			)


def _failed_job(jobs: list, name: str | None):
	if len(jobs) == 1 and not name:
		return jobs[0]
	found = next((job for job in jobs if job.name == name), None)
	if not found:
		frappe.throw(_("Say which job has to be done again."), RepairJobError)
	return found


def _note(service_visit: str, kind: str, result: str, remark: str | None, job=None) -> str:
	check = frappe.get_doc(
		{
			"doctype": CHECK,
			"service_visit": service_visit,
			"repair_job": job and job.name,
			"check_kind": kind,
			"result": result,
			"remark": remark,
			"checked_by": frappe.session.user,
			"checked_on": now_datetime(),
			"rework_count": job.rework_count if job else 0,
		}
	)
	check.flags.by_action = True
	return check.insert(ignore_permissions=True).name
