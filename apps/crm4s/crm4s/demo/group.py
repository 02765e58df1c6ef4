"""The small tables of the demo group as documents: nodes, brands, models, options, parts, staff. Pure, nothing is drawn.

All names are invented. The cities, their districts and streets do not exist; the province does. Land lines have subscriber
numbers that begin with 0, which no Chinese exchange gives out.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np

from crm4s.demo.chance import one, shares, stream
from crm4s.demo.names import GIVEN_NAMES, SURNAME_WEIGHTS, SURNAMES
from crm4s.demo.standards import table

GROUP = "QL"
OUTLETS = ("QL-YT1", "QL-LJ1", "QL-QH1")
SELLING = ("QL-YT1", "QL-LJ1")
DOMAIN = "demo.example"
STAFF_TOPIC = 1
# What a role's users are called, short enough to be typed.
HANDLES = {
	"C4S Receptionist": "reception",
	"C4S Sales Consultant": "sales",
	"C4S Sales Manager": "salesmanager",
	"C4S Service Advisor": "advisor",
	"C4S Workshop Manager": "workshop",
	"C4S Technician": "tech",
	"C4S Customer Service Representative": "service",
	"C4S CRM Specialist": "crm",
	"C4S CRM Manager": "crmmanager",
	"C4S Dealer Manager": "dealer",
	"C4S Group Manager": "group",
	"C4S Data Analyst": "analyst",
	"C4S Market Researcher": "research",
	"C4S Auditor": "auditor",
	"C4S Administrator": "admin",
}
WARRANTY_MONTHS, WARRANTY_KM = 36, 100_000
# Fewer in stock than this is a shortage.
REORDER_LEVEL = 4


@dataclass(frozen=True)
class Person:
	"""One member of staff; `node` is where the user's permission stands in the tree."""

	user: str
	name: str
	role: str
	title: str
	node: str


def nodes() -> list[dict]:
	"""The tree from the top, so that each node comes after the one above."""
	hours = table("group")["opening_hours"]
	province = table("places")["province"]
	return [
		{
			"doctype": "C4S Dealership",
			"province": province,
			**node,
			"opening_hours": [
				{"weekday": weekday, "opens": f"{opens}:00", "closes": f"{closes}:00"}
				for weekday, (opens, closes) in hours.get(node.get("outlet_type"), {}).items()
			],
		}
		for node in table("group")["nodes"]
	]


def city_of_outlet(outlet: str) -> str:
	return next(node["city"] for node in table("group")["nodes"] if node["dealership_code"] == outlet)


def brands() -> list[dict]:
	return [
		{"doctype": "C4S Brand", "brand_name": brand["brand_name"], "manufacturer": brand["manufacturer"]}
		for brand in table("group")["brands"]
	]


def competitors() -> list[dict]:
	return [
		{"doctype": "C4S Competitor", "competitor_name": name, "competitor_kind": "Brand", "sequence": 900 + position}
		for position, name in enumerate(table("group")["competitors"])
	]


def models(today: date) -> list[dict]:
	"""The models of three generations with their maintenance plans, the latest on sale; an item's price is labour and parts together."""
	return [
		_model(values, year, is_sold=year == max(generations(today)))
		for year in generations(today)
		for values in table("group")["models"]
	]


def generations(today: date) -> list[int]:
	"""Model years, the latest first; each is built from the year before on."""
	return [today.year - 1, today.year - 4, today.year - 7]


def model_code(base: str, year: int) -> str:
	return f"{base}-{year % 100}"


def _model(values: dict, year: int, is_sold: bool) -> dict:
	given = (
		"brand",
		"series",
		"trim",
		"energy_type",
		"body_type",
		"guide_price",
		"seats",
		"displacement_cc",
		"battery_kwh",
		"range_km",
	)
	unit = (
		"kWh/100km"
		if values["energy_type"] == "Battery Electric"
		else "kg/100km"
		if values["energy_type"] == "Fuel Cell"
		else "L/100km"
	)
	return {
		"doctype": "C4S Vehicle Model",
		**{field: values[field] for field in given if field in values},
		"model_code": model_code(values["model_code"], year),
		"model_year": year,
		"enabled": int(is_sold),
		"invoice_name": f"{values['brand']}牌 {values['vds']}{year % 100}",
		"warranty_months": WARRANTY_MONTHS,
		"warranty_km": WARRANTY_KM,
		"maintenance_plan": [
			{
				"item": item,
				"first_km": first_km,
				"first_months": first_months,
				"every_km": every_km,
				"every_months": every_months,
				"labour_hours": hours,
				"price": plan_price(hours, parts),
			}
			for item, first_km, first_months, every_km, every_months, hours, parts in table("group")["plans"][
				values["plan"]
			]
		],
		"specifications": [
			{"specification_group": "尺寸", "attribute": "长×宽×高", "value": values["length"], "unit": "mm"},
			{"specification_group": "动力", "attribute": "最大功率", "value": values["power"], "unit": "kW"},
			{"specification_group": "能耗", "attribute": "综合能耗", "value": str(values["use"]), "unit": unit},
		],
	}


def plan_price(hours: float, parts: list) -> float:
	prices = part_prices()
	rate = table("group")["labour_price_per_hour"][OUTLETS[0]]
	return round(hours * rate + sum(prices[number] * quantity for number, quantity in parts), 2)


def part_prices() -> dict[str, float]:
	return {row[0]: row[4] for row in table("group")["parts"]}


def options() -> list[dict]:
	return [
		{
			"doctype": "C4S Vehicle Option",
			"option_code": code,
			"option_name": name,
			"option_kind": kind,
			"brand": brand or None,
			"price": price,
		}
		for code, name, kind, brand, price in table("group")["options"]
	]


def parts(seed: int) -> list[dict]:
	"""Parts with what each outlet has of them; a few are short."""
	rng = stream(seed, STAFF_TOPIC + 100)
	return [
		{
			"doctype": "C4S Part",
			"part_number": number,
			"part_name": name,
			"category": category,
			"unit": unit,
			"price": price,
			"cost": cost,
			"availability": [
				{
					"dealership": outlet,
					"quantity": int(rng.poisson(14 if price < 400 else 5)),
					"reorder_level": REORDER_LEVEL if price < 400 else 1,
				}
				for outlet in OUTLETS
			],
		}
		for number, name, category, unit, price, cost in table("group")["parts"]
	]


def staff(seed: int) -> list[Person]:
	"""Everybody who works for the group; users are named after role and place, such as sales1.yt1@demo.example."""
	rng = stream(seed, STAFF_TOPIC)
	people, names = [], set()
	for node, rows in _teams():
		for role, title, count in rows:
			for number in range(1, count + 1):
				place = node.removeprefix(GROUP).strip("-").lower()
				handle = HANDLES[role] + (str(number) if count > 1 else "")
				user = f"{handle}{'.' + place if place else ''}@{DOMAIN}"
				people.append(Person(user, _new_name(rng, names), role, title, node))
	return people


def _teams() -> Iterator[tuple[str, list]]:
	teams = table("group")["staff"]
	for node in table("group")["nodes"]:
		kind = node.get("outlet_type") or (node["node_kind"] if node["node_kind"] == "Group" else None)
		if kind in teams:
			yield node["dealership_code"], teams[kind]


def _new_name(rng: np.random.Generator, taken: set[str]) -> str:
	"""A name that nobody else in the group has."""
	while True:
		name = one(rng, SURNAMES, SURNAME_WEIGHTS) + one(
			rng, GIVEN_NAMES[1 + int(rng.random() < 0.4)][one(rng, ("Male", "Female"))]
		)
		if name not in taken:
			taken.add(name)
			return name


def users_of(people: list[Person], role: str, node: str) -> list[str]:
	return [person.user for person in people if person.role == f"C4S {role}" and person.node == node]


def outlet_counts(total: int, outlets: tuple[str, ...] = OUTLETS) -> list[int]:
	"""`total` divided among the outlets as their customers are."""
	return shares(total, [table("group")["home_share"][outlet] for outlet in outlets])
