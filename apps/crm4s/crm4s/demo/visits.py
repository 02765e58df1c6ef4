"""Eighteen months in the workshops: maintenance by the car's plan, repairs, accidents, rescues, and sales over the counter. Pure.

Each car is followed from its first day. It comes when kilometres or months are due, whichever is first; one of four does not come
for the second service, and half of those never come again, which is what a churn report should find.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from math import pi, sin

import pandas as pd

from crm4s.demo.chance import one, stream
from crm4s.demo.group import OUTLETS, Person, users_of
from crm4s.demo.opening import Calendar
from crm4s.demo.people import People
from crm4s.demo.standards import table
from crm4s.demo.ties import Carers
from crm4s.demo.vehicles import HISTORY_DAYS, Vehicles

TOPIC = 5
KEY = "demo:visit-{:06d}"
DAYS_OF_MONTH = 30.44
# Chance to come for the first, second, third … service while under warranty; who does not come leaves with LEAVES.
COMES = (0.96, 0.76, 0.9, 0.92)
COMES_AFTER_WARRANTY = 0.84
LEAVES = (0.4, 0.5, 0.3, 0.25)
SECOND_OWNER_COMES = {"second": 0.55, "resold": 0.92}
# A year and car, for a car that comes; commercial cars break down more.
REPAIRS, REPAIRS_BY_AGE, ACCIDENTS, RESCUES = 0.62, 0.1, 0.1, 0.045
COMMERCIAL_FACTOR = 1.6
ELSEWHERE, AT_HOME, CANCELLED = 0.06, 0.02, 0.012
COUNTER_SALES = 560
# Done before it is due by this share, as one comes rather than twice.
NEARLY_DUE = 0.88
CAMPAIGN, CAMPAIGN_LABOUR_DISCOUNT = 0.12, 0.1
INTERNAL = 0.02
WAITS_FOR_PART = 0.15


@dataclass
class Item:
	"""One line of an invoice; quantity in tenths and money in cents keep the arithmetic exact."""

	item_kind: str
	item_name: str
	tenths: int
	unit_price: int
	unit_cost: int
	part: str | None = None
	payer: str = "Customer"
	discount: int = 0
	technician: str | None = None

	@property
	def gross(self) -> int:
		"""Quantity × unit price in cents, halves up."""
		return (self.tenths * self.unit_price + 5) // 10


@dataclass
class Event:
	"""A car that is to come on a day, and what for."""

	day: date
	kind: str
	job: dict | None = None
	work: list = field(default_factory=list)
	number: int = 0


@dataclass(frozen=True)
class Visits:
	"""`visits` one row a visit, `items` its lines with the visit's key in `parent`; `readings` are odometer readings beside those of
	visits, `done` the last time of each item of each car's plan, with the car's key in `parent`."""

	visits: pd.DataFrame
	items: pd.DataFrame
	readings: pd.DataFrame
	done: pd.DataFrame


def make_visits(
	seed: int, scale: float, now: datetime, people: People, vehicles: Vehicles, staff: list[Person], carers: Carers
) -> Visits:
	"""About 9,000 visits at scale 1, none after `now`."""
	workshop = _Workshop(seed, now, people, staff, carers)
	owners = _owners(vehicles.parties)
	for car in vehicles.cars.to_dict("records"):
		if car["first_registered_on"]:
			workshop.follow(car, owners[car["external_key"]])
	for _ in range(max(1, round(COUNTER_SALES * scale))):
		workshop.sell_over_the_counter()
	return workshop.result()


def _owners(parties: pd.DataFrame) -> dict[str, list[tuple]]:
	rows = parties.loc[parties["party_role"] == "Owner"]
	owners: dict[str, list[tuple]] = {}
	for key, customer, since, until in zip(
		rows["parent"], rows["customer"], rows["valid_from"], rows["valid_to"], strict=True
	):
		owners.setdefault(key, []).append((customer, since, until))
	return owners


def kilometres(car: dict, day: date) -> int:
	"""What the car's odometer shows on a day: steady but for the seasons, and never less than the day before."""
	days = (day - car["_first_delivered_on"]).days
	swing = 9 * (sin(2 * pi * days / 365 + car["_km_phase"]) - sin(car["_km_phase"]))
	return int(12 + car["_km_per_day"] * max(days + swing, 0))


class _Workshop:
	def __init__(self, seed: int, now: datetime, people: People, staff: list[Person], carers: Carers):
		self.rng, self.now, self.carers = stream(seed, TOPIC), now, carers
		self.today = now.date()
		self.first_day = self.today - timedelta(days=HISTORY_DAYS)
		nodes = {node["dealership_code"]: node for node in table("group")["nodes"]}
		self.calendars = {
			outlet: Calendar(nodes[outlet]["outlet_type"], self.first_day, self.today) for outlet in OUTLETS
		}
		self.technicians = {outlet: users_of(staff, "Technician", outlet) for outlet in OUTLETS}
		self.advisors = {outlet: users_of(staff, "Service Advisor", outlet) for outlet in OUTLETS}
		customers = people.customers
		self.discounts = dict(zip(customers["external_key"], customers["agreement_discount_percent"], strict=True))
		self.customers_at = customers.groupby("_home")["external_key"].apply(list).to_dict()
		self.parts = {row[0]: row for row in table("group")["parts"]}
		self.work = table("work")
		self.visits: list[dict] = []
		self.readings: list[tuple] = []
		self.done: dict[tuple[str, str], tuple[date, int]] = {}

	# The life of one car

	def follow(self, car: dict, owners: list[tuple]) -> None:
		plan, done = table("group")["plans"][car["_plan"]], {}
		new_on = car["_first_delivered_on"]
		self.readings.append(
			(car["external_key"], datetime.combine(new_on, time(8)), kilometres(car, new_on), car["_sold_by"])
		)
		events: list[Event] = []
		for position, (_customer, since, until) in enumerate(owners):
			comes = position == 0 or self.rng.random() < SECOND_OWNER_COMES[car["_way"]]
			if comes:
				events += self.events_of_owner(car, plan, since, until or self.today)
		last_day = None
		for event in sorted(events, key=lambda event: event.day):
			if last_day and (event.day - last_day).days < 2:
				continue
			last_day = event.day
			self.plan_work(car, plan, done, event)
			if event.day >= self.first_day:
				self.open_visit(car, event, _owner_on(owners, event.day))
		self.note_last_reading_before(car, events)
		self.done |= {(car["external_key"], item): when for item, when in done.items()}

	def events_of_owner(self, car: dict, plan: list, since: date, until: date) -> list[Event]:
		services, left_on = self.services(car, plan, since, until)
		end = min(until, left_on or until)
		return [*services, *self.mishaps(car, max(since, self.first_day), end)]

	def services(self, car: dict, plan: list, since: date, until: date) -> tuple[list[Event], date | None]:
		"""Maintenance visits from `since` on, and the day on which the owner stopped coming."""
		_item, first_km, first_months, every_km, every_months = plan[0][:5]
		rng, events, day, number = self.rng, [], since, 0
		while True:
			is_first = number == 0 and since == car["_first_delivered_on"]
			distance, months = (first_km, first_months) if is_first else (every_km, every_months)
			wait = min(distance / car["_km_per_day"], months * DAYS_OF_MONTH) * rng.lognormal(
				0.02, 0.1
			) + rng.exponential(5)
			day = day + timedelta(days=max(int(wait), 12))
			if day > until:
				return events, None
			position = min(number, len(COMES) - 1)
			chance = COMES[position] if (day - car["_first_delivered_on"]).days < 1096 else COMES_AFTER_WARRANTY
			if car["usage"] == "Commercial":
				chance = max(chance, 0.93)
			number += 1
			if rng.random() < chance:
				came = self.snap(car, day)
				if came and since < came <= until:
					events.append(Event(came, "first" if is_first else "maintenance", number=number))
					day = came
			elif rng.random() < LEAVES[position]:
				return events, day

	def mishaps(self, car: dict, since: date, until: date) -> list[Event]:
		"""Repairs, accidents and rescues within the history."""
		span = (until - since).days
		if span <= 1:
			return []
		rng, years = self.rng, span / 365
		age = (since - car["_first_delivered_on"]).days / 365
		factor = COMMERCIAL_FACTOR if car["usage"] == "Commercial" else 1
		events = []
		for kind, rate in (("repair", REPAIRS + REPAIRS_BY_AGE * age), ("accident", ACCIDENTS), ("rescue", RESCUES)):
			for _ in range(rng.poisson(rate * years * factor)):
				day = since + timedelta(days=int(rng.integers(1, span)))
				day = day if kind == "rescue" else self.snap(car, day)
				if day and since < day <= until:
					events.append(Event(day, kind))
		return events

	def snap(self, car: dict, day: date) -> date | None:
		"""The open day on which the car comes; before the history every day is as good as another."""
		if day < self.first_day - timedelta(days=9):
			return day
		return self.calendars[car["_home"]].near(day, self.rng.random())

	def note_last_reading_before(self, car: dict, events: list[Event]) -> None:
		"""Of the time before the history, the last reading is known from the papers."""
		before = [event.day for event in events if event.day < self.first_day]
		if before:
			day = max(before)
			self.readings.append(
				(car["external_key"], datetime.combine(day, time(10)), kilometres(car, day), car["_home"])
			)

	# What is done

	def plan_work(self, car: dict, plan: list, done: dict, event: Event) -> None:
		"""Choose the job of the event; of maintenance note each item that is due as done."""
		if event.kind in ("first", "maintenance"):
			self.plan_maintenance(car, plan, done, event)
		elif event.kind == "repair":
			event.job = self.choose_repair(car, event.day)
		elif event.kind == "accident":
			event.job = one(self.rng, self.work["accidents"], [job["weight"] for job in self.work["accidents"]])
		else:
			event.job = one(self.rng, self.work["rescues"], [job["weight"] for job in self.work["rescues"]])

	def plan_maintenance(self, car: dict, plan: list, done: dict, event: Event) -> None:
		distance, days = kilometres(car, event.day), (event.day - car["_first_delivered_on"]).days
		for position, entry in enumerate(plan):
			item, first_km, first_months, every_km, every_months = entry[:5]
			last = done.get(item)
			gone_km = distance - (last[1] if last else 0)
			gone_months = (days - ((last[0] - car["_first_delivered_on"]).days if last else 0)) / DAYS_OF_MONTH
			due_km, due_months = (every_km, every_months) if last else (first_km, first_months)
			if position == 0 or gone_km >= NEARLY_DUE * due_km or gone_months >= NEARLY_DUE * due_months:
				event.work.append(entry)
				done[item] = (event.day, distance)

	def choose_repair(self, car: dict, day: date) -> dict:
		age = (day - car["_first_delivered_on"]).days / 365
		is_electric = car["_energy_type"] in ("Battery Electric", "Fuel Cell")
		has_battery = is_electric or car["_energy_type"] in ("Plug-in Hybrid", "Range Extender")
		fitting = [
			job
			for job in self.work["repairs"]
			if age >= job["from_years"]
			and not (job.get("engine") and is_electric)
			and not (job.get("battery") and not has_battery)
		]
		return one(self.rng, fitting, [job["weight"] for job in fitting])

	# Visits

	def open_visit(self, car: dict, event: Event, customer: str | None) -> None:
		rng = self.rng
		outlet = self.outlet_for(car, event)
		calendar = self.calendars[outlet]
		if event.kind == "rescue":
			arrived = datetime.combine(event.day, time(0)) + timedelta(minutes=int(rng.integers(0, 1440)))
		else:
			arrived = calendar.arrival(event.day, rng.random())
		if customer is None or arrived >= self.now - timedelta(minutes=5):
			return
		visit = {
			"visit_kind": self.kind_of(event),
			"status": "Settled",
			"customer": customer,
			"vehicle": car["external_key"],
			"dealership": outlet,
			"service_advisor": self.carers.advisors[outlet][customer]
			if rng.random() < 0.85
			else one(rng, self.advisors[outlet]),
			"arrived_on": arrived,
			"concern": event.job["concern"]
			if event.job
			else "首次保养"
			if event.kind == "first"
			else one(rng, self.work["maintenance_concerns"]),
			"odometer": kilometres(car, event.day),
			"next_service_advice": one(rng, self.work["advice"]) if rng.random() < 0.35 else None,
		}
		if rng.random() < CANCELLED:
			visit |= {
				"status": "Cancelled",
				"concern": one(rng, self.work["cancelled_concerns"]),
				"odometer": 0,
				"items": [],
			}
		else:
			visit["items"] = self.items(car, event, outlet, customer, visit["odometer"])
			self.set_times(visit, calendar, event)
		self.visits.append(visit)

	def outlet_for(self, car: dict, event: Event) -> str:
		others = [outlet for outlet in OUTLETS if outlet != car["_home"] and self.calendars[outlet].is_open(event.day)]
		if others and event.kind != "rescue" and self.rng.random() < ELSEWHERE:
			return one(self.rng, others)
		return car["_home"]

	def kind_of(self, event: Event) -> str:
		if event.kind == "rescue":
			return "Rescue"
		return "Home Service" if event.kind == "maintenance" and self.rng.random() < AT_HOME else "Workshop"

	def set_times(self, visit: dict, calendar: Calendar, event: Event) -> None:
		"""Promised and settled, both while the outlet is open; what is not done by now stays open."""
		hours = sum(item.tenths for item in visit["items"] if item.item_kind == "Labour") / 10
		minutes = hours * 60 + 35 + self.rng.exponential(30)
		if event.kind == "accident" and event.job["hours"] > 2:
			# Estimate of the insurer, parts, paint that dries.
			minutes += int(self.rng.integers(900, 4500))
		elif event.kind == "repair" and event.job["parts"] and self.rng.random() < WAITS_FOR_PART:
			minutes += int(self.rng.integers(500, 2500))
		visit["promised_on"] = _to_ten_minutes(
			calendar.finish(visit["arrived_on"], minutes * self.rng.uniform(0.9, 1.3))
		)
		settled = calendar.finish(visit["arrived_on"], minutes)
		if settled <= self.now - timedelta(minutes=1):
			visit["settled_on"] = settled.replace(second=0, microsecond=0)
		else:
			visit["status"] = "Open"

	# Invoice lines

	def items(self, car: dict, event: Event, outlet: str, customer: str, odometer: int) -> list[Item]:
		technician = one(self.rng, self.technicians[outlet])
		if event.work:
			items = self.maintenance_items(event, outlet, technician)
		else:
			items = self.job_items(car, event, outlet, technician, odometer)
		if event.kind in ("maintenance", "repair") and self.rng.random() < 0.13:
			name, price = one(self.rng, self.work["extras"])
			items.append(Item("Other", name, 10, price * 100, 3000))
		self.discount(items, customer)
		return items

	def maintenance_items(self, event: Event, outlet: str, technician: str) -> list[Item]:
		items = []
		for position, (name, _km, _months, _every_km, _every_months, hours, parts) in enumerate(event.work):
			# The maker pays for the first service.
			payer = "Warranty" if event.kind == "first" and position == 0 else "Customer"
			items.append(self.labour(name, hours, outlet, technician, payer))
			items += [self.part(number, quantity, payer) for number, quantity in parts]
		return items

	def job_items(self, car: dict, event: Event, outlet: str, technician: str, odometer: int) -> list[Item]:
		job, payer = event.job, self.payer_of(car, event, odometer)
		if event.kind == "rescue":
			items = [
				Item(
					"Other", job["name"], 10, job["price"] * 100, job["price"] * 60, payer=payer, technician=technician
				)
			]
		else:
			items = [self.labour(job["name"], job["hours"], outlet, technician, payer)]
		items += [self.part(number, quantity, payer) for number, quantity in job["parts"]]
		if job.get("paint"):
			items.append(Item("Other", "喷漆材料", 10, job["paint"] * 100, job["paint"] * 45, payer=payer))
		return items

	def payer_of(self, car: dict, event: Event, odometer: int) -> str:
		chance = self.rng.random()
		if event.kind == "accident":
			return "Insurance" if chance < 0.86 else "Customer"
		in_warranty = event.day <= car["warranty_until"] and odometer <= car["warranty_km"]
		if in_warranty and chance < event.job.get("warranty", 0.5):
			return "Warranty"
		return "Internal" if chance > 1 - INTERNAL else "Customer"

	def labour(self, name: str, hours: float, outlet: str, technician: str, payer: str) -> Item:
		prices = table("group")
		return Item(
			"Labour",
			name,
			round(hours * 10),
			prices["labour_price_per_hour"][outlet] * 100,
			prices["labour_cost_per_hour"] * 100,
			payer=payer,
			technician=technician,
		)

	def part(self, number: str, quantity: int, payer: str = "Customer") -> Item:
		_number, name, _category, _unit, price, cost = self.parts[number]
		return Item("Part", name, quantity * 10, price * 100, cost * 100, part=number, payer=payer)

	def discount(self, items: list[Item], customer: str | None) -> None:
		"""Agreements take their share off everything the customer pays, campaigns off labour."""
		percent = self.discounts.get(customer, 0)
		in_campaign = not percent and self.rng.random() < CAMPAIGN
		for item in items:
			if item.payer != "Customer":
				continue
			if percent:
				item.discount = round(item.gross * percent / 100)
			elif in_campaign and item.item_kind == "Labour":
				item.discount = round(item.gross * CAMPAIGN_LABOUR_DISCOUNT)

	# Over the counter

	def sell_over_the_counter(self) -> None:
		rng = self.rng
		outlet = one(rng, OUTLETS, (0.5, 0.35, 0.15))
		day = self.calendars[outlet].near(
			self.first_day + timedelta(days=int(rng.integers(0, HISTORY_DAYS))), rng.random()
		)
		arrived = day and self.calendars[outlet].arrival(day, rng.random())
		if not arrived or arrived >= self.now - timedelta(minutes=45):
			return
		customer = one(rng, self.customers_at[outlet]) if rng.random() < 0.6 else None
		chosen = {
			one(rng, range(len(self.work["counter"])), [row[2] for row in self.work["counter"]])
			for _ in range(1 + int(rng.random() < 0.3))
		}
		items = [self.part(*self.work["counter"][position][:2]) for position in sorted(chosen)]
		self.discount(items, customer)
		self.visits.append(
			{
				"visit_kind": "Counter Sale",
				"status": "Settled",
				"customer": customer,
				"vehicle": None,
				"dealership": outlet,
				"service_advisor": one(rng, self.advisors[outlet]),
				"arrived_on": arrived,
				"settled_on": arrived + timedelta(minutes=int(rng.integers(3, 25))),
				"odometer": 0,
				"items": items,
			}
		)

	# Frames

	def result(self) -> Visits:
		ordered = sorted(
			self.visits, key=lambda visit: (visit["arrived_on"], visit["dealership"], visit.get("vehicle") or "")
		)
		for number, visit in enumerate(ordered, 1):
			visit["external_key"] = KEY.format(number)
		_number_invoices(ordered)
		columns = (
			"external_key",
			"visit_kind",
			"status",
			"customer",
			"vehicle",
			"dealership",
			"service_advisor",
			"arrived_on",
			"promised_on",
			"settled_on",
			"concern",
			"odometer",
			"invoice_number",
			"next_service_advice",
		)
		rows = [tuple(visit.get(column) for column in columns) for visit in ordered]
		done = [(key, item, day, distance) for (key, item), (day, distance) in self.done.items()]
		frame = pd.DataFrame(done, columns=["parent", "item", "done_on", "kilometres"])
		frame.insert(1, "idx", frame.groupby("parent").cumcount() + 1)
		return Visits(
			pd.DataFrame(rows, columns=columns, dtype=object),
			pd.DataFrame(_item_rows(ordered)),
			pd.DataFrame(self.readings, columns=["vehicle", "read_on", "kilometres", "dealership"]),
			frame,
		)


def _owner_on(owners: list[tuple], day: date) -> str | None:
	return next(
		(customer for customer, since, until in owners if since <= day and (until is None or day < until)), None
	)


def _to_ten_minutes(moment: datetime) -> datetime:
	"""Nobody promises a car for 16:07."""
	minutes = -(-(moment.minute + (moment.second > 0)) // 10) * 10
	return moment.replace(minute=0, second=0, microsecond=0) + timedelta(minutes=minutes)


def _number_invoices(visits: list[dict]) -> None:
	"""Each outlet counts its invoices of a day."""
	counted: dict[tuple, int] = {}
	for visit in sorted((visit for visit in visits if visit.get("settled_on")), key=lambda visit: visit["settled_on"]):
		place = (visit["dealership"], visit["settled_on"].date())
		counted[place] = counted.get(place, 0) + 1
		visit["invoice_number"] = (
			f"{visit['dealership'].removeprefix('QL-')}-{visit['settled_on']:%y%m%d}-{counted[place]:03d}"
		)


def _item_rows(visits: list[dict]) -> Iterator[dict]:
	for visit in visits:
		for idx, item in enumerate(visit["items"], 1):
			yield {
				"parent": visit["external_key"],
				"idx": idx,
				"item_kind": item.item_kind,
				"part": item.part,
				"item_name": item.item_name,
				"quantity": item.tenths / 10,
				"unit_price": item.unit_price / 100,
				"discount_amount": item.discount / 100,
				"payer": item.payer,
				"technician": item.technician,
				"unit_cost": item.unit_cost / 100,
			}
