"""Customers whom a store may lose: their cars have not come for long. Pure."""

from datetime import datetime, timedelta

import pandas as pd

from crm4s.demo.chance import one, stream
from crm4s.demo.group import Person, users_of
from crm4s.demo.people import People
from crm4s.demo.standards import table
from crm4s.demo.vehicles import Vehicles
from crm4s.demo.visits import Visits

TOPIC = 11
CASES, LONG_AGO_DAYS = 40, 200
OUTCOMES = {"Open": 6, "Won Back": 3, "Ended": 1}


def make_retention(
	seed: int, scale: float, now: datetime, people: People, vehicles: Vehicles, visits: Visits, staff: list[Person]
) -> pd.DataFrame:
	"""One row a case, `key` first; `_steps` is how far along its process an open one is."""
	rng, words = stream(seed, TOPIC), table("words")["retention"]
	names = dict(zip(people.customers["external_key"], people.customers["customer_name"], strict=True))
	plates = dict(zip(vehicles.cars["external_key"], vehicles.cars["plate_number"], strict=True))
	rows = []
	for visit in _last_visits(visits.visits, now)[: max(3, round(CASES * scale))]:
		handlers = users_of(staff, "CRM Specialist", visit["dealership"]) or users_of(staff, "Customer Service Representative", visit["dealership"])
		opened = now - timedelta(days=int(rng.integers(1, 60)), minutes=int(rng.integers(0, 400)))
		status = one(rng, list(OUTCOMES), list(OUTCOMES.values()))
		row = {
			"title": " · ".join(part for part in (names[visit["customer"]], plates[visit["vehicle"]]) if part),
			"customer": visit["customer"],
			"vehicle": visit["vehicle"],
			"dealership": visit["dealership"],
			"reason": "No Visit for Long",
			"opened_on": opened,
			"creation": opened,
			"status": status,
			"owner_role": "C4S CRM Specialist",
			"handler": one(rng, handlers) if handlers else None,
			"care_plan": one(rng, words["plans"]),
			"objections": one(rng, words["objections"]) if rng.random() < 0.6 else None,
			"next_contact_on": now.date() + timedelta(days=int(rng.integers(-2, 8))) if status == "Open" else None,
			"outcome": None if status == "Open" else one(rng, words["outcomes"][status]),
			"won_back_on": opened + timedelta(hours=20) if status == "Won Back" else None,
			"ended_on": opened + timedelta(hours=20) if status == "Ended" else None,
			"_steps": int(rng.integers(0, 5)),
		}
		rows.append(row)
	frame = pd.DataFrame(rows, dtype=object)
	frame.insert(0, "key", [f"demo:retention-{number:04d}" for number in range(1, len(frame) + 1)])
	return frame


def _last_visits(visits: pd.DataFrame, now: datetime) -> list[dict]:
	"""The latest visit of each customer who came last so long ago, the most recent first."""
	settled = visits.loc[(visits["status"] == "Settled") & visits["vehicle"].notna()].sort_values("settled_on")
	last = settled.drop_duplicates("customer", keep="last")
	return last.loc[last["settled_on"] < now - timedelta(days=LONG_AGO_DAYS)].iloc[::-1].to_dict("records")
