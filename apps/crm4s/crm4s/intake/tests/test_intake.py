"""What an intake does with records that come again, in another order, changed or wrong."""

import frappe
from frappe.cache_manager import clear_doctype_map
from frappe.tests.utils import FrappeTestCase
from frappe.utils import getdate
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm4s.crm4s.doctype.c4s_customer.classify import recompute_range
from crm4s.intake.customers import take_in_customers
from crm4s.intake.result import CREATED, REJECTED, UNCHANGED, UPDATED
from crm4s.rows.names import Series
from crm4s.intake.tests.factories import (
	OTHER_STORE,
	STORE,
	VIN,
	everything_of,
	frame,
	make_model,
	make_stores,
	stored_rows,
)
from crm4s.intake.tests.test_equality import make_customers, make_part, make_vehicle
from crm4s.intake.vehicles import take_in_vehicles
from crm4s.intake.visits import take_in_visits
from crm4s.tests.people import as_user, make_user
from crm4s.tests.processes import insert_in_status

CUSTOMER, VEHICLE, VISIT, READING = "C4S Customer", "C4S Vehicle", "C4S Service Visit", "C4S Odometer Reading"
OPTIONS = {"commit": False}


class IntakeTestCase(FrappeTestCase):
	maxDiff = None

	def setUp(self):
		make_stores()

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def assert_counts(self, outcome, **expected):
		wanted = {state: expected.get(state, 0) for state in (CREATED, UPDATED, UNCHANGED, REJECTED)}
		self.assertEqual((wanted, []), (outcome.counts, outcome.rejected if not expected.get(REJECTED) else []))

	def assert_rejected(self, outcome, field: str, sentence: str):
		result = outcome.rejected[0]
		self.assertEqual(field, result.field)
		self.assertIn(sentence, result.message)


def customer(key: str = "t:1", **values) -> dict:
	return {"external_key": key, "customer_name": "张伟", "dealership": STORE, **values}


def phone(number: str, key: str = "t:1", **values) -> dict:
	return {"external_key": key, "phone": number, **values}


def visit(key: str = "t:1", **values) -> dict:
	return {
		"external_key": key,
		"dealership": STORE,
		"visit_kind": "Counter Sale",
		"status": "Settled",
		"arrived_on": "2026-03-01 09:00",
		"settled_on": "2026-03-01 10:00",
		**values,
	}


def item(key: str = "t:1", **values) -> dict:
	return {"external_key": key, "item_kind": "Other", "item_name": "机油", "quantity": 1, "unit_price": 100, **values}


class TestCustomers(IntakeTestCase):
	def take(self, *customers, phones=(), **options):
		return take_in_customers(frame(*customers), frame(*phones) if phones else None, **OPTIONS, **options)

	def test_the_same_record_again_changes_nothing(self):
		records = [customer(city="上海市", birthday="1990-01-02")]
		self.assert_counts(self.take(*records, phones=[phone("138 0013 8000")]), created=1)
		before = stored_rows(CUSTOMER, external_key="t:1")
		self.assert_counts(self.take(*records, phones=[phone("+8613800138000")]), unchanged=1)
		self.assertEqual(before, stored_rows(CUSTOMER, external_key="t:1"))

	def test_what_a_record_does_not_say_stays(self):
		self.take(customer(city="上海市", wechat="zw"), phones=[phone("13800138000")])
		self.assert_counts(self.take(customer(city="", wechat="zw_2")), updated=1)
		row = frappe.get_doc(CUSTOMER, {"external_key": "t:1"})
		self.assertEqual(("上海市", "zw_2", "+8613800138000"), (row.city, row.wechat, row.primary_phone))

	def test_a_change_stands_in_the_change_log(self):
		name = self.take(customer(city="上海市")).names["t:1"]
		self.take(customer(city="苏州市"))
		version = frappe.get_last_doc("Version", {"ref_doctype": CUSTOMER, "docname": name})
		self.assertIn(["city", "上海市", "苏州市"], frappe.parse_json(version.data)["changed"])

	def test_the_change_log_masks_the_document_number(self):
		kind = {"identity_document_type": "Passport"}
		name = self.take(customer(**kind, identity_number="E12345678")).names["t:1"]
		self.take(customer(**kind, identity_number="E87654321"))
		self.assertNotIn("E87654321", frappe.get_last_doc("Version", {"docname": name}).data)

	def test_a_new_number_is_added_and_takes_over_where_it_comes_as_primary(self):
		self.take(customer(), phones=[phone("13800138000")])
		self.take(customer(), phones=[phone("13800138001", is_primary=1)])
		row = frappe.get_doc(CUSTOMER, {"external_key": "t:1"})
		self.assertEqual(["+8613800138000", "+8613800138001"], [each.phone for each in row.phones])
		self.assertEqual(("+8613800138001", [0, 1]), (row.primary_phone, [each.is_primary for each in row.phones]))

	def test_a_key_twice_keeps_the_first(self):
		outcome = self.take(customer(), customer(customer_name="李四"))
		self.assertEqual([CREATED, REJECTED], [result.state for result in outcome.results])
		self.assert_rejected(outcome, "external_key", "t:1 comes twice in this input")

	def test_a_record_without_key_is_rejected(self):
		self.assert_rejected(self.take(customer(key=None)), "external_key", "no number by which to know it again")

	def test_a_verified_phone_of_another_customer_is_refused_in_the_words_of_the_desk(self):
		name = self.take(customer(), phones=[phone("13800138000", is_verified=1)]).names["t:1"]
		outcome = self.take(customer("t:2"), phones=[phone("13800138000", "t:2", is_verified=1)])
		self.assert_rejected(
			outcome, "phone", f"Phone 138****8000 is the verified primary phone of customer 张* ({name})."
		)

	def test_a_verified_phone_twice_in_one_input_is_refused_the_second_time(self):
		records = [customer(), customer("t:2")]
		phones = [phone("13800138000", is_verified=1), phone("13800138000", "t:2", is_verified=1)]
		outcome = self.take(*records, phones=phones)
		self.assertEqual([CREATED, REJECTED], [result.state for result in outcome.results])
		self.assert_rejected(outcome, "phone", "of another customer of this input")

	def test_derived_columns_are_not_taken_in(self):
		with self.assertRaisesRegex(ValueError, "masked_phone"):
			self.take(customer(masked_phone="138****0000"))

	def test_a_dry_run_writes_nothing_and_says_what_would_happen(self):
		self.take(customer("t:1"), customer("t:2"))
		before = everything_of(CUSTOMER, "C4S Store Relationship")
		outcome = self.take(customer("t:1", city="苏州市"), customer("t:2"), customer("t:3"), customer("t:4", customer_name="?"), dry_run=True)
		self.assertEqual([UPDATED, UNCHANGED, CREATED, REJECTED], [result.state for result in outcome.results])
		self.assertEqual(before, everything_of(CUSTOMER, "C4S Store Relationship"))

	def test_names_go_on_where_a_document_saved_by_hand_left_off(self):
		by_hand = frappe.get_doc({"doctype": CUSTOMER, "customer_name": "手工"}).insert().name
		taken = self.take(customer("t:1"), customer("t:2")).names
		next_by_hand = frappe.get_doc({"doctype": CUSTOMER, "customer_name": "手工"}).insert().name
		numbers = [int(name.removeprefix("CU-")) for name in (by_hand, *taken.values(), next_by_hand)]
		self.assertEqual(list(range(numbers[0], numbers[0] + 4)), numbers)

	def test_names_follow_the_naming_rule_of_an_admin(self):
		frappe.get_doc(
			{"doctype": "Document Naming Rule", "document_type": CUSTOMER, "prefix": "VIP-", "prefix_digits": 3, "priority": 1}
		).insert()
		# Frappe keeps the rules of a type in its cache.
		self.addCleanup(clear_doctype_map, "Document Naming Rule", CUSTOMER)
		clear_doctype_map("Document Naming Rule", CUSTOMER)
		names = Series(CUSTOMER).reserve([{"customer_name": "甲"}, {"customer_name": "乙"}])
		self.assertEqual(["VIP-001", "VIP-002"], names)

	@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
	@given(st.permutations(range(12)), st.integers(1, 5), st.randoms(use_true_random=False))
	def test_order_chunks_and_repetition_do_not_matter(self, order, chunk, chance):
		records = [customer(f"t:{number}", customer_name=f"客户{number}", city="上海市" if number % 2 else None) for number in range(12)]
		phones = [phone(f"138001380{number:02d}", f"t:{number}", is_verified=number % 3 == 0) for number in range(12)]
		frappe.db.savepoint("example")
		self.take(*records, phones=phones)
		expected = everything_of(CUSTOMER, "C4S Customer Phone", "C4S Store Relationship")
		frappe.db.rollback(save_point="example")

		mixed = [records[number] for number in order]
		first, second = mixed[: len(mixed) // 2], mixed[len(mixed) // 3 :]
		shuffled = phones[:]
		chance.shuffle(shuffled)
		for part in (first, second, mixed):
			keys = {record["external_key"] for record in part}
			self.take(*part, phones=[each for each in shuffled if each["external_key"] in keys], chunk=chunk)
		self.assertEqual(expected, everything_of(CUSTOMER, "C4S Customer Phone", "C4S Store Relationship"))
		frappe.db.rollback(save_point="example")


class TestSameWordsAsTheDesk(IntakeTestCase):
	"""A person reads the same sentence in a form and in a file."""

	def assert_same_sentence(self, doctype: str, take, values: dict, children: dict):
		frappe.db.savepoint("desk")
		tables = {table: [dict(row) for row in rows] for table, rows in children.items()}
		try:
			with self.assertRaises(frappe.ValidationError) as refused:
				insert_in_status({"doctype": doctype, **values, **tables})
		finally:
			frappe.db.rollback(save_point="desk")
			frappe.clear_messages()
		frames = [frame(*({"external_key": "t:1", **row} for row in rows)) for rows in children.values()]
		outcome = take(frame({"external_key": "t:1", **values}), *frames, **OPTIONS)
		self.assertEqual([str(refused.exception).strip()], [result.message for result in outcome.rejected])

	def test_of_customers(self):
		for values, phones in (
			({"customer_name": "123"}, []),
			({"customer_name": "甲", "sex": "Other"}, []),
			({"customer_name": "甲", "customer_kind": "Private", "household_size": -1}, []),
			({"customer_name": "甲", "source": "没有这个来源"}, []),
			({"customer_name": "甲", "email": "nobody"}, []),
			({"customer_name": "甲", "birthday": "2999-01-01"}, []),
			({"customer_name": "甲", "birthday_calendar": "Lunar"}, []),
			({"customer_name": "甲", "birthday_calendar": "Lunar", "lunar_birth_month": 13, "lunar_birth_day": 1}, []),
			({"customer_name": "甲", "identity_number": "E12345678"}, []),
			({"customer_name": "甲", "identity_document_type": "Resident Identity Card", "identity_number": "1"}, []),
			({"customer_name": "甲", "agreement_valid_from": "2026-02-01", "agreement_valid_until": "2026-01-01"}, []),
			({"customer_name": "甲", "agreement_discount_percent": 101}, []),
			({"customer_name": "甲"}, [{"phone": "1380013800"}]),
			({"customer_name": "甲"}, [{"phone": "13800138000"}, {"phone": "138-0013-8000"}]),
			({"customer_name": "甲"}, [{"phone": "13800138000", "is_primary": 1}, {"phone": "13800138001", "is_primary": 1}]),
			({"customer_name": "甲"}, [{"phone": "021-65529988", "kind": "Fax", "is_primary": 1}]),
		):
			with self.subTest(values=values, phones=phones):
				self.assert_same_sentence(CUSTOMER, take_in_customers, values, {"phones": phones} if phones else {})

	def test_of_vehicles(self):
		first, second = make_customers(2)
		car = {"vin": VIN, "model_description": "某车", "dealership": STORE}
		for values, parties in (
			({**car, "vin": "LSVAG2180E210000"}, []),
			({**car, "vin": "LSVAG2180E21O0001"}, []),
			({**car, "vin": None}, []),
			({**car, "plate_number": "A12345"}, []),
			({**car, "model_description": None}, []),
			({**car, "usage": "Rent"}, []),
			({**car, "ordered_on": "2026-02-01", "arrived_on": "2026-01-01"}, []),
			({**car, "invoice_price": -1}, []),
			(car, [{"party_role": "Owner", "customer": first}, {"party_role": "Owner", "customer": second}]),
			(car, [{"party_role": "Owner", "customer": first, "valid_from": "2999-01-01"}]),
			(car, [{"party_role": "Driver", "customer": first, "valid_from": "2026-02-01", "valid_to": "2026-01-01"}]),
		):
			with self.subTest(values=values, parties=parties):
				self.assert_same_sentence(VEHICLE, take_in_vehicles, values, {"parties": parties} if parties else {})

	def test_of_a_vin_that_is_taken(self):
		make_vehicle(make_customers(1)[0])
		frappe.db.set_value(VEHICLE, {"vin": VIN}, "external_key", "another")
		with self.assertRaises(frappe.ValidationError) as refused:
			frappe.get_doc({"doctype": VEHICLE, "vin": VIN, "model_description": "某车"}).insert()
		take_in_vehicles(frame({"external_key": "t:1", "vin": "LSVAG2180E2100002", "model_description": "某车"}), **OPTIONS)
		outcome = take_in_vehicles(frame({"external_key": "t:1", "vin": VIN, "model_description": "某车"}), **OPTIONS)
		self.assertEqual([str(refused.exception)], [result.message for result in outcome.rejected])

	def test_of_visits(self):
		client = make_customers(1)[0]
		car = make_vehicle(client)
		part = make_part()
		workshop = {
			"dealership": STORE,
			"visit_kind": "Workshop",
			"customer": client,
			"vehicle": car,
			"arrived_on": "2026-03-01 09:00:00",
		}
		settled = {**workshop, "status": "Settled", "settled_on": "2026-03-01 10:00:00"}
		line = {"item_kind": "Labour", "item_name": "换油", "quantity": 1, "unit_price": 10}
		for values, items in (
			({**workshop, "vehicle": None}, []),
			({**workshop, "visit_kind": "Drive-in"}, []),
			({**workshop, "promised_on": "2026-03-01 08:00:00"}, []),
			({**workshop, "odometer": 3_000_001}, []),
			({**workshop, "customer": "CU-0"}, []),
			(settled, []),
			({**settled, "settled_on": "2026-02-01 08:00:00"}, [line]),
			(settled, [{**line, "quantity": 0}]),
			(settled, [{**line, "part": part}]),
			(settled, [{**line, "discount_amount": 10.01}]),
		):
			with self.subTest(values=values, items=items):
				self.assert_same_sentence(VISIT, take_in_visits, values, {"items": items} if items else {})

	def test_a_settled_visit_needs_the_time_which_the_desk_writes_itself(self):
		client = make_customers(1)[0]
		values = {"dealership": STORE, "visit_kind": "Counter Sale", "customer": client, "arrived_on": "2026-03-01 09:00:00", "status": "Settled"}
		line = frame({"external_key": "t:1", "item_kind": "Other", "item_name": "机油", "quantity": 1, "unit_price": 10})
		outcome = take_in_visits(frame({"external_key": "t:1", **values}), line, **OPTIONS)
		self.assertEqual(["A settled visit needs the time when it was settled."], [result.message for result in outcome.rejected])

	def test_of_odometers(self):
		client = make_customers(1)[0]
		car = make_vehicle(client)
		workshop = {"dealership": STORE, "visit_kind": "Workshop", "customer": client, "vehicle": car}
		take_in_visits(frame({"external_key": "t:0", **workshop, "arrived_on": "2026-02-01 09:00:00", "odometer": 20000}), **OPTIONS)
		for values in (
			{**workshop, "arrived_on": "2026-03-01 09:00:00", "odometer": 19999},
			{**workshop, "arrived_on": "2026-01-01 09:00:00", "odometer": 20001},
		):
			with self.subTest(values=values):
				self.assert_same_sentence(VISIT, take_in_visits, values, {})


class TestVehicles(IntakeTestCase):
	def take(self, *vehicles, parties=(), **options):
		return take_in_vehicles(frame(*vehicles), frame(*parties) if parties else None, **OPTIONS, **options)

	def car(self, **values) -> dict:
		return {"vin": VIN, "model": make_model(), "dealership": STORE, **values}

	def test_a_car_is_known_again_by_its_vin(self):
		name = self.take(self.car()).names[f"vin:{VIN}"]
		outcome = self.take(self.car(vin=f" {VIN.lower()} ", plate_number="沪A12345"))
		self.assert_counts(outcome, updated=1)
		self.assertEqual("沪A***45 · 卡罗拉 2024", frappe.db.get_value(VEHICLE, name, "vehicle_title"))

	def test_a_car_entered_by_hand_is_known_by_its_vin_and_gets_the_key(self):
		name = frappe.get_doc({"doctype": VEHICLE, **self.car()}).insert().name
		self.assert_counts(self.take(self.car(external_key="dms:1")), updated=1)
		self.assertEqual("dms:1", frappe.db.get_value(VEHICLE, name, "external_key"))
		self.assert_counts(self.take(self.car(external_key="dms:1")), unchanged=1)

	def test_a_later_owner_ends_the_time_of_the_one_before(self):
		first, second = make_customers(2)
		key = f"vin:{VIN}"
		self.take(self.car(), parties=[{"external_key": key, "customer": first, "valid_from": "2024-01-01"}])
		for expected in ("updated", "unchanged"):
			outcome = self.take(self.car(), parties=[{"external_key": key, "customer": second, "valid_from": "2025-06-01"}])
			self.assert_counts(outcome, **{expected: 1})
		car = frappe.get_doc(VEHICLE, {"vin": VIN})
		self.assertEqual([(first, "2025-06-01"), (second, "None")], [(row.customer, str(row.valid_to)) for row in car.parties])
		self.assertEqual(second, car.current_owner)

	def test_a_car_in_stock_does_not_move_by_an_intake(self):
		self.take(self.car(entered_as="In Stock"))
		outcome = self.take(self.car(entered_as="In Stock", dealership=OTHER_STORE))
		self.assert_rejected(outcome, "dealership", "changes its dealership by the stock movement Transferred")

	def test_the_entry_in_the_stock_log_is_made_once(self):
		for _time in range(2):
			name = self.take(self.car(entered_as="In Stock", arrived_on="2026-01-05")).names[f"vin:{VIN}"]
		self.assertEqual(1, frappe.db.count("C4S Stock Movement", {"vehicle": name}))
		self.assertEqual("2026-01-05", str(frappe.db.get_value(VEHICLE, name, "in_stock_since")))


class TestVisits(IntakeTestCase):
	def take(self, *visits, items=(), **options):
		return take_in_visits(frame(*visits), frame(*items) if items else None, **OPTIONS, **options)

	def test_the_same_visit_again_changes_nothing(self):
		for expected in ("created", "unchanged"):
			self.assert_counts(self.take(visit(), items=[item(), item(item_name="滤芯", unit_price=30.005)]), **{expected: 1})
		self.assertEqual(130.01, frappe.db.get_value(VISIT, {"external_key": "t:1"}, "total_amount"))

	def test_items_of_an_open_visit_are_replaced_row_by_row(self):
		opened = visit(status="Open", settled_on=None)
		name = self.take(opened, items=[item(), item(item_name="滤芯")]).names["t:1"]
		first = frappe.get_all("C4S Service Item", {"parent": name, "idx": 1}, pluck="name")[0]
		self.assert_counts(self.take(opened, items=[item(unit_price=90)]), updated=1)
		document = frappe.get_doc(VISIT, name)
		self.assertEqual([(first, 90.0)], [(row.name, row.amount) for row in document.items])
		self.assertEqual(90.0, document.total_amount)

	def test_the_items_of_a_settled_visit_do_not_change(self):
		self.take(visit(), items=[item()])
		outcome = self.take(visit(), items=[item(unit_price=90)])
		self.assert_rejected(outcome, "items", "The items of a settled visit cannot be changed")

	def test_a_wrong_item_rejects_its_visit_and_names_the_row(self):
		outcome = self.take(visit(), visit("t:2"), items=[item("t:2"), item(), item(quantity="drei")])
		self.assertEqual([REJECTED, CREATED], [result.state for result in outcome.results])
		self.assertEqual(("quantity", "items", 2), (outcome.rejected[0].field, outcome.rejected[0].table, outcome.rejected[0].row))
		self.assertIn("drei is not a number", outcome.rejected[0].message)

	def test_an_item_of_no_visit_is_an_error_of_the_caller(self):
		with self.assertRaisesRegex(ValueError, "belongs to no record: t:9"):
			self.take(visit(), items=[item("t:9")])

	def test_a_visit_makes_the_customer_one_of_the_store_since_that_day(self):
		client = take_in_customers(frame({"external_key": "c", "customer_name": "甲"}), **OPTIONS).names["c"]
		self.take(visit("t:1", customer=client, arrived_on="2026-02-03"), visit("t:2", customer=client), items=[item("t:1"), item("t:2")])
		since = frappe.get_all("C4S Store Relationship", {"customer": client}, ["dealership", "since"], as_list=True)
		self.assertEqual([(STORE, "2026-02-03")], [(store, str(day)) for store, day in since])

	def test_service_facts_are_those_of_the_nightly_job(self):
		client = make_customers(1)[0]
		car = make_vehicle(client)
		workshop = {"visit_kind": "Workshop", "customer": client, "vehicle": car}
		self.take(
			visit("t:1", **workshop, arrived_on="2026-01-01 09:00", settled_on="2026-01-01 10:00", odometer=10000),
			visit("t:2", **workshop, arrived_on="2026-03-02 09:00", settled_on="2026-03-02 10:00", odometer=12000),
			visit("t:3", customer=client),
			items=[item("t:1"), item("t:2", unit_price=50, payer="Warranty"), item("t:3")],
		)
		columns = ["service_count", "last_visit_on", "average_visit_interval_days", "total_spent"]
		taken = frappe.db.get_value(CUSTOMER, client, columns)
		recompute_range(client, client, getdate())
		self.assertEqual(frappe.db.get_value(CUSTOMER, client, columns), taken)
		self.assertEqual((2, 60, 200.0), (taken[0], taken[2], taken[3]))
		self.assertEqual(12000, frappe.db.get_value(VEHICLE, car, "odometer"))

	def test_a_changed_odometer_moves_its_reading(self):
		client = make_customers(1)[0]
		workshop = {"visit_kind": "Workshop", "customer": client, "vehicle": make_vehicle(client)}
		name = self.take(visit(**workshop, odometer=10000), items=[item()]).names["t:1"]
		self.assert_counts(self.take(visit(**workshop, odometer=9000)), updated=1)
		self.assertEqual([9000], frappe.get_all(READING, {"source_name": name}, pluck="kilometres"))

	def test_a_visit_without_customer_is_one_of_the_owner_of_the_car(self):
		owner = make_customers(1)[0]
		make_vehicle(owner)
		name = self.take(visit(visit_kind="Workshop", vehicle_plate="沪A 12345"), items=[item()]).names["t:1"]
		self.assertEqual(owner, frappe.db.get_value(VISIT, name, "customer"))

	def test_a_phone_that_fits_two_customers_is_refused(self):
		for key in ("a", "b"):
			take_in_customers(frame(customer(key)), frame(phone("13800138000", key)), **OPTIONS)
		outcome = self.take(visit(customer_phone="+8613800138000"), items=[item()])
		self.assert_rejected(outcome, "customer_phone", "fits several documents")

	@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
	@given(st.permutations(range(8)), st.integers(1, 4))
	def test_readings_come_in_any_order(self, order, chunk):
		frappe.db.savepoint("example")
		client = make_customers(1)[0]
		workshop = {"visit_kind": "Workshop", "customer": client, "vehicle": make_vehicle(client)}
		visits = [
			visit(f"t:{month}", **workshop, arrived_on=f"2025-{month + 1:02d}-01", settled_on=f"2025-{month + 1:02d}-02", odometer=1000 * (month + 1))
			for month in range(8)
		]
		outcome = self.take(*(visits[month] for month in order), items=[item(f"t:{month}") for month in range(8)], chunk=chunk)
		self.assert_counts(outcome, created=8)
		self.assertEqual(8000, frappe.db.get_value(VEHICLE, workshop["vehicle"], "odometer"))
		frappe.db.rollback(save_point="example")


class TestReach(IntakeTestCase):
	"""An intake goes as far as the person who started it."""

	def test_another_stores_customer_is_not_changed_by_knowing_the_key(self):
		take_in_customers(frame(customer(city="上海市")), **OPTIONS)
		with as_user(make_user("CRM Manager", [OTHER_STORE])):
			outcome = take_in_customers(frame(customer(dealership=OTHER_STORE, city="苏州市")), **OPTIONS)
		self.assert_rejected(outcome, "external_key", "belongs to a store for which you do not work")
		self.assertEqual("上海市", frappe.db.get_value(CUSTOMER, {"external_key": "t:1"}, "city"))

	def test_nobody_takes_in_for_a_store_of_others(self):
		with as_user(make_user("CRM Manager", [OTHER_STORE])):
			outcome = take_in_customers(frame(customer()), **OPTIONS)
			visits = take_in_visits(frame(visit()), frame(item()), **OPTIONS)
		self.assert_rejected(outcome, "dealership", "You do not work for store")
		self.assert_rejected(visits, "dealership", "You do not work for store")

	def test_another_stores_car_is_not_changed_by_knowing_the_vin(self):
		make_vehicle(make_customers(1)[0])
		with as_user(make_user("Dealer Manager", [OTHER_STORE])):
			outcome = take_in_vehicles(frame({"vin": VIN, "model_description": "某车", "plate_number": "沪A99999"}), **OPTIONS)
		self.assert_rejected(outcome, "vin", "which is in the books already")
		self.assertEqual("沪A12345", frappe.db.get_value(VEHICLE, {"vin": VIN}, "plate_number"))

	def test_a_visit_does_not_reach_another_stores_customer_by_phone_or_name(self):
		take_in_customers(frame(customer()), frame(phone("13800138000")), **OPTIONS)
		name = frappe.db.get_value(CUSTOMER, {"external_key": "t:1"})
		with as_user(make_user("Dealer Manager", [OTHER_STORE])):
			by_phone = take_in_visits(frame(visit(dealership=OTHER_STORE, customer_phone="+8613800138000")), frame(item()), **OPTIONS)
			by_name = take_in_visits(frame(visit(dealership=OTHER_STORE, customer=name)), frame(item()), **OPTIONS)
		self.assert_rejected(by_phone, "customer_phone", "Could not find")
		self.assert_rejected(by_name, "customer", "Could not find")
