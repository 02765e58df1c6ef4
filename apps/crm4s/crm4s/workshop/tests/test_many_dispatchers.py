"""Two people do the same thing at the same moment; these tests commit and take away what they made."""

import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.bookings.tests.factories import at, make_bay, make_store
from crm4s.crm4s.doctype.c4s_vehicle_model.test_c4s_vehicle_model import remove_model
from crm4s.exceptions import RepairJobError, SlotTakenError
from crm4s.tests.at_once import at_once, done, refused
from crm4s.workshop import actions
from crm4s.workshop.tests.factories import make_dispatched, make_technician, make_workshop_visit

STORE = "SHOP-MANY"
JOB, BOOKING, VISIT = "C4S Repair Job", "C4S Booking", "C4S Service Visit"


class TestManyDispatchers(FrappeTestCase):
	def setUp(self):
		frappe.db.rollback()
		self.addCleanup(self.remove_everything)
		make_store(STORE)
		self.bay = make_bay(STORE, resource_name="1号工位").name
		self.technicians = [make_technician(STORE, name=name).name for name in ("王师傅", "李师傅")]
		self.visits = [make_workshop_visit(STORE) for _number in range(2)]

	def remove_everything(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()
		visits = frappe.get_all(VISIT, {"dealership": STORE}, ["name", "customer", "vehicle"])
		jobs = frappe.get_all(JOB, {"dealership": STORE}, pluck="name")
		for table in ("C4S Repair Job Item", "C4S Work Interval"):
			frappe.db.delete(table, {"parent": ["in", jobs or [""]]})
		for doctype in (JOB, BOOKING, "C4S Resource", "C4S Quality Check", "C4S State Passage", VISIT):
			frappe.db.delete(doctype, {"dealership": STORE})
		frappe.db.delete("C4S Service Item", {"parent": ["in", [visit.name for visit in visits] or [""]]})
		for doctype, field in (("C4S Vehicle", "vehicle"), ("C4S Customer", "customer")):
			for visit in visits:
				frappe.db.delete("C4S Store Relationship", {"customer": visit.customer})
				if frappe.db.exists(doctype, visit.get(field)):
					frappe.delete_doc(doctype, visit.get(field), force=True, delete_permanently=True)
		if frappe.db.exists("C4S Dealership", STORE):
			frappe.delete_doc("C4S Dealership", STORE, force=True, delete_permanently=True)
		for name in [*jobs, *(visit.name for visit in visits)]:
			for doctype in ("Comment", "Version"):
				field = "reference_name" if doctype == "Comment" else "docname"
				frappe.db.delete(doctype, {field: name})
		remove_model()
		frappe.db.commit()

	def test_of_two_who_dispatch_to_one_bay_one_wins_and_the_other_makes_no_job(self):
		outcomes = at_once(
			*(
				lambda visit=visit, technician=technician: actions.dispatch(visit.name, bay=self.bay, technician=technician, planned_from=str(at(10)))
				for visit, technician in zip(self.visits, self.technicians)
			)
		)
		self.assertEqual((1, 1), (len(done(outcomes)), len(refused(outcomes))), outcomes)
		self.assertIsInstance(refused(outcomes)[0], SlotTakenError)
		self.assertIn("1号工位 is taken then", str(refused(outcomes)[0]))
		self.assertEqual(1, frappe.db.count(JOB, {"dealership": STORE}))
		self.assertEqual(2, frappe.db.count(BOOKING, {"dealership": STORE, "status": "Booked"}))

	def test_two_who_swap_bay_and_technician_do_not_wait_for_each_other(self):
		second = make_bay(STORE, resource_name="2号工位").name
		wang, li = self.technicians
		plans = [(self.bay, li), (second, wang)]
		outcomes = at_once(
			*(
				lambda visit=visit, bay=bay, technician=technician: actions.dispatch(visit.name, bay=bay, technician=technician, planned_from=str(at(10)))
				for visit, (bay, technician) in zip(self.visits, plans)
			)
		)
		self.assertEqual([], refused(outcomes))

	def test_one_person_starts_one_of_two_jobs(self):
		jobs = [make_dispatched(visit, technician=self.technicians[0]).name for visit in self.visits]
		outcomes = at_once(*(lambda job=job: actions.start(job) for job in jobs))
		self.assertEqual(1, len(refused(outcomes)), outcomes)
		self.assertIsInstance(refused(outcomes)[0], RepairJobError)
		self.assertEqual(["Planned", "Working"], sorted(frappe.get_all(JOB, {"name": ["in", jobs]}, pluck="status")))

	def test_two_who_finish_the_last_jobs_of_a_car_leave_none_open(self):
		visit = make_workshop_visit(STORE)
		visit.append("items", {**visit.items[0].as_dict(), "name": None, "item_name": "换油"})
		visit.save()
		frappe.db.set_value("C4S Service Item", {"parent": visit.name}, "approval", "Approved")
		jobs = [
			make_dispatched(visit, items=[row.name], technician=technician) for row, technician in zip(visit.items, self.technicians)
		]
		for job in jobs:
			actions.start(job.name)
		outcomes = at_once(*(lambda job=job: actions.finish(job.name) for job in jobs))
		self.assertEqual([], refused(outcomes))
		self.assertEqual((2, 0), frappe.db.get_value(VISIT, visit.name, ["jobs_total", "jobs_open"]))
