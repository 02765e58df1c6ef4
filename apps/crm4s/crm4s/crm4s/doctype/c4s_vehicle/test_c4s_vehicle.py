import json
from datetime import date

import frappe
from frappe.client import get_list as client_get_list
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, getdate

from crm4s.access.vehicles import sees_vehicle
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_vehicle.stock_query import query_purchase_orders, query_stock
from crm4s.crm4s.doctype.c4s_vehicle_model.test_c4s_vehicle_model import make_model
from crm4s.crm4s.doctype.c4s_vehicle_option.test_c4s_vehicle_option import make_option
from crm4s.exceptions import InvalidIdentifierError, StockMovementError
from crm4s.identifiers.vin import vin_check_digit
from crm4s.tests.people import as_user, make_user

# Built in Europe, where the ninth position means nothing.
WITHOUT_CHECK_DIGIT = "WDDGF4HB1CA000002"


def make_vin(number: int) -> str:
	"""A VIN with a right check digit."""
	vin = f"LTVBA42E0S{number:07d}"
	return vin[:8] + vin_check_digit(vin) + vin[9:]


def unused_vin() -> str:
	return make_vin(int(frappe.generate_hash(length=5), 16))


def make_vehicle(**overrides):
	"""A saved car in use that no store looks after; `current_owner` makes that customer its owner since ever."""
	values = {"doctype": "C4S Vehicle", "vin": unused_vin()}
	if "model" not in overrides:
		values["model"] = make_model().name
	if overrides.get("current_owner"):
		values["parties"] = [{"party_role": "Owner", "customer": overrides["current_owner"]}]
	return frappe.get_doc({**values, **overrides}).insert(ignore_permissions=True)


class VehicleTestCase(FrappeTestCase):
	def setUp(self):
		make_dealership("T-EAST")
		make_dealership("T-WEST")

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.clear_messages()
		frappe.db.rollback()


class TestIdentity(VehicleTestCase):
	def test_vin_and_plate_are_kept_in_one_form(self):
		vin = unused_vin()
		car = make_vehicle(vin=f" {vin.lower()} ", plate_number="沪a·d12345")
		self.assertEqual((vin, "沪AD12345", "New Energy Small"), (car.vin, car.plate_number, car.plate_kind))
		self.assertEqual("沪A****45 · 测试轿车 2025 2.0 豪华版", car.vehicle_title)

	def test_a_vin_that_is_none_is_refused(self):
		with self.assertRaisesRegex(InvalidIdentifierError, "VIN must have 17 characters"):
			make_vehicle(vin="LTVBA42E0S")

	def test_a_plate_that_is_none_is_refused(self):
		with self.assertRaisesRegex(InvalidIdentifierError, "Plate number must begin with the character of a province"):
			make_vehicle(plate_number="A12345")

	def test_a_wrong_check_digit_warns_until_somebody_looked(self):
		car = make_vehicle(vin=WITHOUT_CHECK_DIGIT)
		self.assertEqual(1, car.check_digit_differs)
		self.assertIn("The check digit of VIN", str(frappe.message_log))
		frappe.clear_messages()
		confirmed = make_vehicle(vin=WITHOUT_CHECK_DIGIT[:-1] + "3", check_digit_confirmed=1)
		self.assertEqual((1, 1), (confirmed.check_digit_differs, confirmed.check_digit_confirmed))
		self.assertNotIn("check digit", str(frappe.message_log))

	def test_a_vin_is_in_the_books_once(self):
		car = make_vehicle()
		with self.assertRaisesRegex(frappe.UniqueValidationError, f"is that of car .*{car.name}.*, which is in the books already"):
			make_vehicle(vin=car.vin)

	def test_the_database_too_keeps_a_vin_unique(self):
		car = make_vehicle()
		other = make_vehicle()
		with self.assertRaises(Exception) as refused:
			frappe.db.set_value("C4S Vehicle", other.name, "vin", car.vin)
		self.assertTrue(frappe.db.is_duplicate_entry(refused.exception))

	def test_only_a_car_on_order_may_be_without_vin(self):
		with self.assertRaisesRegex(frappe.MandatoryError, "VIN is missing"):
			make_vehicle(vin=None)
		ordered = make_vehicle(vin=None, entered_as="Ordered", dealership="T-EAST")
		another = make_vehicle(vin=None, entered_as="Ordered", dealership="T-EAST")
		self.assertEqual((None, None), (ordered.vin, another.vin))

	def test_a_plate_on_two_cars_warns(self):
		first = make_vehicle(plate_number="沪A12345")
		frappe.clear_messages()
		make_vehicle(plate_number="沪A12345")
		self.assertIn(first.name, str(frappe.message_log))

	def test_a_car_of_an_unlisted_model_says_what_is_registered(self):
		with self.assertRaisesRegex(frappe.MandatoryError, "Enter the model, or Model as Registered"):
			make_vehicle(model=None)
		self.assertIn("解放牌CA1040", make_vehicle(model=None, model_description="解放牌CA1040").vehicle_title)

	def test_brand_follows_the_model(self):
		self.assertEqual("Test Brand", make_vehicle().brand)

	def test_options_fit_the_model(self):
		make_model("T-OTHER", series="测试SUV")
		make_option("T-HOOK", models=[{"model": "T-OTHER"}])
		with self.assertRaisesRegex(frappe.ValidationError, "Option .*全景天窗.* in row 1 does not fit model 测试轿车 2025"):
			make_vehicle(options=[{"option": "T-HOOK"}])
		self.assertEqual(1, len(make_vehicle(model="T-OTHER", options=[{"option": "T-HOOK"}]).options))

	def test_dates_follow_each_other(self):
		with self.assertRaisesRegex(frappe.ValidationError, "Arrived On must not be before Ordered On"):
			make_vehicle(ordered_on="2025-03-02", arrived_on="2025-03-01")
		with self.assertRaisesRegex(frappe.ValidationError, "First Registered On must not be before Produced On"):
			make_vehicle(produced_on="2025-03-02", first_registered_on="2025-03-01")


class TestPeople(VehicleTestCase):
	def setUp(self):
		super().setUp()
		self.first = make_customer("13800138000", "T-EAST").name
		self.second = make_customer("13800138001", "T-EAST").name

	def test_the_owner_without_end_is_the_current_one(self):
		car = make_vehicle(
			parties=[
				{"party_role": "Owner", "customer": self.first, "valid_from": "2020-01-01", "valid_to": "2023-06-01"},
				{"party_role": "Owner", "customer": self.second, "valid_from": "2023-06-01"},
				{"party_role": "Driver", "customer": self.first},
			]
		)
		self.assertEqual(self.second, car.current_owner)

	def test_a_new_owner_ends_the_time_of_the_one_before(self):
		car = make_vehicle(current_owner=self.first)
		car.append("parties", {"party_role": "Owner", "customer": self.second, "valid_from": "2024-05-01"})
		car.save()
		self.assertEqual("2024-05-01", str(car.parties[0].valid_to))
		self.assertEqual(self.second, car.current_owner)

	def test_two_owners_at_a_time_are_refused(self):
		with self.assertRaisesRegex(frappe.ValidationError, "the owners in row 1 and row 2 overlap"):
			make_vehicle(
				parties=[
					{"party_role": "Owner", "customer": self.first, "valid_from": "2020-01-01", "valid_to": "2023-06-02"},
					{"party_role": "Owner", "customer": self.second, "valid_from": "2023-06-01"},
				]
			)
		with self.assertRaisesRegex(frappe.ValidationError, "the owners in row 1 and row 2 overlap"):
			make_vehicle(parties=[{"customer": self.first}, {"customer": self.second}])

	def test_two_drivers_at_a_time_are_fine(self):
		drivers = [{"party_role": "Driver", "customer": customer} for customer in (self.first, self.second)]
		self.assertEqual(2, len(make_vehicle(parties=drivers).parties))

	def test_a_time_does_not_end_before_it_begins(self):
		with self.assertRaisesRegex(frappe.ValidationError, "row 1: Valid Until must not be before Valid From"):
			make_vehicle(parties=[{"customer": self.first, "valid_from": "2024-05-02", "valid_to": "2024-05-01"}])

	def test_an_owner_is_not_recorded_ahead(self):
		with self.assertRaisesRegex(frappe.ValidationError, "row 1: an owner is recorded when it happened"):
			make_vehicle(parties=[{"customer": self.first, "valid_from": add_days(getdate(), 1)}])

	def test_a_car_keeps_its_owners_of_before(self):
		car = make_vehicle(current_owner=self.first)
		car.append("parties", {"party_role": "Owner", "customer": self.second, "valid_from": "2024-05-01"})
		car.save()
		stored = frappe.get_all("C4S Vehicle Party", {"parent": car.name}, pluck="customer", order_by="idx")
		self.assertEqual([self.first, self.second], stored)

	def test_nobody_links_a_customer_whom_the_store_does_not_know(self):
		stranger = make_customer("13800138002", "T-WEST").name
		with as_user(make_user("Service Advisor", ["T-EAST"])):
			with self.assertRaisesRegex(frappe.PermissionError, "is not a customer of your store"):
				frappe.get_doc(
					{"doctype": "C4S Vehicle", "vin": unused_vin(), "model": "T-MODEL", "parties": [{"customer": stranger}]}
				).insert()


class TestWhoSeesACar(VehicleTestCase):
	def setUp(self):
		super().setUp()
		self.east = make_user("Service Advisor", ["T-EAST"])
		self.west = make_user("Service Advisor", ["T-WEST"])

	def listed(self, user: str, *cars) -> list[str]:
		with as_user(user):
			names = [car.name for car in cars]
			return frappe.get_list("C4S Vehicle", {"name": ["in", names]}, pluck="name", order_by="name")

	def may(self, user: str, ptype: str, car) -> bool:
		with as_user(user):
			return frappe.has_permission("C4S Vehicle", ptype, frappe.get_doc("C4S Vehicle", car.name))

	def test_a_store_sees_the_cars_that_stand_there(self):
		east, west = (make_vehicle(entered_as="In Stock", dealership=store) for store in ("T-EAST", "T-WEST"))
		self.assertEqual([east.name], self.listed(self.east, east, west))
		self.assertTrue(self.may(self.east, "write", east))
		self.assertFalse(self.may(self.east, "read", west))

	def test_two_stores_that_know_the_owner_share_the_car(self):
		customer = make_customer("13800138000", "T-EAST")
		car = make_vehicle(current_owner=customer.name, dealership="T-EAST")
		self.assertEqual([], self.listed(self.west, car))
		frappe.get_doc(
			{"doctype": "C4S Store Relationship", "customer": customer.name, "dealership": "T-WEST"}
		).insert(ignore_permissions=True)
		self.assertEqual([car.name], self.listed(self.west, car))
		self.assertTrue(self.may(self.west, "read", car))

	def test_the_store_of_a_driver_sees_the_car(self):
		driver = make_customer("13800138000", "T-WEST")
		car = make_vehicle(parties=[{"party_role": "Driver", "customer": driver.name}])
		self.assertEqual([car.name], self.listed(self.west, car))
		self.assertEqual([], self.listed(self.east, car))

	def test_who_works_for_the_group_sees_all_and_who_has_no_store_sees_none(self):
		car = make_vehicle(entered_as="In Stock", dealership="T-EAST")
		self.assertEqual([car.name], self.listed(make_user("Group Manager"), car))
		self.assertEqual([], self.listed(make_user("Sales Consultant"), car))

	def test_what_somebody_sends_does_not_open_the_car_of_another_store(self):
		car = make_vehicle(entered_as="In Use", dealership="T-WEST")
		mine = make_customer("13800138000", "T-EAST")
		with as_user(self.east):
			document = frappe.get_doc("C4S Vehicle", car.name)
			document.dealership = "T-EAST"
			document.append("parties", {"party_role": "Driver", "customer": mine.name})
			with self.assertRaises(frappe.PermissionError):
				document.save()

	def test_a_car_entered_without_store_belongs_to_the_store_of_who_entered_it(self):
		with as_user(self.east):
			car = frappe.get_doc({"doctype": "C4S Vehicle", "vin": unused_vin(), "model": make_model().name}).insert()
			self.assertEqual("T-EAST", car.dealership)
			self.assertTrue(car.has_permission("read"))

	def test_nobody_enters_a_car_for_another_store(self):
		make_model()
		with as_user(self.east), self.assertRaises(frappe.PermissionError):
			frappe.get_doc(
				{"doctype": "C4S Vehicle", "vin": unused_vin(), "model": "T-MODEL", "dealership": "T-WEST"}
			).insert()

	def test_the_rows_of_a_car_are_listed_to_those_only_who_see_it(self):
		if "C4S Vehicle Party" not in frappe.get_hooks("permission_query_conditions"):
			self.skipTest("hooks.py does not name the pair of C4S Vehicle Party yet")
		customer = make_customer("13800138000", "T-WEST")
		car = make_vehicle(current_owner=customer.name)
		for user, count in ((self.west, 1), (self.east, 0)):
			with as_user(user):
				rows = client_get_list("C4S Vehicle Party", parent="C4S Vehicle", filters={"parent": car.name}, fields=["customer"])
				self.assertEqual(count, len(rows))

	def test_the_purchase_price_is_for_managers(self):
		car = make_vehicle(entered_as="In Stock", dealership="T-EAST", purchase_price=170000)
		for role, seen in (("Sales Consultant", None), ("Sales Manager", 170000)):
			with self.subTest(role), as_user(make_user(role, ["T-EAST"])):
				document = frappe.get_doc("C4S Vehicle", car.name)
				document.apply_fieldlevel_read_permissions()
				self.assertEqual(seen, document.get("purchase_price"))

	def test_list_and_single_document_agree(self):
		customer = make_customer("13800138000", "T-EAST")
		cars = [
			make_vehicle(),
			make_vehicle(dealership="T-EAST"),
			make_vehicle(dealership="T-WEST", current_owner=customer.name),
			make_vehicle(dealership="T-WEST"),
		]
		for user in (self.east, self.west, make_user("Technician"), make_user("Group Manager")):
			self.assertEqual(
				sorted(car.name for car in cars if sees_vehicle(car.name, user)), self.listed(user, *cars)
			)

	def test_roles_that_need_no_cars_read_none(self):
		for role in ("Auditor", "Market Researcher", "Portal Customer"):
			with self.subTest(role), as_user(make_user(role, ["T-EAST"])):
				self.assertFalse(frappe.has_permission("C4S Vehicle", "read"))


class TestStatus(VehicleTestCase):
	def test_a_new_car_gets_its_status_from_its_entry_in_the_stock_log(self):
		car = make_vehicle(entered_as="In Stock", dealership="T-EAST")
		(entry,) = frappe.get_all("C4S Stock Movement", {"vehicle": car.name}, ["movement", "to_status", "to_dealership"])
		self.assertEqual(("Entry", "In Stock", "T-EAST"), (entry.movement, entry.to_status, entry.to_dealership))
		self.assertEqual("In Stock", car.status)
		self.assertEqual("In Stock", frappe.db.get_value("C4S Vehicle", car.name, "status"))

	def test_a_status_that_comes_with_a_new_car_is_not_believed(self):
		self.assertEqual("In Use", make_vehicle(status="Scrapped").status)

	def test_an_entry_from_before_stands_in_the_log_with_its_own_day(self):
		car = make_vehicle(entered_as="In Stock", dealership="T-EAST", arrived_on="2025-02-03")
		self.assertEqual("2025-02-03", str(car.in_stock_since))

	def test_status_is_not_changed_by_hand(self):
		car = make_vehicle(entered_as="In Stock", dealership="T-EAST")
		car.status = "Delivered"
		with self.assertRaisesRegex(StockMovementError, "Status is written by stock movements"):
			car.save()

	def test_a_car_in_stock_does_not_change_its_dealership_by_hand(self):
		car = make_vehicle(entered_as="In Stock", dealership="T-EAST")
		car.dealership = "T-WEST"
		with self.assertRaisesRegex(StockMovementError, "changes its dealership by the stock movement Transferred"):
			car.save()

	def test_the_store_that_looks_after_a_customers_car_is_changed_by_hand(self):
		car = make_vehicle(entered_as="In Use", dealership="T-EAST")
		car.dealership = "T-WEST"
		car.save()
		self.assertEqual("T-WEST", frappe.db.get_value("C4S Vehicle", car.name, "dealership"))

	def test_a_car_in_stock_stands_somewhere(self):
		with self.assertRaisesRegex(frappe.ValidationError, "Enter in Dealership where the car stands"):
			make_vehicle(entered_as="In Stock")

	def test_a_car_stands_at_an_outlet(self):
		make_dealership("T-REGION", node_kind="Region")
		with self.assertRaisesRegex(frappe.ValidationError, "A car stands at an outlet, not at a group or region"):
			make_vehicle(dealership="T-REGION")

	def test_a_car_entered_by_mistake_can_be_taken_away(self):
		car = make_vehicle(entered_as="In Stock", dealership="T-EAST")
		car.delete()
		self.assertFalse(frappe.db.exists("C4S Stock Movement", {"vehicle": car.name}))

	def test_a_car_with_a_history_stays(self):
		car = make_vehicle(entered_as="In Stock", dealership="T-EAST")
		frappe.get_doc({"doctype": "C4S Stock Movement", "vehicle": car.name, "movement": "Allocated"}).insert()
		with self.assertRaises(frappe.LinkExistsError):
			frappe.delete_doc("C4S Vehicle", car.name)


class TestWarrantyAndService(VehicleTestCase):
	def reading(self, car, day: str, kilometres: int, **more):
		return frappe.get_doc(
			{"doctype": "C4S Odometer Reading", "vehicle": car.name, "read_on": f"{day} 10:00:00", "kilometres": kilometres, **more}
		).insert()

	def stored(self, car, *fields):
		return frappe.db.get_value("C4S Vehicle", car.name, fields)

	def test_the_warranty_of_the_model_is_suggested(self):
		car = make_vehicle(delivered_on="2025-01-31")
		self.assertEqual(("2028-01-31", 100000), (str(car.warranty_until), car.warranty_km))

	def test_a_warranty_that_somebody_entered_stays(self):
		self.assertEqual("2030-01-01", str(make_vehicle(delivered_on="2025-01-31", warranty_until="2030-01-01").warranty_until))

	def test_a_new_car_is_due_by_time_where_nothing_was_read(self):
		car = make_vehicle(entered_as="Ordered", dealership="T-EAST", delivered_on="2025-01-15")
		self.assertIsNone(car.next_service_on, "a car of the dealership is nobody's to remind of")
		car = self.delivered("2025-01-15")
		self.assertEqual(
			(date(2025, 7, 15), 5000, "Time", "机油机滤"),
			self.stored(car, "next_service_on", "next_service_km", "next_service_basis", "next_service_reason"),
		)

	def delivered(self, day: str):
		"""A car that was new here and handed over on that day."""
		car = make_vehicle(entered_as="In Stock", dealership="T-EAST", arrived_on=day)
		for movement in ("Allocated", "Delivered"):
			frappe.get_doc(
				{"doctype": "C4S Stock Movement", "vehicle": car.name, "movement": movement, "moved_on": day}
			).insert()
		return frappe.get_doc("C4S Vehicle", car.name)

	def test_a_reading_brings_the_day_forward_for_one_who_drives_much(self):
		car = self.delivered("2025-01-15")
		self.reading(car, "2025-03-16", 3000)
		self.assertEqual(
			(3000, 50.0, date(2025, 4, 25), 5000, "Distance"),
			self.stored(car, "odometer", "kilometres_per_day", "next_service_on", "next_service_km", "next_service_basis"),
		)

	def test_saving_the_car_gives_the_same_as_the_batch(self):
		car = self.delivered("2025-01-15")
		self.reading(car, "2025-03-16", 3000)
		fields = ("odometer", "odometer_read_on", "kilometres_per_day", "next_service_on", "next_service_km", "next_service_reason")
		by_batch = self.stored(car, *fields)
		car.reload()
		car.save()
		self.assertEqual(by_batch, self.stored(car, *fields))

	def test_what_was_done_counts_from_there(self):
		car = self.delivered("2025-01-15")
		self.reading(car, "2025-03-16", 3000)
		car.reload()
		car.append("maintenance_done", {"item": "机油机滤", "done_on": "2025-03-16", "kilometres": 3000})
		car.save()
		self.assertEqual(13000, car.next_service_km)

	def test_after_a_workshop_visit_the_next_step_of_the_plan_is_due(self):
		car = self.delivered("2025-01-15")
		self.reading(car, "2025-07-20", 5100, source_doctype="C4S Service Visit")
		self.assertEqual(15000, self.stored(car, "next_service_km"))

	def test_a_car_that_was_used_before_is_not_overdue_since_its_first_service(self):
		car = make_vehicle(entered_as="In Use", first_registered_on="2020-01-15")
		self.reading(car, "2025-01-15", 82000)
		self.assertEqual(85000, self.stored(car, "next_service_km"))

	def test_a_replaced_instrument_is_counted_on_and_shown_as_it_reads(self):
		car = self.delivered("2025-01-15")
		self.reading(car, "2025-03-16", 3000)
		self.reading(car, "2025-03-17", 0, is_reset=1, reset_note="仪表更换")
		self.assertEqual((0, 2000), self.stored(car, "odometer", "next_service_km"))

	def test_a_new_plan_moves_the_cars_of_the_model(self):
		car = self.delivered("2025-01-15")
		model = frappe.get_doc("C4S Vehicle Model", "T-MODEL")
		model.maintenance_plan[0].first_months = 3
		model.save()
		self.assertEqual(date(2025, 4, 15), self.stored(car, "next_service_on"))

	def test_a_batch_asks_the_database_as_often_for_many_cars_as_for_one(self):
		from crm4s.crm4s.doctype.c4s_vehicle.service_forecast import refresh

		cars = [self.delivered("2025-01-15") for _ in range(5)]
		for car in cars:
			frappe.db.set_value("C4S Vehicle", car.name, "next_service_km", 1)
		with self.assertQueryCount(6):
			self.assertEqual(5, refresh([car.name for car in cars]))


class TestStockQuery(VehicleTestCase):
	def setUp(self):
		super().setUp()
		self.east = make_vehicle(entered_as="In Stock", dealership="T-EAST", exterior_colour="珍珠白", asking_price=188000)
		self.west = make_vehicle(entered_as="In Stock", dealership="T-WEST", exterior_colour="珍珠白", asking_price=188000)
		self.ordered = make_vehicle(entered_as="Ordered", vin=None, dealership="T-EAST", supplier="一汽丰田", ordered_on="2025-03-01")
		self.user = make_user("Sales Consultant", ["T-EAST"])

	def names(self, answer: dict) -> list[str]:
		return [row["name"] for row in answer["rows"]]

	def test_stock_of_the_own_store_is_found_and_the_question_noted(self):
		with as_user(self.user):
			answer = query_stock({"series": "测试轿车", "exterior_colour": "白", "price_to": 190000})
		self.assertEqual([self.east.name], self.names(answer))
		log = frappe.get_last_doc("C4S Query Log", {"user": self.user})
		self.assertEqual(("Stock", "T-EAST", 1), (log.kind, log.dealership, log.result_count))
		self.assertEqual({"series": "测试轿车", "exterior_colour": "白", "price_to": "190000"}, json.loads(log.criteria))

	def test_a_price_limit_leaves_out_what_is_dearer(self):
		with as_user(self.user):
			self.assertEqual([], self.names(query_stock({"price_to": 180000, "model": "T-MODEL"})))

	def test_a_customers_car_is_not_stock(self):
		make_vehicle(entered_as="In Use", dealership="T-EAST")
		with as_user(self.user):
			self.assertEqual([self.east.name], self.names(query_stock({"model": "T-MODEL"})))

	def test_orders_that_have_not_arrived_are_found_and_the_question_noted(self):
		with as_user(self.user):
			answer = query_purchase_orders({"supplier": "一汽丰田", "ordered_from": "2025-01-01", "ordered_to": "2025-12-31"})
		self.assertEqual([self.ordered.name], self.names(answer))
		self.assertEqual("Purchase Order", frappe.get_last_doc("C4S Query Log", {"user": self.user}).kind)

	def test_a_criterion_that_does_not_exist_is_refused(self):
		with self.assertRaisesRegex(frappe.ValidationError, "purchase_price is no criterion of this query"):
			query_stock({"purchase_price": 1})

	def test_a_status_of_customers_cars_is_refused(self):
		with self.assertRaisesRegex(frappe.ValidationError, "In Use is no status of a car in stock or on order"):
			query_stock({"status": "In Use"})

	def test_who_may_not_read_cars_may_not_ask(self):
		with as_user(make_user("Auditor", ["T-EAST"])), self.assertRaises(frappe.PermissionError):
			query_stock({})
