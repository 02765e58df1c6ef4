"""Believable records of a dealer management system: customers, their cars, parts, in several versions and in no good order; the same for the same seed."""

import random
from collections.abc import Iterator

from crm4s.identifiers.vin import vin_check_digit

NAMES = ("王伟", "李娜", "张敏", "刘洋", "陈静", "杨帆", "赵磊", "黄丽", "周杰", "吴霞")
CITIES = ("上海市", "杭州市", "南京市", "苏州市")
PARTS = ("机油滤清器", "空气滤清器", "刹车片", "火花塞", "雨刮片", "空调滤芯")
VIN_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"
ENTITIES = ("customer", "vehicle", "part")
VERSIONS = 3


def requests(seed: int, count: int, store: str, size: int = 20) -> Iterator[tuple[str, list[dict], str]]:
	"""(entity, records, key): `count` of each entity, each in three versions, shuffled, some sent twice under keys of their own.

	Args:
		store: the store that takes up new customers, by our name or a code of the link.
		size: records of one request.
	"""
	chance = random.Random(seed)
	states = [(entity, number, version) for entity in ENTITIES for number in range(count) for version in range(1, VERSIONS + 1)]
	states += chance.sample(states, len(states) // 5)
	chance.shuffle(states)
	waiting: dict[str, list[dict]] = {entity: [] for entity in ENTITIES}
	sent = 0
	for entity, number, version in states:
		waiting[entity].append(record(seed, entity, number, version, store))
		if len(waiting[entity]) == size:
			sent += 1
			yield entity, waiting[entity], f"{seed}-{sent}"
			waiting[entity] = []
	for entity, rest in waiting.items():
		if rest:
			sent += 1
			yield entity, rest, f"{seed}-{sent}"


def record(seed: int, entity: str, number: int, version: int, store: str) -> dict:
	"""One state of one record; the version changes what may change."""
	chance = random.Random(f"{seed}-{entity}-{number}")
	made = {"customer": _customer, "vehicle": _vehicle, "part": _part}[entity](chance, seed, number, version, store)
	return {"external_id": external_id(entity, number), "version": version, **made}


def external_id(entity: str, number: int) -> str:
	return f"{entity[0].upper()}-{number:05d}"


def _customer(chance: random.Random, seed: int, number: int, version: int, store: str) -> dict:
	return {
		"customer_name": f"{chance.choice(NAMES)}{number}",
		"dealership": store,
		"city": CITIES[(number + version) % len(CITIES)],
		"address_line": f"和平路 {number} 号 {version} 室",
		"phones": [{"phone": f"145{seed % 10}{number:07d}", "kind": "Mobile", "is_primary": True}],
	}


def _vehicle(chance: random.Random, seed: int, number: int, version: int, store: str) -> dict:
	return {
		"vin": vin(chance, number),
		"model_description": "RAV4荣放",
		"entered_as": "In Use",
		"exterior_colour": ("白", "黑", "银")[version % 3],
		"parties": [{"customer_id": external_id("customer", number), "party_role": "Owner"}],
	}


def _part(chance: random.Random, seed: int, number: int, version: int, store: str) -> dict:
	return {"part_number": f"SIM{seed}-{number:05d}", "part_name": chance.choice(PARTS), "price": round(chance.uniform(10, 900)) + version}


def vin(chance: random.Random, number: int) -> str:
	"""Seventeen characters with the right check digit, of a maker whom no register lists."""
	body = "".join(chance.choice(VIN_LETTERS) for _place in range(7))
	plain = f"L0S{body[:5]}0{body[5:]}{number:06d}"
	return plain[:8] + vin_check_digit(plain) + plain[9:]
