import frappe
from frappe.desk.query_report import run
from frappe.tests.utils import FrappeTestCase

from crm4s.appointments import api
from crm4s.bookings.tests.factories import at, make_bay, make_resource, make_store
from crm4s.crm4s.doctype.c4s_part.test_c4s_part import make_part
from crm4s.crm4s.doctype.c4s_service_appointment.test_c4s_service_appointment import labour, make_appointment
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.crm4s.doctype.c4s_vehicle_model.test_c4s_vehicle_model import make_model
from crm4s.crm4s.report.c4s_appointment_preparation.c4s_appointment_preparation import execute
from crm4s.masked_twins import leaving_as_file
from crm4s.tests.people import as_user, make_user
from crm4s.tests.queries import counted_queries


class TestAppointmentPreparation(FrappeTestCase):
	def setUp(self):
		self.store = make_store("SA-PREP")
		make_bay(self.store)
		self.part = make_part("PREP-FILTER", part_name="机油滤清器", availability=[{"dealership": self.store, "quantity": 3}]).name

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def rows(self, view: str = "Cars", days: int = 1, **filters) -> list[dict]:
		return execute({"view": view, "day": str(at(0, days=days).date()), "dealership": self.store, **filters})[1]

	def filter_of(self, quantity: float) -> dict:
		return {"item_kind": "Part", "part": self.part, "item_name": "机油滤清器", "quantity": quantity}

	def test_the_cars_of_the_day_in_the_order_of_their_times(self):
		late = make_appointment(self.store, planned_from=at(15), concern="异响")
		early = make_appointment(self.store, items=[labour(item_name="小保养"), self.filter_of(2)], pick_up=1, pick_up_address="人民路 1 号")
		make_appointment(self.store, planned_from=at(10, days=2))
		api.cancel(make_appointment(self.store, planned_from=at(12)).name, "改期")
		rows = self.rows()
		self.assertEqual([(early.name, "10:00–11:00"), (late.name, "15:00–16:00")], [(row["name"], row["time"]) for row in rows])
		self.assertEqual(("小保养, 机油滤清器 × 2", "", "1号工位"), (rows[0]["work"], rows[0]["missing"], rows[0]["bay"]))
		self.assertEqual("09:15 · 人民路 1 号", rows[0]["pick_up"])
		self.assertEqual("异响", rows[1]["concern"])

	def test_plate_and_address_leave_masked_as_a_file(self):
		make_appointment(self.store, vehicle=None, plate_number="沪A12390", pick_up=1, pick_up_address="人民路 1 号")
		with leaving_as_file():
			(row,) = self.rows()
		self.assertNotIn("沪A12390", row["car"])
		self.assertNotIn("1 号", row["pick_up"])
		self.assertIn("沪A12390", self.rows()[0]["car"])

	def test_parts_that_all_cars_together_lack(self):
		make_appointment(self.store, items=[labour(), self.filter_of(2)], vehicle=None, plate_number="沪A12390")
		make_appointment(self.store, planned_from=at(14), items=[labour(), self.filter_of(2)], vehicle=None, plate_number="沪A12391")
		(row,) = self.rows("Parts to Pick")
		self.assertEqual((4, 3, 1, "10:00", "沪A12390, 沪A12391"), tuple(row[key] for key in ("needed", "in_store", "lacking", "needed_at", "cars")))
		self.assertEqual(["机油滤清器"] * 2, [row["missing"] for row in self.rows()])

	def test_packages_and_due_items_are_proposed_unless_they_are_planned(self):
		model = make_model("T-PREP", maintenance_plan=[{"item": "T 空调滤芯", "first_km": 5000, "every_km": 5000}]).name
		car = make_vehicle(model=model, dealership=self.store)
		frappe.db.set_value("C4S Vehicle", car.name, {"odometer": 4800, "next_service_km": 5000, "next_service_reason": "T 空调滤芯"})
		for name, code in (("T 小保养套餐", model), ("T 别的车", "T-MODEL")):
			make_model()
			package = {"doctype": "C4S Service Package", "package_name": name, "to_km": 9000, "cars": [{"model": code}], "lines": [labour()]}
			frappe.get_doc(package).insert()
		make_appointment(self.store, vehicle=car.name)
		proposed = self.rows()[0]["proposed"]
		self.assertIn("T 小保养套餐", proposed)
		self.assertIn("T 空调滤芯", proposed)
		self.assertNotIn("T 别的车", proposed)
		make_appointment(self.store, vehicle=car.name, planned_from=at(10, days=2), items=[labour(item_name="T 空调滤芯")])
		self.assertNotIn("T 空调滤芯", self.rows(days=2)[0]["proposed"])

	def test_other_stores_are_not_shown(self):
		make_appointment(self.store)
		with as_user(make_user("Service Advisor", [make_store("SA-2")])):
			self.assertEqual(([], []), (self.rows(), self.rows("Parts to Pick")))
		with as_user(make_user("Auditor", [self.store])), self.assertRaises(frappe.PermissionError):
			run("C4S Appointment Preparation", {})

	def test_more_cars_ask_no_more_queries(self):
		make_resource(self.store, kind="Bay", resource_name="2号工位")
		make_appointment(self.store, items=[labour(), self.filter_of(1)])
		self.rows()
		with counted_queries() as few:
			self.rows()
		for hour in (12, 14, 16):
			make_appointment(self.store, planned_from=at(hour), items=[labour(), self.filter_of(1)])
		with counted_queries() as many:
			self.assertEqual(4, len(self.rows()))
		self.assertLessEqual(len(many), len(few))
