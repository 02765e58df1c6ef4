"""Cars as serial numbers of the item of their model. What becomes of them in stock is ERPNext's; we only say which there are, and their warranty."""

from collections.abc import Callable, Iterable, Mapping

import frappe
from frappe.utils import getdate

from crm4s.erpnext_link import items, pairs
from crm4s.erpnext_link.plan import Plan
from crm4s.rows.writer import read_rows
from crm4s.runs import Progress

VEHICLE, SERIAL = "C4S Vehicle", "Serial No"
COLUMNS = ("name", "vin", "model", "dealership", "warranty_until")
PROGRESS = "crm4s_erpnext_cars"
SLICE = 200


def begin() -> None:
	Progress(PROGRESS).forget()


def carry_on(plan: Plan, has_time: Callable[[], bool]) -> None:
	"""All cars once, in slices; nothing when they are through."""
	progress = Progress(PROGRESS)
	while plan.sends_cars and has_time() and not progress.state().get("done"):
		after = progress.state().get("after", "")
		names = frappe.get_all(VEHICLE, {"name": [">", after]}, pluck="name", order_by="name", limit=SLICE, ignore_ifnull=True)
		bring_up(names, plan)
		progress.note(after=names[-1] if names else after, done=1 if len(names) < SLICE else None)


def bring_up(names: Iterable[str], plan: Plan) -> None:
	"""Make what is missing, and say the warranty anew; cars without number or model wait until they have both."""
	rows = [row for row in read_rows(VEHICLE, "name", names, COLUMNS) if row.vin and row.model]
	known = pairs.of_ours(VEHICLE, [row.name for row in rows], SERIAL)
	models = items.of_models({row.model for row in rows}, plan) if rows else {}
	for row in rows:
		pairs.tried(VEHICLE, row.name, SERIAL, lambda: _one(row, known.get(row.name), models[row.model], plan))  # noqa: B023, called at once


def _one(row: Mapping, pair: Mapping | None, item: str, plan: Plan) -> None:
	name = pair and pair["their_document"]
	if not name:
		name = frappe.db.exists(SERIAL, row["vin"]) or _make(row, item, plan)
		pairs.connect(VEHICLE, row["name"], SERIAL, name)
	if row["warranty_until"] and frappe.db.get_value(SERIAL, name, "warranty_expiry_date") != getdate(row["warranty_until"]):
		serial = frappe.get_doc(SERIAL, name, for_update=True)
		serial.warranty_expiry_date = row["warranty_until"]
		serial.save()


def _make(row: Mapping, item: str, plan: Plan) -> str:
	values = {"serial_no": row["vin"], "item_code": item, "company": _company(row, plan)}
	made = frappe.get_doc({"doctype": SERIAL, **values}).insert()
	pairs.say_origin(made, VEHICLE, row["name"])
	return made.name


def _company(row: Mapping, plan: Plan) -> str | None:
	"""That of the car's store; a car that no store looks after goes to the first one."""
	store = plan.stores.get(row["dealership"]) or next(iter(plan.stores.values()), None)
	return store.company if store else None
