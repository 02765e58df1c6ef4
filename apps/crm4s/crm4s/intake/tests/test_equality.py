"""A record taken in and a document saved in the desk leave the same rows, column for column."""

import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.intake.customers import take_in_customers
from crm4s.intake.tests.factories import (
	IDENTITY_CARD,
	STORE,
	VIN,
	frame,
	make_model,
	make_stores,
	stored,
	stored_rows,
)
from crm4s.intake.vehicles import take_in_vehicles
from crm4s.intake.visits import take_in_visits
from crm4s.tests.processes import insert_in_status

CUSTOMER, VEHICLE, VISIT = "C4S Customer", "C4S Vehicle", "C4S Service Visit"
PHONE, PARTY, ITEM = "C4S Customer Phone", "C4S Vehicle Party", "C4S Service Item"
RELATIONSHIP, MOVEMENT, READING = "C4S Store Relationship", "C4S Stock Movement", "C4S Odometer Reading"


class TestEquality(FrappeTestCase):
	maxDiff = None

	def setUp(self):
		make_stores()

	def tearDown(self):
		frappe.db.rollback()

	def assert_same_customer(self, values: dict, phones: list[dict]):
		document = frappe.get_doc({"doctype": CUSTOMER, "dealership": STORE, **values, "phones": _copies(phones)})
		frappe.db.savepoint("desk")
		name = document.insert().name
		desk = stored(CUSTOMER, name), stored_rows(PHONE, parent=name), _relationships(name)
		frappe.db.rollback(save_point="desk")

		outcome = take_in_customers(
			frame({"external_key": "t:1", "dealership": STORE, **values}),
			frame(*({"external_key": "t:1", **phone} for phone in phones)) if phones else None,
			commit=False,
		)
		self.assertEqual([], outcome.rejected)
		name = outcome.names["t:1"]
		self.assertEqual(desk, (stored(CUSTOMER, name), stored_rows(PHONE, parent=name), _relationships(name)))

	def test_a_customer_with_a_name_alone(self):
		self.assert_same_customer({"customer_name": "张 伟"}, [])

	def test_a_private_customer_with_everything(self):
		self.assert_same_customer(
			{
				"customer_name": " 欧阳 娜娜",
				"customer_kind": "Private",
				"purchase_purpose": "Home",
				"purchase_need": "二胎，要七座 <b>SUV</b>",
				"email": "na@example.com",
				"wechat": "nana_01",
				"province": "上海市",
				"city": "上海市",
				"address_line": "南京西路 1 号",
				"identity_document_type": "Resident Identity Card",
				"identity_number": IDENTITY_CARD,
				"education": "Bachelor's Degree",
				"household_size": 3,
			},
			[
				{"phone": "138 0013 8000", "kind": "Mobile", "is_verified": 1},
				{"phone": "021-65529988", "kind": "Home", "remark": "晚上"},
			],
		)

	def test_a_lunar_birthday(self):
		self.assert_same_customer(
			{
				"customer_name": "李雷",
				"birthday_calendar": "Lunar",
				"lunar_birth_year": 1985,
				"lunar_birth_month": 8,
				"lunar_birth_day": 15,
			},
			[{"phone": "13800138001", "is_shared": 1, "is_verified": 1}],
		)

	def test_a_company(self):
		self.assert_same_customer(
			{
				"customer_name": "上海某某汽车租赁有限公司",
				"customer_kind": "Rental",
				"identity_document_type": "Unified Social Credit Code",
				"identity_number": "91310000MA1FL2BC39",
				"fleet_size": 40,
				"agreement_number": "HT-2026-01",
				"agreement_valid_from": "2026-01-01",
				"agreement_valid_until": "2026-12-31",
				"agreement_discount_percent": 5.5,
			},
			[{"phone": "021-65529988", "kind": "Fax"}, {"phone": "021-65529989", "kind": "Work"}],
		)

	def assert_same_vehicle(self, values: dict, owners: list[dict]):
		frappe.db.savepoint("desk")
		name = frappe.get_doc({"doctype": VEHICLE, **values, "parties": _copies(owners)}).insert().name
		desk = stored(VEHICLE, name), stored_rows(PARTY, parent=name), _movements(name)
		frappe.db.rollback(save_point="desk")

		outcome = take_in_vehicles(
			frame({"external_key": "t:v", **values}),
			frame(*({"external_key": "t:v", **owner} for owner in owners)) if owners else None,
			commit=False,
		)
		self.assertEqual([], outcome.rejected)
		name = outcome.names["t:v"]
		self.assertEqual(desk, (stored(VEHICLE, name), stored_rows(PARTY, parent=name), _movements(name)))

	def test_a_car_in_use_with_two_owners_one_after_the_other(self):
		first, second = make_customers(2)
		self.assert_same_vehicle(
			{
				"vin": VIN.lower(),
				"plate_number": "沪a·12345",
				"model": make_model(),
				"dealership": STORE,
				"delivered_on": "2024-05-01",
				"usage": "Home",
				"engine_number": "EA211-1",
			},
			[
				{"party_role": "Owner", "customer": first, "valid_from": "2024-05-01"},
				{"party_role": "Owner", "customer": second, "valid_from": "2025-05-01"},
				{"party_role": "Driver", "customer": first},
			],
		)

	def test_a_car_in_stock(self):
		self.assert_same_vehicle(
			{
				"vin": VIN,
				"model_description": "某品牌 2.0T",
				"dealership": STORE,
				"entered_as": "In Stock",
				"ordered_on": "2026-01-05",
				"arrived_on": "2026-02-01",
				"purchase_price": 123456.78,
			},
			[],
		)

	def test_a_car_on_order_without_vin(self):
		self.assert_same_vehicle(
			{"model": make_model(), "dealership": STORE, "entered_as": "Ordered", "ordered_on": "2026-01-05"}, []
		)

	def assert_same_visit(self, values: dict, items: list[dict]):
		frappe.db.savepoint("desk")
		document = insert_in_status({"doctype": VISIT, **values, "items": _copies(items)})
		desk = self.visit_rows(document.name)
		frappe.db.rollback(save_point="desk")
		outcome = take_in_visits(
			frame({"external_key": "t:s", **values}),
			frame(*({"external_key": "t:s", **item} for item in items)) if items else None,
			commit=False,
		)
		self.assertEqual([], outcome.rejected)
		name = outcome.names["t:s"]
		taken = self.visit_rows(name)
		desk[0]["title"], taken[0]["title"] = (rows[0]["title"].replace(own, "") for rows, own in ((desk, document.name), (taken, name)))
		self.assertEqual(desk, taken)

	def visit_rows(self, name: str) -> tuple:
		readings = [{**row, "source_name": None} for row in stored_rows(READING, source_name=name)]
		vehicle = frappe.db.get_value(VISIT, name, "vehicle")
		return (
			stored(VISIT, name),
			stored_rows(ITEM, parent=name),
			readings,
			stored(VEHICLE, vehicle) if vehicle else None,
		)

	def test_a_settled_workshop_visit(self):
		customer = make_customers(1)[0]
		vehicle = make_vehicle(customer)
		part = make_part()
		self.assert_same_visit(
			{
				"dealership": STORE,
				"visit_kind": "Workshop",
				"customer": customer,
				"vehicle": vehicle,
				"status": "Settled",
				"arrived_on": "2026-03-01 09:30:00",
				"promised_on": "2026-03-01 17:00:00",
				"settled_on": "2026-03-01 16:10:00",
				"odometer": 15230,
				"concern": "刹车异响",
				"invoice_number": "FP-1",
			},
			[
				{"item_kind": "Labour", "item_name": "更换刹车片", "quantity": 1.5, "unit_price": 120.55},
				{"item_kind": "Part", "part": part, "quantity": 2},
				{"item_kind": "Part", "part": part, "item_name": "刹车片（赠）", "quantity": 1, "unit_price": 300, "discount_amount": 300},
				{"item_kind": "Other", "item_name": "洗车", "unit_price": 30, "payer": "Internal"},
			],
		)

	def test_an_open_visit_without_items(self):
		customer = make_customers(1)[0]
		self.assert_same_visit(
			{
				"dealership": STORE,
				"customer": customer,
				"vehicle": make_vehicle(customer),
				"arrived_on": "2026-03-01 09:30:00",
				"settled_on": "2026-03-01 16:10:00",
			},
			[],
		)

	def test_a_counter_sale_without_customer(self):
		self.assert_same_visit(
			{
				"dealership": STORE,
				"visit_kind": "Counter Sale",
				"status": "Settled",
				"arrived_on": "2026-03-01 09:30:00",
				"settled_on": "2026-03-01 09:30:00",
			},
			[{"item_kind": "Other", "item_name": "机油", "quantity": 3, "unit_price": 0.335}],
		)


def _copies(rows: list[dict]) -> list[dict]:
	"""Frappe writes into the dicts that it is given."""
	return [dict(row) for row in rows]


def _relationships(customer: str) -> list[dict]:
	return [{**row, "customer": None} for row in stored_rows(RELATIONSHIP, customer=customer)]


def _movements(vehicle: str) -> list[dict]:
	"""A car without a day of entry enters at the moment of writing."""
	rows = stored_rows(MOVEMENT, vehicle=vehicle)
	return [{**row, "vehicle": None, "moved_on": row["moved_on"].replace(minute=0, second=0, microsecond=0)} for row in rows]


def make_customers(count: int) -> list[str]:
	keys = [f"c:{number}" for number in range(count)]
	outcome = take_in_customers(
		frame(*({"external_key": key, "customer_name": f"客户{key}", "dealership": STORE} for key in keys)), commit=False
	)
	return [outcome.names[key] for key in keys]


def make_vehicle(owner: str) -> str:
	outcome = take_in_vehicles(
		frame({"external_key": "c:v", "vin": VIN, "plate_number": "沪A12345", "model": make_model(), "dealership": STORE, "delivered_on": "2024-05-01"}),
		frame({"external_key": "c:v", "customer": owner, "valid_from": "2024-05-01"}),
		commit=False,
	)
	return outcome.names["c:v"]


def make_part() -> str:
	return frappe.get_doc(
		{"doctype": "C4S Part", "part_number": "INTAKE-PART", "part_name": "刹车片", "price": 280.5, "cost": 150}
	).insert().name
