"""What wins a car back: a visit to the workshop that began after the case was opened and that was settled. The one writer of Won Back.

A visit that is saved does it at once; what the intake brings in sets is found at night. A visit that is opened again takes it back.
"""

from collections.abc import Callable, Iterator

import frappe
from frappe import _
from frappe.query_builder.functions import Date
from frappe.utils import get_datetime, getdate

from crm4s.crm4s.doctype.c4s_vehicle import churn_stage
from crm4s.retention.cases import CASE, DEAL, OPEN, VISIT, WON_BACK, open_case_of, save
from crm4s.rows.ranges import names_in_slices
from crm4s.rows.writer import attempt
from crm4s.runs import guarded
from crm4s.workflows import states

SETTLED, WORKSHOP, DELIVERED = "Settled", "Workshop", "Delivered"
SLICE = 500


def visit_changed(visit, event: str | None = None) -> None:
	"""When a visit is saved: the car's stage, and the cases that it wins or wins no more."""
	before = visit.get_doc_before_save()
	was, is_now = bool(before and _counts(before)), _counts(visit)
	if was == is_now:
		return
	if visit.vehicle:
		churn_stage.refresh([visit.vehicle])
	for case in _cases_open_for(visit.vehicle, visit.customer) if is_now else _cases_won_by(visit.name):
		_carefully(case)


def deal_changed(deal, event: str | None = None) -> None:
	"""When a deal is saved: whoever buys again while a case is open, or after it was won, has bought again."""
	before = deal.get_doc_before_save()
	if (deal.status == DELIVERED) == bool(before and before.status == DELIVERED):
		return
	filters = {"customer": deal.customer, "status": ["in", [OPEN, WON_BACK]]} if deal.status == DELIVERED else {"repurchase_deal": deal.name}
	for name in frappe.get_all(CASE, filters, pluck="name", limit=SLICE):
		_carefully(name, _note_repurchase)


def winning_visit(case) -> str | None:
	"""The first settled visit to the workshop that began after the case was opened: of its car, or of any car where it names none."""
	filters = {
		"status": SETTLED, "visit_kind": WORKSHOP, "arrived_on": [">=", _opened(case)], "settled_on": [">=", _opened(case)],
		**({"vehicle": case.vehicle} if case.vehicle else {"customer": case.customer}),
	}
	return frappe.db.get_value(VISIT, filters, order_by="settled_on, name")


def follow(name: str) -> bool:
	"""Bring a case to where its visits put it: won by one, or open again where there is none any more; whether it moved."""
	case = frappe.get_doc(CASE, name, for_update=True)
	visit = winning_visit(case) if case.status in (OPEN, WON_BACK) else None
	if case.status == OPEN and visit:
		_win(case, visit)
	elif case.status == WON_BACK and case.won_back_visit and case.won_back_visit != visit:
		_take_back(case, visit)
	else:
		return False
	return True


def catch_up() -> int:
	"""Every night: what intake brought, and what was opened again or interrupted; how many cases moved."""
	count = 0
	for names in (*_won_unnoticed(), *_won_by_customer(), *_won_by_nothing()):
		count += sum(_by_itself(name, follow) for name in names)
	for names in _bought_unnoticed():
		count += sum(_by_itself(name, _note_repurchase) for name in names)
	return count


def _by_itself(name: str, step: Callable[[str], bool]) -> bool:
	"""One case in a transaction of its own; one that cannot be moved is logged, and the others go on."""
	return bool(guarded(lambda: attempt(lambda: step(name), commit=not frappe.flags.in_test), f"Retention case {name}"))


def _win(case, visit: str) -> None:
	settled_on = frappe.db.get_value(VISIT, visit, "settled_on")
	case.update({"won_back_visit": visit, "won_back_on": settled_on})
	_move(case, WON_BACK, _("Settled visit {0}").format(visit))


def _take_back(case, other: str | None) -> None:
	if other:
		case.update({"won_back_visit": other, "won_back_on": frappe.db.get_value(VISIT, other, "settled_on")})
		save(case)
		return
	gone = case.won_back_visit
	case.update({"won_back_visit": None, "won_back_on": None})
	if open_case_of(case.key, without=case.name, locking=True):
		# Somebody works for this car again already: the older case is over.
		case.flags.ends_without_reason = True
		_move(case, "Ended", _("Visit {0} was opened again; there is a newer case.").format(gone))
		return
	_move(case, OPEN, _("Visit {0} was opened again").format(gone))


def _move(case, status: str, reason: str) -> None:
	case.flags.writes_facts = True
	try:
		states.move(case, status, reason)
	finally:
		case.flags.writes_facts = False


def _carefully(name: str, step: Callable[[str], bool] = follow) -> None:
	"""Neither a bill nor a delivery is refused because a case cannot be moved; the night tries again."""
	frappe.db.savepoint("c4s_retention")
	try:
		step(name)
	except frappe.ValidationError:
		frappe.db.rollback(save_point="c4s_retention")
		frappe.clear_last_message()
		frappe.log_error(title=f"Retention case {name}", message=frappe.get_traceback())


def _counts(visit) -> bool:
	return visit.status == SETTLED and visit.visit_kind == WORKSHOP


def _opened(case):
	# Forms show times to the minute: who arrived in the minute in which the case was opened came after it.
	return get_datetime(case.opened_on).replace(second=0, microsecond=0)


def _cases_open_for(vehicle: str | None, customer: str | None) -> list[str]:
	found = [open_case_of(vehicle)] if vehicle else []
	if customer:
		found += frappe.get_all(CASE, {"customer": customer, "status": OPEN, "vehicle": ["is", "not set"]}, pluck="name", limit=SLICE)
	return [name for name in found if name]


def _cases_won_by(visit: str) -> list[str]:
	return frappe.get_all(CASE, {"won_back_visit": visit}, pluck="name", limit=SLICE)


def _note_repurchase(name: str) -> bool:
	case = frappe.get_doc(CASE, name, for_update=True)
	filters = {"customer": case.customer, "status": DELIVERED, "delivered_on": [">=", getdate(case.opened_on)]}
	deal = frappe.db.get_value(DEAL, filters, ["name", "delivered_on"], order_by="delivered_on, name", as_dict=True) or frappe._dict()
	if case.repurchase_deal == deal.name:
		return False
	case.update({"repurchase_deal": deal.name, "repurchased_on": deal.delivered_on and getdate(deal.delivered_on)})
	save(case)
	return True


def _won_unnoticed() -> Iterator[list[str]]:
	"""Open cases of cars with a visit that wins them, by the visits of each car."""
	case, visit = frappe.qb.DocType(CASE), frappe.qb.DocType(VISIT)
	return names_in_slices(_with_visit(case, visit, visit.vehicle == case.vehicle).where(case.vehicle.isnotnull()), case.name, SLICE)


def _won_by_customer() -> Iterator[list[str]]:
	"""The same of cases that name no car; by itself, for an index serves one way of looking only."""
	case, visit = frappe.qb.DocType(CASE), frappe.qb.DocType(VISIT)
	return names_in_slices(_with_visit(case, visit, visit.customer == case.customer).where(case.vehicle.isnull()), case.name, SLICE)


def _with_visit(case, visit, same):
	return (
		frappe.qb.from_(case)
		.join(visit)
		.on(same & (visit.settled_on >= case.opened_on) & (visit.status == SETTLED) & (visit.visit_kind == WORKSHOP))
		.where((case.status == OPEN))
		.where(_seconds(visit.arrived_on) >= _seconds(case.opened_on) - frappe.qb.functions("second", case.opened_on))
		.distinct()
	)


def _seconds(column):
	# The builder knows no function that cuts a moment to its minute.
	return frappe.qb.functions("floor", frappe.qb.functions("unix_timestamp", column))


def _won_by_nothing() -> Iterator[list[str]]:
	"""Won cases whose visit is not settled any more."""
	case, visit = frappe.qb.DocType(CASE), frappe.qb.DocType(VISIT)
	query = (
		frappe.qb.from_(case)
		.left_join(visit)
		.on(visit.name == case.won_back_visit)
		.where((case.status == WON_BACK) & case.won_back_visit.isnotnull())
		.where(visit.name.isnull() | (visit.status != SETTLED))
	)
	return names_in_slices(query, case.name, SLICE)


def _bought_unnoticed() -> Iterator[list[str]]:
	case, deal = frappe.qb.DocType(CASE), frappe.qb.DocType(DEAL)
	query = (
		frappe.qb.from_(case)
		.join(deal)
		.on((deal.customer == case.customer) & (deal.status == DELIVERED) & (deal.delivered_on >= Date(case.opened_on)))
		.where(case.status.isin([OPEN, WON_BACK]) & case.repurchase_deal.isnull())
		.distinct()
	)
	return names_in_slices(query, case.name, SLICE)
