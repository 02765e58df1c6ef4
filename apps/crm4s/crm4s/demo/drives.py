"""Test drives of four months and of the coming days, with the cars, routes and bookings that they need. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np
import pandas as pd
from stdnum.cn import ric

from crm4s.calendars.slots import Interval, Needs, widened
from crm4s.demo.chance import one, stream
from crm4s.demo.group import SELLING, Person, users_of
from crm4s.demo.leads import Leads
from crm4s.demo.opening import festival_days
from crm4s.demo.standards import standard, table
from crm4s.demo.vehicles import Vehicles

TOPIC = 9
KEY = "demo:drive-{:05d}"
CARS_OF_STORE = 3
HISTORY_DAYS, AHEAD_DAYS = 120, 3
# Drives begin on the hour from nine to four, all within the opening hours of every day of the week.
HOURS = range(9, 17)
DRIVES_PER_DAY = 4.5
BUFFER_AFTER = 15
OUTCOMES = {"Done": 84, "No-Show": 7, "Cancelled": 9}
LIKELY = {"Very Likely": 20, "Likely": 42, "Undecided": 28, "Unlikely": 10}
CLASSES = {"C1": 82, "C2": 14, "B2": 4}


@dataclass(frozen=True)
class Drives:
	"""`cars` are resources and name their car by key, `routes` are of a store; `drives` name both by position in these tables.

	`ratings` and `bookings` name their drive by its key in `parent`.
	"""

	cars: pd.DataFrame
	routes: pd.DataFrame
	drives: pd.DataFrame
	ratings: pd.DataFrame
	bookings: pd.DataFrame


def make_drives(seed: int, scale: float, now: datetime, vehicles: Vehicles, leads: Leads, staff: list[Person]) -> Drives:
	"""About 400 test drives at scale 1, some of them still to come."""
	return _TestDrives(seed, scale, now, vehicles, leads, staff).make()


class _TestDrives:
	def __init__(self, seed: int, scale: float, now: datetime, vehicles: Vehicles, leads: Leads, staff: list[Person]):
		self.rng, self.scale, self.now = stream(seed, TOPIC), scale, now
		self.words = table("words")
		self.aspects = [row["aspect"] for row in standard("C4S Test Drive Aspect")]
		self.consultants = {outlet: users_of(staff, "Sales Consultant", outlet) for outlet in SELLING}
		self.cars = self.test_drive_cars(vehicles.cars)
		self.routes = [
			{"route_name": name, "dealership": outlet, "kilometres": kilometres, "minutes": minutes, "description": course}
			for outlet in SELLING
			for name, kilometres, minutes, course in self.words["test_drive_routes"]
		]
		self.leads = {outlet: rows.to_dict("records") for outlet, rows in leads.leads.groupby("dealership")}
		self.odometer = [int(self.rng.integers(300, 4000)) for _car in self.cars]
		self.ratings: list[dict] = []
		self.bookings: list[dict] = []

	def test_drive_cars(self, cars: pd.DataFrame) -> list[dict]:
		"""New cars in stock, of different models."""
		models = {row["model_code"]: row for row in table("group")["models"]}
		found = []
		for outlet in SELLING:
			rows = cars.loc[(cars["_status"] == "In Stock") & (cars["dealership"] == outlet) & cars["vin"].notna()]
			for number, (_model, car) in enumerate(rows.drop_duplicates("model").head(CARS_OF_STORE).iterrows(), 1):
				row = models[car["model"].rsplit("-", 1)[0]]
				name = f"试驾{number}号车 {row['brand']}{row['series']}"
				found.append(
					{"vehicle": car["external_key"], "dealership": outlet, "model": car["model"], "resource_name": name}
				)
		return found

	def make(self) -> Drives:
		drives = []
		first = self.now.date() - timedelta(days=HISTORY_DAYS)
		closed = festival_days(first.year, self.now.year + 1)
		for offset in range(HISTORY_DAYS + AHEAD_DAYS + 1):
			day = first + timedelta(days=offset)
			if day not in closed:
				drives += self.drives_of(day)
		for number, drive in enumerate(drives, 1):
			drive["key"] = KEY.format(number)
			self.follow(drive)
		columns = list(dict.fromkeys(column for drive in drives for column in drive))
		return Drives(
			pd.DataFrame(self.cars, dtype=object),
			pd.DataFrame(self.routes, dtype=object),
			pd.DataFrame(drives, columns=columns, dtype=object),
			pd.DataFrame(self.ratings, columns=["parent", "idx", "aspect", "rating"], dtype=object),
			pd.DataFrame(self.bookings, dtype=object),
		)

	def drives_of(self, day: date) -> list[dict]:
		"""Each car takes an hour once."""
		places = [(hour, car) for hour in HOURS for car in range(len(self.cars))]
		wanted = self.rng.poisson(DRIVES_PER_DAY * self.scale * (1.6 if day.weekday() >= 5 else 1.0))
		chosen = self.rng.permutation(len(places))[: min(int(wanted), len(places))]
		moments = sorted((datetime.combine(day, time(places[place][0])), places[place][1]) for place in chosen)
		found = [self.drive(moment, car) for moment, car in moments]
		return [drive for drive in found if drive]

	def drive(self, begins: datetime, car: int) -> dict | None:
		outlet = self.cars[car]["dealership"]
		lead = self.lead_of(outlet, begins)
		if not lead:
			return None
		route = one(self.rng, [number for number, row in enumerate(self.routes) if row["dealership"] == outlet])
		return {
			"driver_name": lead["lead_name"],
			"phone": lead["phone"],
			"lead": lead["external_key"],
			"customer": lead["customer"],
			"dealership": outlet,
			"model": self.cars[car]["model"],
			"resource": car,
			"route": route,
			"planned_from": begins,
			"planned_to": begins + timedelta(minutes=self.routes[route]["minutes"]),
			"sales_consultant": lead["sales_consultant"] or one(self.rng, self.consultants[outlet]),
			"status": self.status(begins),
		}

	def status(self, begins: datetime) -> str:
		"""What began less than an hour ago may still be on its way: it is left out of the past."""
		return one(self.rng, list(OUTCOMES), list(OUTCOMES.values())) if begins + timedelta(hours=1) <= self.now else "Planned"

	def lead_of(self, outlet: str, begins: datetime) -> dict | None:
		"""Somebody who was asking for a car then; what is still to come is planned with open leads."""
		if begins + timedelta(hours=1) > self.now >= begins or outlet not in self.leads:
			return None
		for _attempt in range(30):
			lead = one(self.rng, self.leads[outlet])
			ended = lead["won_on"] or lead["lost_on"]
			if lead["received_on"] < min(begins, self.now) and (not ended or begins + timedelta(hours=1) < ended):
				return lead
		return None

	# What became of it

	def follow(self, drive: dict) -> None:
		if drive["status"] == "Done":
			self.drive_it(drive)
			self.rate(drive)
		elif drive["status"] == "Cancelled":
			drive["cancellation_note"] = one(self.rng, self.words["test_drive_cancellations"])
		self.book(drive)

	def drive_it(self, drive: dict) -> None:
		rng, car = self.rng, drive["resource"]
		started = drive["planned_from"] + timedelta(minutes=int(rng.integers(0, 8)))
		minutes = self.routes[drive["route"]]["minutes"] - int(rng.integers(0, 12))
		self.odometer[car] += int(rng.integers(0, 4))
		out = self.odometer[car]
		self.odometer[car] += round(self.routes[drive["route"]]["kilometres"]) + int(rng.integers(0, 3))
		checked = drive["planned_from"] - timedelta(minutes=int(rng.integers(1, 6)))
		drive |= {
			"licence_number": licence_number(rng),
			"licence_class": one(rng, list(CLASSES), list(CLASSES.values())),
			"licence_valid_until": date(drive["planned_from"].year + int(rng.integers(1, 9)), int(rng.integers(1, 13)), 15),
			"licence_checked": 1,
			"licence_checked_by": drive["sales_consultant"],
			"licence_checked_on": checked,
			"agreement_on_paper": 1,
			"agreement_signed_on": checked,
			"started_on": started,
			"ended_on": started + timedelta(minutes=minutes),
			"odometer_out": out,
			"odometer_in": self.odometer[car],
		}

	def rate(self, drive: dict) -> None:
		rng = self.rng
		if rng.random() < 0.15:
			return
		mood = rng.normal(4.2, 0.6)
		ratings = [int(np.clip(round(mood + rng.normal(0, 0.6)), 1, 5)) for _aspect in self.aspects]
		self.ratings += [
			{"parent": drive["key"], "idx": number, "aspect": aspect, "rating": rating}
			for number, (aspect, rating) in enumerate(zip(self.aspects, ratings, strict=True), 1)
		]
		drive |= {
			"average_rating": round(sum(ratings) / len(ratings), 1),
			"likely_to_buy": one(rng, list(LIKELY), list(LIKELY.values())),
			"feedback": one(rng, self.words["test_drive_comments"]) if rng.random() < 0.6 else None,
			"next_step": one(rng, self.words["test_drive_next_steps"]),
			"next_step_on": drive["planned_from"].date() + timedelta(days=int(rng.integers(1, 6))),
		}

	def book(self, drive: dict) -> None:
		"""As the mechanism leaves it: the rest of a drive that ended early is free, one that did not take place is released."""
		is_released = drive["status"] in ("Cancelled", "No-Show")
		ended = drive.get("ended_on")
		taken = Interval(drive["planned_from"], min(drive["planned_to"], ended) if ended else drive["planned_to"])
		blocked = widened(taken, Needs(after=BUFFER_AFTER))
		self.bookings.append(
			{
				"parent": drive["key"],
				"resource": drive["resource"],
				"dealership": drive["dealership"],
				"kind": "Test-Drive Car",
				"starts_at": taken.starts_at,
				"ends_at": taken.ends_at,
				"blocked_from": blocked.starts_at,
				"blocked_until": blocked.ends_at,
				"status": "Released" if is_released else "Booked",
				"released_on": min(drive["planned_from"], self.now) if is_released else None,
				"purpose": drive["driver_name"],
				"title": f"{self.cars[drive['resource']]['resource_name']} · {drive['driver_name']}",
			}
		)


def licence_number(rng: np.random.Generator) -> str:
	"""The number of an identity card that names a county 99, which no province has."""
	born = date(int(rng.integers(1966, 2004)), int(rng.integers(1, 13)), int(rng.integers(1, 29)))
	body = f"3399{int(rng.integers(1, 30)):02d}{born:%Y%m%d}{int(rng.integers(0, 999)):03d}"
	return body + ric.calc_check_digit(body + "0")
