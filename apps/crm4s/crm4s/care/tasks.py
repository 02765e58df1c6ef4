"""What becomes of care tasks: opened for somebody to call, tried, closed, brought to the manager when nobody does them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import frappe
from frappe import _
from frappe.utils import add_days, get_datetime, getdate, now, now_datetime, nowdate

from crm4s.access.required import require_document
from crm4s.notices import ring
from crm4s.runs import commit

TASK, ATTEMPT = "C4S Care Task", "C4S Care Attempt"
OPEN, MESSAGE, DONE, CANCELLED = "Open", "Message", "Done", "Cancelled"
REACHED, LATER, NO_ANSWER, WRONG_NUMBER, REFUSED, BOOKED = "Reached", "Call Later", "No Answer", "Wrong Number", "Refused", "Booked"
# After these somebody calls again.
TRIED = (LATER, NO_ANSWER)
OUTCOMES = (REACHED, LATER, NO_ANSWER, WRONG_NUMBER, REFUSED, BOOKED)
NEXT_TRY = timedelta(days=1)
# Customers have a handful of tasks; more come from no page.
MOST_AT_ONCE = 50
APPOINTMENT, CASE = "C4S Service Appointment", "C4S Retention Case"
# What an appointment in the workshop settles.
SETTLED_BY_APPOINTMENT = (
	*("Service Due", "First Service", "Inspection Due", "No Visit for Months", "No Visit in Own Rhythm", "Churn Stage Reached", "Recall"),
)


def open_call(
	*,
	customer: str,
	dealership: str,
	why: str,
	source_key: str | None = None,
	vehicle: str | None = None,
	reference_doctype: str | None = None,
	reference_name: str | None = None,
	owner_role: str | None = None,
) -> str:
	"""Let somebody of the store call the customer; the name of the task, made once for each key.

	A message that belongs to a care task, its reference, opens that task instead of a second one. For callers with the system's rights.
	"""
	if reference_doctype == TASK and reference_name and frappe.db.exists(TASK, reference_name):
		return _open_again(reference_name)
	known = source_key and frappe.db.get_value(TASK, {"due_key": source_key[:140]}, for_update=True)
	if known:
		return known
	task = frappe.get_doc(
		{
			"doctype": TASK, "customer": customer, "vehicle": vehicle, "dealership": dealership, "why": why, "due_on": nowdate(),
			"due_key": source_key and source_key[:140], "owner_role": owner_role, "status": OPEN,
			"assigned_to": _person_of(reference_doctype, reference_name),
			"reference_doctype": reference_doctype, "reference_name": reference_name,
		}
	)
	task.flags.by_care = task.flags.ignore_permissions = True
	return task.insert(ignore_permissions=True).name


def record(names: Sequence[str], outcome: str, note: str | None = None, next_call_on: datetime | str | None = None, booked: str | None = None) -> None:
	"""One contact with a customer for one or several of his or her tasks, as the current user, who must be allowed to write each.

	Args:
		outcome: one of OUTCOMES; Call Later asks for `next_call_on`, No Answer takes tomorrow without it, all others close the tasks.
		booked: the appointment that came of it.
	"""
	if outcome not in OUTCOMES:
		frappe.throw(_("Outcome must be one of: {0}").format(", ".join(map(_, OUTCOMES))))
	tasks = _open_tasks(names, booked)
	moment = now_datetime().replace(microsecond=0)
	again = _next_call(outcome, next_call_on, moment)
	for task in tasks:
		task.append("attempts_made", {"attempted_on": moment, "outcome": outcome, "attempted_by": frappe.session.user, "note": note})
		task.update({"attempts": (task.attempts or 0) + 1, "outcome": outcome, "next_call_on": again})
		if booked:
			task.update({"reference_doctype": APPOINTMENT, "reference_name": booked})
		if outcome not in TRIED:
			task.update({"status": DONE, "closed_on": moment, "closed_by": frappe.session.user})
		_save(task)
	if outcome == WRONG_NUMBER:
		_note_wrong_number(tasks[0], note)


def cancel(names: Sequence[str], reason: str) -> None:
	"""Nobody need call any more; the reason stays."""
	if not (reason or "").strip():
		frappe.throw(_("Say why nobody need call."), frappe.MandatoryError)
	for task in _open_tasks(names):
		task.append("attempts_made", {"attempted_on": now_datetime(), "attempted_by": frappe.session.user, "note": reason})
		task.update({"status": CANCELLED, "closed_on": now_datetime(), "closed_by": frappe.session.user, "next_call_on": None})
		_save(task)


def case_changed(case, _event: str | None = None) -> None:
	"""Nobody need call about a retention case that is over."""
	before = case.get_doc_before_save()
	if before and before.status == OPEN and case.status != OPEN:
		withdraw_calls(CASE, [case.name], _("The retention case is over."))


def withdraw_calls(reference_doctype: str, names: Sequence[str], reason: str) -> int:
	"""What these documents wanted customers to be called for is off; how many open tasks that were. Permission is the caller's question."""
	task, moment = frappe.qb.DocType(TASK), now()
	asked = (task.reference_doctype == reference_doctype) & task.reference_name.isin(list(names) or [""])
	found = frappe.qb.from_(task).select(task.name).where(asked & (task.status == OPEN)).for_update().run(pluck=True)
	if found:
		(
			frappe.qb.update(task)
			.set(task.status, CANCELLED)
			.set(task.why, frappe.qb.functions("concat", task.why, f" · {reason}"))
			.set(task.closed_on, moment)
			.set(task.modified, moment)
			.set(task.next_call_on, None)
			.where(task.name.isin(found))
		).run()
	return len(found)


def take(names: Sequence[str], user: str) -> None:
	"""Give the tasks to somebody who works for their store; the current user takes or hands out."""
	for task in _open_tasks(names):
		if task.assigned_to == user:
			continue
		task.assigned_to = user
		if not frappe.has_permission(TASK, "write", doc=task, user=user) or not frappe.db.get_value("User", user, "enabled"):
			frappe.throw(_("{0} does not work on care tasks of this store.").format(user))
		_save(task)


def appointment_made(appointment, _event: str | None = None) -> None:
	"""A car that is booked need not be called in any more."""
	if not appointment.vehicle or appointment.status != "Booked":
		return
	open_tasks = {"vehicle": appointment.vehicle, "status": OPEN}
	for row in frappe.get_all(TASK, open_tasks, ["name", "rule", "reference_doctype", "dealership"], limit=MOST_AT_ONCE):
		# A case is about the car, wherever it goes; what a store's rules found is that store's.
		if row.reference_doctype != CASE and row.dealership != appointment.dealership:
			continue
		trigger = row.rule and frappe.get_cached_value("C4S Care Rule", row.rule, "trigger")
		if trigger not in SETTLED_BY_APPOINTMENT and row.reference_doctype != CASE:
			continue
		task = frappe.get_doc(TASK, row.name, for_update=True)
		task.update(
			{
				"status": DONE, "outcome": BOOKED, "closed_on": now_datetime(), "closed_by": frappe.session.user, "next_call_on": None,
				"reference_doctype": APPOINTMENT, "reference_name": appointment.name,
			}
		)
		_save(task)


def escalate_overdue() -> int:
	"""Every day: what is so many days overdue as its rule allows is told to the store's manager, once; how many tasks that were."""
	count = 0
	for rule in frappe.get_all("C4S Care Rule", {"escalation_days": [">", 0]}, ["name", "escalation_days"]):
		count += _escalate(rule.name, add_days(getdate(), -rule.escalation_days))
	return count


def _escalate(rule: str, latest) -> int:
	task = frappe.qb.DocType(TASK)
	overdue = (task.rule == rule) & (task.status == OPEN) & (task.due_on < latest) & task.escalated_on.isnull()
	# Who agreed with the customer to call later is not late.
	overdue = overdue & (task.next_call_on.isnull() | (task.next_call_on < now()))
	rows = (
		frappe.qb.from_(task).select(task.dealership, frappe.qb.functions("count", "*").as_("tasks")).where(overdue).groupby(task.dealership)
	).run(as_dict=True)
	for row in rows:
		_tell_manager(row.dealership, row.tasks, rule)
	frappe.qb.update(task).set(task.escalated_on, now()).where(overdue).run()
	# Each rule stands for itself.
	commit()
	return sum(row.tasks for row in rows)


def _tell_manager(dealership: str, count: int, rule: str) -> None:
	manager = frappe.db.get_value("C4S Dealership", dealership, "manager")
	if manager:
		ring(manager, _("{0} care tasks of the rule {1} are overdue in {2}.").format(count, _(rule), dealership), "C4S Care Rule", rule)


def _open_again(name: str) -> str:
	task = frappe.get_doc(TASK, name, for_update=True)
	if task.status == MESSAGE:
		task.update({"status": OPEN, "due_on": max(getdate(task.due_on), getdate())})
		_save(task)
	return name


def _person_of(reference_doctype: str | None, reference_name: str | None) -> str | None:
	"""The service advisor of what the call is about; nobody where it has none, or who has left."""
	if not reference_name or not frappe.get_meta(reference_doctype).has_field("service_advisor"):
		return None
	user = frappe.db.get_value(reference_doctype, reference_name, "service_advisor")
	return user if user and frappe.db.get_value("User", user, "enabled") else None


def _open_tasks(names: Sequence[str], booked: str | None = None) -> list:
	"""The tasks, locked; refused where one is another store's, another customer's or closed, unless the appointment closed it just now."""
	chosen = sorted(set(names))
	if not 0 < len(chosen) <= MOST_AT_ONCE:
		frappe.throw(_("Choose between 1 and {0} tasks.").format(MOST_AT_ONCE))
	tasks = [require_document(TASK, name) for name in chosen]
	if len({task.customer for task in tasks}) > 1:
		frappe.throw(_("A contact is with one customer; these tasks are about several."))
	for task in tasks:
		if task.status != OPEN and not (booked and task.reference_name == booked):
			frappe.throw(_("Task {0} is closed already: {1}.").format(task.name, _(task.outcome or task.status)))
	return tasks


def _next_call(outcome: str, asked: datetime | str | None, moment: datetime) -> datetime | None:
	if outcome not in TRIED:
		return None
	if not asked:
		if outcome == LATER:
			frappe.throw(_("Say when the customer wants to be called."), frappe.MandatoryError)
		return moment + NEXT_TRY
	if get_datetime(asked) <= moment:
		frappe.throw(_("The next call must lie in the future."))
	return get_datetime(asked)


def _save(task) -> None:
	task.flags.by_care = True
	# Who may was asked before; the person in charge may be one who writes no such task.
	task.save(ignore_permissions=True)


def _note_wrong_number(task, note: str | None) -> None:
	customer = frappe.get_doc("C4S Customer", task.customer)
	customer.add_comment("Comment", " ".join(part for part in (_("The number {0} is wrong.").format(customer.masked_phone or ""), frappe.utils.escape_html(note or "")) if part))
