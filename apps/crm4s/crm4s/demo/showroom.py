"""Visits to the showrooms of eighteen months, who is there at this moment, the line of consultants, and what was advised. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

import pandas as pd

from crm4s.demo.chance import one, stream
from crm4s.demo.group import SELLING, Person, users_of
from crm4s.demo.leads import Leads
from crm4s.demo.opening import Calendar
from crm4s.demo.vehicles import HISTORY_DAYS
from crm4s.identifiers.masking import mask_phone

TOPIC = 7
KEY = "demo:showroom-{:05d}"
# At scale 1: visitors who left no name, beside those of the leads.
UNKNOWN, ADVICES = 900, 36
PURPOSES = {"Look at Cars": 62, "Test Drive": 16, "Negotiate": 14, "Accompany or Other": 8}
PURPOSE_OF_STATUS = {"Won": {"Negotiate": 45, "Test Drive": 30, "Look at Cars": 25}}
RESULTS = {"Still Comparing": 40, "Comes Again": 30, "Quotation Given": 22, "No Interest": 8}
PARTY_SIZES = {1: 38, 2: 40, 3: 16, 4: 6}
# Minutes ago at which those came who are in the showroom now; None: nobody has been asked yet.
WAITING_NOW = ((3, None), (14, None), (6, "asked"))
SERVED_NOW = (48, 22)
NEEDS = (
	{"seats": 5, "purpose": "Home", "driving": "In the City", "yearly_km": 12000, "home_charging": "Yes", "energy_preference": "Plug-In or Electric"},
	{"seats": 7, "purpose": "Home", "driving": "Both", "yearly_km": 15000, "energy_preference": "Hybrid", "body_type": "MPV"},
	{"seats": 5, "purpose": "Home", "driving": "Long Distance", "yearly_km": 30000, "home_charging": "No", "body_type": "SUV"},
	{"seats": 5, "purpose": "Business", "driving": "Both", "yearly_km": 22000, "energy_preference": "Hybrid", "body_type": "Sedan"},
	{"seats": 5, "purpose": "Home", "driving": "In the City", "yearly_km": 8000, "home_charging": "No"},
)


@dataclass(frozen=True)
class Showroom:
	"""`visits` one row a visit with the keys of lead and customer, `line` one row a consultant who is here today, `advices` needs of leads."""

	visits: pd.DataFrame
	line: pd.DataFrame
	advices: pd.DataFrame


def make_showroom(seed: int, scale: float, now: datetime, leads: Leads, staff: list[Person]) -> Showroom:
	"""About 2,000 visits at scale 1, none later than `now`."""
	return _Showroom(seed, scale, now, leads, staff).result()


class _Showroom:
	def __init__(self, seed: int, scale: float, now: datetime, leads: Leads, staff: list[Person]):
		self.rng, self.scale, self.now, self.leads = stream(seed, TOPIC), scale, now, leads
		self.consultants = {outlet: users_of(staff, "Sales Consultant", outlet) for outlet in SELLING}
		self.receptionists = {outlet: users_of(staff, "Receptionist", outlet) for outlet in SELLING}

	def result(self) -> Showroom:
		here = [visit for outlet in SELLING for visit in self.here_now(outlet)]
		visits = pd.DataFrame([*self.of_leads(), *self.unknown(), *here], dtype=object).sort_values("arrived_on", kind="stable")
		visits.insert(0, "key", [KEY.format(number) for number in range(1, len(visits) + 1)])
		visits["visit_order"] = _orders(visits)
		visits["masked_phone"] = [mask_phone(phone) if phone else None for phone in visits["phone"]]
		return Showroom(visits.astype(object).where(visits.notna(), None), self.line(here), self.advices())

	# Visits

	def of_leads(self) -> Iterator[dict]:
		"""One for each contact that took place in the showroom; the contact was noted when the visitor left."""
		by_key = {lead["external_key"]: lead for lead in self.leads.leads.to_dict("records")}
		contacts = self.leads.contacts
		for contact in contacts.loc[contacts["channel"] == "Showroom Visit"].to_dict("records"):
			lead, left = by_key[contact["parent"]], contact["contacted_on"]
			arrived = left - timedelta(minutes=int(self.rng.integers(25, 120)))
			purposes = PURPOSE_OF_STATUS.get(lead["status"], PURPOSES)
			yield {
				**self.visit(lead["dealership"], arrived, left, contact["contacted_by"]),
				**{field: lead[field] for field in ("phone", "customer", "interested_model")},
				"lead": lead["external_key"],
				"visitor_name": lead["lead_name"],
				"purpose": one(self.rng, list(purposes), list(purposes.values())),
				"result": "Ordered" if lead["status"] == "Won" and left == lead["won_on"] else self.result_of_visit(),
			}

	def unknown(self) -> Iterator[dict]:
		"""Who looked around without leaving a name."""
		today = self.now.date()
		calendar = Calendar("4S Store", today - timedelta(days=HISTORY_DAYS), today)
		for _ in range(max(1, round(UNKNOWN * self.scale))):
			day = today - timedelta(days=int(self.rng.integers(1, HISTORY_DAYS)))
			if not calendar.is_open(day):
				continue
			outlet = one(self.rng, SELLING, (0.55, 0.45))
			arrived = calendar.arrival(day, self.rng.random())
			left = arrived + timedelta(minutes=int(self.rng.integers(5, 50)))
			is_served = self.rng.random() < 0.85
			yield {
				**self.visit(outlet, arrived, left, one(self.rng, self.consultants[outlet]) if is_served else None),
				"purpose": one(self.rng, list(PURPOSES), list(PURPOSES.values())),
				"result": self.result_of_visit() if is_served else "Left Without Being Served",
			}

	def here_now(self, outlet: str) -> Iterator[dict]:
		"""Two wait, one was handed over, two are with their consultants."""
		consultants = iter(self.consultants[outlet])
		open_leads = self.leads.leads.loc[(self.leads.leads["dealership"] == outlet) & (self.leads.leads["status"] == "Open")]
		people = iter(open_leads.to_dict("records")[-6:])
		for minutes, asked in WAITING_NOW:
			visit = self.visit(outlet, self.ago(minutes), None, None) | self.known(next(people, None) if minutes > 5 else None)
			if asked:
				visit |= {"sales_consultant": next(consultants), "offered_on": self.ago(2), "place_in_line": self.ago(30)}
			yield visit | {"purpose": "Look at Cars"}
		for minutes in SERVED_NOW:
			taken = self.ago(minutes - 3)
			yield {
				**self.visit(outlet, self.ago(minutes), None, next(consultants)),
				**self.known(next(people, None)),
				"status": "With Consultant",
				"offered_on": taken,
				"taken_on": taken,
				"waiting_minutes": _minutes(self.ago(minutes), taken),
				"place_in_line": self.ago(90),
				"purpose": "Test Drive",
			}

	def visit(self, outlet: str, arrived: datetime, left: datetime | None, consultant: str | None) -> dict:
		"""What every visit has; one that has ended was taken after some minutes, more than the standard at times."""
		taken = left and consultant and min(arrived + timedelta(minutes=int(self.rng.lognormal(0.9, 0.8))), left)
		return {
			**dict.fromkeys(("phone", "customer", "lead", "visitor_name", "interested_model", "place_in_line", "result")),
			"dealership": outlet,
			"party_size": one(self.rng, list(PARTY_SIZES), list(PARTY_SIZES.values())),
			"status": "Gone" if left else "Waiting for Consultant",
			"sales_consultant": consultant,
			"received_by": one(self.rng, self.receptionists[outlet]),
			"arrived_on": arrived,
			"offered_on": taken or None,
			"taken_on": taken or None,
			"left_on": left,
			"waiting_minutes": _minutes(arrived, taken or left) if left else 0,
			"duration_minutes": _minutes(arrived, left) if left else 0,
		}

	def known(self, lead: dict | None) -> dict:
		if not lead:
			return {"interested_model": None}
		return {
			**{field: lead[field] for field in ("phone", "customer", "interested_model")},
			"lead": lead["external_key"],
			"visitor_name": lead["lead_name"],
		}

	def result_of_visit(self) -> str | None:
		return one(self.rng, list(RESULTS), list(RESULTS.values())) if self.rng.random() < 0.7 else None

	# The line, advices

	def line(self, here: list[dict]) -> pd.DataFrame:
		"""Whoever has a visitor serves; the others stand in line since this morning, the last of each store has not come."""
		serving = {visit["sales_consultant"] for visit in here}
		rows = [
			{
				"dealership": outlet,
				"user": user,
				"state": "Serving" if user in serving else "In Line",
				"since": self.ago(35 + 11 * position),
			}
			for outlet in SELLING
			for position, user in enumerate(self.consultants[outlet][:-1])
		]
		return pd.DataFrame(rows, dtype=object)

	def advices(self) -> pd.DataFrame:
		"""Needs of some leads; the models follow from the suggestions when they are written."""
		open_leads = self.leads.leads.loc[self.leads.leads["status"] == "Open"].to_dict("records")
		count = min(len(open_leads), max(1, round(ADVICES * self.scale)))
		chosen = [open_leads[index] for index in self.rng.choice(len(open_leads), size=count, replace=False)]
		rows = [
			{
				**one(self.rng, NEEDS),
				"dealership": lead["dealership"],
				"lead": lead["external_key"],
				"customer": lead["customer"],
				"person_name": lead["lead_name"],
				"budget_to": lead["budget"],
				"advised_by": lead["sales_consultant"] or self.consultants[lead["dealership"]][0],
				"advised_on": lead["received_on"].date(),
			}
			for lead in chosen
		]
		frame = pd.DataFrame(rows, dtype=object)
		return frame.where(frame.notna(), None)

	def ago(self, minutes: int) -> datetime:
		"""So many minutes ago, but not yesterday: the line and the board begin anew at midnight."""
		return max(self.now - timedelta(minutes=minutes), datetime.combine(self.now.date(), time(0)))


def _minutes(start: datetime, end: datetime) -> int:
	return int((end - start).total_seconds() // 60)


def _orders(visits: pd.DataFrame) -> list[str | None]:
	"""First Visit or Came Again by lead, phone or customer in the store, as the visit's controller has it; None for the unknown."""
	seen: dict[tuple, datetime] = {}
	orders = []
	for visit in visits.to_dict("records"):
		who = [(visit["dealership"], field, visit[field]) for field in ("phone", "lead", "customer") if visit[field]]
		came_before = any(key in seen and seen[key] < visit["arrived_on"] for key in who)
		orders.append(("Came Again" if came_before else "First Visit") if who else None)
		for key in who:
			seen.setdefault(key, visit["arrived_on"])
	return orders
