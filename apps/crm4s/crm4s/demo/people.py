"""Customers of the demo group, with their phones, interests, relations and contacts. Pure: numbers in, DataFrames out.

Nobody is real. Mobile numbers begin with 145 (leads: 147), which the ministry gave to data cards that nobody is called on; identity
cards name the county 99, which no province has; e-mail addresses end in example.com.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd
from stdnum.cn import ric, uscc

from crm4s.calendars.lunar import from_solar
from crm4s.demo.chance import distinct, pick, stream
from crm4s.demo.group import OUTLETS, Person, city_of_outlet, outlet_counts, users_of
from crm4s.demo.names import person_names
from crm4s.demo.standards import standard, table

TOPIC = 2
KEY = "demo:customer-{:05d}"
# How many of each at scale 1; owners drive their own car, prospects have none yet, drivers drive a company's.
PRIVATE = {"owner": 1850, "prospect": 130, "driver": 90}
ORGANISATIONS = {"Company": 150, "Taxi": 9, "Government": 34, "Rental": 14, "Distributor": 16}
CONTRACT_CLASS = {
	"Company": "Fleet Maintenance Agreement",
	"Taxi": "Taxi Company",
	"Government": "Government Procurement",
	"Rental": "Rental Partner",
	"Distributor": "Distribution Partner",
}
FLEET = {"Company": (1, 4), "Taxi": (6, 12), "Government": (1, 5), "Rental": (6, 13), "Distributor": (0, 1)}
MOBILE_PREFIX = "145"
COUPLES, INTRODUCTIONS = 260, 120
SOURCES = {
	"Walk-in": 30,
	"Vertical Car Portal": 17,
	"Short Video Platform": 10,
	"Phone Enquiry": 9,
	"WeChat Official Account": 7,
	"Store Website": 4,
	"Recommended by a Customer": 12,
	"Service Customer": 6,
	"Motor Show": 4,
	"Store Event": 4,
	"Outdoor Advertising": 2,
	"Repurchase": 3,
}
INCOME_WEIGHTS = (10, 30, 36, 15, 7, 2)
EDUCATIONS = {
	"Junior Secondary School": 6,
	"Senior Secondary School": 12,
	"Vocational School": 10,
	"Junior College": 28,
	"Bachelor's Degree": 36,
	"Master's Degree": 7,
	"Doctorate": 1,
}


@dataclass(frozen=True)
class People:
	"""`customers` has one row a file, `external_key` first; the others are their child rows with the file's key in `parent`.

	Columns of `customers` that begin with an underscore are for the other topics and not stored.
	"""

	customers: pd.DataFrame
	phones: pd.DataFrame
	interests: pd.DataFrame
	relations: pd.DataFrame
	contacts: pd.DataFrame


def make_people(seed: int, scale: float, today: date, staff: list[Person]) -> People:
	"""Everybody the group knows, about 2,290 files at scale 1, nine of ten of them private."""
	rng = stream(seed, TOPIC)
	customers = _everybody(scale)
	customers["_home"] = _homes(rng, len(customers))
	is_private = (customers["customer_kind"] == "Private").to_numpy()
	couples = _couples(rng, customers, round(COUPLES * scale))
	_add_persons(rng, customers, is_private, today, couples)
	_add_organisations(rng, customers, ~is_private, today, staff)
	_add_addresses(rng, customers, couples)
	_add_contact_points(rng, customers, is_private)
	mobiles = _mobiles(rng, len(customers) + int((~is_private).sum()))
	return People(
		customers,
		_phones(rng, customers, is_private, couples, mobiles),
		_interests(rng, customers, is_private),
		_relations(rng, customers, couples, round(INTRODUCTIONS * scale)),
		_organisation_contacts(rng, customers[~is_private], mobiles[len(customers) :]),
	)


def _everybody(scale: float) -> pd.DataFrame:
	rows = [("Private", group) for group, count in PRIVATE.items() for _ in range(_scaled(count, scale))]
	rows += [(kind, "fleet") for kind, count in ORGANISATIONS.items() for _ in range(_scaled(count, scale))]
	frame = pd.DataFrame(rows, columns=["customer_kind", "_group"])
	frame.insert(0, "external_key", [KEY.format(number) for number in range(1, len(frame) + 1)])
	return frame


def _scaled(count: int, scale: float) -> int:
	return max(1, round(count * scale))


def _homes(rng: np.random.Generator, size: int) -> np.ndarray:
	homes = np.repeat(np.array(OUTLETS, dtype=object), outlet_counts(size))
	rng.shuffle(homes)
	return homes


def _couples(rng: np.random.Generator, customers: pd.DataFrame, count: int) -> np.ndarray:
	"""Row numbers of two private customers each, nobody twice: shape (count, 2)."""
	candidates = np.flatnonzero(customers["_group"].isin(["owner", "prospect"]))
	count = min(count, len(candidates) // 2)
	return rng.permutation(candidates)[: 2 * count].reshape(count, 2)


# People


def _add_persons(
	rng: np.random.Generator, customers: pd.DataFrame, who: np.ndarray, today: date, couples: np.ndarray
) -> None:
	size = len(customers)
	sexes = pick(rng, ("Male", "Female"), size, (0.66, 0.34))
	sexes[couples[:, 1]] = np.where(sexes[couples[:, 0]] == "Male", "Female", "Male")
	ages = np.clip(rng.normal(40, 10, size), 21, 72)
	ages[couples[:, 1]] = np.clip(ages[couples[:, 0]] + rng.normal(0, 2.5, len(couples)), 21, 72)
	births = [today - timedelta(days=int(age * 365.25)) for age in ages]
	customers["customer_name"] = person_names(rng, sexes, np.array([born.year for born in births]))
	customers["sex"] = np.where(who, sexes, None)
	customers["language"] = "zh"
	customers["source"] = pick(rng, list(SOURCES), size, list(SOURCES.values()))
	customers["purchase_purpose"] = np.where(who, pick(rng, ("Home", "Business", ""), size, (0.72, 0.12, 0.16)), "")
	customers["purchase_need"] = np.where(
		who & (rng.random(size) < 0.35), pick(rng, table("words")["needs"], size), None
	)
	_add_identity_cards(rng, customers, who & (rng.random(size) < 0.55), sexes, births)
	_add_birthdays(rng, customers, who, births)
	_add_circumstances(rng, customers, who)


def _add_identity_cards(
	rng, customers: pd.DataFrame, has_card: np.ndarray, sexes: np.ndarray, births: list[date]
) -> None:
	codes, weights = zip(*table("places")["identity_card_provinces"], strict=True)
	provinces = pick(rng, codes, len(customers), weights)
	# The 17th digit is odd for men.
	orders = rng.integers(0, 499, len(customers)) * 2 + (sexes == "Male")
	bodies = [
		f"{province}99{county:02d}{born:%Y%m%d}{order:03d}"
		for province, county, born, order in zip(
			provinces, rng.integers(1, 30, len(customers)), births, orders, strict=True
		)
	]
	customers["identity_document_type"] = np.where(has_card, "Resident Identity Card", None)
	customers["identity_number"] = [
		body + ric.calc_check_digit(body + "0") if has else None for body, has in zip(bodies, has_card, strict=True)
	]


def _add_birthdays(rng, customers: pd.DataFrame, who: np.ndarray, births: list[date]) -> None:
	"""One in nine celebrates by the lunar calendar; some of them did not say in which year they were born."""
	size = len(customers)
	is_lunar = who & (rng.random(size) < 0.11)
	is_known = who & (customers["identity_number"].notna().to_numpy() | (rng.random(size) < 0.6))
	says_year = rng.random(size) < 0.85
	lunar = [from_solar(born) if flag else None for born, flag in zip(births, is_lunar, strict=True)]
	customers["birthday_calendar"] = np.where(is_lunar, "Lunar", "Solar")
	customers["birthday"] = [
		born if (known and not flag) or (flag and year) else None
		for born, known, flag, year in zip(births, is_known, is_lunar, says_year, strict=True)
	]
	customers["lunar_birth_year"] = [
		day.year if day and year else 0 for day, year in zip(lunar, says_year, strict=True)
	]
	customers["lunar_birth_month"] = [day.month if day else 0 for day in lunar]
	customers["lunar_birth_day"] = [day.day if day else 0 for day in lunar]
	customers["lunar_birth_leap"] = [int(day.leap) if day else 0 for day in lunar]


def _add_circumstances(rng, customers: pd.DataFrame, who: np.ndarray) -> None:
	size = len(customers)
	occupations = [row["occupation"] for row in standard("C4S Occupation")]
	bands = [row["band"] for row in standard("C4S Income Band")]
	for field, values, weights, known in (
		("occupation", occupations, None, 0.6),
		("income_band", bands, INCOME_WEIGHTS[: len(bands)], 0.35),
		("education", list(EDUCATIONS), list(EDUCATIONS.values()), 0.3),
	):
		customers[field] = np.where(who & (rng.random(size) < known), pick(rng, values, size, weights), None)
	sizes = pick(rng, (1, 2, 3, 4, 5, 6), size, (8, 20, 38, 20, 10, 4))
	customers["household_size"] = np.where(who & (rng.random(size) < 0.4), sizes, 0).astype(int)


# Organisations


def _add_organisations(rng, customers: pd.DataFrame, who: np.ndarray, today: date, staff: list[Person]) -> None:
	rows = np.flatnonzero(who)
	kinds = customers["customer_kind"].to_numpy()[rows]
	homes = customers["_home"].to_numpy()[rows]
	sizes = np.array([int(rng.integers(FLEET[kind][0], FLEET[kind][1] + 1)) for kind in kinds], dtype=int)
	has_agreement = rng.random(len(rows)) < np.where(kinds == "Company", 0.5, 0.9)
	begins = [today - timedelta(days=int(days)) for days in rng.integers(20, 700, len(rows))]
	ends = [begin + timedelta(days=729) for begin in begins]
	discounts = {row["contract_class"]: row["usual_discount_percent"] for row in standard("C4S Contract Class")}
	classes = [CONTRACT_CLASS[kind] for kind in kinds]
	values = {
		"customer_name": _organisation_names(rng, kinds, homes),
		"purchase_purpose": np.where(np.isin(kinds, ("Taxi", "Rental")), "Commercial", "Business"),
		"identity_document_type": "Unified Social Credit Code",
		"identity_number": [_credit_code(rng, kind) for kind in kinds],
		"contract_class": classes,
		"fleet_size": sizes,
		"key_account_manager": [_key_account_manager(home, staff) for home in homes],
		"agreement_number": [
			f"QLXY{begin:%Y%m}{number:03d}" if has else None
			for number, (begin, has) in enumerate(zip(begins, has_agreement, strict=True), 1)
		],
		"agreement_valid_from": [begin if has else None for begin, has in zip(begins, has_agreement, strict=True)],
		"agreement_valid_until": [end if has else None for end, has in zip(ends, has_agreement, strict=True)],
		"agreement_discount_percent": [
			float(discounts[name]) if has else 0.0 for name, has in zip(classes, has_agreement, strict=True)
		],
	}
	numbers = {"fleet_size": 0, "agreement_discount_percent": 0.0}
	for field, column in values.items():
		if field not in customers:
			customers[field] = pd.Series(
				[numbers.get(field)] * len(customers), dtype=None if field in numbers else object
			)
		customers.loc[rows, field] = [column] * len(rows) if isinstance(column, str) else list(column)


def _key_account_manager(home: str, staff: list[Person]) -> str:
	"""The store's sales manager, or its head where nothing is sold."""
	return (users_of(staff, "Sales Manager", home) or users_of(staff, "Dealer Manager", home))[0]


def _organisation_names(rng, kinds: np.ndarray, homes: np.ndarray) -> list[str]:
	"""Each name once; the town, an invented word and the trade."""
	words, names = table("names"), []
	pairs = [(word, trade) for word in words["company_words"] for trade in words["company_trades"]]
	order, office = iter(rng.permutation(len(pairs))), 0
	for kind, home in zip(kinds, homes, strict=True):
		town = city_of_outlet(home).removesuffix("市")
		word, trade = pairs[next(order)]
		if kind == "Government":
			city = next(city for city in table("places")["cities"] if city["city"] == city_of_outlet(home))
			name = (
				city["districts"][office // len(words["offices"]) % len(city["districts"])]
				+ words["offices"][office % len(words["offices"])]
			)
			office += 1
		elif kind == "Taxi":
			name = f"{town}{word}出租汽车有限公司"
		elif kind == "Rental":
			name = f"{town}{word}汽车租赁有限公司"
		elif kind == "Distributor":
			name = f"{town}{word}汽车销售服务部"
		else:
			name = f"{town}{word}{trade}有限公司"
		names.append(name)
	return names


def _credit_code(rng, kind: str) -> str:
	"""18 signs (GB 32100-2015); the region 339900 does not exist."""
	body = (
		("11" if kind == "Government" else "91") + "339900" + "".join(pick(rng, "0123456789ABCDEFGHJKLMNPQRTUWXY", 9))
	)
	return body + uscc.calc_check_digit(body)


def _organisation_contacts(rng, organisations: pd.DataFrame, mobiles: list[str]) -> pd.DataFrame:
	"""One to three people each; the first decides."""
	counts = rng.integers(1, 4, len(organisations))
	size = int(counts.sum())
	names = person_names(rng, pick(rng, ("Male", "Female"), size), rng.integers(1968, 1998, size))
	titles = pick(rng, table("names")["job_titles"], size)
	rows, position = [], 0
	for key, count, mobile in zip(organisations["external_key"], counts, mobiles, strict=True):
		for idx in range(1, count + 1):
			rows.append((key, idx, names[position], titles[position], mobile if idx == 1 else None, int(idx == 1)))
			position += 1
	return pd.DataFrame(rows, columns=["parent", "idx", "contact_name", "job_title", "phone", "is_decision_maker"])


# Where and how they are reached


def _add_addresses(rng, customers: pd.DataFrame, couples: np.ndarray) -> None:
	places = table("places")
	size = len(customers)
	city_of = {home: city_of_outlet(home) for home in OUTLETS}
	cities = {city["city"]: city for city in places["cities"]}
	homes = [cities[city_of[home]] for home in customers["_home"]]
	streets, estates = pick(rng, places["streets"], size), pick(rng, places["estates"], size)
	numbers = rng.integers(8001, 9999, size)
	rooms = rng.integers(1, 28, size) * 100 + rng.integers(1, 5, size)
	is_private = (customers["customer_kind"] == "Private").to_numpy()
	chances = rng.random(size)
	address = [
		f"{street}{number}号{estate}{room // 100}幢{room}室" if private else f"{street}{number}号"
		for street, number, estate, room, private in zip(streets, numbers, estates, rooms, is_private, strict=True)
	]
	values = {
		"province": [places["province"]] * size,
		"city": [home["city"] for home in homes],
		"district": [
			home["districts"][int(chance * len(home["districts"]))] for home, chance in zip(homes, chances, strict=True)
		],
		"address_line": [line if known else None for line, known in zip(address, rng.random(size) < 0.75, strict=True)],
		"postal_code": [home["postal_code"] for home in homes],
	}
	for field, column in values.items():
		column = np.array(column, dtype=object)
		column[couples[:, 1]] = column[couples[:, 0]]
		customers[field] = column
	homes_of_all = customers["_home"].to_numpy(dtype=object, copy=True)
	homes_of_all[couples[:, 1]] = homes_of_all[couples[:, 0]]
	customers["_home"] = homes_of_all


def _add_contact_points(rng, customers: pd.DataFrame, is_private: np.ndarray) -> None:
	size = len(customers)
	has_mail = rng.random(size) < np.where(is_private, 0.3, 0.7)
	has_wechat = is_private & (rng.random(size) < 0.62)
	numbers = range(1, size + 1)
	customers["email"] = [
		f"customer{number:05d}@example.com" if has else None for number, has in zip(numbers, has_mail, strict=True)
	]
	letters = ["".join(row) for row in rng.choice(list("abcdefghjkmnpqrstuvwxyz"), (size, 5))]
	customers["wechat"] = [
		f"{text}_{number:04d}" if has else None for text, number, has in zip(letters, numbers, has_wechat, strict=True)
	]


def _mobiles(rng, count: int) -> list[str]:
	"""Different mobile numbers in E.164."""
	return [f"+86{MOBILE_PREFIX}{number:08d}" for number in distinct(rng, 10**8, count)]


def _phones(
	rng, customers: pd.DataFrame, is_private: np.ndarray, couples: np.ndarray, mobiles: list[str]
) -> pd.DataFrame:
	"""A primary phone each; couples share a land line at home, organisations have a work line before the mobile."""
	verified = (rng.random(len(customers)) < 0.93).astype(int)
	area = {city["city"]: city["area_code"] for city in table("places")["cities"]}
	lines = distinct(rng, 100_000, len(customers))
	columns = ["parent", "idx", "phone", "kind", "is_primary", "is_verified", "is_shared", "remark"]
	rows = []
	for number, (key, city, private) in enumerate(
		zip(customers["external_key"], customers["city"], is_private, strict=True)
	):
		if private:
			rows.append((key, 1, mobiles[number], "Mobile", 1, verified[number], 0, None))
		else:
			rows.append((key, 1, f"+86{area[city]}001{lines[number]:05d}", "Work", 1, 1, 0, "总机"))
			rows.append((key, 2, mobiles[number], "Mobile", 0, 0, 0, None))
	keys, cities = customers["external_key"].to_numpy(), customers["city"].to_numpy()
	for first, second in couples[: len(couples) // 2]:
		line = f"+86{area[cities[first]]}002{lines[first]:05d}"
		rows += [(keys[member], 2, line, "Home", 0, 0, 1, "家庭电话") for member in (first, second)]
	return pd.DataFrame(rows, columns=columns)


def _interests(rng, customers: pd.DataFrame, is_private: np.ndarray) -> pd.DataFrame:
	interests = np.array([row["interest"] for row in standard("C4S Interest")], dtype=object)
	rows = []
	for key in customers["external_key"][is_private & (rng.random(len(customers)) < 0.45)]:
		chosen = interests[distinct(rng, len(interests), int(rng.integers(1, 4)))]
		rows += [(key, idx, interest) for idx, interest in enumerate(chosen, 1)]
	return pd.DataFrame(rows, columns=["parent", "idx", "interest"])


def _relations(rng, customers: pd.DataFrame, couples: np.ndarray, introductions: int) -> pd.DataFrame:
	"""Spouses name each other; some customers say who sent them."""
	keys = customers["external_key"].to_numpy()
	rows = [(keys[one], keys[other], "Spouse") for pair in couples for one, other in (pair, pair[::-1])]
	owners = np.flatnonzero(customers["_group"] == "owner")
	married = {frozenset(pair) for pair in couples.tolist()}
	for one, other in rng.choice(owners, (introductions, 2)).tolist():
		if one != other and frozenset((one, other)) not in married:
			rows.append((keys[one], keys[other], "Introduced By"))
	frame = pd.DataFrame(rows, columns=["parent", "related_customer", "relation"]).drop_duplicates(
		["parent", "related_customer"]
	)
	frame.insert(1, "idx", frame.groupby("parent").cumcount() + 1)
	return frame.reset_index(drop=True)
