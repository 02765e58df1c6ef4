"""The way of a visit: handed over, taken or passed on, left; and back again where somebody clicked wrongly.

The only writer of a visit's status, consultant and times, and through `line` of the consultants' states. Each step locks first the line of
the store, then the visit, and decides by what is stored at that moment.
"""

import frappe
from frappe import _
from frappe.utils import getdate, now_datetime, nowdate

from crm4s.exceptions import NobodyAvailableError, VisitMovedOnError
from crm4s.reception import line as queue
from crm4s.reception.known import own_consultant
from crm4s.reception.leads import open_lead_for
from crm4s.reception.notice import tell_consultant

VISIT = "C4S Showroom Visit"
WAITING, WITH_CONSULTANT, GONE = "Waiting for Consultant", "With Consultant", "Gone"


def hand_over(name: str, consultant: str | None = None):
	"""Ask a consultant to take the visitor: the one named, else the own one, else the next in line. Return the visit.

	Raises:
		NobodyAvailableError: nobody in the line is free, or the one named is not here.
		VisitMovedOnError: a colleague was faster.
	"""
	line, visit = _lock(name)
	_require_waiting(visit)
	if visit.sales_consultant:
		_refuse(_("{0} has been asked already.").format(_full_name(visit.sales_consultant)))
	entry = _named(line, consultant) if consultant else _next(line, visit)
	return _offer(visit, entry)


def take(name: str):
	"""The visitor is with the consultant: the one who was asked, or whoever takes a visitor for whom nobody was asked."""
	line, visit = _lock(name)
	_require_waiting(visit)
	if not visit.sales_consultant:
		entry = queue.entry_of(line, frappe.session.user)
		if not entry or queue.state_today(entry) == queue.AWAY:
			frappe.throw(_("Join the line of consultants first, then take the visitor."), NobodyAvailableError)
		_offer(visit, entry)
	return _save(visit, status=WITH_CONSULTANT, taken_on=now_datetime())


def pass_on(name: str):
	"""The consultant who was asked cannot: the next in line is asked, and he or she goes to the end. Return the visit."""
	line, visit = _lock(name)
	_require_waiting(visit)
	passed_by = visit.sales_consultant
	if not passed_by:
		_refuse(_("Nobody has been asked to take this visitor."))
	if not _is_still_busy(visit):
		queue.release(line, passed_by)
	_save(visit, sales_consultant=None, offered_on=None, place_in_line=None)
	entry = queue.next_in_line(line, besides=passed_by)
	return _offer(visit, entry) if entry else visit


def take_back(name: str):
	"""Undo of a hand-over: the visitor waits again, and the consultant stands where he or she stood in the line."""
	line, visit = _lock(name)
	if visit.status == GONE or not visit.sales_consultant:
		_refuse(_("There is no hand-over to take back."))
	if not _is_still_busy(visit):
		queue.release(line, visit.sales_consultant, since=visit.place_in_line)
	return _save(visit, status=WAITING, sales_consultant=None, offered_on=None, taken_on=None, place_in_line=None)


def leave(name: str, result: str | None = None, note: str | None = None):
	"""The visitor leaves; whoever served goes to the end of the line."""
	line, visit = _lock(name)
	if visit.status == GONE:
		_refuse(_("The visitor has left already."))
	if not _is_still_busy(visit):
		queue.release(line, visit.sales_consultant)
	said = {field: value for field, value in (("result", result), ("note", (note or "").strip())) if value}
	return _save(visit, status=GONE, left_on=now_datetime(), **said)


def come_back(name: str):
	"""Undo of a leaving of today: the visitor is where he or she was before."""
	line, visit = _lock(name)
	if visit.status != GONE:
		_refuse(_("The visitor is still here."))
	if getdate(visit.arrived_on) != getdate(nowdate()):
		frappe.throw(_("Only a visit of today can be taken up again; receive the visitor anew."))
	entry = queue.entry_of(line, visit.sales_consultant)
	if entry and queue.state_today(entry) == queue.AVAILABLE:
		queue.write_state(entry, queue.BUSY)
	return _save(visit, status=WITH_CONSULTANT if visit.taken_on else WAITING, left_on=None)


def open_lead(name: str):
	"""The visit with its lead, opened now where there was none."""
	_line, visit = _lock(name)
	return visit if visit.lead else _save(visit, lead=open_lead_for(visit))


def _lock(name: str):
	"""The line of the visit's store and the visit, as stored now and nobody else's until the transaction ends."""
	line = queue.lock_line(frappe.db.get_value(VISIT, name, "dealership"))
	return line, frappe.get_doc(VISIT, name, for_update=True)


def _require_waiting(visit) -> None:
	if visit.status == WITH_CONSULTANT:
		_refuse(_("{0} has taken the visitor already.").format(_full_name(visit.sales_consultant)))
	if visit.status == GONE:
		_refuse(_("The visitor has left already."))


def _next(line: list[dict], visit) -> dict:
	entry = queue.next_in_line(line, own=own_consultant(visit.dealership, visit.customer, visit.lead, visit.phone))
	if not entry:
		frappe.throw(_("No consultant in the line is available; choose a busy one, or ask somebody to join."), NobodyAvailableError)
	return entry


def _named(line: list[dict], consultant: str) -> dict:
	entry = queue.entry_of(line, consultant)
	if queue.state_today(entry) == queue.AWAY:
		frappe.throw(_("{0} is not in the line today.").format(_full_name(consultant)), NobodyAvailableError)
	return entry


def _offer(visit, entry: dict):
	if queue.state_today(entry) == queue.AVAILABLE:
		queue.write_state(entry, queue.BUSY)
	_save(visit, sales_consultant=entry["user"], offered_on=now_datetime(), place_in_line=entry["since"])
	tell_consultant(visit)
	return visit


def _is_still_busy(visit) -> bool:
	"""Whether the visit's consultant has another visitor today."""
	if not visit.sales_consultant:
		return False
	others = frappe.db.get_values(
		VISIT,
		{
			"dealership": visit.dealership,
			"arrived_on": [">=", nowdate()],
			"sales_consultant": visit.sales_consultant,
			"status": ["!=", GONE],
			"name": ["!=", visit.name],
		},
		for_update=True,
	)
	return bool(others)


def _save(visit, **values):
	visit.flags.by_reception = True
	visit.update(values)
	# Who may move this visit on was asked by the caller, who may not write all its fields.
	visit.flags.ignore_permissions = True
	return visit.save()


def _refuse(sentence: str) -> None:
	frappe.throw(sentence, VisitMovedOnError)


def _full_name(user: str) -> str:
	return frappe.bold(frappe.utils.escape_html(frappe.utils.get_fullname(user)))
