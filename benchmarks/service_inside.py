"""The part of benchmarks/service.py that measures inside the site; tests use it on a few hundred cars."""

import threading
from collections import Counter
from collections.abc import Iterator
from time import perf_counter

import frappe
from frappe.utils import add_days, nowdate

from benchmarks.measuring import job, let_database_catch_up, question
from benchmarks.memory import Memory
from benchmarks.rows import as_in_test
from benchmarks.service_fill import ADVISOR, APPOINTMENT, BAYS, BOOKING, CAR, QUEUE, READING, STORE, bring_new_readings, name_of, queue, take_back_new_readings, tomorrow_at, workshop
from crm4s.appointments import api as appointments
from crm4s.crm4s.doctype.c4s_vehicle.forecast_jobs import PROGRESS, recompute_all, recompute_changed
from crm4s.crm4s.doctype.c4s_vehicle.service_forecast import FIELDS, forecast_of_document
from crm4s.exceptions import SlotTakenError
from crm4s.workflows.placing import end_of_batch
from crm4s.workshop import api as board

SECONDS, MEGABYTES = 120, 2048
SLOTS_MS, BOARD_MS = 50, 100
OPEN_VISITS = 60
# Of so many cars one was read since the last night.
SHARE_READ = 50
PEOPLE, CONNECTIONS, BAYS_OF_QUEUE, HOURS = 500, 20, 10, range(8, 18)
COMPARED = 500


def forecast(filled: dict, commit: bool = True) -> dict:
	"""The jobs over all cars: to be called in a process of its own, where nothing was freed that they could take again."""
	jobs = [{**row, "readings": _count(READING)} for row in _jobs(filled, commit)]
	return {"jobs": jobs, "readings": _count(READING), **_compare(filled)}


def _jobs(filled: dict, commit: bool) -> Iterator[dict]:
	cars = filled["rows"]
	with as_in_test(not commit):
		_forget(commit)
		if commit:
			let_database_catch_up()
		taken = Memory.of(recompute_all)
		yield job("forecast of all cars, every one written", cars, taken, SECONDS, MEGABYTES)
		if taken["result"] < cars * 0.9:
			raise AssertionError(f"Only {taken['result']:,} cars were written.")
		yield job("forecast of all cars, nothing new", cars, Memory.of(recompute_all), SECONDS, MEGABYTES)
		if commit:
			yield from _night(filled)


def _night(filled: dict) -> Iterator[dict]:
	recompute_changed()
	try:
		changed = bring_new_readings(filled, SHARE_READ)
		taken = Memory.of(recompute_changed)
		if taken["result"] != changed:
			raise AssertionError(f"Of {changed:,} cars that were read {taken['result']:,} were written.")
		yield job("every night: cars that were read since", changed, taken, None, MEGABYTES)
	finally:
		take_back_new_readings()
		recompute_all()
		let_database_catch_up()


def _forget(commit: bool) -> None:
	"""No forecast is written yet."""
	car = frappe.qb.DocType(CAR)
	PROGRESS.forget()
	query = frappe.qb.update(car).set(car.odometer, 0).set(car.kilometres_per_day, 0).set(car.next_service_km, 0)
	for field in ("odometer_read_on", "kilometres_per_day_basis", "next_service_on", "next_service_basis", "next_service_reason"):
		query = query.set(car[field], None)
	after = ""
	while last := end_of_batch(CAR, after, 50_000):
		query.where(car.external_key.like("service:%") & (car.name > after) & (car.name <= last)).run()
		after = last
		if commit:
			frappe.db.commit()


def _compare(filled: dict) -> dict:
	"""Some cars as they were written, and as each would be saved by itself."""
	step = max(1, filled["rows"] // COMPARED)
	names = [name_of(filled["first"], number) for number in range(1, filled["rows"] + 1, step)]
	differ = []
	for name in names:
		car = frappe.get_doc(CAR, name)
		alone = forecast_of_document(car)
		if any(str(alone[field] or "") != str(car.get(field) or "") for field in FIELDS):
			differ.append(name)
	return {"compared": len(names), "differ": differ}


def _count(doctype: str) -> int:
	return frappe.db.count(doctype)


def desk(samples: int = 24, visits: int = OPEN_VISITS) -> dict:
	"""What the desk asks while the workshop is busy."""
	with workshop(visits):
		day = str(add_days(nowdate(), 40))
		measured = [
			question(f"free times of {BAYS} bays and as many technicians, 30 days", "service advisor", (ADVISOR,), lambda _user, _n: appointments.slots(STORE, nowdate(), 45, days=30), samples, SLOTS_MS),
			question("free times of one day", "service advisor", (ADVISOR,), lambda _user, _n: appointments.slots(STORE, str(add_days(nowdate(), 2)), 45), samples, SLOTS_MS),
			question(f"job board, {visits} open visits", "service advisor", (ADVISOR,), lambda _user, _n: board.get_board(STORE, day), samples, BOARD_MS),
		]
		shown = len(board.get_board(STORE, day)["visits"])
		booked = frappe.db.count(BOOKING, {"dealership": STORE})
	return {"measured": measured, "shown": shown, "booked": booked}


def crowd(people: int = PEOPLE, connections: int = CONNECTIONS, bays: int = BAYS_OF_QUEUE) -> dict:
	"""So many people who all want one of a day's slots, an hour each, over several connections at once."""
	with queue(bays):
		customer = frappe.get_doc({"doctype": "C4S Customer", "customer_name": "基准客户", "dealership": QUEUE, "phones": [{"phone": "+8613900000002", "is_primary": 1}]}).insert().name
		frappe.db.commit()
		outcomes: Counter = Counter()
		slowest = [0.0] * connections
		site, began = frappe.local.site, perf_counter()
		threads = [
			threading.Thread(target=_book_in_turn, args=(site, customer, range(number, people, connections), outcomes, slowest, number))
			for number in range(connections)
		]
		for thread in threads:
			thread.start()
		for thread in threads:
			thread.join()
		seconds = perf_counter() - began
		frappe.db.rollback()
		places = frappe.get_all(BOOKING, {"dealership": QUEUE, "status": "Booked"}, ["resource", "starts_at"], as_list=True)
		answer = {
			"people": people,
			"connections": connections,
			"slots": bays * len(HOURS),
			"seconds": seconds,
			"slowest": max(slowest),
			"won": outcomes["won"],
			"refused": outcomes["refused"],
			"other": {reason: count for reason, count in outcomes.items() if reason not in ("won", "refused")},
			"appointments": frappe.db.count(APPOINTMENT, {"dealership": QUEUE}),
			"twice": len(places) - len(set(places)),
		}
	return answer


def _book_in_turn(site: str, customer: str, numbers: range, outcomes: Counter, slowest: list[float], place: int) -> None:
	frappe.init(site=site, sites_path=".")
	frappe.connect()
	frappe.flags.mute_messages = True
	try:
		for number in numbers:
			began = perf_counter()
			values = {"dealership": QUEUE, "customer": customer, "plate_number": f"沪A{10000 + number}", "planned_from": str(tomorrow_at(HOURS[number % len(HOURS)]))}
			try:
				appointments.make(values)
				frappe.db.commit()
				outcomes["won"] += 1
			except SlotTakenError:
				frappe.db.rollback()
				outcomes["refused"] += 1
			except Exception as error:
				frappe.db.rollback()
				outcomes[repr(error)[:120]] += 1
			slowest[place] = max(slowest[place], perf_counter() - began)
	finally:
		frappe.destroy()
