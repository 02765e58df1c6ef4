"""How near a car is to what the law lets its owner ask for: repairs of one fault, days in repair (三包). What counts as how much is data.

Counted are the visits on which the manufacturer paid for something (an item paid by Warranty) in the whole group, since the law counts the car, not the
store. A fault is what a complaint about the visit was filed under, else the part that was replaced or the work as it is called.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import frappe
from frappe import _
from frappe.translate import get_user_lang
from frappe.utils import cint, escape_html, get_datetime, getdate, now_datetime

from crm4s.complaints.limits import FINE, REACHED, Car, Limit, Repair, standing
from crm4s.notices import ring
from crm4s.workflows.wording import in_own_language

CAR, VISIT, ITEM, COMPLAINT, CATEGORY, LIMIT = "C4S Vehicle", "C4S Service Visit", "C4S Service Item", "C4S Complaint", "C4S Complaint Category", "C4S Statutory Limit"
# A counter sale repairs nothing.
REPAIRS = ("Workshop", "Home Service", "Rescue")
WARRANTY = "Warranty"


def of_car(vehicle: str) -> list[dict]:
	"""Where the car stands with each limit that is for it; see `of_cars`."""
	return of_cars([vehicle]).get(vehicle, [])


def of_cars(vehicles: Sequence[str]) -> dict[str, list[dict]]:
	"""By car: limit, counts, counted, most, warn_from, fault (of the most frequent), until, until_km, standing, consequence, legal_basis; four queries and one."""
	limits = frappe.get_all(LIMIT, {"enabled": 1}, ["*"], order_by="sequence, name")
	cars = _cars(vehicles)
	repairs = _repairs(list(cars)) if limits and cars else {}
	moment = now_datetime()
	found = {}
	for name, car in cars.items():
		answers = [(row, standing(_limit(row), car, repairs.get(name, []), moment)) for row in limits]
		found[name] = [
			{
				"limit": row.name, "counts": row.counts, "counted": answer.counted, "most": row.most, "warn_from": row.warn_from, "fault": answer.fault,
				"until": answer.until, "until_km": row.within_km, "standing": answer.standing, "consequence": in_own_language(row.consequence), "legal_basis": in_own_language(row.legal_basis),
			}
			for row, answer in answers
			if answer
		]
	return found


def warnings_of(vehicle: str) -> list[dict]:
	"""Those limits that the car comes near to, or has reached."""
	return [row for row in of_car(vehicle) if row["standing"] != FINE]


def visit_changed(visit, event: str | None = None) -> None:
	"""When a visit at the manufacturer's cost is settled: the store's manager hears that the car is near a limit or has reached it."""
	before = visit.get_doc_before_save()
	is_settled = visit.status == "Settled" and not (before and before.status == "Settled")
	if not (is_settled and visit.vehicle and any(row.payer == WARRANTY for row in visit.items)):
		return
	manager = frappe.db.get_value("C4S Dealership", visit.dealership, "manager")
	warnings = warnings_of(visit.vehicle) if manager and frappe.db.get_value("User", manager, "enabled") else []
	if not warnings:
		return
	language = get_user_lang(manager)
	plate = visit.plate_number or visit.vehicle
	said = [
		_("The law's limit is reached: {0} ({1} of {2}).", language).format(_(row["limit"], language), row["counted"], row["most"])
		if row["standing"] == REACHED
		else _("Near the law's limit: {0} ({1} of {2}).", language).format(_(row["limit"], language), row["counted"], row["most"])
		for row in warnings
	]
	ring(manager, escape_html(f"{plate}: {' '.join(said)}"), CAR, visit.vehicle)


def _limit(row) -> Limit:
	return Limit(row.counts, cint(row.most), cint(row.warn_from), cint(row.within_months), cint(row.within_km), row.energy_type or None, row.usage or None)


def _cars(vehicles: Iterable[str]) -> dict[str, Car]:
	car, model = frappe.qb.DocType(CAR), frappe.qb.DocType("C4S Vehicle Model")
	rows = (
		frappe.qb.from_(car)
		.left_join(model)
		.on(model.name == car.model)
		.select(car.name, car.invoice_date, car.delivered_on, car.first_registered_on, car.usage, car.odometer, model.energy_type)
		.where(car.name.isin(list(vehicles) or [""]))
	).run(as_dict=True)
	found = {}
	for row in rows:
		began = row.invoice_date or row.delivered_on or row.first_registered_on
		found[row.name] = Car(getdate(began) if began else None, row.energy_type, row.usage or "Home", cint(row.odometer))
	return found


def _repairs(vehicles: list[str]) -> dict[str, list[Repair]]:
	visits = _visits(vehicles)
	faults, safety = _faults([row.name for row in visits])
	found: dict[str, list[Repair]] = defaultdict(list)
	for row in visits:
		until = get_datetime(row.settled_on) if row.status == "Settled" and row.settled_on else None
		found[row.vehicle].append(Repair(get_datetime(row.arrived_on), until, cint(row.odometer) or None, frozenset(faults.get(row.name, ())), row.name in safety))
	return found


def _visits(vehicles: list[str]) -> list:
	visit, item = frappe.qb.DocType(VISIT), frappe.qb.DocType(ITEM)
	return (
		frappe.qb.from_(visit)
		.join(item)
		.on((item.parent == visit.name) & (item.parenttype == VISIT) & (item.payer == WARRANTY))
		.select(visit.name, visit.vehicle, visit.status, visit.arrived_on, visit.settled_on, visit.odometer)
		.distinct()
		.where(visit.vehicle.isin(vehicles) & visit.visit_kind.isin(REPAIRS) & (visit.status != "Cancelled") & visit.arrived_on.isnotnull())
	).run(as_dict=True)


def _faults(visits: list[str]) -> tuple[dict[str, set[str]], set[str]]:
	"""The faults of each visit, and which visits were about safety."""
	complaint, category = frappe.qb.DocType(COMPLAINT), frappe.qb.DocType(CATEGORY)
	filed = (
		frappe.qb.from_(complaint)
		.join(category)
		.on(category.name == complaint.category)
		.select(complaint.service_visit, complaint.category, category.is_safety)
		.where(complaint.service_visit.isin(visits or [""]))
	).run(as_dict=True)
	found: dict[str, set[str]] = defaultdict(set)
	for row in filed:
		found[row.service_visit].add(row.category)
	rows = frappe.get_all(ITEM, {"parenttype": VISIT, "parent": ["in", visits or [""]], "payer": WARRANTY}, ["parent", "part", "item_name"])
	for row in rows:
		found[row.parent].add(row.item_name or row.part)
	return found, {row.service_visit for row in filed if row.is_safety}
