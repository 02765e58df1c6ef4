"""What a used car cost the store: the one writer of its cost fields."""

import frappe
from frappe import _
from frappe.utils import flt

from crm4s.crm4s.doctype.c4s_stock_movement.transitions import ALLOCATED, IN_RECONDITIONING, TRADED_IN, USED_STOCK
from crm4s.value.appraisal_amounts import reconditioning_cost, total_cost

VEHICLE, JOB = "C4S Vehicle", "C4S Reconditioning Job"
OFFERED_USED = (TRADED_IN, IN_RECONDITIONING, USED_STOCK)
# A car that came without an appraisal, such as from the books before, may be worked on as well.
OF_THE_STORE = (*OFFERED_USED, ALLOCATED)


def set_total_cost(car) -> None:
	"""On each save of the car: its cost follows the purchase price; whoever asks for less than that is told."""
	car.reconditioning_cost, car.total_cost = cost_of(car)
	if car.has_value_changed("asking_price"):
		warn_below_cost(car)


def cost_of(car) -> tuple[float, float]:
	"""Reconditioning and total cost of a used car of the store; nothing for cars that were never bought back or worked on."""
	jobs = _jobs(car.name, car.purchase_appraisal) if car.purchase_appraisal or car.status in OF_THE_STORE else []
	if not car.purchase_appraisal and not jobs:
		return 0, 0
	reconditioning = reconditioning_cost(jobs)
	return float(reconditioning), float(total_cost(car.purchase_price, reconditioning))


def warn_below_cost(car) -> None:
	"""Without the figure, which is for managers."""
	if car.status in OFFERED_USED and flt(car.asking_price) and flt(car.asking_price) < flt(car.total_cost):
		frappe.msgprint(_("The asking price is below what the car cost the store."), title=_("Please look twice"), indicator="orange")


def refresh(vehicle: str) -> None:
	"""The jobs of a car changed: write its cost, and that of the open deal to which it is allocated."""
	car = frappe.db.get_value(VEHICLE, vehicle, ["name", "status", "purchase_price", "purchase_appraisal"], as_dict=True, for_update=True)
	reconditioning, cost = cost_of(car)
	frappe.db.set_value(VEHICLE, vehicle, {"reconditioning_cost": reconditioning, "total_cost": cost}, update_modified=False)
	if car.status == ALLOCATED:
		_follow_in_deal(vehicle, cost)


def _jobs(vehicle: str | None, appraisal: str | None) -> list[tuple]:
	"""Of this purchase: a car that is bought a second time begins anew."""
	if not vehicle:
		return []
	fields = ["status", "planned_cost", "actual_cost"]
	return frappe.get_all(JOB, {"vehicle": vehicle, "appraisal": appraisal or ["is", "not set"]}, fields, as_list=True, limit=1000)


def _follow_in_deal(vehicle: str, cost: float) -> None:
	name = frappe.db.get_value("C4S Deal", {"allocation_key": vehicle, "status": "Ordered"})
	if not name:
		return
	deal = frappe.get_doc("C4S Deal", name, for_update=True)
	deal.vehicle_cost = cost
	deal.save_facts()
