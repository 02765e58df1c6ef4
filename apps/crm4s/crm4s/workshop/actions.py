"""What the job board, the technician's page and the forms call. Who may is asked first; what happens then stands in plan, work and checks."""

import frappe
from frappe import _
from frappe.utils import cint, escape_html, get_datetime

from crm4s.access.required import require_permission
from crm4s.access.stores import has_store_permission
from crm4s.exceptions import RepairJobError
from crm4s.workflows.events import happened
from crm4s.workshop import checks, work
from crm4s.workshop.notice import tell_board
from crm4s.workshop.plan import all_or_nothing
from crm4s.workshop.progress import JOB, PASSED, VISIT, WORKING

RESOURCE = "C4S Resource"
# Who reports a clean car: the workshop, and those who hand it over. Others read the board.
WASHERS = frozenset({"C4S Technician", "C4S Workshop Manager", "C4S Service Advisor", "C4S Receptionist", "C4S Dealer Manager", "C4S Administrator", "System Manager"})


@frappe.whitelist(methods=["POST"])
def dispatch(
	service_visit: str,
	items: list | str | None = None,
	bay: str | None = None,
	technician: str | None = None,
	planned_from: str | None = None,
	planned_minutes: int | None = None,
	instruction: str | None = None,
) -> str:
	"""The name of a new job for these rows of a visit, or for all its labour that no job does yet; for those who may make jobs.

	Without `planned_from` the job waits in the tray. Bay and technician are both booked, or none is and no job is made.
	"""
	require_permission(JOB, "create")
	visit = frappe.get_doc(VISIT, service_visit)
	visit.check_permission("read")
	_require_store(visit)
	job = frappe.new_doc(JOB)
	job.update({"service_visit": visit.name, "dealership": visit.dealership, "bay": bay or None, "technician": technician or None, "instruction": instruction})
	job.update({"planned_from": planned_from or None, "planned_minutes": cint(planned_minutes)})
	for row in frappe.parse_json(items) if items else []:
		job.append("items", {"service_item": row})
	with all_or_nothing():
		job.insert()
	return job.name


@frappe.whitelist(methods=["POST"])
def move(job: str, planned_from: str, bay: str | None = None, technician: str | None = None, planned_minutes: int | None = None) -> None:
	"""Give a job another time, bay or technician, or a first one; for those who may write jobs. What is not given stays."""
	document = _permitted_to_plan(job)
	minutes = cint(planned_minutes) or document.planned_minutes
	if document.planned_from and not cint(planned_minutes):
		minutes = (get_datetime(document.planned_to) - get_datetime(document.planned_from)).total_seconds() // 60
	starts_at = get_datetime(planned_from)
	document.update({"planned_from": starts_at, "planned_to": frappe.utils.add_to_date(starts_at, minutes=minutes)})
	document.update({"planned_minutes": minutes if cint(planned_minutes) else document.planned_minutes})
	document.update({"bay": bay or document.bay, "technician": technician or document.technician})
	_save_plan(document)


@frappe.whitelist(methods=["POST"])
def unplan(job: str) -> None:
	"""Back into the tray; bay and technician are free for others. For those who may write jobs."""
	document = _permitted_to_plan(job)
	if document.status == WORKING:
		frappe.throw(_("Somebody is working on this job; pause it first."), RepairJobError)
	document.update({"planned_from": None, "planned_to": None})
	_save_plan(document)


@frappe.whitelist(methods=["POST"])
def start(job: str) -> None:
	"""Begin a job or go on with it; for its technician, and for those who may write jobs."""
	work.start(_permitted_to_work(job))


@frappe.whitelist(methods=["POST"])
def pause(job: str, reason: str) -> None:
	"""For its technician, and for those who may write jobs."""
	work.pause(_permitted_to_work(job), reason)


@frappe.whitelist(methods=["POST"])
def finish(job: str) -> None:
	"""For its technician, and for those who may write jobs."""
	work.finish(_permitted_to_work(job))


@frappe.whitelist(methods=["POST"])
def cancel(job: str, reason: str) -> None:
	"""For those who may write jobs."""
	work.cancel(_permitted_to_plan(job), reason)


@frappe.whitelist(methods=["POST"])
def hand_over(job: str, technician: str) -> None:
	"""Another technician goes on with the job; for its technician, and for those who may write jobs."""
	work.hand_over(_permitted_to_work(job, technician), technician)


@frappe.whitelist(methods=["POST"])
def add_work(job: str, item_name: str, minutes: int = 0, remark: str | None = None) -> str:
	"""The row of the visit for work that was found on the way; the customer has to approve it before a job does it.

	For the job's technician, and for those who may write jobs. The advisor enters the price.
	"""
	document = _permitted_to_work(job)
	if not item_name.strip():
		frappe.throw(_("Say what has to be done."), RepairJobError)
	visit = frappe.get_doc(VISIT, document.service_visit, for_update=True)
	minutes = max(cint(minutes), 0)
	row = visit.append(
		"items",
		{
			"item_kind": "Labour",
			"item_name": item_name.strip(),
			"minutes": minutes,
			"quantity": round(minutes / 60, 2) or 1,
			"payer": "Customer",
			"approval": "Proposed",
		},
	)
	with all_or_nothing():
		# nosemgrep: write-without-question -- asked by _permitted_to_work
		visit.save(ignore_permissions=True)
		visit.add_comment("Info", _("Added in the workshop: {0}").format(" · ".join(escape_html(part) for part in (item_name, remark) if part)))
		happened(visit, "Work Added")
	tell_board(visit.dealership)
	return row.name


@frappe.whitelist(methods=["POST"])
def check(job: str, kind: str, result: str, remark: str | None = None) -> str:
	"""The name of a self check, for whoever did the work, or of a team check, for another technician of the store."""
	document = _permitted_to_read(job)
	if kind not in checks.OF_A_JOB:
		frappe.throw(_("A job has a self check and a team check."), RepairJobError)
	return checks.check_job(document, kind, result, remark)


@frappe.whitelist(methods=["POST"])
def check_car(service_visit: str, result: str, remark: str | None = None, failed_job: str | None = None) -> str:
	"""The name of the final check of a car; for workshop managers of the store."""
	visit = frappe.get_doc(VISIT, service_visit)
	visit.check_permission("write")
	return checks.check_car(visit.name, result, remark, failed_job)


@frappe.whitelist(methods=["POST"])
def car_washed(service_visit: str) -> None:
	"""The car is clean; for the workshop and the reception of the store."""
	_require_washer()
	visit = frappe.get_doc(VISIT, service_visit)
	_require_store(visit)
	if visit.quality != PASSED:
		frappe.throw(_("The car is washed when its quality check has passed."), RepairJobError)
	if not happened(visit, "Car Washed"):
		frappe.throw(_("The car is not waiting for a wash."), RepairJobError)
	tell_board(visit.dealership)


def _permitted_to_plan(name: str):
	document = work.locked_job(name)
	document.check_permission("write")
	return document


def _permitted_to_work(name: str, *others: str):
	document = work.locked_job(name, *others)
	document.check_permission("read")
	own = document.technician and frappe.db.get_value(RESOURCE, document.technician, "user") == frappe.session.user
	if not own and not document.has_permission("write"):
		frappe.throw(_("This job is another technician's; only he or she does this, or those who plan the work."), frappe.PermissionError)
	return document


def _permitted_to_read(name: str):
	document = work.locked_job(name)
	document.check_permission("read")
	return document


def _save_plan(document) -> None:
	with all_or_nothing():
		document.save()


def _require_washer() -> None:
	require_permission(JOB, "read")
	if not WASHERS & set(frappe.get_roles()):
		frappe.throw(_("That a car is washed is said by the workshop or the reception."), frappe.PermissionError)


def _require_store(visit) -> None:
	"""Dealings may be shared between stores; the work on them is not."""
	if not has_store_permission(visit):
		frappe.throw(_("This visit belongs to another store."), frappe.PermissionError)
