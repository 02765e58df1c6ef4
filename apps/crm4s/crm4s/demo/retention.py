"""Customers whom a store may lose: their cars have not come for long. Some came back, by a visit that the demo has. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter

import pandas as pd

from crm4s.demo.chance import one, stream
from crm4s.demo.group import Person, users_of
from crm4s.demo.people import People
from crm4s.demo.standards import table
from crm4s.demo.vehicles import Vehicles
from crm4s.demo.visits import Visits
from crm4s.masked_twins import plate_in_title
from crm4s.value.churn import rhythm

TOPIC = 11
# How many of each there are.
COUNTS = {"Open": 26, "Won Back": 18, "Ended": 16}
LONG_AGO_DAYS, LATELY_DAYS, YEAR = 190, 300, 365
# Times the own rhythm.
DRIFTED = 1.3
REASONS = {"No Visit for Long": 6, "Went to Another Workshop": 2, "Complaint": 1, "Low Satisfaction": 1}
OFFERS = {"Other": 5, "": 2}
# What may be given without approval, as C4S Settings ship it.
LIMIT = 500
SPOKEN, NOT_SPOKEN = ("Reached", "Reached", "Refused"), ("No Answer", "Call Later")


@dataclass(frozen=True)
class Retention:
	"""Cases with `key` first and their rows; `_steps` is how far along its process an open one is, `_last_on` the visit before it was opened."""

	cases: pd.DataFrame
	contacts: pd.DataFrame
	objections: pd.DataFrame


def make_retention(
	seed: int, scale: float, now: datetime, people: People, vehicles: Vehicles, visits: Visits, staff: list[Person]
) -> Retention:
	rng, words = stream(seed, TOPIC), table("words")["retention"]
	names = dict(zip(people.customers["external_key"], people.customers["customer_name"], strict=True))
	plates = dict(zip(vehicles.cars["external_key"], vehicles.cars["plate_number"], strict=True))
	cases, contacts, objections = [], [], []
	for status, visit, back in _cars(visits.visits, now, scale):
		key = f"demo:retention-{len(cases) + 1:04d}"
		opened = _opened(rng, status, visit, back, now)
		handlers = users_of(staff, "CRM Specialist", visit["dealership"]) or users_of(staff, "Customer Service Representative", visit["dealership"])
		handler = one(rng, handlers) if handlers else None
		planned = _contacts(rng, status, key, handler, opened, (back or {}).get("arrived_on") or now, now)
		said = _objections(rng, key, words)
		ended = opened + timedelta(days=int(rng.integers(10, 40)), minutes=int(rng.integers(0, 300))) if status == "Ended" else None
		end_reason = one(rng, list(words["ends"])) if status == "Ended" else None
		open_contact = next((row for row in planned if not row["done_on"]), None)
		cases.append(
			{
				"key": key,
				"title": " · ".join(part for part in (names[visit["customer"]], plate_in_title(plates[visit["vehicle"]])) if part),
				"customer": visit["customer"],
				"vehicle": visit["vehicle"],
				"dealership": visit["dealership"],
				"reason": one(rng, list(REASONS), list(REASONS.values())),
				"opened_on": opened,
				"creation": opened,
				"status": status,
				"owner_role": "C4S CRM Specialist",
				"handler": handler,
				"care_plan": one(rng, words["plans"]),
				**_offer(rng, status, words, opened),
				"objections": "\n".join(row["objection"] for row in said) or None,
				"next_contact_on": open_contact and open_contact["planned_on"],
				"next_contact_by": open_contact and open_contact["who"],
				"outcome": words["ends"].get(end_reason) or (one(rng, words["outcomes"]["Won Back"]) if back else None),
				"end_reason": end_reason,
				"won_back_on": back and back["settled_on"],
				"won_back_visit": back and back["external_key"],
				"ended_on": min(ended, now - timedelta(hours=1)) if ended else None,
				"_steps": int(rng.integers(0, 5)),
				"_last_on": visit["settled_on"].date(),
			}
		)
		contacts += planned
		objections += said
	return Retention(*(pd.DataFrame(rows, dtype=object) for rows in (cases, contacts, objections)))


def _cars(visits: pd.DataFrame, now: datetime, scale: float):
	"""Status, the visit after which the car stayed away, and for one that came back the visit that won it."""
	settled = visits.loc[(visits["status"] == "Settled") & (visits["visit_kind"] == "Workshop") & visits["vehicle"].notna()]
	counts = {status: max(2, round(count * scale)) for status, count in COUNTS.items()}
	back, away = [], []
	rows = settled.sort_values(["vehicle", "settled_on"]).to_dict("records")
	for _vehicle, visits_of_car in groupby(rows, key=itemgetter("vehicle")):
		history = list(visits_of_car)
		if len({visit["customer"] for visit in history}) > 1:
			continue
		if _has_drifted(history, now):
			away.append(history[-1])
		elif len(history) > 1 and history[-1]["arrived_on"] > now - timedelta(days=LATELY_DAYS) and _has_drifted(history[:-1], history[-1]["arrived_on"]):
			back.append((history[-2], history[-1]))
	for before, after in _spread(sorted(back, key=lambda pair: (pair[1]["settled_on"], pair[1]["external_key"])), counts["Won Back"]):
		yield "Won Back", before, after
	away.sort(key=lambda row: (row["settled_on"], row["external_key"]), reverse=True)
	for position, row in enumerate(_spread(away, counts["Open"] + counts["Ended"])):
		yield ("Ended" if position % 2 and position // 2 < counts["Ended"] else "Open"), row, None


def _spread(rows: list, count: int) -> list:
	"""So many of them, from all over the time."""
	return rows[:: max(1, len(rows) // count)][:count]


def _has_drifted(history: list[dict], moment: datetime) -> bool:
	"""Whether the car stayed away for longer than its own rhythm lets expect, and for months."""
	days = [visit["settled_on"].date() for visit in history]
	away = (moment.date() - days[-1]).days
	return away > max(LONG_AGO_DAYS, DRIFTED * rhythm(days, None, YEAR))


def _opened(rng, status: str, visit: dict, back: dict | None, now: datetime) -> datetime:
	minutes = timedelta(minutes=int(rng.integers(0, 400)))
	if back:
		return back["arrived_on"] - timedelta(days=int(rng.integers(3, 25))) - minutes
	days = int(rng.integers(45, 200)) if status == "Ended" else int(rng.integers(1, 40))
	return max(now - timedelta(days=days) - minutes, visit["settled_on"] + timedelta(days=120))


def _contacts(rng, status: str, key: str, who: str | None, opened: datetime, until: datetime, now: datetime) -> list[dict]:
	"""The plan: what was done until the case ended or now, and for an open one what comes next."""
	rows, day = [], opened.date()
	for number in range(int(rng.integers(1, 4))):
		done = day + timedelta(days=int(rng.integers(0, 3)))
		if done >= min(until, now).date():
			break
		outcome = one(rng, SPOKEN if number or rng.random() < 0.6 else NOT_SPOKEN)
		rows.append(_contact(key, len(rows) + 1, day, who, one(rng, ["Phone", "Phone", "WeChat"]), done, outcome))
		day = done + timedelta(days=int(rng.integers(2, 8)))
	if status == "Open":
		rows.append(_contact(key, len(rows) + 1, now.date() + timedelta(days=int(rng.integers(-1, 7))), who, "Phone", None, None))
	return rows


def _contact(key: str, idx: int, planned_on, who, channel: str, done_on, outcome) -> dict:
	return {"parent": key, "idx": idx, "planned_on": planned_on, "who": who, "channel": channel, "done_on": done_on, "outcome": outcome}


def _objections(rng, key: str, words: dict) -> list[dict]:
	if rng.random() < 0.4:
		return []
	place = int(rng.integers(len(words["objections"])))
	return [{"parent": key, "idx": 1, "objection": words["objections"][place], "answer": words["answers"][place], "settled": int(rng.random() < 0.5)}]


def _offer(rng, status: str, words: dict, opened: datetime) -> dict:
	kind = one(rng, list(OFFERS), list(OFFERS.values())) or None
	cost = int(rng.integers(4, 32)) * 25 if kind else 0
	approval = None if not kind else "Not Needed" if cost <= LIMIT else "To Be Approved" if status == "Open" else "Approved by Manager"
	given = status == "Won Back" and kind
	return {
		"offer_kind": kind,
		"offer_text": one(rng, words["offers"]) if kind else None,
		"offer_cost": float(cost),
		"offer_approval": approval,
		"offer_given_on": opened + timedelta(days=1) if given else None,
	}
