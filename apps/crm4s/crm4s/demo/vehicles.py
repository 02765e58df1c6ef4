"""Cars of the demo group: stock, cars sold in the last 18 months, older cars in use, used cars; with owners and the stock log.

Pure. Nobody's car is meant: the VINs name makers (L0…) that no register lists, plates an office letter that the province has
not given out.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np
import pandas as pd

from crm4s.demo.chance import distinct, one, pick, stream
from crm4s.demo.group import OUTLETS, SELLING, WARRANTY_KM, generations, model_code
from crm4s.demo.opening import festival_days
from crm4s.demo.people import People
from crm4s.demo.standards import table
from crm4s.identifiers.vin import vin_check_digit
from crm4s.value.maintenance import add_months

TOPIC = 3
KEY = "demo:vehicle-{:05d}"
HISTORY_DAYS = 548
OLDEST_YEARS = 7
# How many at scale 1. Those delivered within the history bring the whole way from order to use; used cars that went through the
# store's hands bring trade-in, reconditioning and resale.
SOLD_LATELY = 500
STOCK = {"Ordered": 30, "In Transit": 22, "In Stock": 50, "Allocated": 20}
USED_STOCK = {"Traded In": 3, "In Reconditioning": 4, "Used Stock": 9}
SECOND_OWNERS, RESOLD_BY_STORE = 150, 40
# Share of private owners who have two cars.
TWO_CARS = 0.11
KILOMETRES_PER_DAY = {"Home": 34, "Business": 52, "Commercial": 150}
PLATE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
PURE_ELECTRIC, PLUGGED_IN = ("Battery Electric",), ("Plug-in Hybrid", "Range Extender", "Fuel Cell")
MODEL_YEAR_SIGNS = "ABCDEFGHJKLMNPRSTVWXY123456789"
# Cars are sold most before the Spring Festival and at the end of the year.
SALES_BY_MONTH = (1.25, 0.7, 0.95, 0.9, 0.95, 1.0, 0.9, 0.95, 1.1, 1.1, 1.1, 1.3)


@dataclass(frozen=True)
class Vehicles:
	"""`cars` has one row a car, `external_key` first; `parties` and `options` are child rows with the car's key in `parent`.

	`movements` is the stock log in the order of its times, without the entry rows of cars that were in use before (`_status` of `cars`
	says where the log ends). Columns that begin with an underscore are for the other topics and not stored.
	"""

	cars: pd.DataFrame
	parties: pd.DataFrame
	options: pd.DataFrame
	movements: pd.DataFrame


def make_vehicles(seed: int, scale: float, today: date, people: People) -> Vehicles:
	"""About 2,700 cars at scale 1."""
	rng = stream(seed, TOPIC)
	cars = _cars(rng, scale, people)
	_add_models(rng, cars)
	_add_life(rng, cars, today)
	_add_generation(cars, today)
	_add_identity(rng, cars, today)
	_add_order_and_invoice(rng, cars, today)
	_add_dates_to_watch(rng, cars, today)
	parties = _parties(rng, cars, people)
	return Vehicles(cars, parties, _options(rng, cars), _movements(rng, cars))


# Which cars there are


def _cars(rng, scale: float, people: People) -> pd.DataFrame:
	"""One row a car with owner (empty in stock), home outlet, use and how it came to us."""
	owned = _owned(rng, people)
	lately = _sold_lately(rng, owned, round(SOLD_LATELY * scale))
	owned["_way"] = np.where(lately, "sold", "older")
	older = np.flatnonzero((owned["_way"] == "older") & (owned["_group"] == "owner"))
	second = rng.permutation(older)[: round(SECOND_OWNERS * scale)]
	owned.loc[second, "_way"] = "second"
	owned.loc[second[: max(1, round(RESOLD_BY_STORE * scale))], "_way"] = "resold"
	stock = pd.DataFrame(
		[(status, "stock") for status, count in STOCK.items() for _ in range(max(1, round(count * scale)))]
		+ [(status, "used stock") for status, count in USED_STOCK.items() for _ in range(max(1, round(count * scale)))],
		columns=["_status", "_way"],
	)
	stock["_home"] = pick(rng, SELLING, len(stock), (0.55, 0.45))
	stock["usage"] = ""
	cars = pd.concat([owned, stock], ignore_index=True).astype(object)
	cars["_status"] = cars["_status"].where(cars["_status"].notna(), "In Use")
	cars.insert(0, "external_key", [KEY.format(number) for number in range(1, len(cars) + 1)])
	return cars.where(cars.notna(), None)


def _owned(rng, people: People) -> pd.DataFrame:
	"""A row a car that somebody drives: private owners one or two, organisations their fleet."""
	customers = people.customers
	counts = np.where(
		customers["_group"] == "owner", 1 + (rng.random(len(customers)) < TWO_CARS), customers["fleet_size"]
	).astype(int)
	rows = customers.loc[customers.index.repeat(counts)]
	usage = rows["purchase_purpose"].where(rows["purchase_purpose"] != "", "Home")
	return pd.DataFrame(
		{
			"_owner": rows["external_key"].to_numpy(dtype=object),
			"_group": rows["_group"].to_numpy(dtype=object),
			"_kind": rows["customer_kind"].to_numpy(dtype=object),
			"_home": rows["_home"].to_numpy(dtype=object),
			"usage": usage.to_numpy(dtype=object),
			"_status": None,
		}
	)


def _sold_lately(rng, owned: pd.DataFrame, count: int) -> np.ndarray:
	"""Fleets renew sooner: one of four of their cars, the rest are private; at most one of these cars a private owner."""
	is_candidate = ~((owned["_group"] == "owner") & owned["_owner"].duplicated(keep="last")).to_numpy()
	weights = np.where(owned["_group"] == "fleet", 1.2, 1.0) * is_candidate
	lately = np.zeros(len(owned), dtype=bool)
	lately[
		rng.choice(len(owned), size=min(count, int(is_candidate.sum())), replace=False, p=weights / weights.sum())
	] = True
	return lately


def _add_models(rng, cars: pd.DataFrame) -> None:
	"""Taxis are electric or hybrid saloons, rental fleets mixed, commercial and government cars roomier, private ones by taste."""
	models = table("group")["models"]
	base = np.array([model["weight"] for model in models], dtype=float)
	is_saloon = np.array([model["body_type"] in ("Sedan", "Hatchback") for model in models])
	is_frugal = np.array([model["energy_type"] in ("Battery Electric", "Hybrid") for model in models])
	is_load = np.array([model["body_type"] in ("Van", "Pickup", "MPV") for model in models])
	is_fuel_cell = np.array([model["energy_type"] == "Fuel Cell" for model in models])
	private = base * np.where(is_load, 0.6, 1) * ~is_fuel_cell
	weights = {
		"Private": private,
		None: private,
		"Taxi": base * (is_saloon & is_frugal) * ~is_fuel_cell,
		"Rental": base * ~is_fuel_cell,
		"Company": base * np.where(is_load, 3, 1),
		"Government": base * np.where(is_fuel_cell, 12, 1),
		"Distributor": base,
	}
	chosen = np.array([one(rng, range(len(models)), weights[kind]) for kind in cars["_kind"]])
	brands = {brand["brand_name"]: brand["wmi"] for brand in table("group")["brands"]}
	cars["brand"] = [models[i]["brand"] for i in chosen]
	for field in ("model_code", "energy_type", "guide_price", "plan"):
		cars[f"_{field}"] = [models[i][field] for i in chosen]
	cars["_vin_start"] = [brands[models[i]["brand"]] + models[i]["vds"] for i in chosen]
	colours = table("group")
	cars["exterior_colour"] = pick(rng, colours["exterior_colours"], len(cars), (30, 18, 16, 12, 10, 7, 7))
	cars["interior_colour"] = pick(rng, colours["interior_colours"], len(cars), (60, 18, 14, 8))


# When it was built, sold, registered


def _add_life(rng, cars: pd.DataFrame, today: date) -> None:
	"""The day of delivery to the first owner decides all the other days; cars in stock have none yet."""
	size = len(cars)
	age = 1 + rng.beta(1.2, 1.5, size) * (OLDEST_YEARS * 365 - HISTORY_DAYS - 2)
	delivered = [today - timedelta(days=HISTORY_DAYS + int(days)) for days in age]
	lately = iter(_delivery_days(rng, int((cars["_way"] == "sold").sum()), today))
	delivered = [
		next(lately) if way == "sold" else None if way == "stock" else day
		for way, day in zip(cars["_way"], delivered, strict=True)
	]
	cars["delivered_on"] = delivered
	papers = rng.integers(1, 9, size)
	# A car gets its plate some days after delivery, the latest ones have none yet.
	registered = [day and day + timedelta(days=int(days)) for day, days in zip(delivered, papers, strict=True)]
	cars["first_registered_on"] = [day if day and day < today else None for day in registered]
	is_new = [way == "sold" and not day for way, day in zip(cars["_way"], cars["first_registered_on"], strict=True)]
	cars["_status"] = np.where(is_new, "Delivered", cars["_status"])
	cars["entered_as"] = [{"sold": "Ordered", "stock": "Ordered"}.get(way, "In Use") for way in cars["_way"]]
	built = rng.integers(35, 110, size)
	cars["produced_on"] = [
		day - timedelta(days=int(days)) if day else None for day, days in zip(delivered, built, strict=True)
	]
	usage = [use or "Home" for use in cars["usage"]]
	typical = np.array([KILOMETRES_PER_DAY[use] for use in usage]) * np.where(
		cars["_kind"] == "Taxi", 1.6, np.where(cars["_kind"] == "Rental", 0.75, 1)
	)
	cars["_km_per_day"] = np.round(np.clip(typical * rng.lognormal(0, 0.33, size), 6, 330), 2)
	cars["_km_phase"] = np.round(rng.uniform(0, 2 * np.pi, size), 4)
	cars["_first_delivered_on"] = cars["delivered_on"]
	cars["_changed_hands_on"] = _changes_of_hands(rng, cars, today)
	cars["delivered_on"] = [
		changed + timedelta(days=_days_in_trade(way, changed)) if way == "resold" else day
		for way, day, changed in zip(cars["_way"], cars["delivered_on"], cars["_changed_hands_on"], strict=True)
	]


def _add_generation(cars: pd.DataFrame, today: date) -> None:
	"""A model is built from the year before its model year until the next one comes."""
	years = generations(today)
	built = [(day or today).year for day in cars["produced_on"]]
	chosen = [next((year for year in years if year - 1 <= of), years[-1]) for of in built]
	cars["model"] = [model_code(base, year) for base, year in zip(cars["_model_code"], chosen, strict=True)]


def _delivery_days(rng, count: int, today: date) -> list[date]:
	"""Days of the history on which a store is open, more of them in good months, the last three days thinly."""
	days = [today - timedelta(days=offset) for offset in range(1, HISTORY_DAYS)]
	closed = festival_days(days[-1].year, today.year)
	weights = [
		0 if day in closed else SALES_BY_MONTH[day.month - 1] * (1.6 if day.weekday() >= 5 else 1) for day in days
	]
	return sorted(pick(rng, days, count, weights))


def _changes_of_hands(rng, cars: pd.DataFrame, today: date) -> list[date | None]:
	"""When a used car left its first owner: through the store lately, by itself some time after the third year or so."""
	days = []
	for way, delivered in zip(cars["_way"], cars["delivered_on"], strict=True):
		if way == "resold":
			days.append(today - timedelta(days=int(rng.integers(40, HISTORY_DAYS - 60))))
		elif way == "used stock":
			days.append(today - timedelta(days=int(rng.integers(3, 75))))
		elif way == "second":
			span = (today - delivered).days
			days.append(delivered + timedelta(days=int(span * rng.uniform(0.35, 0.9))))
		else:
			days.append(None)
	return days


# Numbers


def _add_identity(rng, cars: pd.DataFrame, today: date) -> None:
	size = len(cars)
	serials = distinct(rng, 900_000, size) + 100_000
	years = [(day or today).year for day in cars["produced_on"]]
	vins = [_vin(start, year, serial) for start, year, serial in zip(cars["_vin_start"], years, serials, strict=True)]
	# A third of the cars on order is not built yet.
	not_built = (cars["_status"] == "Ordered").to_numpy() & (rng.random(size) < 0.35)
	cars["vin"] = np.where(not_built, None, vins)
	is_fuelled = ~cars["_energy_type"].isin((*PURE_ELECTRIC, "Fuel Cell")).to_numpy()
	has_battery = cars["_energy_type"].isin((*PURE_ELECTRIC, *PLUGGED_IN)).to_numpy()
	cars["engine_number"] = np.where(
		is_fuelled & ~not_built, [f"Q{year % 100}{serial}" for year, serial in zip(years, serials, strict=True)], None
	)
	cars["battery_number"] = np.where(
		has_battery & ~not_built,
		[f"B0{year % 100}{serial:07d}" for year, serial in zip(years, serials, strict=True)],
		None,
	)
	cars["conformity_certificate_number"] = np.where(
		not_built, None, [f"HGZ{year}{serial:08d}" for year, serial in zip(years, serials, strict=True)]
	)
	cars["registration_certificate_number"] = [
		f"3399{serial:08d}" if day else None for serial, day in zip(serials, cars["first_registered_on"], strict=True)
	]
	cars["plate_number"] = _plates(rng, cars)


def _vin(start: str, year: int, serial: int) -> str:
	sign = MODEL_YEAR_SIGNS[(year - 1980) % len(MODEL_YEAR_SIGNS)]
	body = f"{start}0{sign}A{serial:06d}"
	return body[:8] + vin_check_digit(body) + body[9:]


def _plates(rng, cars: pd.DataFrame) -> list[str | None]:
	"""A plate of the home city for each registered car; green ones say whether the car is purely electric."""
	office = {outlet: city["plate_office"] for outlet, city in zip(OUTLETS, table("places")["cities"], strict=True)}
	serials = distinct(rng, len(PLATE_LETTERS) * 10_000, len(cars))
	plates = []
	for home, energy, registered, serial in zip(
		cars["_home"], cars["_energy_type"], cars["first_registered_on"], serials, strict=True
	):
		start, letter, number = "浙" + office[home], PLATE_LETTERS[serial // 10_000], serial % 10_000
		if not registered:
			plates.append(None)
		elif energy in PURE_ELECTRIC:
			plates.append(f"{start}D{letter}{number:04d}")
		elif energy in PLUGGED_IN:
			plates.append(f"{start}F{letter}{number:04d}")
		else:
			plates.append(f"{start}{number // 1000}{letter}{number % 1000:03d}")
	return plates


# Order, invoice, dates to watch


def _add_order_and_invoice(rng, cars: pd.DataFrame, today: date) -> None:
	"""What the purchase order and the invoice say; for cars sold before the history began only the invoice."""
	size = len(cars)
	waits = rng.integers(25, 60, size)
	in_yard = rng.integers(3, 70, size)
	rebates = rng.uniform(0.905, 0.99, size)
	columns = (
		"supplier",
		"purchase_order_number",
		"purchase_price",
		"ordered_on",
		"expected_arrival_on",
		"arrived_on",
		"asking_price",
		"stock_location",
		"invoice_number",
		"invoice_date",
		"invoice_price",
		"_allocated_on",
		"_shipped_on",
	)
	rows = []
	for position, car in enumerate(cars.itertuples(index=False)):
		row, sold = dict.fromkeys(columns), _of(car, cars, "_first_delivered_on")
		wait, yard = int(waits[position]), int(in_yard[position])
		if car[cars.columns.get_loc("_way")] in ("sold", "stock"):
			row.update(_order_days(car, cars, today, wait, yard))
			row["supplier"] = f"{car.brand}汽车销售公司（虚构）"
			row["purchase_order_number"] = f"PO{row['ordered_on']:%y%m%d}{position % 1000:03d}"
			row["purchase_price"] = round(_of(car, cars, "_guide_price") * 0.925, 2)
		if sold:
			row["invoice_date"] = sold
			row["invoice_number"] = f"{sold:%Y%m}{position:08d}"
			row["invoice_price"] = float(round(_of(car, cars, "_guide_price") * rebates[position], -2))
		if _of(car, cars, "_way") == "used stock":
			row["arrived_on"] = _of(car, cars, "_changed_hands_on")
			years = (today - sold).days / 365
			row["asking_price"] = float(round(_of(car, cars, "_guide_price") * 0.85 ** (years + 0.5), -2))
		elif _of(car, cars, "_way") == "stock":
			row["asking_price"] = float(round(_of(car, cars, "_guide_price") * 0.965, -2))
			row["stock_location"] = (
				f"{'展厅' if yard < 12 else '库位'}{'ABC'[position % 3]}{yard:02d}" if row["arrived_on"] else None
			)
		rows.append(row)
	frame = pd.DataFrame(rows, columns=columns, dtype=object)
	for column in columns:
		cars[column] = frame[column].where(frame[column].notna(), None).to_numpy(dtype=object)
	cars["produced_on"] = [
		day or (ordered and min(ordered + timedelta(days=9), today) if vin else None)
		for day, ordered, vin in zip(cars["produced_on"], cars["ordered_on"], cars["vin"], strict=True)
	]
	# A car that is sold was built between order and shipment.
	is_sold = (cars["_way"] == "sold").to_numpy()
	cars["produced_on"] = np.where(
		is_sold, [day and day + timedelta(days=6) for day in cars["ordered_on"]], cars["produced_on"]
	)


def _order_days(car, cars: pd.DataFrame, today: date, wait: int, yard: int) -> dict:
	"""Ordered → shipped → arrived → allocated, counted back from the delivery, or for stock from today as far as the car has come."""
	status = _of(car, cars, "_status")
	if car.delivered_on:
		# Handed over two to nine days after somebody bought it; three of ten were bought before they arrived.
		allocated = car.delivered_on - timedelta(days=2 + yard % 8)
		arrived = max(allocated - timedelta(days=max(yard - 20, 0)), car.delivered_on - timedelta(days=yard + 1))
		arrived = min(arrived, allocated)
	elif status == "Ordered":
		ordered = today - timedelta(days=yard % 12 + 1)
		return {"ordered_on": ordered, "expected_arrival_on": ordered + timedelta(days=wait)}
	elif status == "In Transit":
		ordered = today - timedelta(days=wait - yard % 8 - 1)
		return {
			"ordered_on": ordered,
			"_shipped_on": ordered + timedelta(days=15),
			"expected_arrival_on": today + timedelta(days=yard % 9 - 1),
		}
	else:
		arrived = today - timedelta(days=yard + 2)
		allocated = today - timedelta(days=yard % 6 + 1) if status == "Allocated" else None
	ordered = arrived - timedelta(days=wait)
	return {
		"ordered_on": ordered,
		"_shipped_on": ordered + timedelta(days=max(wait - 9, 14)),
		"expected_arrival_on": arrived + timedelta(days=yard % 7 - 3),
		"arrived_on": arrived,
		"_allocated_on": allocated,
	}


def _of(car, cars: pd.DataFrame, column: str):
	"""The value of a column whose name begins with an underscore, which named tuples do not know."""
	return car[cars.columns.get_loc(column)]


def _add_dates_to_watch(rng, cars: pd.DataFrame, today: date) -> None:
	"""Insurance runs from year to year, one in nine went elsewhere; inspection is due every second year; every sixth bought more warranty."""
	insured, extended = rng.random(len(cars)) < 0.89, rng.random(len(cars)) < 0.16
	insurance, inspection, warranty, longer = [], [], [], []
	for day, registered, is_insured, is_extended in zip(
		cars["_first_delivered_on"], cars["first_registered_on"], insured, extended, strict=True
	):
		years = (today - registered).days // 365 if registered else 0
		insurance.append(
			add_months(registered, 12 * (years + 1 if is_insured else max(years, 1))) if registered else None
		)
		inspection.append(add_months(registered, 24 * (years // 2 + 1)) if registered else None)
		warranty.append(add_months(day, 36) if day else None)
		longer.append(add_months(day, 60) if day and is_extended else None)
	cars["insurance_until"], cars["inspection_due_on"] = insurance, inspection
	cars["warranty_until"], cars["extended_warranty_until"] = warranty, longer
	cars["_in_stock_since"] = [
		(arrived if way == "stock" else changed + timedelta(days=2))
		if status in ("In Stock", "Allocated", "Used Stock")
		else None
		for way, status, arrived, changed in zip(
			cars["_way"], cars["_status"], cars["arrived_on"], cars["_changed_hands_on"], strict=True
		)
	]
	cars["warranty_km"] = [WARRANTY_KM if day else 0 for day in warranty]
	cars["dealership"] = cars["_home"]
	lately = cars["_way"] == "sold"
	# The authorised service sells nothing: its customers bought at one of the stores.
	cars["_sold_by"] = np.where(cars["_home"].isin(SELLING), cars["_home"], pick(rng, SELLING, len(cars)))
	cars["dealership"] = np.where(lately & (cars["_status"] == "Delivered"), cars["_sold_by"], cars["dealership"])


# People


def _parties(rng, cars: pd.DataFrame, people: People) -> pd.DataFrame:
	"""Owners one after the other; for fleets also who drives and who pays."""
	drivers = (
		people.customers.loc[people.customers["_group"] == "driver"]
		.groupby("_home")["external_key"]
		.apply(list)
		.to_dict()
	)
	sellers = _first_owners(rng, cars)
	rows = []
	for car in cars.itertuples(index=False):
		way, owner, changed = (_of(car, cars, column) for column in ("_way", "_owner", "_changed_hands_on"))
		if way == "stock":
			continue
		since = _of(car, cars, "_first_delivered_on")
		if way in ("second", "resold", "used stock"):
			rows.append((car.external_key, "Owner", sellers[car.external_key], since, changed))
			since = changed + timedelta(days=_days_in_trade(way, changed))
		if owner:
			rows.append((car.external_key, "Owner", owner, since, None))
		if _of(car, cars, "_kind") in ("Company", "Government"):
			if rng.random() < 0.5 and drivers.get(_of(car, cars, "_home")):
				rows.append((car.external_key, "Driver", one(rng, drivers[_of(car, cars, "_home")]), since, None))
			if rng.random() < 0.4:
				rows.append((car.external_key, "Payer", owner, since, None))
	frame = pd.DataFrame(rows, columns=["parent", "party_role", "customer", "valid_from", "valid_to"], dtype=object)
	frame.insert(1, "idx", frame.groupby("parent").cumcount() + 1)
	return frame


def _days_in_trade(way: str, changed: date) -> int:
	"""How long the store keeps a used car before it is sold on; between two people none."""
	return 12 + changed.day % 20 if way == "resold" else 0


def _first_owners(rng, cars: pd.DataFrame) -> dict[str, str]:
	"""For each used car somebody from the same place whose present car came nearest to the day on which the used one went, nobody twice."""
	used = cars.loc[cars["_way"].isin(["second", "resold", "used stock"])]
	keepers = cars.loc[cars["_way"].isin(["sold", "older"]) & (cars["_group"] == "owner")]
	waiting = {
		home: list(zip(rows["delivered_on"], rows["_owner"], strict=True)) for home, rows in keepers.groupby("_home")
	}
	chosen = {}
	for position in rng.permutation(len(used)):
		key, home, owner, changed = used.iloc[position][["external_key", "_home", "_owner", "_changed_hands_on"]]
		others = [pair for pair in waiting[home] if pair[1] != owner]
		nearest = min(others, key=lambda pair: abs((pair[0] - changed).days))
		chosen[key] = nearest[1]
		if len(others) > 1:
			waiting[home] = [pair for pair in waiting[home] if pair[1] != nearest[1]]
	return chosen


def _options(rng, cars: pd.DataFrame) -> pd.DataFrame:
	"""What was ordered with a car or fitted to it; only what fits its brand."""
	offers = table("group")["options"]
	rows = []
	for key, brand, way in zip(cars["external_key"], cars["brand"], cars["_way"], strict=True):
		if way not in ("sold", "stock") or rng.random() > 0.4:
			continue
		fitting = [offer for offer in offers if offer[3] in ("", brand) and (way == "sold" or offer[2] == "Factory")]
		for idx, position in enumerate(distinct(rng, len(fitting), int(rng.integers(1, min(4, len(fitting)) + 1))), 1):
			code, _name, kind, _brand, price = fitting[position]
			rows.append((key, idx, code, kind, float(price)))
	return pd.DataFrame(rows, columns=["parent", "idx", "option", "option_kind", "price"])


# Stock log


def _movements(rng, cars: pd.DataFrame) -> pd.DataFrame:
	"""Every step of every car in the order of time, each with the status and place that it leads from and to."""
	rows = []
	for car in cars.itertuples(index=False):
		place = _of(car, cars, "_sold_by")
		home = _of(car, cars, "_home")
		for movement, to_status, day, at in _steps(car, cars, place, home):
			rows.append((car.external_key, movement, to_status, day, at))
	frame = pd.DataFrame(rows, columns=["vehicle", "movement", "to_status", "day", "to_dealership"])
	order = frame.groupby("vehicle").cumcount()
	# One hour apart, so that two steps of one day keep their order.
	minutes = rng.integers(0, 55, len(frame))
	frame["moved_on"] = [
		datetime.combine(day, time(9)) + timedelta(hours=int(step), minutes=int(minute))
		for day, step, minute in zip(frame["day"], order, minutes, strict=True)
	]
	frame["from_status"] = frame.groupby("vehicle")["to_status"].shift()
	frame["from_dealership"] = frame.groupby("vehicle")["to_dealership"].shift()
	frame["from_dealership"] = frame["from_dealership"].where(frame["from_status"].notna(), frame["to_dealership"])
	frame = frame.astype(object).where(frame.notna(), None)
	return frame.drop(columns="day")


def _steps(car, cars: pd.DataFrame, place: str, home: str) -> list[tuple[str, str, date, str]]:
	way, status, changed = (_of(car, cars, column) for column in ("_way", "_status", "_changed_hands_on"))
	if way in ("sold", "stock"):
		steps = [("Entry", "Ordered", car.ordered_on, place)]
		if status == "Ordered":
			return steps
		steps.append(("Shipped", "In Transit", _of(car, cars, "_shipped_on"), place))
		if status == "In Transit":
			return steps
		steps.append(("Arrived", "In Stock", car.arrived_on, place))
		if _of(car, cars, "_allocated_on"):
			steps.append(("Allocated", "Allocated", _of(car, cars, "_allocated_on"), place))
		if car.delivered_on:
			steps.append(("Delivered", "Delivered", car.delivered_on, place))
		if car.first_registered_on:
			steps.append(("Put Into Use", "In Use", car.first_registered_on, home))
		return steps
	steps = [("Entry", "In Use", car.first_registered_on, home)]
	if way not in ("resold", "used stock"):
		return steps
	steps.append(("Traded In", "Traded In", changed, place))
	if status != "Traded In":
		steps.append(("Reconditioning Started", "In Reconditioning", changed + timedelta(days=1), place))
	if status in ("Used Stock", "In Use"):
		steps.append(("Reconditioning Finished", "Used Stock", changed + timedelta(days=2), place))
	if way == "resold":
		sold = changed + timedelta(days=_days_in_trade(way, changed))
		steps += [
			("Allocated", "Allocated", sold - timedelta(days=2), place),
			("Resold", "Resold", sold, place),
			("Put Into Use", "In Use", sold, home),
		]
	return steps
