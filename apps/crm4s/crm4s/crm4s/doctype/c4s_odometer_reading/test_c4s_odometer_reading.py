import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_to_date, now_datetime

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.exceptions import OdometerError
from crm4s.tests.people import as_user, make_user


def make_reading(vehicle, day: str, kilometres: int, **overrides):
	"""A saved reading at ten in the morning of that day."""
	values = {"vehicle": vehicle.name, "read_on": f"{day} 10:00:00", "kilometres": kilometres}
	return frappe.get_doc({"doctype": "C4S Odometer Reading", **values, **overrides}).insert()


class TestC4SOdometerReading(FrappeTestCase):
	def setUp(self):
		self.car = make_vehicle()

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def shown(self) -> list:
		kilometres, read_on = frappe.db.get_value("C4S Vehicle", self.car.name, ["odometer", "odometer_read_on"])
		return [kilometres, str(read_on)[:10]]

	def test_the_latest_by_its_own_date_is_the_cars(self):
		make_reading(self.car, "2025-06-01", 12000)
		make_reading(self.car, "2025-03-01", 8000)
		self.assertEqual([12000, "2025-06-01"], self.shown())

	def test_a_reading_below_an_earlier_one_is_refused_with_both_figures(self):
		make_reading(self.car, "2025-03-01", 8000)
		with self.assertRaisesRegex(OdometerError, "7999 km cannot be right: on .* the odometer already showed 8000 km"):
			make_reading(self.car, "2025-06-01", 7999)

	def test_a_reading_above_a_later_one_is_refused_with_both_figures(self):
		make_reading(self.car, "2025-06-01", 12000)
		with self.assertRaisesRegex(OdometerError, "12001 km cannot be right: on .*, later, the odometer showed only 12000 km"):
			make_reading(self.car, "2025-03-01", 12001)

	def test_a_car_that_stood_still_shows_the_same(self):
		make_reading(self.car, "2025-03-01", 8000)
		make_reading(self.car, "2025-06-01", 8000)
		self.assertEqual([8000, "2025-06-01"], self.shown())

	def test_a_replaced_instrument_may_show_less_and_says_why(self):
		make_reading(self.car, "2025-03-01", 8000)
		with self.assertRaisesRegex(OdometerError, "Say in Reason why the instrument was replaced"):
			make_reading(self.car, "2025-06-01", 10, is_reset=1)
		make_reading(self.car, "2025-06-01", 10, is_reset=1, reset_note="仪表更换")
		make_reading(self.car, "2025-07-01", 900)
		self.assertEqual([900, "2025-07-01"], self.shown())

	def test_what_arrives_late_is_compared_on_its_side_of_the_replacement(self):
		make_reading(self.car, "2025-03-01", 8000)
		make_reading(self.car, "2025-06-01", 10, is_reset=1, reset_note="仪表更换")
		make_reading(self.car, "2025-05-01", 9500)
		with self.assertRaises(OdometerError):
			make_reading(self.car, "2025-05-20", 9400)

	def test_a_reading_in_the_future_is_refused(self):
		with self.assertRaisesRegex(OdometerError, "Read On must not lie in the future"):
			make_reading(self.car, "2025-03-01", 8000, read_on=add_to_date(now_datetime(), hours=1))

	def test_no_car_has_driven_so_far(self):
		with self.assertRaisesRegex(OdometerError, "must lie between 0 and 3000000"):
			make_reading(self.car, "2025-03-01", 3_000_001)

	def test_a_corrected_reading_corrects_the_car(self):
		reading = make_reading(self.car, "2025-03-01", 80000)
		reading.kilometres = 8000
		reading.save()
		self.assertEqual([8000, "2025-03-01"], self.shown())

	def test_a_deleted_reading_leaves_the_one_before(self):
		make_reading(self.car, "2025-03-01", 8000)
		make_reading(self.car, "2025-06-01", 12000).delete()
		self.assertEqual([8000, "2025-03-01"], self.shown())

	def test_each_reading_says_how_it_is_known(self):
		told = make_reading(self.car, "2025-03-01", 8000, known_from="Customer")
		read = make_reading(self.car, "2025-06-01", 12000)
		self.assertEqual(("Customer", "Instrument"), (told.known_from, read.known_from))
		with self.assertRaises(frappe.ValidationError):
			make_reading(self.car, "2025-07-01", 13000, known_from="Hearsay")

	def test_a_reading_of_the_wrong_car_moves_to_the_right_one(self):
		other = make_vehicle()
		reading = make_reading(self.car, "2025-03-01", 8000)
		reading.vehicle = other.name
		reading.save()
		self.assertEqual(0, frappe.db.get_value("C4S Vehicle", self.car.name, "odometer"))
		self.assertEqual(8000, frappe.db.get_value("C4S Vehicle", other.name, "odometer"))


class TestWhoReadsReadings(FrappeTestCase):
	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def test_readings_go_with_the_car(self):
		for code in ("T-EAST", "T-WEST"):
			make_dealership(code)
		customer = make_customer("13800138000", "T-EAST")
		car = make_vehicle(current_owner=customer.name)
		reading = make_reading(car, "2025-03-01", 8000)
		for store, sees in (("T-EAST", True), ("T-WEST", False)):
			with self.subTest(store), as_user(make_user("Service Advisor", [store])):
				listed = frappe.get_list("C4S Odometer Reading", {"vehicle": car.name}, pluck="name")
				self.assertEqual([reading.name] if sees else [], listed)
				self.assertEqual(sees, frappe.get_doc("C4S Odometer Reading", reading.name).has_permission("read"))
				if sees:
					make_reading(car, "2025-04-01", 9000)
				else:
					with self.assertRaises(frappe.PermissionError):
						make_reading(car, "2025-05-01", 10000)
