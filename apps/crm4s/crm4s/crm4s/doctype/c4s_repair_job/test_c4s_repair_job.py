from datetime import timedelta

import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s import bookings
from crm4s.appointments.arrival import arrive
from crm4s.bookings.tests.factories import at, make_bay, make_store
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_service_appointment.test_c4s_service_appointment import make_appointment
from crm4s.crm4s.doctype.c4s_settings.test_c4s_settings import change_settings
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.exceptions import RepairJobError, SlotTakenError
from crm4s.tests.people import as_user, make_user
from crm4s.tests.store_documents import StoreDocumentTests
from crm4s.workshop import actions
from crm4s.workshop.tests.factories import HOUR, approve, clock_at, finished, item, make_dispatched, make_technician, make_workshop_visit

test_ignore = ["User"]
BOOKING, JOB, VISIT = "C4S Booking", "C4S Repair Job", "C4S Service Visit"


class WorkshopTestCase(FrappeTestCase):
	"""A store with one bay and two technicians, a workshop manager and an advisor."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.store = make_store("SHOP-1")
		cls.people = {name: make_user("Technician", [cls.store]) for name in ("王师傅", "李师傅")}
		cls.manager = make_user("Workshop Manager", [cls.store])
		cls.advisor = make_user("Service Advisor", [cls.store])
		cls.bay = make_bay(cls.store, resource_name="1号工位").name
		cls.wang, cls.li = (make_technician(cls.store, user, name).name for name, user in cls.people.items())

	def setUp(self):
		frappe.db.savepoint("workshop_test")

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback(save_point="workshop_test")

	def visit(self, *items, **values):
		return make_workshop_visit(self.store, *items, **values)

	def job(self, visit=None, **values):
		"""A job of the first technician in the bay, tomorrow at ten."""
		plan = {"bay": self.bay, "technician": self.wang, "planned_from": str(at(10)), **values}
		return make_dispatched(visit or self.visit(), **plan)

	def booked(self, resource: str) -> list[tuple]:
		rows = frappe.get_all(BOOKING, {"resource": resource, "status": "Booked"}, ["starts_at", "ends_at"], order_by="starts_at")
		return [(f"{row.starts_at:%H:%M}", f"{row.ends_at:%H:%M}") for row in rows]

	def refused(self, sentence: str, error=RepairJobError):
		return self.assertRaisesRegex(error, sentence)


class TestPlan(WorkshopTestCase):
	def test_a_job_takes_its_bay_and_its_technician_for_as_long_as_its_items_take(self):
		job = self.job(self.visit(item(minutes=40), item(minutes=50)))
		self.assertEqual((90, at(11, 30)), (job.planned_minutes, job.planned_to))
		self.assertEqual([("10:00", "11:30")], self.booked(self.bay))
		self.assertEqual([("10:00", "11:30")], self.booked(self.wang))

	def test_items_without_minutes_take_the_hours_of_their_labour_and_parts_take_no_time(self):
		visit = self.visit(item(quantity=1.5), item("Other", quantity=3))
		self.assertEqual(90, self.job(visit, items=[row.name for row in visit.items]).planned_minutes)

	def test_all_labour_without_a_job_is_dispatched_where_no_item_is_named(self):
		visit = self.visit(item(minutes=30), item("Other"), item(minutes=20))
		self.job(visit, items=[visit.items[0].name])
		rest = make_dispatched(visit)
		self.assertEqual([visit.items[2].name], [row.service_item for row in rest.items])

	def test_an_item_is_done_by_one_job(self):
		visit = self.visit()
		job = self.job(visit)
		with self.refused(f"is done by job {job.name} already"):
			make_dispatched(visit, items=[visit.items[0].name])

	def test_an_item_of_another_visit_is_refused(self):
		with self.refused("Choose items of the visit"):
			make_dispatched(self.visit(), items=[self.visit().items[0].name])

	def test_a_job_without_a_time_waits_and_takes_nothing(self):
		job = self.job(planned_from=None)
		self.assertIsNone(job.planned_to)
		self.assertEqual([], self.booked(self.bay) + self.booked(self.wang))

	def test_where_the_technician_is_taken_the_bay_stays_free_and_no_job_is_made(self):
		visit, count = self.visit(), frappe.db.count(JOB)
		bookings.book(self.wang, at(10), at(11))
		day = frappe.utils.formatdate(at(10))
		sentence = f"王师傅 is taken then; 1号工位 and 王师傅 are free together: {day} 11:00, {day} 12:00, {day} 13:00"
		with self.refused(sentence, SlotTakenError):
			self.job(visit)
		self.assertEqual([], self.booked(self.bay))
		self.assertEqual(count, frappe.db.count(JOB))

	def test_the_times_that_are_named_suit_the_bay_as_well(self):
		bookings.book(self.wang, at(10), at(11))
		bookings.book(self.bay, at(11), at(12))
		day = frappe.utils.formatdate(at(10))
		with self.refused(f"free together: {day} 12:00, {day} 13:00, {day} 14:00", SlotTakenError):
			self.job()

	def test_a_job_that_is_moved_takes_the_new_time_and_leaves_the_old(self):
		job = self.job()
		actions.move(job.name, str(at(14)), technician=self.li)
		self.assertEqual(([("14:00", "15:00")], [], [("14:00", "15:00")]), tuple(map(self.booked, (self.bay, self.wang, self.li))))

	def test_a_move_that_is_refused_leaves_everything_where_it_was(self):
		job = self.job()
		bookings.book(self.li, at(14), at(15))
		with self.refused("李师傅 is taken then", SlotTakenError):
			actions.move(job.name, str(at(14)), technician=self.li)
		self.assertEqual(([("10:00", "11:00")], [("10:00", "11:00")]), (self.booked(self.bay), self.booked(self.wang)))
		self.assertEqual(at(10), frappe.db.get_value(JOB, job.name, "planned_from"))

	def test_a_job_can_be_made_longer_on_the_board(self):
		job = self.job()
		actions.move(job.name, str(at(10)), planned_minutes=150)
		self.assertEqual([("10:00", "12:30")], self.booked(self.bay))

	def test_back_in_the_tray_it_takes_nothing(self):
		job = self.job()
		actions.unplan(job.name)
		self.assertEqual([], self.booked(self.bay) + self.booked(self.wang))

	def test_a_booking_that_is_moved_in_the_calendar_takes_the_job_and_its_other_booking_along(self):
		job = self.job()
		booking = frappe.get_doc(BOOKING, job.bay_booking)
		booking.update({"starts_at": at(15), "ends_at": at(16)}).save()
		self.assertEqual(at(15), frappe.db.get_value(JOB, job.name, "planned_from"))
		self.assertEqual([("15:00", "16:00")], self.booked(self.wang))

	def test_the_job_takes_the_time_that_was_kept_for_its_appointment(self):
		customer = make_customer(store=self.store).name
		appointment = make_appointment(self.store, bay=self.bay, technician=self.wang, customer=customer, vehicle=make_vehicle().name)
		self.assertEqual([("10:00", "11:00")], self.booked(self.bay))
		with clock_at(at(9, 50)):
			visit = frappe.get_doc(VISIT, arrive(appointment.name))
			approve(visit)
			start = frappe.utils.now_datetime().replace(hour=10, minute=0, second=0, microsecond=0)
			job = self.job(visit, planned_from=str(start))
		self.assertEqual(([("10:00", "11:00")], [("10:00", "11:00")]), (self.booked(self.bay), self.booked(self.wang)))
		self.assertEqual(job.name, frappe.db.get_value(BOOKING, {"resource": self.bay, "status": "Booked"}, "reference_name"))

	def test_a_technician_needs_the_skill_that_an_item_asks_for(self):
		visit = self.visit(item(skill="High Voltage", **HOUR))
		with self.refused("王师傅 lacks a skill that this job needs: High Voltage"):
			self.job(visit)
		able = make_technician(self.store, name="赵师傅", skills=("High Voltage", "Paint"))
		self.assertEqual(able.name, self.job(visit, technician=able.name).technician)

	def test_or_that_its_package_asks_for(self):
		lines = [{"item_kind": "Labour", "item_name": "高压系统检查", "quantity": 1, "minutes": 60, "unit_price": 200, "skill": "High Voltage"}]
		package = frappe.get_doc({"doctype": "C4S Service Package", "package_name": "新能源专检", "price": 200, "lines": lines}).insert()
		visit = self.visit(item(item_name="高压系统检查", package=package.name, **HOUR))
		with self.refused("王师傅 lacks a skill that this job needs: High Voltage"):
			self.job(visit)

	def test_bays_are_bays_of_the_store(self):
		elsewhere = make_bay(make_store("SHOP-2"), resource_name="外店工位")
		with self.refused("外店工位 belongs to another store"):
			self.job(bay=elsewhere.name)
		with self.refused("王师傅 is no Bay"):
			self.job(bay=self.wang)

	def test_of_a_visit_that_is_not_open_nothing_is_planned(self):
		visit = self.visit()
		frappe.db.set_value(VISIT, visit.name, "status", "Cancelled")
		with self.refused("is not open; there is no work to plan"):
			self.job(visit)

	def test_a_cancelled_job_gives_its_time_and_its_items_back(self):
		visit = self.visit()
		job = self.job(visit)
		actions.cancel(job.name, "客户改期")
		self.assertEqual([], self.booked(self.bay) + self.booked(self.wang))
		self.assertTrue(self.job(visit).name)
		with self.refused("Say why the job is cancelled"):
			actions.cancel(job.name, " ")


class TestWork(WorkshopTestCase):
	def at_ten(self, minutes: int = 0):
		"""The clock so many minutes after ten tomorrow."""
		return clock_at(at(10) + timedelta(minutes=minutes))

	def do(self, job, action: str, minutes: int, **values):
		with self.at_ten(minutes), as_user(self.people["王师傅"]):
			getattr(actions, action)(job.name, **values)
		job.reload()
		return job

	def test_minutes_of_work_are_counted_without_the_pauses(self):
		job = self.job()
		self.do(job, "start", 5)
		self.do(job, "pause", 30, reason="Waiting for Parts")
		self.assertEqual(("Paused", "Waiting for Parts", 25), (job.status, job.pause_reason, job.worked_minutes))
		self.do(job, "start", 50)
		self.do(job, "finish", 61)
		self.assertEqual(("Finished", 36, 60), (job.status, job.worked_minutes, job.planned_minutes))
		self.assertEqual((at(10, 5), at(11, 1)), (job.started_on, job.finished_on))
		self.assertEqual([(25, "Waiting for Parts"), (11, None)], [(row.minutes, row.pause_reason) for row in job.intervals])
		self.assertEqual({self.people["王师傅"]}, job.workers())

	def test_what_is_left_of_the_time_is_free_when_the_job_is_finished(self):
		job = self.job()
		self.do(job, "start", 0)
		self.do(job, "finish", 25)
		self.assertEqual(([("10:00", "10:25")], [("10:00", "10:25")]), (self.booked(self.bay), self.booked(self.wang)))

	def test_one_person_works_on_one_job_at_a_time(self):
		first, second = self.job(), self.job(planned_from=str(at(13)))
		self.do(first, "start", 5)
		with self.refused("王师傅 has been working on .*常规保养.* since 10:05; pause or finish that first"):
			self.do(second, "start", 10)
		self.do(first, "pause", 20, reason="Another Job First")
		self.assertEqual("Working", self.do(second, "start", 21).status)

	def test_a_job_is_not_started_twice_nor_finished_before_its_start(self):
		job = self.job()
		with self.refused("Nobody has worked on this job yet; start it first"):
			self.do(job, "finish", 0)
		self.do(job, "start", 0)
		with self.refused("being worked on already"):
			self.do(job, "start", 1)

	def test_a_pause_has_a_reason(self):
		job = self.job()
		self.do(job, "start", 0)
		for reason in ("", "没有理由"):
			with self.refused("Say why the job is paused"):
				self.do(job, "pause", 5, reason=reason)

	def test_without_a_technician_nothing_is_started(self):
		job = self.job(technician=None)
		with self.refused("Choose a technician before the job is started"), as_user(self.manager):
			actions.start(job.name)

	def test_what_the_customer_has_not_approved_is_not_begun(self):
		job = self.job()
		frappe.db.set_value("C4S Service Item", job.items[0].service_item, "approval", "Proposed")
		with self.refused("The customer has not approved .*常规保养.* yet"):
			self.do(job, "start", 0)

	def test_another_technician_cannot_start_it_but_who_plans_the_work_can(self):
		job = self.job()
		with self.refused("This job is another technician's", frappe.PermissionError), as_user(self.people["李师傅"]):
			actions.start(job.name)
		with as_user(self.manager):
			actions.start(job.name)
		self.assertEqual("Working", frappe.db.get_value(JOB, job.name, "status"))

	def test_technicians_do_not_plan_the_work(self):
		job, visit = self.job(), self.visit()
		with as_user(self.people["王师傅"]):
			for plan in (
				lambda: actions.move(job.name, str(at(15))),
				lambda: actions.unplan(job.name),
				lambda: actions.cancel(job.name, "不想做"),
				lambda: actions.dispatch(visit.name),
			):
				self.assertRaises(frappe.PermissionError, plan)

	def test_handed_over_the_other_one_has_the_rest_of_the_time(self):
		job = self.job()
		self.do(job, "start", 0)
		self.do(job, "hand_over", 20, technician=self.li)
		self.assertEqual(("Paused", self.li, 20), (job.status, job.technician, job.worked_minutes))
		self.assertEqual(([("10:00", "10:20")], [("10:20", "11:00")]), (self.booked(self.wang), self.booked(self.li)))
		with self.at_ten(25), as_user(self.people["李师傅"]):
			actions.start(job.name)
			actions.finish(job.name)
		self.assertEqual(set(self.people.values()), frappe.get_doc(JOB, job.name).workers())

	def test_it_is_not_handed_over_to_whoever_is_taken(self):
		job = self.job()
		bookings.book(self.li, at(10, 30), at(11))
		self.do(job, "start", 0)
		with self.refused("李师傅 is taken then", SlotTakenError):
			self.do(job, "hand_over", 10, technician=self.li)
		self.assertEqual(("Working", self.wang), frappe.db.get_value(JOB, job.name, ["status", "technician"]))

	def test_what_happened_cannot_be_written_by_hand(self):
		job = self.job()
		for values in ({"status": "Finished"}, {"worked_minutes": 500}, {"rework_count": 3}):
			with self.refused("is written by the buttons"):
				frappe.get_doc(JOB, job.name).update(values).save()
		job.append("intervals", {"technician": self.wang, "started_at": at(8), "ended_at": at(9)})
		with self.refused("is written by the buttons"):
			job.save()

	def test_a_job_with_times_is_not_deleted_and_one_without_leaves_nothing(self):
		job = self.job()
		frappe.delete_doc(JOB, job.name)
		self.assertEqual([], frappe.get_all(BOOKING, {"reference_name": job.name}))
		other = self.job()
		self.do(other, "start", 0)
		with self.refused("Somebody worked on this job"):
			frappe.delete_doc(JOB, other.name)

	def test_a_finished_job_is_not_cancelled_and_its_plan_stays(self):
		job = finished(self.job())
		with self.refused("A job that is Finished cannot become Cancelled"):
			actions.cancel(job.name, "算错了")
		with self.refused("The plan of a job that is Finished cannot be changed"):
			actions.move(job.name, str(at(16)))


class TestRepairJobsOfStores(StoreDocumentTests, FrappeTestCase):
	doctype, role = JOB, "Workshop Manager"

	def make_document_of(self, store: str):
		return make_dispatched(make_workshop_visit(store))

	def test_a_document_cannot_be_made_for_another_store(self):
		"""The store is the visit's, whatever is given."""
		visit = make_workshop_visit(self.other)
		with as_user(self.user), self.assertRaises(frappe.PermissionError):
			actions.dispatch(visit.name)

	def test_a_document_of_another_store_cannot_be_drawn_into_the_own(self):
		other = self.make_document_of(self.other)
		with as_user(self.user):
			document = frappe.get_doc(other.doctype, other.name)
			document.dealership = self.own
			self.assertRaises(frappe.PermissionError, document.save)
		self.assertEqual(self.other, frappe.db.get_value(other.doctype, other.name, "dealership"))

	def test_who_may_read_another_store_s_visit_makes_no_job_of_it(self):
		change_settings(stores_share_dealings=1)
		self.addCleanup(frappe.clear_document_cache, "C4S Settings", "C4S Settings")
		visit = make_workshop_visit(self.other)
		frappe.get_doc({"doctype": "C4S Store Relationship", "customer": visit.customer, "dealership": self.own}).insert()
		with as_user(self.user):
			self.assertTrue(frappe.has_permission(VISIT, "read", doc=visit.name))
			for make in (lambda: actions.dispatch(visit.name), lambda: frappe.get_doc({"doctype": JOB, "service_visit": visit.name}).insert()):
				with self.assertRaisesRegex(frappe.PermissionError, "This visit belongs to another store"):
					make()

	def test_advisors_and_workshop_managers_dispatch_in_their_store(self):
		visit = make_workshop_visit(self.own)
		with as_user(self.user):
			job = frappe.get_doc({"doctype": JOB, "service_visit": visit.name}).insert()
		self.assertEqual((self.own, 1), (job.dealership, len(job.items)))

	def test_no_action_reaches_a_job_of_another_store(self):
		other = self.make_document_of(self.other)
		with as_user(self.user):
			for act in (
				lambda: actions.start(other.name),
				lambda: actions.pause(other.name, "Other"),
				lambda: actions.finish(other.name),
				lambda: actions.cancel(other.name, "x"),
				lambda: actions.unplan(other.name),
				lambda: actions.move(other.name, str(at(10))),
				lambda: actions.hand_over(other.name, "RS-00001"),
				lambda: actions.add_work(other.name, "刹车片"),
				lambda: actions.check(other.name, "Self Check", "Passed"),
				lambda: actions.check_car(other.service_visit, "Passed"),
				lambda: actions.car_washed(other.service_visit),
			):
				self.assertRaises(frappe.PermissionError, act)
