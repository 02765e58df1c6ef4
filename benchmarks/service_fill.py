"""Fills a site with a million cars and ten million odometer readings by statements that make the rows inside the database, and a busy workshop.

Cars drive steadily but for the seasons; now and then a figure is misread, an instrument is replaced, a car is never read at all.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from time import perf_counter

import frappe
from frappe.utils import add_days, getdate, now_datetime, nowdate

from benchmarks.rows import CHUNK, dice, finish, in_chunks, insert, named, noted, one, reserve, statement_of
from crm4s.demo.documents import insert_missing, make_users
from crm4s.demo.group import Person
from crm4s.rows.writer import insert_rows, new_values

# Counted up when the rows change: data of another recipe are made anew.
RECIPE = 1
STATE = "crm4s_service_benchmark"
CAR, MODEL, READING, DONE = "C4S Vehicle", "C4S Vehicle Model", "C4S Odometer Reading", "C4S Maintenance Done"
RESOURCE, BOOKING, VISIT, JOB, APPOINTMENT = "C4S Resource", "C4S Booking", "C4S Service Visit", "C4S Repair Job", "C4S Service Appointment"
STORE, QUEUE = "SB-WORKSHOP", "SB-QUEUE"
STORES = (STORE, QUEUE)
ADVISOR = "serviceadvisor.sb-workshop@service.example"
WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# So many readings a car at most; half of that on average.
MOST_READINGS = 20
BAYS = 20
PLAN = (
	{"item": "机油机滤", "first_km": 5000, "first_months": 6, "every_km": 10000, "every_months": 12},
	{"item": "空气滤芯", "first_km": 20000, "first_months": 24, "every_km": 20000, "every_months": 24},
	{"item": "制动液", "first_months": 24, "every_months": 24},
	{"item": "火花塞", "first_km": 40000, "every_km": 40000},
	{"item": "首保检查", "first_km": 5000, "first_months": 6},
)
NOTED = "机油机滤"


def fill(rows: int, commit: bool = True) -> dict:
	"""Make so many cars with their readings, unless they are there; what the fill took, also where it was made earlier."""
	found = filled()
	if found:
		return found
	began = perf_counter()
	_make_models()
	first = reserve("VE-", rows)
	_insert_cars(rows, first, commit)
	_insert_readings(rows, first, commit)
	_insert_done(rows, first, commit)
	state = {"recipe": RECIPE, "rows": rows, "first": first, "day": nowdate(), "seconds": perf_counter() - began}
	return finish(STATE, state, (CAR, READING, DONE), commit)


def filled() -> dict | None:
	"""What an earlier fill noted, and whether it made what this version makes."""
	return noted(STATE, RECIPE)


def models() -> list[str]:
	return [f"SB-{series}{trim}" for series in "ABCD" for trim in range(3)]


def name_of(first: int, number: int) -> str:
	return f"VE-{first + number:07d}"


def _make_models() -> None:
	insert_missing([{"doctype": "C4S Brand", "brand_name": "Bench"}])
	common = {"doctype": MODEL, "brand": "Bench", "model_year": 2025, "energy_type": "Petrol", "maintenance_plan": [dict(row) for row in PLAN]}
	insert_missing({**common, "model_code": model, "series": model[:4], "trim": model[4:]} for model in models())


# Of a car: `c0` its age, `c3` and `c4` how it is used, `c5` how often it was read, `c6` the season in which it drives most, `c7` a replaced instrument.
AGE = "floor(60 + 2500 * c0)"
RATE = "(8 + 60 * c3 * c3 + if(c4 < 0.03, 150, 0))"
READ_TIMES = f"floor({MOST_READINGS + 1} * c5)"
REPLACED_AT = 11
IS_REPLACED = f"(c7 < 0.003 and {READ_TIMES} >= {REPLACED_AT})"


def _driven(days: str) -> str:
	"""SQL of the km that a car had come after so many days; never fewer than the day before."""
	return f"{RATE} * ({days} + 9 * (sin(6.2832 * ({days}) / 365 + 6.2832 * c6) - sin(6.2832 * c6)))"


def _insert_cars(rows: int, first: int, commit: bool) -> None:
	new = f"curdate() - interval {AGE} day"
	identity = {"name": named("VE-", first, "n"), "vin": "concat('LSVBENCH0', lpad(n, 8, '0'))", "check_digit_confirmed": "1", "external_key": "concat('service:', n)"}
	what = {"model": one(models(), "c2"), "brand": "'Bench'", "vehicle_title": "concat('LSVBENCH0', lpad(n, 8, '0'))"}
	how = {"status": "if(c1 < 0.97, 'In Use', 'In Stock')", "entered_as": "if(c1 < 0.6, 'In Stock', 'In Use')"}
	when = {"first_registered_on": new, "delivered_on": f"if(c1 < 0.6, {new}, null)", "creation": f"{new} + interval 9 hour", "modified": f"{new} + interval 9 hour"}
	insert(CAR, dice("car", rows), {**identity, **what, **how, **when}, rows, commit)


def _readings(rows: int) -> str:
	"""SQL of a row a reading: that of the car, `k` its number, `chance` and `day` of its own."""
	each = f"select dice.*, k, conv(substr(md5(concat('reading', n, '-', k)), 1, 4), 16, 10) / 65536 chance from {dice('car', rows)} join (select seq k from seq_1_to_{MOST_READINGS}) numbers on k <= {READ_TIMES}"
	return f"(select each_one.*, floor({AGE} * (k - 0.8 * chance) / {READ_TIMES}) day from ({each}) each_one) readings"


def _insert_readings(rows: int, first: int, commit: bool) -> None:
	shown = f"floor({_driven('day')}) + if(chance < 0.02, 300, 0)"
	before_replacement = f"floor({_driven(f'floor({AGE} * {REPLACED_AT - 1} / {READ_TIMES})')})"
	kilometres = f"if({IS_REPLACED} and k >= {REPLACED_AT}, greatest(0, {shown} - {before_replacement}), {shown})"
	read_on = f"curdate() - interval {AGE} day + interval day day + interval 8 hour"
	reset = {"is_reset": f"if({IS_REPLACED} and k = {REPLACED_AT}, 1, 0)", "reset_note": f"if({IS_REPLACED} and k = {REPLACED_AT}, '仪表更换', null)"}
	source = {"source_doctype": f"if(chance < 0.7, '{VISIT}', null)"}
	when = {"read_on": read_on, "creation": read_on, "modified": read_on}
	name = {"name": f"concat('sb', lpad(n * {MOST_READINGS} + k, 8, '0'))", "vehicle": named("VE-", first, "n")}
	statement = statement_of(READING, f"{_readings(rows)} where n > %s and n <= %s", {**name, **when, "kilometres": kilometres, **reset, **source})
	in_chunks(statement, [(start, min(start + CHUNK, rows)) for start in range(0, rows, CHUNK)], commit)


def _insert_done(rows: int, first: int, commit: bool) -> None:
	"""Of two cars in three one item that was noted."""
	day = f"floor({AGE} * 0.8)"
	row = {"name": "concat('sbd', lpad(n, 7, '0'))", "parent": named("VE-", first, "n"), "parenttype": f"'{CAR}'", "parentfield": "'maintenance_done'", "idx": "1"}
	what = {"item": f"'{NOTED}'", "done_on": f"curdate() - interval {AGE} day + interval {day} day", "kilometres": f"floor({_driven(day)})"}
	insert(DONE, f"(select * from {dice('car', rows)} where c2 > 0.33) dice", {**row, **what}, rows, commit)


def bring_new_readings(filled: dict, share: int) -> int:
	"""A reading of now for every so many-th car, as an import brings it that computes nothing; how many."""
	size, first = filled["rows"], filled["first"]
	# The site's time, which need not be that of the database.
	moment = frappe.db.escape(str(now_datetime()))
	row = {"name": "concat('sbn', lpad(n, 7, '0'))", "vehicle": named("VE-", first, "n"), "read_on": moment, "creation": moment, "modified": moment, "kilometres": f"floor({_driven(AGE)}) + 400"}
	insert(READING, f"(select * from {dice('car', size)} where n mod {share} = 0) dice", row, size, commit=True)
	return size // share


def take_back_new_readings() -> None:
	frappe.db.delete(READING, {"name": ["like", "sbn%"]})
	frappe.db.commit()


# A busy workshop


@contextmanager
def workshop(visits: int) -> Iterator[None]:
	"""Inside the block there is a store with twenty bays and as many technicians, booked for a month, and so many cars in the house."""
	_take_workshop_away()
	_make_store(STORE, BAYS)
	make_users([Person(ADVISOR, "Service Advisor", "C4S Service Advisor", "Service Advisor", STORE)])
	_book_a_month()
	_bring_cars_in(visits)
	try:
		yield
	finally:
		_take_workshop_away()


@contextmanager
def queue(bays: int) -> Iterator[None]:
	"""Inside the block there is a store with so many free bays."""
	_take_workshop_away()
	_make_store(QUEUE, bays, technicians=False)
	frappe.db.commit()
	try:
		yield
	finally:
		_take_workshop_away()


def tomorrow_at(hour: int, days: int = 1) -> datetime:
	return datetime.combine(getdate(add_days(nowdate(), days)), time(hour))


def _make_store(code: str, bays: int, technicians: bool = True) -> None:
	hours = [{"weekday": day, "opens": "08:00:00", "closes": "18:00:00"} for day in WEEK]
	outlet = {"doctype": "C4S Dealership", "node_kind": "Outlet", "outlet_type": "4S Store", "dealership_code": code, "dealership_name": code, "opening_hours": hours}
	insert_missing([outlet])
	for kind, word in (("Bay", "工位"), ("Technician", "技师"))[: 2 if technicians else 1]:
		for number in range(1, bays + 1):
			frappe.get_doc({"doctype": RESOURCE, "dealership": code, "kind": kind, "resource_name": f"{number}号{word}"}).insert()


def _book_a_month() -> None:
	"""Three hours in four are taken, differently in each bay and on each day."""
	resources = frappe.get_all(RESOURCE, {"dealership": STORE}, pluck="name", order_by="kind, name")
	rows = [
		_booking(name, tomorrow_at(8 + hour, day) + timedelta(minutes=30))
		for place, name in enumerate(resources)
		for day in range(1, 30)
		for hour in range(9)
		if (hour + place + day) % 4
	]
	insert_rows(BOOKING, rows)


def _booking(resource: str, starts_at: datetime) -> dict:
	ends_at = starts_at + timedelta(minutes=45)
	stamp = {"owner": "Administrator", "modified_by": "Administrator", "creation": now_datetime(), "modified": now_datetime(), "docstatus": 0, "idx": 0}
	when = {"starts_at": starts_at, "ends_at": ends_at, "blocked_from": starts_at, "blocked_until": ends_at}
	return {**new_values(BOOKING), **stamp, "name": frappe.generate_hash(length=10), "resource": resource, "dealership": STORE, "status": "Booked", **when}


def _bring_cars_in(visits: int) -> None:
	"""So many visits of today with a job each on a day after that month."""
	bays = frappe.get_all(RESOURCE, {"dealership": STORE, "kind": "Bay"}, pluck="name", order_by="name")
	technicians = frappe.get_all(RESOURCE, {"dealership": STORE, "kind": "Technician"}, pluck="name", order_by="name")
	customer = frappe.get_doc({"doctype": "C4S Customer", "customer_name": "基准客户", "dealership": STORE, "phones": [{"phone": "+8613900000001", "is_primary": 1}]}).insert().name
	for number in range(visits):
		car = frappe.get_doc({"doctype": CAR, "vin": f"LSVW0RKSH{number:08d}", "check_digit_confirmed": 1, "model_description": "样车", "entered_as": "In Use", "dealership": STORE}).insert()
		labour = [{"item_kind": "Labour", "item_name": name, "quantity": 1, "unit_price": 300, "minutes": 40} for name in ("常规保养", "更换刹车片")]
		visit = frappe.get_doc({"doctype": VISIT, "visit_kind": "Workshop", "dealership": STORE, "customer": customer, "vehicle": car.name, "arrived_on": now_datetime(), "items": labour}).insert()
		frappe.db.set_value("C4S Service Item", {"parent": visit.name}, "approval", "Approved")
		frappe.get_doc(
			{
				"doctype": JOB,
				**{"service_visit": visit.name, "dealership": STORE, "items": [{"service_item": visit.items[0].name}]},
				**{"bay": bays[number % BAYS], "technician": technicians[number % BAYS], "planned_from": tomorrow_at(9 + number // BAYS * 2, 40)},
			}
		).insert()
	frappe.db.commit()


def _take_workshop_away() -> None:
	frappe.db.rollback()
	of_store = {"dealership": ["in", STORES]}
	cars = frappe.get_all(CAR, of_store, pluck="name")
	customers = frappe.get_all("C4S Store Relationship", of_store, pluck="customer", distinct=True)
	for doctype in (JOB, VISIT, APPOINTMENT):
		names = frappe.get_all(doctype, of_store, pluck="name")
		for table in {field.options for field in frappe.get_meta(doctype).get_table_fields()}:
			frappe.db.delete(table, {"parent": ["in", names]})
		for log in ("C4S State Passage", "C4S Touchpoint Tick"):
			frappe.db.delete(log, {"document_type": doctype, "document_name": ["in", names]})
		frappe.db.delete(doctype, {"name": ["in", names]})
	frappe.db.delete("C4S Stock Movement", {"vehicle": ["in", cars]})
	for doctype in (BOOKING, RESOURCE, CAR, "C4S Store Relationship"):
		frappe.db.delete(doctype, of_store)
	frappe.db.delete("C4S Customer Phone", {"parent": ["in", customers]})
	frappe.db.delete("C4S Customer", {"name": ["in", customers]})
	frappe.db.commit()
