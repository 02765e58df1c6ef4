"""Leads of eighteen months: won ones behind the cars that were sold, lost ones with reasons, open ones to be contacted around today. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np
import pandas as pd

from crm4s.demo.chance import distinct, one, stream
from crm4s.demo.group import SELLING, Person, generations, model_code, users_of
from crm4s.demo.names import person_names
from crm4s.demo.people import SOURCES, People
from crm4s.demo.standards import standard, table
from crm4s.demo.ties import Carers
from crm4s.demo.vehicles import HISTORY_DAYS, Vehicles

TOPIC = 6
KEY = "demo:lead-{:05d}"
# At scale 1, beside the won leads, which follow from the cars sold.
LOST, OPEN, UNTOUCHED = 790, 250, 14
MOBILE_PREFIX = "147"
GRADE_WEIGHTS = {"H": 14, "A": 22, "B": 34, "C": 22, "N": 8}
BUYS_WITHIN_DAYS = {"H": 7, "A": 15, "B": 30, "C": 90, "N": 180}
CHANNELS = {"Phone": 55, "WeChat": 28, "Showroom Visit": 12, "SMS": 3, "Web": 2}
REASONS = {
	"Price Too High": 22,
	"Bought Another Brand": 20,
	"Bought at Another Store": 12,
	"Car Not Available in Time": 7,
	"Trade-In Price Too Low": 6,
	"Finance Refused": 3,
	"Product Does Not Suit": 8,
	"Poor Sales Service": 3,
	"Family Against It": 5,
	"Purchase Postponed": 12,
	"Cannot Be Reached": 14,
}
OTHER_STORES = ("Dealer of the Same Brand Nearby", "Dealer of the Same Brand in Another City")
PAYMENTS = {"Cash": 45, "Instalments": 48, "Lease": 7}
UNASSIGNED = 0.05


@dataclass(frozen=True)
class Leads:
	"""`leads` one row a lead (`_car` the car that it bought), `contacts` its contact log with the lead's key in `parent`, in the order of time."""

	leads: pd.DataFrame
	contacts: pd.DataFrame


def make_leads(
	seed: int, scale: float, now: datetime, people: People, vehicles: Vehicles, staff: list[Person], carers: Carers
) -> Leads:
	"""About 1,500 leads at scale 1, nothing after `now`."""
	desk = _SalesDesk(seed, scale, now, people, staff, carers)
	for car in _bought(vehicles.cars):
		desk.win(car)
	for _ in range(max(1, round(LOST * scale))):
		desk.lose()
	for _ in range(max(1, round(OPEN * scale))):
		desk.follow_up()
	for _ in range(max(1, round(UNTOUCHED * scale))):
		desk.receive()
	return desk.result()


def _bought(cars: pd.DataFrame) -> list[dict]:
	"""The cars that somebody bought: of a fleet the first one of each day, as one lead is about all of them. Allocated cars too."""
	rows = cars.loc[cars["_allocated_on"].notna()]
	is_first = ~((rows["_group"] == "fleet") & rows.duplicated(["_owner", "_allocated_on"]))
	return rows.loc[is_first].to_dict("records")


class _SalesDesk:
	def __init__(self, seed: int, scale: float, now: datetime, people: People, staff: list[Person], carers: Carers):
		self.rng, self.now, self.today, self.carers = stream(seed, TOPIC), now, now.date(), carers
		self.customers = people.customers.set_index("external_key")
		primary = people.phones.loc[people.phones["is_primary"] == 1]
		self.phones = dict(zip(primary["parent"], primary["phone"], strict=True))
		self.prospects = {outlet: [] for outlet in SELLING}
		for key, home in zip(*self._group("prospect"), strict=True):
			self.prospects[home if home in SELLING else one(self.rng, SELLING)].append(key)
		self.owners = dict(zip(*self._group("owner"), strict=True))
		self.consultants = {outlet: users_of(staff, "Sales Consultant", outlet) for outlet in SELLING}
		self.intervals = {row["grade"]: row["contact_interval_days"] for row in standard("C4S Lead Grade")}
		self.competitors = table("group")["competitors"]
		self.latest = generations(self.today)[0]
		self.models = {model_code(row["model_code"], self.latest): row for row in table("group")["models"]}
		self.words = table("words")
		self.numbers = iter(distinct(self.rng, 10**8, 4000 + int(4000 * scale)))
		self.leads: list[dict] = []

	def _group(self, group: str) -> tuple[list, list]:
		rows = self.customers.loc[self.customers["_group"] == group]
		return rows.index.tolist(), rows["_home"].tolist()

	# Four ways of a lead

	def win(self, car: dict) -> None:
		"""The lead behind a car that was allocated; it was won on that day."""
		outlet, customer = car["_sold_by"], car["_owner"] or self.prospect(car["_sold_by"])
		won_on = self.moment(car["_allocated_on"])
		waits = min(int(self.rng.lognormal(2.3, 0.8)), 90)
		received = self.moment(won_on.date() - timedelta(days=waits))
		lead = self.lead(outlet, customer, received, car["model"], "H") | {"status": "Won", "won_on": won_on}
		lead["contacts"] = self.contacts(lead, received, won_on, self.words["won_contacts"])
		lead["_car"] = car["external_key"]
		lead["won_on"] = max([won_on, *(contact["contacted_on"] for contact in lead["contacts"])])
		self.leads.append(lead)

	def lose(self) -> None:
		rng = self.rng
		outlet = one(rng, SELLING, (0.55, 0.45))
		received = self.moment(self.today - timedelta(days=int(rng.integers(12, HISTORY_DAYS))))
		lost_on = self.moment(
			received.date()
			+ timedelta(days=min(int(rng.lognormal(2.7, 0.8)) + 1, (self.today - received.date()).days - 1))
		)
		customer = self.prospect(outlet) if rng.random() < 0.06 else None
		reason = one(rng, list(REASONS), list(REASONS.values()))
		competitor = self.competitor_for(reason)
		lead = self.lead(outlet, customer, received, self.model(), self.grade()) | {
			"status": "Lost",
			"lost_reason": reason,
			"competitor": competitor,
			"lost_note": one(rng, self.words["lost_notes"][reason]),
		}
		lead["contacts"] = self.contacts(lead, received, lost_on)
		lead["lost_on"] = max([lost_on, *(contact["contacted_on"] for contact in lead["contacts"])])
		self.leads.append(lead)

	def follow_up(self) -> None:
		"""An open lead whose next contact is due between some days ago and its grade's interval from now."""
		rng = self.rng
		outlet, grade = one(rng, SELLING, (0.55, 0.45)), self.grade()
		interval = self.intervals[grade]
		due_in = (
			int(rng.integers(-5, 0))
			if rng.random() < 0.16
			else int(rng.integers(0, interval))
			if rng.random() < 0.8
			else 0
		)
		last_day = self.today + timedelta(days=min(due_in, interval - 1) - interval)
		count = int(rng.integers(1, 5))
		received = self.moment(last_day - timedelta(days=int(interval * (count - 1) * rng.uniform(0.8, 1.2))))
		customer = self.known_customer(outlet)
		lead = self.lead(outlet, customer, received, self.model(), grade) | {"status": "Open"}
		lead["contacts"] = self.contacts(lead, received, self.moment(last_day, earliest=received))
		if lead["contacts"] and rng.random() < 0.3:
			lead["contacts"][-1]["next_contact_on"] = max(
				self.today + timedelta(days=due_in), lead["contacts"][-1]["contacted_on"].date()
			)
		self.leads.append(lead)

	def receive(self) -> None:
		"""A lead of yesterday evening or this morning that nobody has called yet."""
		rng = self.rng
		outlet = one(rng, SELLING)
		received = datetime.combine(self.today - timedelta(days=1), time(17)) + timedelta(
			minutes=int(rng.integers(0, 300))
		)
		lead = self.lead(outlet, None, received, self.model(), one(rng, ("A", "B"))) | {
			"status": "Open",
			"contacts": [],
		}
		if rng.random() < 0.5:
			lead["sales_consultant"] = None
		self.leads.append(lead)

	# Parts of a lead

	def lead(self, outlet: str, customer: str | None, received: datetime, model: str, grade: str) -> dict:
		rng = self.rng
		person = self.customers.loc[customer] if customer else None
		price = self.models[model]["guide_price"]
		name, phone = (person["customer_name"], self.phones[customer]) if customer else self.stranger()
		consultant = self.carers.consultants[outlet][customer] if customer else one(rng, self.consultants[outlet])
		is_owner = customer in self.owners
		return {
			"lead_name": name,
			"phone": phone,
			"customer": customer,
			"dealership": outlet,
			"source": person["source"]
			if customer and not is_owner
			else one(rng, list(SOURCES), list(SOURCES.values())),
			"interested_model": model,
			"grade": grade,
			"sales_consultant": None if not customer and rng.random() < UNASSIGNED else consultant,
			"received_on": received,
			"expected_purchase_on": received.date()
			+ timedelta(days=int(BUYS_WITHIN_DAYS[grade] * rng.uniform(0.5, 1.4)) + 1)
			if rng.random() < 0.7
			else None,
			"purpose": (person["purchase_purpose"] if customer else one(rng, ("Home", "Business", ""), (75, 12, 13)))
			or None,
			"budget": float(round(price * rng.uniform(0.88, 1.1), -3)) if rng.random() < 0.65 else 0.0,
			"payment_method": one(rng, list(PAYMENTS), list(PAYMENTS.values())) if rng.random() < 0.6 else None,
			"current_car": one(rng, self.words["current_cars"]) if rng.random() < 0.3 else None,
			"wants_trade_in": int(rng.random() < 0.24),
			"needs": one(rng, self.words["needs"]) if rng.random() < 0.6 else None,
		}

	def contacts(self, lead: dict, received: datetime, last: datetime, closing: list[str] | None = None) -> list[dict]:
		"""The first within the hour where somebody is there, the others spread until `last`, which is the latest."""
		rng, words = self.rng, self.words
		first = received + timedelta(minutes=int(rng.lognormal(3.1, 0.9)) + 2)
		if first.hour >= 20:
			first = datetime.combine(first.date() + timedelta(days=1), time(9)) + timedelta(
				minutes=int(rng.integers(0, 90))
			)
		if first >= last:
			moments = [max(received + timedelta(minutes=3), last)]
		else:
			between = min(int(rng.poisson(2)), (last.date() - first.date()).days)
			days = sorted(distinct(rng, (last.date() - first.date()).days + 1, between).tolist()) if between else []
			moments = [first, *(self.moment(first.date() + timedelta(days=day), earliest=first) for day in days), last]
		moments = sorted({moment for moment in moments if received < moment <= max(last, moments[0])})
		moments = [moment for moment in moments if moment < self.now]
		by = lead["sales_consultant"] or one(rng, self.consultants[lead["dealership"]])
		rows = []
		for number, moment in enumerate(moments):
			texts = (
				closing
				if closing and number == len(moments) - 1
				else words["first_contacts"]
				if number == 0
				else words["later_contacts"]
			)
			rows.append(
				{
					"contacted_on": moment,
					"channel": one(rng, list(CHANNELS), list(CHANNELS.values()))
					if texts is not closing
					else "Showroom Visit",
					"summary": one(rng, texts),
					"next_contact_on": None,
					"contacted_by": by,
				}
			)
		return rows

	def stranger(self) -> tuple[str, str]:
		sex = one(self.rng, ("Male", "Female"), (0.68, 0.32))
		name = person_names(self.rng, np.array([sex], dtype=object), np.array([int(self.rng.integers(1966, 2003))]))[0]
		if self.rng.random() < 0.3:
			name = name[0] + ("先生" if sex == "Male" else "女士")
		return name, f"+86{MOBILE_PREFIX}{next(self.numbers):08d}"

	def prospect(self, outlet: str) -> str:
		return one(self.rng, self.prospects[outlet] or list(self.owners))

	def known_customer(self, outlet: str) -> str | None:
		chance = self.rng.random()
		if chance < 0.25:
			return self.prospect(outlet)
		return one(self.rng, list(self.owners)) if chance < 0.37 else None

	def grade(self) -> str:
		return one(self.rng, list(GRADE_WEIGHTS), list(GRADE_WEIGHTS.values()))

	def model(self) -> str:
		return one(self.rng, list(self.models), [row["weight"] for row in self.models.values()])

	def competitor_for(self, reason: str) -> str | None:
		if reason == "Bought at Another Store":
			return one(self.rng, OTHER_STORES)
		if reason == "Bought Another Brand":
			return one(self.rng, [*self.competitors, "Other Brand"], [4, 3, 2, 2])
		return one(self.rng, self.competitors) if self.rng.random() < 0.1 else None

	def moment(self, day: date, earliest: datetime | None = None) -> datetime:
		"""A minute of the working day, not before `earliest`."""
		moment = datetime.combine(day, time(9)) + timedelta(minutes=int(self.rng.integers(0, 540)))
		return max(moment, earliest + timedelta(minutes=1)) if earliest else moment

	# Frames

	def result(self) -> Leads:
		ordered = sorted(self.leads, key=lambda lead: (lead["received_on"], lead["dealership"], lead["phone"]))
		columns = (
			"external_key",
			"lead_name",
			"phone",
			"customer",
			"dealership",
			"source",
			"interested_model",
			"grade",
			"status",
			"sales_consultant",
			"received_on",
			"first_contacted_on",
			"last_contacted_on",
			"next_contact_on",
			"expected_purchase_on",
			"purpose",
			"budget",
			"payment_method",
			"current_car",
			"wants_trade_in",
			"needs",
			"won_on",
			"lost_on",
			"lost_reason",
			"competitor",
			"lost_note",
			"_car",
		)
		contacts = []
		for number, lead in enumerate(ordered, 1):
			lead["external_key"] = KEY.format(number)
			times = [contact["contacted_on"] for contact in lead["contacts"]]
			lead |= {
				"first_contacted_on": times[0] if times else None,
				"last_contacted_on": times[-1] if times else None,
			}
			lead["next_contact_on"] = self.next_contact(lead)
			contacts += [
				{"parent": lead["external_key"], "idx": idx, **contact}
				for idx, contact in enumerate(lead["contacts"], 1)
			]
		rows = [tuple(lead.get(column) for column in columns) for lead in ordered]
		return Leads(pd.DataFrame(rows, columns=columns, dtype=object), pd.DataFrame(contacts, dtype=object))

	def next_contact(self, lead: dict) -> date | None:
		"""As the lead's controller has it: what was agreed at the last contact, else the grade's interval after it."""
		if lead["status"] != "Open":
			return None
		last = lead["contacts"][-1] if lead["contacts"] else None
		if last and last["next_contact_on"]:
			return last["next_contact_on"]
		since = (last["contacted_on"] if last else lead["received_on"]).date()
		return since + timedelta(days=self.intervals[lead["grade"]])
