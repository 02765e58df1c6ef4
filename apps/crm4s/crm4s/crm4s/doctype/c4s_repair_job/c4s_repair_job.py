"""Work on a car that one technician does in one bay: planned, worked on with pauses, finished, and sent back if a check fails.

Its plan may be changed by saving it; what happened is written by the actions in workshop/actions.py only.
"""

from datetime import timedelta

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, cstr, escape_html, get_datetime, now_datetime

from crm4s import bookings
from crm4s.access.links import ensure_links_within_reach
from crm4s.access.stores import has_store_permission, store_condition
from crm4s.documents import ComparesAsText
from crm4s.exceptions import RepairJobError
from crm4s.masked_twins import plate_in_title, set_twins
from crm4s.settings import setting
from crm4s.workshop.notice import tell_board
from crm4s.workshop.plan import RESOURCES, TAKES_TIME, keep_bookings, lock
from crm4s.workshop.progress import CANCELLED, FINISHED, OPEN, PAUSED, PLANNED, WORKING, jobs_of_items, tell_visit
from crm4s.workshop.skills import needed_skills
from crm4s.workshop.times import minutes_between, worked_minutes

VISIT, RESOURCE = "C4S Service Visit", "C4S Resource"
FOLLOWING = {
	PLANNED: (WORKING, CANCELLED),
	WORKING: (PAUSED, FINISHED),
	PAUSED: (WORKING, FINISHED, CANCELLED),
	FINISHED: (PAUSED,),
	CANCELLED: (),
}
HAPPENED = ("status", "started_on", "finished_on", "worked_minutes", "pause_reason", "rework_count", "cancel_reason")
PLAN = ("planned_from", "planned_to", *RESOURCES)
HOUR = 60


class C4SRepairJob(ComparesAsText, Document):
	def check_if_latest(self):
		"""Before Frappe locks the job itself: locks are always taken in this order, or two people could wait for each other."""
		lock(self)
		super().check_if_latest()

	def before_insert(self):
		self.take_labour_without_job()

	def validate(self):
		ensure_links_within_reach(self, "service_visit")
		self.follow_visit()
		self.validate_written_by_actions()
		self.validate_change_of_status()
		self.fill_items()
		self.validate_items()
		self.set_planned_times()
		self.validate_plan_stays()
		self.validate_resources()
		self.validate_skills()
		self.set_worked_minutes()
		self.set_title()

	def on_update(self):
		keep_bookings(self)
		tell_visit(self.service_visit, *(self.flags.happened or ()))
		tell_board(self.dealership)

	def on_trash(self):
		if self.intervals:
			frappe.throw(_("Somebody worked on this job; cancel it instead, so that the times stay."), RepairJobError)
		for field in RESOURCES:
			self.set(f"{field}_booking", None)
			frappe.db.set_value(self.doctype, self.name, f"{field}_booking", None, update_modified=False)
		bookings.forget(self.doctype, self.name)
		frappe.db.set_value("C4S Service Item", {"job": self.name}, "job", None, update_modified=False)

	def after_delete(self):
		tell_visit(self.service_visit)
		tell_board(self.dealership)

	# What it is for

	def follow_visit(self):
		visit = frappe.db.get_value(VISIT, self.service_visit, ["dealership", "plate_number", "status"], as_dict=True)
		self.dealership, self.plate_number = visit.dealership, visit.plate_number
		if not self.flags.ignore_permissions and not has_store_permission(self):
			# Dealings may be shared between stores; the work on them is not.
			frappe.throw(_("This visit belongs to another store."), frappe.PermissionError)
		if visit.status != "Open" and self.is_new():
			frappe.throw(_("Visit {0} is not open; there is no work to plan for it.").format(self.service_visit), RepairJobError)

	def take_labour_without_job(self):
		"""A job that names no item does all labour of the visit that no job does yet."""
		if self.items or not self.service_visit:
			return
		for row in frappe.get_doc(VISIT, self.service_visit).items:
			if row.item_kind == "Labour" and not row.job and row.approval != "Declined":
				self.append("items", {"service_item": row.name})

	def fill_items(self):
		"""What the rows of the visit say now, of those that the job names; a finished job keeps what it did."""
		if self.status not in OPEN:
			return
		names = [row.service_item for row in self.items]
		rows = {row.name: row for row in frappe.get_doc(VISIT, self.service_visit).items if row.name in names}
		unknown = [row for row in self.items if row.service_item not in rows]
		if unknown and self.is_new():
			frappe.throw(_("Choose items of the visit."), RepairJobError)
		skills = needed_skills(rows.values())
		for row in self.items:
			if item := rows.get(row.service_item):
				row.update({"item_name": item.item_name, "minutes": minutes_of(item), "skill": skills.get(item.name)})

	def validate_items(self):
		if not self.items:
			frappe.throw(_("Choose at least one item that the job does."), RepairJobError)
		names = [row.service_item for row in self.items]
		if len(names) > len(set(names)):
			frappe.throw(_("An item is named twice."), RepairJobError)
		if self.status == CANCELLED:
			return
		others = {item: job for item, job in jobs_of_items(self.service_visit).items() if job != self.name}
		for row in self.items:
			if row.service_item in others:
				frappe.throw(
					_("{0} is done by job {1} already.").format(frappe.bold(escape_html(row.item_name)), others[row.service_item]), RepairJobError
				)

	# When and where

	def set_planned_times(self):
		self.planned_minutes = cint(self.planned_minutes) or sum(cint(row.minutes) for row in self.items) or setting("job_minutes") or HOUR
		if not self.planned_from:
			self.planned_to = None
			return
		self.planned_from = get_datetime(self.planned_from).replace(second=0, microsecond=0)
		self.planned_to = get_datetime(self.planned_to or self.planned_from + timedelta(minutes=self.planned_minutes)).replace(second=0, microsecond=0)
		if self.planned_to <= self.planned_from:
			frappe.throw(_("The job must end later than it starts."), RepairJobError)
		if not (self.bay or self.technician):
			frappe.throw(_("Choose a bay or a technician for the planned time."), RepairJobError)

	def validate_plan_stays(self):
		"""A plan that is over is the history of the bay."""
		before = self.get_doc_before_save()
		if before and before.status not in TAKES_TIME and self.status not in TAKES_TIME and self.has_changed(*PLAN):
			frappe.throw(_("The plan of a job that is {0} cannot be changed.").format(_(self.status)), RepairJobError)

	def validate_resources(self):
		for field, kind in RESOURCES.items():
			if not self.get(field) or not self.has_changed(field):
				continue
			resource = frappe.db.get_value(RESOURCE, self.get(field), ["kind", "dealership", "resource_name", "enabled"], as_dict=True)
			if resource.kind != kind:
				frappe.throw(_("{0} is no {1}.").format(resource.resource_name, _(kind)), RepairJobError)
			if resource.dealership != self.dealership:
				frappe.throw(_("{0} belongs to another store.").format(resource.resource_name), RepairJobError)
			if not resource.enabled:
				frappe.throw(_("{0} is disabled.").format(resource.resource_name), RepairJobError)

	def validate_skills(self):
		needed = {row.skill for row in self.items if row.skill}
		if not needed or not self.technician or self.status not in OPEN:
			return
		has = frappe.get_all("C4S Resource Skill", {"parent": self.technician, "parenttype": RESOURCE}, pluck="skill")
		missing = sorted(needed - set(has))
		if missing:
			frappe.throw(
				_("{0} lacks a skill that this job needs: {1}.").format(
					frappe.db.get_value(RESOURCE, self.technician, "resource_name"), ", ".join(_(skill) for skill in missing)
				),
				RepairJobError,
			)

	def follow_booking(self, booking):
		"""Somebody moved the booking itself, for example in the calendar: the other one moves along."""
		self.update({"planned_from": booking.starts_at, "planned_to": booking.ends_at})
		self.set({"Bay": "bay", "Technician": "technician"}[booking.kind], booking.resource)
		self.save()

	# What happened

	def validate_written_by_actions(self):
		if self.flags.by_action:
			return
		before = self.get_doc_before_save()
		usual = {"status": PLANNED}
		changed = [field for field in HAPPENED if cstr(self.get(field) or "") != cstr((before.get(field) if before else usual.get(field)) or "")]
		if {field for field in changed if self.get(field) not in (0, "0")} or _times(self) != (_times(before) if before else []):
			frappe.throw(_("What happened in the work is written by the buttons Start, Pause, Finish and Cancel only."), RepairJobError)

	def validate_change_of_status(self):
		before = self.get_doc_before_save()
		if before and before.status != self.status and self.status not in FOLLOWING[before.status]:
			frappe.throw(_("A job that is {0} cannot become {1}.").format(_(before.status), _(self.status)), RepairJobError)

	def set_worked_minutes(self):
		for row in self.intervals:
			row.minutes = minutes_between(get_datetime(row.started_at), get_datetime(row.ended_at)) if row.ended_at else 0
		self.worked_minutes = worked_minutes([(get_datetime(row.started_at), row.ended_at and get_datetime(row.ended_at)) for row in self.intervals if row.ended_at], now_datetime())

	def running_interval(self):
		"""The row of who works on the job now; None when nobody does."""
		return next((row for row in self.intervals if not row.ended_at), None)

	def workers(self) -> set[str]:
		"""The users who worked on it."""
		return {row.worked_by for row in self.intervals if row.worked_by}

	def set_title(self):
		self.title = " · ".join(part for part in (plate_in_title(self.plate_number), " + ".join(row.item_name for row in self.items[:3])) if part)[:140]
		set_twins(self)


def minutes_of(item) -> int:
	"""Planned minutes of a row of a visit: its own, or the hours of its labour; 0 for what takes no time of its own."""
	if cint(item.get("minutes")):
		return cint(item.get("minutes"))
	return round(item.quantity * HOUR) if item.item_kind == "Labour" else 0


def _times(job) -> list[tuple]:
	return [(row.technician, cstr(row.started_at), cstr(row.ended_at or "")) for row in job.intervals]


def on_doctype_update() -> None:
	frappe.db.add_index("C4S Repair Job", ["dealership", "status", "planned_from"])
	frappe.db.add_index("C4S Repair Job", ["dealership", "planned_from"])
	frappe.db.add_index("C4S Repair Job", ["technician", "planned_from"])
	frappe.db.add_index("C4S Repair Job", ["dealership", "modified"])
	frappe.db.add_index("C4S Repair Job", ["dealership", "creation"])
	# Whom somebody works for right now.
	frappe.db.add_index("C4S Work Interval", ["technician", "ended_at"])


def get_permission_query_conditions(user: str | None = None) -> str:
	return store_condition("C4S Repair Job", user)


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	return has_store_permission(doc, user)
