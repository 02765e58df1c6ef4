"""Records that a made-up dealer management system sends in benchmarks/dms.py; the same for the same size. Pure, without Frappe."""

import gzip
import json
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from random import Random

from crm4s.identifiers.vin import vin_check_digit

STORES = ("DMS-1", "DMS-2", "DMS-3")
PARTS = 500
# A car comes so often within the orders of one size, in the order of time as systems send them.
VISITS_OF_A_CAR = 10
FIRST_DAY = datetime(2023, 1, 2, 8)
MONTHS = timedelta(days=120)
JOBS = ("小保养", "更换刹车片", "四轮定位", "空调清洗", "更换火花塞", "钣金喷漆")
OPEN_ONE_IN = 25
CHANGED_ONE_IN = 10
LINES_OF_A_FILE = 100_000


def cars_of(orders: int) -> int:
	return max(orders // VISITS_OF_A_CAR, 1)


def parts() -> Iterator[dict]:
	for number in range(PARTS):
		yield {"external_id": f"P{number}", "version": 1, "part_number": f"DMS-{number:05d}", "part_name": f"配件 {number}", "price": 20 + number, "cost": 10 + number / 2}


def customers(orders: int) -> Iterator[dict]:
	for car in range(cars_of(orders)):
		phone = {"phone": f"1{30 + len(str(orders))}{car:08d}", "kind": "Mobile", "is_primary": True}
		yield {"external_id": f"C{orders}-{car}", "version": 1, "customer_name": f"客户{orders}-{car}", "dealership": STORES[car % len(STORES)], "phones": [phone]}


def vehicles(orders: int) -> Iterator[dict]:
	for car in range(cars_of(orders)):
		party = {"customer_id": f"C{orders}-{car}", "party_role": "Owner"}
		yield {"external_id": f"V{orders}-{car}", "version": 1, "vin": _vin(orders, car), "model_description": "RAV4荣放", "entered_as": "In Use", "parties": [party]}


def service_orders(orders: int, changed: bool = False, mark: str = "R") -> Iterator[dict]:
	"""Orders with a job or two and one to three parts, the oldest first.

	Args:
		changed: every tenth in a newer version with another price.
		mark: the beginning of their numbers.
	"""
	cars, chance = cars_of(orders), Random(orders)
	for number in range(orders):
		order = _order(orders, number, number % cars, number // cars, chance)
		if changed and not number % CHANGED_ONE_IN:
			order["version"] = 2
			order["items"][0]["unit_price"] += 10
		yield {**order, "external_id": f"{mark}{orders}-{number}"}


def _order(orders: int, number: int, car: int, visit: int, chance: Random) -> dict:
	arrived = FIRST_DAY + visit * MONTHS + timedelta(days=car % 90, minutes=number % 540)
	is_open = chance.randrange(OPEN_ONE_IN) == 0
	lines = [_job(chance) for _line in range(chance.choice((1, 1, 2)))] + [_part(chance) for _line in range(chance.randint(1, 3))]
	settled = {} if is_open else {"settled_on": _written(arrived + timedelta(hours=chance.randint(1, 8))), "invoice_number": f"F{orders}-{number}"}
	return {
		"version": 1,
		"dealership": STORES[car % len(STORES)],
		"visit_kind": "Workshop",
		"status": "Open" if is_open else "Settled",
		"customer_id": f"C{orders}-{car}",
		"vehicle_id": f"V{orders}-{car}",
		"arrived_on": _written(arrived),
		"odometer": 1_000 + visit * 6_000 + car % 5_000,
		"concern": "保养，检查异响",
		**settled,
		"items": lines,
	}


def _job(chance: Random) -> dict:
	return {"item_kind": "Labour", "item_name": chance.choice(JOBS), "quantity": 1, "unit_price": chance.randrange(80, 900), "payer": "Customer"}


def _part(chance: Random) -> dict:
	part = chance.randrange(PARTS)
	return {"item_kind": "Part", "part_id": f"P{part}", "item_name": f"配件 {part}", "quantity": chance.randint(1, 4), "unit_price": 20 + part, "unit_cost": 10 + part / 2}


def _written(moment: datetime) -> str:
	return f"{moment.isoformat()}+08:00"


def _vin(orders: int, car: int) -> str:
	plain = f"L0S{'ABCDEFGH'[len(str(orders)) - 1] * 5}0A{car:07d}"
	return plain[:8] + vin_check_digit(plain) + plain[9:]


def packed(records: Iterable[dict]) -> Iterator[bytes]:
	"""Files as a system sends them: a line a record, packed with gzip."""
	records = iter(records)
	while lines := [json.dumps(record, ensure_ascii=False, separators=(",", ":")) for record in islice(records, LINES_OF_A_FILE)]:
		yield gzip.compress("\n".join(lines).encode(), 6)


def in_requests(records: Iterable[dict], size: int) -> Iterator[list[dict]]:
	records = iter(records)
	while batch := list(islice(records, size)):
		yield batch
