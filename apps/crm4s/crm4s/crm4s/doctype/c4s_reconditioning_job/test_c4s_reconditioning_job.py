import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import getdate

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_deal.test_c4s_deal import DealTestCase, allocate, make_deal, order
from crm4s.crm4s.doctype.c4s_used_car_appraisal.test_c4s_used_car_appraisal import make_bought
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.tests.people import as_user, make_user
from crm4s.tests.store_documents import StoreDocumentTests

test_ignore = ["User"]

STORE = "DEAL-1"


def make_job(vehicle: str, **overrides):
	return frappe.get_doc({"doctype": "C4S Reconditioning Job", "vehicle": vehicle, "item": "右前门喷漆", **overrides}).insert()


class TestC4SReconditioningJob(DealTestCase):
	def setUp(self):
		super().setUp()
		self.vehicle = make_bought(customer=self.customer).vehicle

	def car(self, *fields: str):
		return frappe.db.get_value("C4S Vehicle", self.vehicle, fields)

	def step(self, job, status: str, **values):
		return job.update({"status": status, **values}).save()

	def test_the_first_job_takes_the_car_out_and_the_last_one_brings_it_back(self):
		first, second = make_job(self.vehicle), make_job(self.vehicle, item="精洗")
		self.assertEqual("Traded In", self.car("status"))
		self.step(first, "In Progress")
		self.assertEqual("In Reconditioning", self.car("status"))
		self.step(first, "Done")
		self.assertEqual("In Reconditioning", self.car("status"))
		self.step(second, "Done")
		self.assertEqual(("Used Stock", getdate()), self.car("status", "in_stock_since"))

	def test_a_cancelled_last_job_brings_the_car_back_too(self):
		first, second = make_job(self.vehicle, status="In Progress"), make_job(self.vehicle)
		self.step(first, "Done")
		self.step(second, "Cancelled")
		self.assertEqual("Used Stock", self.car("status"))

	def test_the_car_costs_what_it_was_bought_for_and_its_jobs(self):
		job = make_job(self.vehicle, planned_cost=1_000)
		self.assertEqual((1_000, 91_000), self.car("reconditioning_cost", "total_cost"))
		self.step(job, "Done", actual_cost=1_250.5)
		self.assertEqual((1_250.5, 91_250.5), self.car("reconditioning_cost", "total_cost"))
		self.step(make_job(self.vehicle, planned_cost=700), "Cancelled")
		self.assertEqual(91_250.5, self.car("total_cost"))

	def test_saving_the_car_keeps_its_cost(self):
		make_job(self.vehicle, planned_cost=1_000)
		frappe.get_doc("C4S Vehicle", self.vehicle).update({"total_cost": 1, "reconditioning_cost": 1}).save()
		self.assertEqual((1_000, 91_000), self.car("reconditioning_cost", "total_cost"))

	def test_a_late_bill_reaches_the_deal_that_has_the_car(self):
		job = make_job(self.vehicle, planned_cost=1_000, status="Done", actual_cost=1_000)
		buyer = make_customer(store=STORE).name
		deal = allocate(order(make_deal(customer=buyer, deal_kind="Used Car", list_price=105_000)), frappe.get_doc("C4S Vehicle", self.vehicle))
		job.update({"actual_cost": 1_500}).save()
		self.assertEqual((91_500, 13_500), frappe.db.get_value("C4S Deal", deal.name, ["vehicle_cost", "margin"]))

	def test_a_used_car_from_the_books_before_counts_its_jobs_too(self):
		car = make_vehicle(entered_as="Used Stock", dealership=STORE, purchase_price=50_000)
		self.assertEqual(0, car.total_cost)
		make_job(car.name, planned_cost=600)
		self.assertEqual(50_600, frappe.db.get_value("C4S Vehicle", car.name, "total_cost"))

	def test_a_deleted_plan_costs_nothing(self):
		make_job(self.vehicle, planned_cost=1_000).delete()
		self.assertEqual(90_000, self.car("total_cost"))

	def test_only_a_bought_car_is_reconditioned(self):
		with self.assertSaysWhy("Only a used car that the store bought"):
			make_job(make_vehicle(entered_as="In Use", dealership=STORE).name)

	def test_an_outside_workshop_has_a_name(self):
		with self.assertSaysWhy("who does the work", frappe.MandatoryError):
			make_job(self.vehicle, workshop="External")

	def test_what_is_done_is_not_deleted_and_goes_no_way_back_to_the_plan(self):
		job = make_job(self.vehicle, status="Done")
		with self.assertSaysWhy("cannot be deleted"):
			job.delete()
		with self.assertSaysWhy("that is Done cannot become Planned"):
			self.step(job, "Planned")

	def test_a_technician_works_on_the_job_but_sees_no_cost(self):
		job = make_job(self.vehicle, planned_cost=1_000)
		with as_user(make_user("Technician", [STORE])):
			document = frappe.get_doc(job.doctype, job.name)
			document.apply_fieldlevel_read_permissions()
			self.assertFalse(document.get("planned_cost"))
			frappe.get_doc(job.doctype, job.name).update({"status": "Done"}).save()
		self.assertEqual(1_000, frappe.db.get_value(job.doctype, job.name, "planned_cost"))


class TestReconditioningJobOfStores(StoreDocumentTests, FrappeTestCase):
	doctype = "C4S Reconditioning Job"
	role = "Workshop Manager"

	def make_document_of(self, store: str):
		return make_job(make_bought(dealership=store).vehicle)

	def test_a_document_cannot_be_made_for_another_store(self):
		"""Where the car stands decides, whatever store is sent along."""
		vehicle = self.make_document_of(self.other).vehicle
		for store in (self.own, self.other):
			with as_user(self.user), self.assertRaises(frappe.PermissionError):
				make_job(vehicle, dealership=store)

	def test_a_document_of_another_store_cannot_be_drawn_into_the_own(self):
		other = self.make_document_of(self.other)
		with as_user(self.user), self.assertRaises(frappe.PermissionError):
			frappe.get_doc(other.doctype, other.name).update({"dealership": self.own}).save()
