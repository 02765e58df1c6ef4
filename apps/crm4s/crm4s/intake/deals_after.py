"""What follows when deals were taken in: leads and referrals are won, coupons given back, the call after a delivery planned.

These belong to other documents with rules of their own, and few deals of a chunk concern any: each is done by itself by its own function.
One that is refused is logged and leaves the deals alone. Points, won-back cases and values follow at night, as of all deals.
"""

from collections.abc import Callable, Sequence

import frappe
from frappe.utils import add_days, getdate

from crm4s.crm4s.doctype.c4s_deal import delivery, follow_up
from crm4s.crm4s.doctype.c4s_deal.status import CANCELLED, DELIVERED, ORDERED
from crm4s.intake.plan import Plan
from crm4s.membership import coupons, referrals
from crm4s.rows.writer import read_rows
from crm4s.settings import setting

DEAL, LEAD = "C4S Deal", "C4S Lead"
SAVEPOINT = "c4s_deal_follows"


def follow(plans: Sequence[Plan]) -> None:
	"""Everything that follows from the steps of these deals, which are written already."""
	reached = {status: [plan for plan in plans if _reached(plan, status)] for status in (ORDERED, DELIVERED, CANCELLED)}
	_win_leads([*reached[ORDERED], *reached[DELIVERED]])
	_win_referrals(reached[DELIVERED])
	_plan_calls(reached[DELIVERED])
	for plan in reached[CANCELLED]:
		if not plan.is_new and plan.stored["coupon_amount"]:
			_by_itself(lambda plan=plan: coupons.release_all(frappe.get_doc(DEAL, plan.name)), plan)


def _reached(plan: Plan, status: str) -> bool:
	return plan.row["status"] == status and (plan.is_new or plan.stored["status"] != status)


def _win_leads(plans: Sequence[Plan]) -> None:
	open_leads = {row.name for row in read_rows(LEAD, "name", [plan.row["lead"] for plan in plans], ["name", "status"]) if row.status != "Won"}
	for plan in plans:
		if plan.row["lead"] in open_leads:
			_by_itself(lambda plan=plan: delivery.win_lead(frappe._dict(plan.row)), plan)


def _win_referrals(plans: Sequence[Plan]) -> None:
	won = referrals.open_of([plan.row["customer"] for plan in plans], [plan.row["lead"] for plan in plans])
	for plan in sorted(plans, key=lambda plan: plan.row["delivered_on"]):
		for name in {won.lead.get(plan.row["lead"]), won.customer.get(plan.row["customer"])} - {None}:
			_by_itself(lambda plan=plan, name=name: referrals.win(name, frappe._dict(plan.row)), plan)


def _plan_calls(plans: Sequence[Plan]) -> None:
	"""Of the last days only: nobody calls about a car that was delivered long ago."""
	today, days = getdate(), setting("delivery_follow_up_days")
	for plan in plans:
		if add_days(plan.row["delivered_on"].date(), days) >= today:
			_by_itself(lambda plan=plan: follow_up.plan(frappe.get_doc(DEAL, plan.name)), plan)


def _by_itself(work: Callable[[], object], plan: Plan) -> None:
	frappe.db.savepoint(SAVEPOINT)
	try:
		work()
	except (frappe.ValidationError, frappe.PermissionError):
		frappe.db.rollback(save_point=SAVEPOINT)
		frappe.clear_last_message()
		frappe.log_error(title=f"Intake of deal {plan.name}", message=frappe.get_traceback())
