"""What is to be got ready for a day: its cars with what may be proposed to them, and the parts to pick; a fixed number of queries."""

from datetime import date

import frappe
from frappe.utils import flt

from crm4s.appointments.bookings_of import APPOINTMENT
from crm4s.masked_twins import shown
from crm4s.reception.known import titles_of
from crm4s.service.packages import CAR_FIELDS, VEHICLE, due_items, enabled_packages, expected_odometer, fits

ITEM, RESOURCE, PART, AVAILABILITY = "C4S Appointment Item", "C4S Resource", "C4S Part", "C4S Part Availability"
# More than all stores of a group expect on a day.
MOST = 5000
EXPECTED = (
	*("name", "planned_from", "planned_to", "dealership", "car_description", "model", "vehicle", "contact_name"),
	*("masked_phone", "concern", "bay", "technician", "service_advisor", "pick_up", "driver", "pick_up_from", "courtesy_car"),
)
# Those who may not read them see their twins.
MASKED = ("plate_number", "pick_up_address")


def cars_of(day: date, dealership: str | None = None) -> list[dict]:
	"""The cars expected that day in the stores of the user, in the order of their times."""
	rows = _expected(day, dealership)
	items = _items(rows)
	lacking = _lacking(rows, items)
	names = _resource_names(rows)
	models = titles_of({row.model for row in rows})
	proposed, odometers = _proposed({row.vehicle for row in rows if row.vehicle}, day)
	advisors = sorted({row.service_advisor for row in rows if row.service_advisor})
	people = dict(frappe.get_all("User", {"name": ["in", advisors or [""]]}, ["name", "full_name"], as_list=True))
	return [
		{
			"time": f"{row.planned_from:%H:%M}–{row.planned_to:%H:%M}",
			"name": row.name,
			"dealership": row.dealership,
			"car": _joined(row.plate_number, row.car_description, models.get(row.model)),
			"who": _joined(row.contact_name, row.masked_phone),
			"odometer": odometers.get(row.vehicle),
			"work": ", ".join(_counted(item) for item in items.get(row.name, [])),
			"missing": ", ".join(item.item_name for item in items.get(row.name, []) if (row.dealership, item.part) in lacking),
			"proposed": _joined(*_not_planned(proposed.get(row.vehicle, []), items.get(row.name, []))),
			"concern": row.concern,
			"bay": names.get(row.bay),
			"technician": names.get(row.technician),
			"advisor": people.get(row.service_advisor),
			"pick_up": _joined(f"{row.pick_up_from:%H:%M}", row.pick_up_address, names.get(row.driver)) if row.pick_up else None,
			"courtesy_car": names.get(row.courtesy_car),
		}
		for row in rows
	]


def parts_of(day: date, dealership: str | None = None) -> list[dict]:
	"""The parts to pick for that day, store by store; those that are lacking first."""
	rows = {row.name: row for row in _expected(day, dealership)}
	needed: dict[tuple, dict] = {}
	for name, items in _items(list(rows.values())).items():
		for item in items:
			if item.part:
				appointment = rows[name]
				entry = needed.setdefault((appointment.dealership, item.part), {"needed": 0, "cars": [], "at": appointment.planned_from})
				entry["needed"] += flt(item.quantity)
				entry["cars"].append(appointment.plate_number or appointment.car_description)
				entry["at"] = min(entry["at"], appointment.planned_from)
	stock = _stock(set(needed))
	parts = _part_facts({part for _store, part in needed})
	found = [
		{
			"dealership": store,
			"part": part,
			**parts[part],
			"needed": entry["needed"],
			"in_store": stock.get((store, part), 0),
			"lacking": max(entry["needed"] - stock.get((store, part), 0), 0),
			"needed_at": f"{entry['at']:%H:%M}",
			"cars": ", ".join(dict.fromkeys(entry["cars"])),
		}
		for (store, part), entry in needed.items()
	]
	return sorted(found, key=lambda row: (not row["lacking"], row["needed_at"], row["part"]))


def _expected(day: date, dealership: str | None) -> list:
	filters = {"status": "Booked", "planned_from": ["between", [day, day]], **({"dealership": dealership} if dealership else {})}
	return frappe.get_list(APPOINTMENT, filters=filters, fields=[*EXPECTED, *(shown(APPOINTMENT, field) for field in MASKED)], order_by="planned_from", limit=MOST)


def _items(rows: list) -> dict[str, list]:
	filters = {"parent": ["in", [row.name for row in rows] or [""]], "parenttype": APPOINTMENT}
	found: dict[str, list] = {}
	for item in frappe.get_all(ITEM, filters, ["parent", "item_kind", "part", "item_name", "quantity", "package"], order_by="parent, idx"):
		found.setdefault(item.parent, []).append(item)
	return found


def _lacking(rows: list, items: dict[str, list]) -> set[tuple]:
	"""Store and part where the store has less than all cars of the day need together."""
	needed: dict[tuple, float] = {}
	for row in rows:
		for item in items.get(row.name, []):
			if item.part:
				needed[row.dealership, item.part] = needed.get((row.dealership, item.part), 0) + flt(item.quantity)
	stock = _stock(set(needed))
	return {key for key, quantity in needed.items() if stock.get(key, 0) < quantity}


def _stock(keys: set[tuple]) -> dict[tuple, float]:
	if not keys:
		return {}
	filters = {
		"parenttype": PART,
		"parent": ["in", sorted({part for _store, part in keys})],
		"dealership": ["in", sorted({store for store, _part in keys})],
	}
	rows = frappe.get_all(AVAILABILITY, filters, ["dealership", "parent", "quantity"])
	return {(row.dealership, row.parent): flt(row.quantity) for row in rows}


def _part_facts(parts: set[str]) -> dict[str, dict]:
	rows = frappe.get_all(PART, {"name": ["in", sorted(parts) or [""]]}, ["name", "part_name", "substitute"])
	return {row.name: {"part_name": row.part_name, "substitute": row.substitute} for row in rows}


def _resource_names(rows: list) -> dict[str, str]:
	wanted = {row[field] for row in rows for field in ("bay", "technician", "driver", "courtesy_car") if row[field]}
	return dict(frappe.get_all(RESOURCE, {"name": ["in", sorted(wanted) or [""]]}, ["name", "resource_name"], as_list=True))


def _proposed(vehicles: set[str], day: date) -> tuple[dict[str, list[str]], dict[str, int]]:
	"""By car what to propose, packages by model, mileage and season and the due items of the plan; and the expected odometer."""
	cars = frappe.get_all(VEHICLE, {"name": ["in", sorted(vehicles) or [""]]}, list(CAR_FIELDS))
	models = {
		row.name: row
		for row in frappe.get_all(
			"C4S Vehicle Model", {"name": ["in", sorted({car.model for car in cars if car.model}) or [""]]}, ["name", "brand", "energy_type"]
		)
	}
	packages = enabled_packages()
	proposed, odometers = {}, {}
	for car in cars:
		kilometres, model = expected_odometer(car, day), models.get(car.model) or frappe._dict()
		odometers[car.name] = kilometres
		proposed[car.name] = [
			package.name
			for package in packages
			if fits(package, car.model, model.brand, model.energy_type, kilometres, day)
		] + due_items(car, day, kilometres)
	return proposed, odometers


def _not_planned(titles: list[str], items: list) -> list[str]:
	planned = {value for item in items for value in (item.item_name, item.package)}
	return [title for title in titles if title and title not in planned]


def _counted(item) -> str:
	return f"{item.item_name} × {item.quantity:g}" if item.item_kind == "Part" else item.item_name


def _joined(*parts: str | None) -> str:
	return " · ".join(part for part in parts if part)
