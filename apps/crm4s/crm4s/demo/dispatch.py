"""Rescues and home services: how each visit of that kind came about, and what is under way right now. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import cos, pi, radians, sin

import pandas as pd

from crm4s.demo.chance import one, stream
from crm4s.demo.group import OUTLETS, Person, nodes, users_of
from crm4s.demo.people import People
from crm4s.demo.standards import table
from crm4s.demo.vehicles import Vehicles
from crm4s.demo.visits import Visits

TOPIC = 17
KEY = "demo:dispatch-{:05d}"
RESCUE, HOME_SERVICE = "Rescue", "Home Service"
# What the customer says → what the trouble is called.
TROUBLES = {"拖车": "Towing", "搭电": "Flat Battery", "蓄电池": "Flat Battery", "胎": "Flat Tyre", "油": "Out of Fuel", "充电": "Out of Charge", "锁": "Locked Out", "事故": "Accident", "追尾": "Accident", "水温": "Overheated"}
OTHER = "Does Not Start"
FARTHEST_KM, KM_OF_A_DEGREE = 18, 111.2
TEAMS = {"1号救援车": 0.0, "2号拖车": 3.5}
FEES = ("item_kind", "part", "item_name", "quantity", "unit_price", "discount_amount", "payer")
# Right now, at each store: status → minutes since the call, and of the steps before it.
UNDER_WAY = {
	"Called": ("Flat Battery", "早上打不着火，昨晚忘关灯", 4, None, None, None),
	"Dispatched": ("Flat Tyre", "右后轮漏气，没有备胎", 11, 4, None, None),
	"On the Way": ("Locked Out", "钥匙锁在车里", 31, 5, 9, None),
	"On Site": ("Accident", "被追尾，前杠漏水", 48, 3, 6, 33),
}
WORDS = ("停车场B2层", "路口辅道", "小区地下车库", "加油站旁", "高架下桥口")


@dataclass(frozen=True)
class Dispatch:
	"""`orders` one row each by `key`, with the key of its visit in `service_visit` and of its team in `team`; `fees` name it in `parent`."""

	teams: list[dict]
	orders: pd.DataFrame
	fees: pd.DataFrame


def make_dispatch(seed: int, now: datetime, people: People, vehicles: Vehicles, visits: Visits, staff: list[Person]) -> Dispatch:
	"""An order for each visit that was a rescue or a home service, and those of this moment in the stores that have teams."""
	return _Road(seed, now, people, vehicles, visits, staff).make()


class _Road:
	def __init__(self, seed: int, now: datetime, people: People, vehicles: Vehicles, visits: Visits, staff: list[Person]):
		self.rng, self.now, self.staff, self.visits = stream(seed, TOPIC), now, staff, visits
		self.places = {node["dealership_code"]: (node["latitude"], node["longitude"], node["city"]) for node in nodes() if node.get("latitude")}
		self.names = dict(zip(people.customers["external_key"], people.customers["customer_name"], strict=True))
		self.homes = {row["external_key"]: "".join(row[field] for field in ("city", "district", "address_line") if isinstance(row[field], str)) for row in people.customers.to_dict("records")}
		own = people.phones.loc[people.phones["is_primary"] == 1]
		self.phones = dict(zip(own["parent"], own["phone"], strict=True))
		self.plates = dict(zip(vehicles.cars["external_key"], vehicles.cars["plate_number"], strict=True))
		self.orders: list[dict] = []

	def make(self) -> Dispatch:
		rows = self.visits.visits.to_dict("records")
		for visit in rows:
			if visit["visit_kind"] in (RESCUE, HOME_SERVICE) and visit["status"] != "Cancelled" and visit["customer"] in self.phones:
				self.remember(visit)
		for outlet in OUTLETS:
			self.add_under_way(outlet, rows)
		keys = {order["service_visit"]: order["key"] for order in self.orders if order["service_visit"]}
		items = self.visits.items.loc[self.visits.items["parent"].isin(keys)]
		fees = items.assign(parent=items["parent"].map(keys))[["parent", "idx", *FEES]]
		return Dispatch(self.teams(), pd.DataFrame(self.orders, dtype=object), fees)

	def teams(self) -> list[dict]:
		found = []
		for outlet in OUTLETS:
			latitude, longitude, _city = self.places[outlet]
			technicians = users_of(self.staff, "Technician", outlet)
			for number, (name, km) in enumerate(TEAMS.items()):
				members = [{"user": user} for user in technicians[number : number + 1]]
				place = {"home_latitude": round(latitude + km / KM_OF_A_DEGREE, 6), "home_longitude": longitude}
				found.append({"key": self.team(outlet, name), "kind": "Rescue Team", "resource_name": name, "dealership": outlet, "members": members, **place})
		return found

	def team(self, outlet: str, name: str) -> str:
		return f"{outlet}:{name}"

	def add(self, **values) -> None:
		latitude, longitude, _city = self.places[values["dealership"]]
		away, angle = self.rng.random() ** 0.5 * FARTHEST_KM / KM_OF_A_DEGREE, self.rng.random() * 2 * pi
		self.orders.append(
			{
				**{"key": KEY.format(len(self.orders) + 1), "service_visit": None, "planned_from": None, "departed_on": None, "arrived_on": None, "ended_on": None},
				**{"dispatched_on": None, "team": None, "agreed_on": None, "service_advisor": None, "odometer": 0},
				**{"latitude": round(latitude + away * sin(angle), 6), "longitude": round(longitude + away * cos(angle) / cos(radians(latitude)), 6)},
				"plate_number": self.plates[values["vehicle"]],
				"contact_name": self.names[values["customer"]],
				"contact_phone": self.phones[values["customer"]],
				"payer": "Customer",
				**values,
			}
		)

	def remember(self, visit: Mapping) -> None:
		"""How the team came to the car of a visit of before."""
		arrived, is_rescue = visit["arrived_on"], visit["visit_kind"] == RESCUE
		to_be_there = int(self.rng.gamma(6, 6)) + 12
		sent, left = 1 + int(self.rng.integers(0, min(8, to_be_there - 8))), int(self.rng.integers(1, 6))
		# Most teams are there before the time.
		planned = None if is_rescue else arrived.replace(minute=arrived.minute // 15 * 15) + timedelta(minutes=15 * int(self.rng.random() < 0.7))
		planned = planned and min(planned, self.now)
		called = arrived - timedelta(minutes=to_be_there) if is_rescue else arrived - timedelta(days=int(self.rng.integers(1, 4)), minutes=to_be_there)
		dispatched = called + timedelta(minutes=sent) if is_rescue else arrived - timedelta(minutes=45)
		last = self.now if visit["status"] == "Open" else visit["settled_on"]
		ended = min(arrived + timedelta(minutes=int(self.rng.gamma(4, 7)) + 5), last)
		outlet = visit["dealership"]
		self.add(
			kind=visit["visit_kind"],
			status="Solved",
			dealership=outlet,
			customer=visit["customer"],
			vehicle=visit["vehicle"],
			service_visit=visit["external_key"],
			service_advisor=visit["service_advisor"],
			trouble=trouble_of(visit["concern"]) if is_rescue else None,
			concern=visit["concern"],
			address=self.somewhere(outlet) if is_rescue else self.homes[visit["customer"]] or self.somewhere(outlet),
			called_on=called,
			planned_from=planned,
			dispatched_on=dispatched,
			departed_on=dispatched + timedelta(minutes=left),
			arrived_on=arrived,
			ended_on=ended,
			agreed_on=ended,
			odometer=visit["odometer"],
			team=self.team(outlet, one(self.rng, list(TEAMS))),
		)

	def add_under_way(self, outlet: str, rows: list[dict]) -> None:
		"""Of each step one, as far as the store has teams for it: whoever waits needs none, and a team is on one order."""
		cars = [row for row in rows if row["dealership"] == outlet and row["status"] == "Settled" and row["customer"] in self.phones and row["vehicle"]]
		teams = [self.team(outlet, name) for name in TEAMS]
		wanted = ("Called", "On the Way", "On Site") if outlet == OUTLETS[0] else ("Called", "Dispatched")
		for status in wanted if cars else ():
			trouble, concern, called, sent, left, there = UNDER_WAY[status]
			car = one(self.rng, cars)
			begun = self.now - timedelta(minutes=called)
			after = {field: begun + timedelta(minutes=minutes) for field, minutes in (("dispatched_on", sent), ("departed_on", left), ("arrived_on", there)) if minutes}
			self.add(
				kind=RESCUE,
				status=status,
				dealership=outlet,
				customer=car["customer"],
				vehicle=car["vehicle"],
				service_advisor=car["service_advisor"],
				trouble=trouble,
				concern=concern,
				address=self.somewhere(outlet),
				called_on=begun,
				team=teams.pop() if sent else None,
				**after,
			)

	def somewhere(self, outlet: str) -> str:
		street = one(self.rng, table("places")["streets"])
		return f"{self.places[outlet][2]}{street}{int(self.rng.integers(1, 2000))}号{one(self.rng, WORDS)}"


def trouble_of(concern: str | None) -> str:
	return next((trouble for word, trouble in TROUBLES.items() if word in (concern or "")), OTHER)
