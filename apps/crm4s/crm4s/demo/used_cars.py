"""Used cars of the demo: an appraisal behind each car that the store bought, work done on it, and offers that are still open. Pure.

Each car's way is that of the stock log in `vehicles.py`: bought on the day on which it was traded in, worked on while it was in reconditioning. What a
resold car cost is what its deal says it cost.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pandas as pd

from crm4s.demo.chance import one, stream
from crm4s.demo.deals import Deals
from crm4s.demo.group import SELLING, Person, users_of
from crm4s.demo.leads import Leads
from crm4s.demo.people import People
from crm4s.demo.standards import standard, table
from crm4s.demo.vehicles import Vehicles
from crm4s.value.appraisal_amounts import expected_margin, valuation

TOPIC = 12
KEY = "demo:appraisal-{:04d}"
# At scale 1, of owners whose car the store does not have.
OPEN_OFFERS = {"Draft": 5, "Offered": 9, "Accepted": 3}
ENDED_OFFERS = {"Refused": 9, "Expired": 6}
VALID_DAYS, MARGIN_PERCENT = 7, 8
DEPRECIATION = 0.86
TO_APPROVE = 2
YOUNGEST_DAYS = 400


@dataclass(frozen=True)
class UsedCars:
	"""`appraisals` one row each, `key` first; `points` and `documents` with it in `parent`; `jobs` with it in `appraisal`.

	`costs` is what each bought car cost: vehicle, appraisal, purchase_price, bought_on, reconditioning_cost, total_cost.
	"""

	appraisals: pd.DataFrame
	points: pd.DataFrame
	documents: pd.DataFrame
	jobs: pd.DataFrame
	costs: pd.DataFrame


def make_used_cars(
	seed: int, scale: float, now: datetime, people: People, vehicles: Vehicles, leads: Leads, deals: Deals, staff: list[Person]
) -> UsedCars:
	"""About 90 appraisals at scale 1, nothing after `now` but until when offers hold."""
	desk = _Appraisers(seed, now, people, vehicles, deals, staff)
	for car in desk.bought_cars():
		desk.buy(car)
	cars = desk.cars_of_leads(leads.leads)
	for status, count in {**OPEN_OFFERS, **ENDED_OFFERS}.items():
		for _ in range(max(1, round(count * scale))):
			desk.offer(status, cars)
	return desk.result()


class _Appraisers:
	def __init__(self, seed: int, now: datetime, people: People, vehicles: Vehicles, deals: Deals, staff: list[Person]):
		self.rng, self.now, self.today, self.staff = stream(seed, TOPIC), now, now.date(), staff
		self.names = dict(zip(people.customers["external_key"], people.customers["customer_name"], strict=True))
		self.cars = vehicles.cars
		self.owners = vehicles.parties.loc[vehicles.parties["party_role"] == "Owner"]
		moves = vehicles.movements
		self.moved_on = dict(zip(zip(moves["vehicle"], moves["movement"], strict=True), moves["moved_on"], strict=True))
		sold = deals.deals.loc[deals.deals["vehicle"].notna()]
		self.cost_of_deal = dict(zip(sold["vehicle"], sold["vehicle_cost"], strict=True))
		self.words = table("work")["used_cars"]
		self.templates = {(row["checklist_kind"], row.get("energy_type")): row["items"] for row in standard("C4S Checklist Template")}
		self.to_approve = TO_APPROVE
		self.rows: dict[str, list[dict]] = {name: [] for name in ("appraisals", "points", "documents", "jobs", "costs")}

	# Which cars

	def bought_cars(self) -> list[dict]:
		"""Every car that the stock log says was traded in."""
		return [car for car in self.cars.to_dict("records") if (car["external_key"], "Traded In") in self.moved_on]

	def cars_of_leads(self, leads: pd.DataFrame) -> dict:
		"""By status of the lead, pairs of a lead and the car that its customer has in use; the latest lead first, each customer once."""
		present = self.owners.loc[self.owners["valid_to"].isna()]
		car_of = dict(zip(present["customer"], present["parent"], strict=True))
		by_key = {car["external_key"]: car for car in self.cars.to_dict("records")}
		of_owners = leads.loc[leads["customer"].isin(car_of)].sort_values("received_on", ascending=False).drop_duplicates("customer")
		pairs = [(lead, by_key[car_of[lead["customer"]]]) for lead in of_owners.to_dict("records")]
		return {
			status: iter([pair for pair in pairs if pair[0]["status"] == status and pair[1]["_status"] == "In Use" and _is_used(pair[1], self.today)])
			for status in ("Open", "Lost", "Won")
		}

	# Two ways of an appraisal

	def buy(self, car: dict) -> None:
		"""Bought on the day of the log, then worked on."""
		key, bought_on = car["external_key"], self.moved_on[car["external_key"], "Traded In"]
		owners = self.owners.loc[(self.owners["parent"] == key) & self.owners["valid_to"].notna()]
		appraisal = self.appraisal(car, owners.iloc[-1]["customer"], car["_sold_by"], bought_on - timedelta(days=1))
		jobs = self.jobs(car, appraisal, bought_on)
		done = sum(job["actual_cost"] if job["status"] == "Done" else job["planned_cost"] for job in jobs)
		cost = self.cost_of_deal.get(key) or float(round(car["asking_price"] * 0.9, -2))
		self.value(appraisal, offer=round(cost - done, 2), estimate=sum(job["planned_cost"] for job in jobs))
		appraisal |= {
			"status": "Bought",
			"offered_on": bought_on - timedelta(days=1),
			"offer_valid_until": bought_on.date() + timedelta(days=VALID_DAYS - 1),
			"accepted_on": bought_on - timedelta(hours=2),
			"bought_on": bought_on,
			"purchase_price": appraisal["offer_amount"],
		}
		self.receive_documents(appraisal, bought_on)
		self.rows["costs"].append(
			{
				"vehicle": key,
				"appraisal": appraisal["key"],
				"purchase_price": appraisal["offer_amount"],
				"bought_on": bought_on.date(),
				"reconditioning_cost": float(done),
				"total_cost": round(appraisal["offer_amount"] + done, 2),
			}
		)

	def offer(self, status: str, cars: dict) -> None:
		"""An owner who thinks of another car has the old one looked at."""
		lead, car = next(cars["Open" if status in OPEN_OFFERS else "Lost"], None) or next(cars["Won"], (None, None))
		if not lead:
			return
		days = int(self.rng.integers(0, 5)) if status in OPEN_OFFERS else int(self.rng.integers(VALID_DAYS + 1, 60))
		looked_at = max(min(self.now - timedelta(days=days, minutes=int(self.rng.integers(40, 300))), self.now), lead["received_on"])
		outlet = lead["dealership"] if lead["dealership"] in SELLING else SELLING[0]
		appraisal = self.appraisal(car, lead["customer"], outlet, looked_at)
		appraisal["lead"] = lead["external_key"]
		years = (looked_at.date() - car["first_registered_on"]).days / 365
		worth = float(round(car["_guide_price"] * DEPRECIATION ** (years + 1), -2))
		self.value(appraisal, offer=worth, estimate=float(self.rng.integers(4, 30) * 100), above=self.is_to_approve(status))
		appraisal["status"] = status
		if status == "Draft":
			return
		appraisal["offered_on"] = looked_at
		appraisal["offer_valid_until"] = looked_at.date() + timedelta(days=VALID_DAYS if status != "Offered" else 4)
		if status == "Accepted":
			appraisal["accepted_on"] = min(looked_at + timedelta(hours=3), self.now)
			self.receive_documents(appraisal, None)
		elif status == "Refused":
			appraisal |= {"refused_on": looked_at + timedelta(days=1), "refusal_reason": one(self.rng, self.words["refusals"])}

	# Parts

	def appraisal(self, car: dict, customer: str, outlet: str, looked_at: datetime) -> dict:
		"""The facts of the car as it was then, with every point looked at."""
		registered = car["first_registered_on"] or car["_first_delivered_on"]
		appraisal = {
			"key": KEY.format(len(self.rows["appraisals"]) + 1),
			"status": "Draft",
			"customer": customer,
			"customer_name": self.names[customer],
			"lead": None,
			"dealership": outlet,
			"appraiser": one(self.rng, users_of(self.staff, "Sales Consultant", outlet)),
			"appraised_on": looked_at.date(),
			"vehicle": car["external_key"],
			"vin": car["vin"],
			"plate_number": car["plate_number"],
			"model": car["model"],
			"exterior_colour": car["exterior_colour"],
			"first_registered_on": registered,
			"odometer": int(car["_km_per_day"] * max((looked_at.date() - registered).days, 1)),
			"owners_count": 1,
			"accident_history": one(self.rng, ("No Accident", "Minor Accident"), (8, 2)),
			"insurance_until": car["insurance_until"],
			"inspection_due_on": car["inspection_due_on"],
			"_looked_at": looked_at,
			**dict.fromkeys(("offered_on", "offer_valid_until", "accepted_on", "refused_on", "refusal_reason", "bought_on")),
			"purchase_price": 0.0,
			"needs_approval": 0,
		}
		self.rows["appraisals"].append(appraisal)
		items = self.templates.get(("Appraisal", car["_energy_type"])) or self.templates["Appraisal", None]
		for idx, item in enumerate(items, 1):
			is_bad = self.rng.random() < 0.09
			self.rows["points"].append(
				{
					"parent": appraisal["key"],
					"idx": idx,
					"section": item.get("section"),
					"item": item["item"],
					"mandatory": item["mandatory"],
					"result": "Not OK" if is_bad else "OK",
					"deduction_amount": float(self.rng.integers(2, 16) * 100) if is_bad else 0.0,
				}
			)
		return appraisal

	def value(self, appraisal: dict, offer: float, estimate: float, above: bool = False) -> None:
		"""What the car must be worth for `offer` to be what is worked out; `above`: the appraiser wants to give more than that."""
		deductions = [row["deduction_amount"] for row in self.rows["points"] if row["parent"] == appraisal["key"]]
		margin = float(round(offer * MARGIN_PERCENT / 100, -2))
		market = round(offer + sum(deductions) + estimate + margin, 2)
		found = valuation(market, deductions, estimate, margin, MARGIN_PERCENT)
		if above:
			offer = float(round(offer * 1.06, -2))
		appraisal |= {
			"market_value": market,
			"deductions_amount": float(found.deductions),
			"reconditioning_estimate": float(estimate),
			"margin_wanted": float(found.margin),
			"computed_offer": float(found.offer),
			"offer_amount": offer,
			"subsidy_amount": 0.0,
			"expected_margin": float(expected_margin(market, found.deductions, estimate, offer)),
			"needs_approval": int(above),
		}

	def is_to_approve(self, status: str) -> bool:
		if status != "Draft" or not self.to_approve:
			return False
		self.to_approve -= 1
		return True

	def receive_documents(self, appraisal: dict, received_on: datetime | None) -> None:
		"""All of them for a bought car; of one whose offer was accepted a moment ago the first two."""
		for idx, item in enumerate(self.templates["Purchase Documents", None], 1):
			received = received_on is not None or idx <= 2
			self.rows["documents"].append(
				{
					"parent": appraisal["key"],
					"idx": idx,
					"item": item["item"],
					"mandatory": item["mandatory"],
					"received": int(received),
					"received_on": (received_on or appraisal["accepted_on"]) if received else None,
				}
			)

	def jobs(self, car: dict, appraisal: dict, bought_on: datetime) -> list[dict]:
		"""Work on the car as far as the log says it went: planned, under way, or done between the two movements."""
		began = self.moved_on.get((car["external_key"], "Reconditioning Started"))
		ended = self.moved_on.get((car["external_key"], "Reconditioning Finished"))
		jobs = []
		for number, position in enumerate(sorted(self.rng.permutation(len(self.words["jobs"]))[: int(self.rng.integers(1, 4))])):
			item, workshop, provider, cost = self.words["jobs"][position]
			status = "Done" if ended else "Planned" if not began or number else "In Progress"
			jobs.append(
				{
					"vehicle": car["external_key"],
					"vehicle_title": None,
					"appraisal": appraisal["key"],
					"dealership": car["_sold_by"],
					"item": item,
					"workshop": workshop,
					"provider": provider,
					"status": status,
					"planned_on": bought_on.date() + timedelta(days=1),
					"planned_cost": float(cost),
					"actual_cost": float(round(cost * self.rng.uniform(0.9, 1.2), -1)) if status == "Done" else 0.0,
					"started_on": began if status != "Planned" else None,
					"finished_on": ended if status == "Done" else None,
					"_entered_on": bought_on,
				}
			)
		self.rows["jobs"] += jobs
		return jobs

	def result(self) -> UsedCars:
		frames = {name: pd.DataFrame(rows, dtype=object) for name, rows in self.rows.items()}
		frames["jobs"].insert(0, "key", [f"demo:job-{number:04d}" for number in range(1, len(frames["jobs"]) + 1)])
		return UsedCars(**frames)


def _is_used(car: dict, today: date) -> bool:
	"""Nobody trades in a car of the same year."""
	return bool(car["first_registered_on"]) and (today - car["first_registered_on"]).days > YOUNGEST_DAYS
