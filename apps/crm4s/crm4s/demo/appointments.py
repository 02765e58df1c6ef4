"""Appointments of two weeks and of the coming days, and the packages that are proposed. Pure.

Those that came are the visits of `visits.py`; those still to come take a bay and a technician that `workshop.py` left free.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import pandas as pd

from crm4s.demo.chance import one, stream
from crm4s.demo.group import OUTLETS, Person, users_of
from crm4s.demo.people import People
from crm4s.demo.standards import table
from crm4s.demo.ties import Carers
from crm4s.demo.vehicles import Vehicles
from crm4s.demo.visits import Visits
from crm4s.demo.workshop import Workshop
from crm4s.value.packages import minutes_of

TOPIC = 15
KEY = "demo:appointment-{:05d}"
DAYS_BACK, DAYS_AHEAD = 14, 6
# Of the cars that came, so many had an appointment; beside them those who did not come.
BY_APPOINTMENT, MISSED, CANCELLED = 0.45, 0.1, 0.07
PER_DAY = {"QL-YT1": 7, "QL-LJ1": 5, "QL-QH1": 2}
CHANNELS = {"Phone": 55, "Web": 18, "Portal": 17, "Desk": 10}
PICKED_UP, COURTESY = 0.12, 0.1
PICK_UP_MINUTES, STEP_MINUTES = 45, 15
# What an appointment has only if it came to that.
PERHAPS = (
	*("status", "bay", "technician", "service_visit", "arrived_on", "ended_on", "cancel_reason", "pick_up", "pick_up_address", "driver"),
	*("pick_up_from", "pick_up_to", "courtesy_car", "courtesy_from", "courtesy_to"),
)
COLUMNS = {
	"items": ("parent", "idx", "item_kind", "part", "item_name", "quantity", "minutes", "unit_price", "discount_amount", "amount", "reason"),
	"bookings": ("parent", "field", "resource", "dealership", "starts_at", "ends_at"),
}
TYRES, TYRE_WORK = "TYR-205-55R16", "四条轮胎更换与动平衡"


@dataclass(frozen=True)
class Appointments:
	"""`appointments` one row each with its `external_key` and the key of the visit that it became in `service_visit`; `items` and `bookings` name it in `parent`."""

	packages: list[dict]
	appointments: pd.DataFrame
	items: pd.DataFrame
	bookings: pd.DataFrame


def make_appointments(
	seed: int, scale: float, now: datetime, people: People, vehicles: Vehicles, visits: Visits, workshop: Workshop, staff: list[Person], carers: Carers
) -> Appointments:
	return _Desk(seed, scale, now, people, vehicles, visits, workshop, staff, carers).make()


def packages() -> list[dict]:
	"""Documents; a package costs less than its lines by a round sum."""
	prices = {row[0]: (row[1], row[4]) for row in table("group")["parts"]}
	rate = table("group")["labour_price_per_hour"][OUTLETS[0]]
	found = []
	for row in table("work")["appointments"]["packages"]:
		lines = [_line(*line, prices=prices, rate=rate) for line in row["lines"]]
		total = sum(round(line["quantity"] * line["unit_price"], 2) for line in lines)
		found.append(
			{
				**{"doctype": "C4S Service Package", "package_name": row["package_name"], "enabled": 1, "price": round(total - row["price_off"], 2), "lines": lines},
				**{field: row.get(field) for field in ("from_km", "to_km", "season_from", "season_to") if row.get(field)},
				"cars": [{"energy_type": energy} for energy in row["energy"]],
			}
		)
	return found


def _line(kind: str, name: str | None, quantity: float, given, *, prices: dict, rate: float) -> dict:
	if kind == "Part":
		return {"item_kind": kind, "part": given, "item_name": prices[given][0], "quantity": quantity, "unit_price": prices[given][1]}
	return {"item_kind": kind, "item_name": name, "quantity": quantity, "unit_price": rate if kind == "Labour" else given}


class _Desk:
	def __init__(self, seed, scale, now, people, vehicles, visits, workshop, staff, carers):
		self.rng, self.scale, self.now = stream(seed, TOPIC), scale, now
		self.workshop, self.carers, self.words = workshop, carers, table("work")["appointments"]
		self.people = people.customers.set_index("external_key")[["customer_name", "_home"]].to_dict("index")
		phones = people.phones.loc[people.phones["is_primary"] == 1]
		self.phones = dict(zip(phones["parent"], phones["phone"], strict=True))
		self.cars = {car["external_key"]: car for car in vehicles.cars.to_dict("records")}
		present = vehicles.parties.loc[(vehicles.parties["party_role"] == "Owner") & vehicles.parties["valid_to"].isna()]
		self.owned = {outlet: [] for outlet in OUTLETS}
		for car, customer in sorted(zip(present["parent"], present["customer"], strict=True)):
			if self.cars[car]["plate_number"] and customer in self.phones:
				self.owned[self.cars[car]["_home"]].append((car, customer))
		self.visits, self.items_of = visits.visits, visits.items
		self.jobs = {row["visit"]: row for row in workshop.jobs.to_dict("records")}
		self.advisors = {outlet: users_of(staff, "Service Advisor", outlet) for outlet in OUTLETS}
		self.hours = {node["dealership_code"]: table("group")["opening_hours"].get(node.get("outlet_type"), {}) for node in table("group")["nodes"]}
		self.expected: set[str] = set()
		self.rows: dict[str, list[dict]] = {"appointments": [], "items": [], "bookings": []}

	def make(self) -> Appointments:
		self.take_those_who_came()
		today = self.now.date()
		for offset in range(-DAYS_BACK, DAYS_AHEAD + 1):
			for outlet in OUTLETS:
				self.take_others(outlet, today + timedelta(days=offset))
		self.rows["appointments"].sort(key=lambda row: (row["planned_from"], row["external_key"]))
		frames = {name: pd.DataFrame(rows, columns=COLUMNS.get(name), dtype=object) for name, rows in self.rows.items()}
		return Appointments(packages=packages(), **frames)

	# Those who came

	def take_those_who_came(self) -> None:
		since = datetime.combine(self.now.date() - timedelta(days=DAYS_BACK), time())
		came = self.visits.loc[(self.visits["visit_kind"] == "Workshop") & (self.visits["arrived_on"] >= since) & (self.visits["status"] != "Cancelled")]
		for visit in came.to_dict("records"):
			if self.rng.random() >= BY_APPOINTMENT or visit["customer"] not in self.phones:
				continue
			early = timedelta(minutes=int(self.rng.integers(-10, 12)))
			begins = _on_step(visit["arrived_on"] + early)
			if not self.is_open(visit["dealership"], begins):
				continue
			job = self.jobs.get(visit["external_key"])
			lines = self.items_of.loc[self.items_of["parent"] == visit["external_key"]].to_dict("records")
			made = self.appointment(visit["dealership"], visit["vehicle"], visit["customer"], begins, visit["concern"], lines)
			made |= {"status": "Arrived", "service_visit": visit["external_key"], "arrived_on": visit["arrived_on"], "service_advisor": visit["service_advisor"]}
			made |= {"bay": job and job["bay"], "technician": job and job["technician"]}

	# Those who did not, and those who will

	def take_others(self, outlet: str, day: date) -> None:
		rng = self.rng
		is_past = day < self.now.date()
		usual = PER_DAY[outlet] * (MISSED + CANCELLED if is_past else 1 / (1 + 0.3 * max(0, (day - self.now.date()).days - 1)))
		for _ in range(int(rng.poisson(usual * self.scale)) or int(day == self.now.date() + timedelta(days=1))):
			begins = self.moment_of(outlet, day)
			car, customer = one(rng, self.owned[outlet]) if self.owned[outlet] else (None, None)
			if not begins or not car or car in self.expected:
				continue
			if begins > self.now + timedelta(minutes=20):
				self.expect(outlet, car, customer, begins)
			elif is_past:
				self.miss(outlet, car, customer, begins)

	def expect(self, outlet: str, car: str, customer: str, begins: datetime) -> None:
		made = self.appointment(outlet, car, customer, begins, one(self.rng, self.words["concerns"]), self.wished_lines(outlet, car))
		span = [(made["planned_from"], made["planned_to"])]
		chosen = {field: next((name for name in self.of_kind(kind, outlet) if self.workshop.schedule.is_free(name, span)), None) for field, kind in (("bay", "Bay"), ("technician", "Technician"))}
		if not all(chosen.values()) or not self.is_open(outlet, made["planned_to"]):
			self.take_back(made)
			return
		made |= {**chosen, "status": "Booked"}
		self.expected.add(car)
		for field, resource in chosen.items():
			self.book(made, field, resource, *span[0])
		if self.rng.random() < PICKED_UP:
			self.pick_up(made, outlet)
		if self.rng.random() < COURTESY:
			self.lend_car(made, outlet)

	def pick_up(self, made: dict, outlet: str) -> None:
		span = (made["planned_from"] - timedelta(minutes=PICK_UP_MINUTES), made["planned_from"])
		driver = next((name for name in self.of_kind("Pick-Up Driver", outlet) if self.workshop.schedule.is_free(name, [span])), None)
		if driver and self.is_open(outlet, span[0]):
			made |= {"pick_up": 1, "pick_up_address": one(self.rng, self.words["pick_up_addresses"]), "driver": driver, "pick_up_from": span[0], "pick_up_to": span[1]}
			self.book(made, "driver", driver, *span)

	def lend_car(self, made: dict, outlet: str) -> None:
		span = (made["planned_from"], made["planned_to"])
		car = next((name for name in self.of_kind("Courtesy Car", outlet) if self.workshop.schedule.is_free(name, [span])), None)
		if car:
			made |= {"courtesy_car": car, "courtesy_from": span[0], "courtesy_to": span[1]}
			self.book(made, "courtesy", car, *span)

	def miss(self, outlet: str, car: str, customer: str, begins: datetime) -> None:
		made = self.appointment(outlet, car, customer, begins, one(self.rng, self.words["concerns"]), self.wished_lines(outlet, car))
		if self.rng.random() < MISSED / (MISSED + CANCELLED):
			made |= {"status": "No-Show", "ended_on": begins + timedelta(minutes=30)}
		else:
			made |= {"status": "Cancelled", "cancel_reason": one(self.rng, self.words["cancel_reasons"]), "ended_on": begins - timedelta(hours=int(self.rng.integers(3, 30)))}

	def take_back(self, made: dict) -> None:
		self.rows["appointments"].remove(made)
		self.rows["items"] = [row for row in self.rows["items"] if row["parent"] != made["external_key"]]

	def book(self, made: dict, field: str, resource: str, begins: datetime, ends: datetime) -> None:
		self.workshop.schedule.take(resource, [(begins, ends)])
		self.rows["bookings"].append({"parent": made["external_key"], "field": f"{field}_booking", "resource": resource, "dealership": made["dealership"], "starts_at": begins, "ends_at": ends})

	# One appointment

	def appointment(self, outlet: str, car: str, customer: str, begins: datetime, concern: str, lines: list[dict]) -> dict:
		rng, facts = self.rng, self.cars[car]
		minutes = sum(minutes_of(row["item_kind"], row["quantity"], 0) for row in lines)
		made = {
			**dict.fromkeys(PERHAPS),
			**{"external_key": KEY.format(self.next_number()), "dealership": outlet, "customer": customer, "vehicle": car, "concern": concern, "kind": "Workshop"},
			**{"contact_name": self.people[customer]["customer_name"], "contact_phone": self.phones[customer], "plate_number": facts["plate_number"], "model": facts["model"]},
			**{"channel": one(rng, list(CHANNELS), list(CHANNELS.values())), "service_advisor": self.carers.advisors[outlet][customer]},
			**{"planned_from": begins, "planned_to": begins + timedelta(minutes=minutes or 60), "planned_minutes": minutes},
			**{"_made_on": begins - timedelta(hours=int(rng.integers(20, 120))), "total_amount": round(sum(_amount(row) for row in lines), 2)},
		}
		made["_made_on"] = min(made["_made_on"], self.now - timedelta(minutes=30))
		self.rows["appointments"].append(made)
		self.rows["items"] += [
			{
				**{"parent": made["external_key"], "idx": idx, "item_kind": row["item_kind"], "part": row.get("part"), "item_name": row["item_name"], "quantity": row["quantity"]},
				**{"minutes": minutes_of(row["item_kind"], row["quantity"], 0), "unit_price": row["unit_price"], "discount_amount": row.get("discount_amount", 0), "amount": _amount(row)},
				"reason": row.get("reason"),
			}
			for idx, row in enumerate(lines, 1)
		]
		return made

	def next_number(self) -> int:
		self.number = getattr(self, "number", 0) + 1
		return self.number

	def wished_lines(self, outlet: str, car: str) -> list[dict]:
		"""The first item of the car's plan with its parts; now and then tyres, of which there are hardly ever four."""
		prices = table("group")
		rate = prices["labour_price_per_hour"][outlet]
		parts = {row[0]: row for row in prices["parts"]}
		item, *_intervals, hours, needed = prices["plans"][self.cars[car]["_plan"]][0]
		if self.rng.random() < 0.12 and TYRES in parts:
			item, hours, needed = TYRE_WORK, 1.0, [[TYRES, 4]]
		reason = one(self.rng, self.words["reasons"])
		labour = {"item_kind": "Labour", "item_name": item, "quantity": hours, "unit_price": rate, "reason": reason}
		return [labour, *({"item_kind": "Part", "part": number, "item_name": parts[number][1], "quantity": quantity, "unit_price": parts[number][4], "reason": reason} for number, quantity in needed)]

	# Times

	def of_kind(self, kind: str, outlet: str) -> list[str]:
		return [row["key"] for row in self.workshop.resources if row["kind"] == kind and row["dealership"] == outlet]

	def moment_of(self, outlet: str, day: date) -> datetime | None:
		"""A quarter of an hour on which somebody is expected, the last one an hour and a half before closing."""
		span = self.hours[outlet].get(day.strftime("%A"))
		if not span:
			return None
		opens, closes = (datetime.combine(day, time.fromisoformat(text)) for text in span)
		steps = int(((closes - opens) - timedelta(minutes=90)) / timedelta(minutes=STEP_MINUTES))
		return opens + timedelta(minutes=STEP_MINUTES * int(self.rng.integers(0, steps + 1)))

	def is_open(self, outlet: str, moment: datetime) -> bool:
		span = self.hours[outlet].get(moment.strftime("%A"))
		return bool(span) and time.fromisoformat(span[0]) <= moment.time() <= time.fromisoformat(span[1])


def _on_step(moment: datetime) -> datetime:
	return moment.replace(minute=moment.minute // STEP_MINUTES * STEP_MINUTES, second=0, microsecond=0)


def _amount(row: dict) -> float:
	return round(row["quantity"] * row["unit_price"] - row.get("discount_amount", 0), 2)
