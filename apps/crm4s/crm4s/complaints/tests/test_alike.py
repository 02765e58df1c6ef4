"""Complaints that are alike, and where a car stands with the law."""

from datetime import timedelta
from html import unescape

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, now_datetime, nowdate

from crm4s.bookings.tests.factories import make_resource
from crm4s.complaints import api, statutory
from crm4s.complaints.similar import similar_to
from crm4s.crm4s.doctype.c4s_complaint.test_c4s_complaint import make_complaint
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_service_visit.test_c4s_service_visit import item, make_service_visit, settle
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.crm4s.doctype.c4s_vehicle_model.test_c4s_vehicle_model import make_model
from crm4s.tests.people import as_user, make_user
from crm4s.tests.queries import counted_queries

test_ignore = ["User"]


class TestSimilar(FrappeTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.store, cls.other = make_dealership("ALIKE-1").name, make_dealership("ALIKE-2").name
		cls.customer = make_customer(store=cls.store).name
		cls.car, cls.same_model = (make_vehicle(model=make_model("T-ALIKE").name) for _each in range(2))
		cls.other_car = make_vehicle(model=make_model("T-OTHER").name)
		cls.technician = make_resource(cls.store, kind="Technician", resource_name="陈师傅").name
		cls.visits = [cls.visit(cls.car), cls.visit(cls.other_car)]
		cls.complaint = cls.complain(cls.car, service_visit=cls.visits[0])

	@classmethod
	def tearDownClass(cls):
		frappe.set_user("Administrator")
		super().tearDownClass()

	@classmethod
	def visit(cls, car) -> str:
		visit = make_service_visit(dealership=cls.store, vehicle=car.name, customer=cls.customer, items=[item(item_name="更换压缩机")])
		job = frappe.get_doc({"doctype": "C4S Repair Job", "service_visit": visit.name, "dealership": cls.store, "technician": cls.technician, "status": "Planned"})
		job.set_new_name()
		job.db_insert()
		return visit.name

	@classmethod
	def complain(cls, car, **values):
		return make_complaint(**{"dealership": cls.store, "customer": cls.customer, "vehicle": car.name, **values})

	def setUp(self):
		frappe.db.savepoint("alike")

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback(save_point="alike")

	def counts(self) -> dict:
		return {row["kind"]: (row["count"], row["same_category"]) for row in similar_to(self.complaint)["counts"]}

	def test_others_of_the_model_the_work_and_the_technician_are_counted(self):
		self.assertEqual({"model": (0, 0), "work": (0, 0), "technician": (0, 0)}, self.counts())
		self.complain(self.same_model)
		self.complain(self.other_car, service_visit=self.visits[1], category="Waiting Too Long")
		self.assertEqual({"model": (1, 1), "work": (1, 0), "technician": (1, 0)}, self.counts())
		self.assertEqual([["model"], ["work", "technician"]], [row["alike"] for row in similar_to(self.complaint)["rows"]])

	def test_what_is_longer_ago_than_the_settings_say_is_not(self):
		self.complain(self.same_model, received_on=add_days(now_datetime(), -181))
		self.assertEqual((0, 0), self.counts()["model"])

	def test_only_what_the_reader_sees_is_counted(self):
		self.complain(self.same_model, dealership=self.other)
		self.assertEqual((1, 1), self.counts()["model"])
		with as_user(make_user("CRM Specialist", [self.store])):
			self.assertEqual(0, api.similar(self.complaint.name)["counts"][0]["count"])
		with as_user(make_user("CRM Specialist", [self.other])), self.assertRaises(frappe.PermissionError):
			api.similar(self.complaint.name)

	def test_more_complaints_ask_no_more_queries(self):
		similar_to(self.complaint)
		with counted_queries() as few:
			similar_to(self.complaint)
		for _each in range(3):
			self.complain(self.same_model, service_visit=self.visits[1])
		with counted_queries() as many:
			similar_to(self.complaint)
		self.assertEqual(len(few), len(many))


class TestStatutory(FrappeTestCase):
	def setUp(self):
		self.car = make_vehicle(invoice_date=add_days(nowdate(), -100), usage="Home").name

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def repaired(self, days_ago: int = 10, stays: int = 1, **overrides) -> str:
		begun = now_datetime() - timedelta(days=days_ago)
		items = overrides.pop("items", [item(item_name="更换压缩机", payer="Warranty")])
		visit = make_service_visit(vehicle=self.car, arrived_on=begun, items=items, **overrides)
		visit.db_set({"status": "Settled", "settled_on": begun + timedelta(days=stays)})
		return visit.name

	def standings(self) -> dict:
		return {row["counts"]: (row["counted"], row["standing"]) for row in statutory.of_car(self.car)}

	def test_repairs_that_the_manufacturer_paid_for_count_in_the_whole_group(self):
		for number in range(3):
			self.repaired(20 - number * 2, dealership=make_dealership(f"LAW-{number}").name)
		self.repaired(items=[item(item_name="更换压缩机")])
		self.assertEqual({"Repairs of the Same Fault": (3, "Near"), "Repairs of a Safety Fault": (0, "Fine"), "Days in Repair": (3, "Fine")}, self.standings())
		self.assertEqual(["更换压缩机"], [row["fault"] for row in statutory.warnings_of(self.car)])

	def test_a_fault_is_what_was_complained_of(self):
		for number, work in enumerate(("更换制动盘", "更换制动泵")):
			visit = self.repaired(20 - number * 5, items=[item(item_name=work, payer="Warranty")])
			make_complaint(vehicle=self.car, service_visit=visit, category="Brakes and Steering")
		self.assertEqual(((2, "Fine"), (2, "Reached")), (self.standings()["Repairs of the Same Fault"], self.standings()["Repairs of a Safety Fault"]))

	def test_the_manager_hears_when_a_settled_visit_brings_the_car_near_a_limit(self):
		manager = make_user("Dealer Manager")
		store = make_dealership("LAW-1", manager=manager).name
		warnings = {"for_user": manager, "document_name": self.car}
		self.repaired(20)
		for expected in (0, 1):
			settle(make_service_visit(vehicle=self.car, dealership=store, items=[item(item_name="更换压缩机", payer="Warranty")]))
			self.assertEqual(expected, frappe.db.count("Notification Log", warnings))
		self.assertIn("Near the law's limit: Same Fault Repaired More Than Four Times (3 of 5).", unescape(frappe.get_last_doc("Notification Log", warnings).subject))

	def test_many_cars_ask_no_more_queries_than_one(self):
		self.repaired()
		others = [make_vehicle(invoice_date=nowdate()).name for _each in range(3)]
		statutory.of_car(self.car)
		with counted_queries() as one:
			statutory.of_cars([self.car])
		with counted_queries() as many:
			statutory.of_cars([self.car, *others])
		self.assertEqual(len(one), len(many))

	def test_it_is_for_those_who_see_the_car_or_what_it_is_about(self):
		store, other = make_dealership("LAW-1").name, make_dealership("LAW-2").name
		complaint = make_complaint(dealership=store, vehicle=self.car)
		asked = lambda doctype, name: api.statutory_limits(doctype, name)
		with as_user(make_user("Service Advisor", [store])):
			self.assertEqual(3, len(asked(complaint.doctype, complaint.name)))
			self.assertRaises(frappe.PermissionError, asked, "C4S Vehicle", self.car)
			self.assertRaisesRegex(frappe.ValidationError, "This has no car", asked, "C4S Customer", complaint.customer)
		with as_user(make_user("Service Advisor", [other])), self.assertRaises(frappe.PermissionError):
			asked(complaint.doctype, complaint.name)
