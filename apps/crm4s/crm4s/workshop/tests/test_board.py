from datetime import timedelta

import frappe
from frappe.utils import getdate

from crm4s import bookings
from crm4s.bookings.tests.factories import at, make_bay
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_service_appointment.test_c4s_service_appointment import make_appointment
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.tests.people import as_user, make_user
from crm4s.workflows import states
from crm4s.workshop import actions, api, board
from crm4s.workshop.tests.factories import HOUR, clock_at, item
from crm4s.workshop.tests.test_checks import LI, WANG, CheckTestCase

test_ignore = ["User"]
CARS = 24


class BoardTestCase(CheckTestCase):
	def board(self, person: str | None = None, days: int = 1) -> dict:
		with as_user(person or self.advisor):
			return api.get_board(self.store, str(getdate(at(0, days=days))))

	def late(self, job, moment) -> str | None:
		with clock_at(moment):
			return next(row.late for row in self.board(days=0)["jobs"] if row.name == job.name)


class TestBoard(BoardTestCase):
	def test_it_shows_the_store_s_bays_and_technicians_and_the_jobs_of_the_day(self):
		job, other_day = self.job(), self.job(planned_from=str(at(10, days=2)))
		shown = self.board()
		self.assertEqual({"1号工位": "Bay", WANG: "Technician", LI: "Technician"}, {row.resource_name: row.kind for row in shown["resources"]})
		self.assertEqual([job.name], [row.name for row in shown["jobs"]])
		self.assertEqual([[510, 1080]], shown["hours"])
		self.assertEqual([other_day.name], [row.name for row in self.board(days=2)["jobs"]])

	def test_it_shows_plates_in_full_though_titles_hold_them_masked(self):
		visit = self.visit(vehicle=make_vehicle(plate_number="沪AD77123").name)
		job = self.job(visit)
		shown = self.board()
		(row,) = shown["jobs"]
		self.assertTrue(row.title.startswith("沪AD77123 · "), row.title)
		self.assertFalse(job.title.startswith("沪AD77123"))
		self.assertTrue(shown["visits"][visit.name]["car"].startswith("沪AD77123"))

	def test_what_has_no_time_is_in_the_tray_and_so_is_what_was_left_over(self):
		job = self.job(planned_from=None)
		self.assertEqual([(job.name, True)], [(row.name, row.in_tray) for row in self.board()["jobs"]])
		left_over = self.job()
		with clock_at(at(9, days=2)):
			shown = self.board(days=0)
		self.assertIn((left_over.name, True), [(row.name, row.in_tray) for row in shown["jobs"]])

	def test_approved_labour_that_nobody_has_planned_waits_in_the_tray(self):
		visit = self.visit(item(**HOUR), item(item_name="换刹车油", quantity=0.5), item("Other"))
		frappe.db.set_value("C4S Service Item", visit.items[0].name, "approval", "Declined")
		waiting = self.board()["waiting"][visit.name]
		self.assertEqual([("换刹车油", 30)], [(row["item_name"], row["minutes"]) for row in waiting])
		self.job(visit, items=[visit.items[1].name])
		self.assertNotIn(visit.name, self.board()["waiting"])

	def test_what_is_late_says_against_what(self):
		job = self.job()
		self.assertIsNone(self.late(job, at(10)))
		self.assertEqual(board.STARTS_LATE, self.late(job, at(10, 1)))
		with clock_at(at(10, 1)):
			actions.start(job.name)
		self.assertIsNone(self.late(job, at(11)))
		self.assertEqual(board.OVER_TIME, self.late(job, at(11, 1)))
		frappe.db.set_value("C4S Service Visit", job.service_visit, "promised_on", at(10, 45))
		self.assertEqual(board.BREAKS_PROMISE, self.late(job, at(10, 5)))
		with clock_at(at(10, 40)):
			actions.finish(job.name)
		self.assertIsNone(self.late(job, at(12)))

	def test_who_works_now_since_when(self):
		job = self.job()
		with clock_at(at(10, 5)):
			actions.start(job.name)
		self.assertEqual(at(10, 5), self.board()["jobs"][0].running_since)

	def test_cars_to_check_and_cars_to_wash(self):
		visit = self.visit()
		states.enter(visit, "Approved")
		job = self.work(self.job(visit))
		to_check = self.board()["to_check"]
		self.assertEqual([(visit.name, ["Self Check", "Team Check"])], [(row["visit"], [check["kind"] for check in row["missing"]]) for row in to_check])
		self.checked(job)
		self.assertEqual([], self.board()["to_check"][0]["missing"])
		self.check_car(visit.name)
		shown = self.board()
		self.assertEqual(([], [visit.name]), (shown["to_check"], shown["to_wash"]))
		actions.car_washed(visit.name)
		self.assertEqual([], self.board()["to_wash"])
		# A settled visit can be opened again for the settlement: that is no reason to wash it.
		frappe.db.set_value("C4S Service Visit", visit.name, {"status": "Settled", "workflow_state": "Settled"})
		self.assertEqual([], self.board()["to_wash"])

	def test_what_else_takes_a_bay_is_shown(self):
		bookings.book(self.bay, at(16), at(17), purpose="设备保养")
		self.assertEqual(["设备保养"], [row.purpose for row in self.board()["others"]])

	def test_who_is_expected_is_known_by_the_whole_plate(self):
		appointment = make_appointment(self.store, vehicle=make_vehicle(plate_number="沪AD77124").name)
		(bay, *_people) = [row.purpose or row.title for row in self.board()["others"] if row.reference_name == appointment.name]
		self.assertIn("沪AD77124", bay)

	def test_it_is_shown_to_those_of_the_store_only(self):
		self.job()
		elsewhere = make_dealership("SHOP-ELSE").name
		with self.assertRaises(frappe.PermissionError):
			self.board(make_user("Workshop Manager", [elsewhere]))
		with self.assertRaises(frappe.PermissionError):
			self.board(make_user("Sales Consultant", [self.store]))
		with as_user(make_user("Workshop Manager", [elsewhere])):
			self.assertEqual([elsewhere], [row.name for row in api.get_choices()["stores"]])

	def test_who_may_plan_and_who_may_check(self):
		rights = {}
		for role, person in (("Technician", self.people[WANG]), ("Advisor", self.advisor), ("Manager", self.manager)):
			with as_user(person):
				choices = api.get_choices()
				rights[role] = (choices["may_plan"], choices["may_check"])
		self.assertEqual({"Technician": (False, False), "Advisor": (True, False), "Manager": (True, True)}, rights)

	def test_a_full_board_is_read_in_as_many_queries_as_one_car(self):
		self.job()
		one = self.queries()
		bays = [make_bay(self.store, resource_name=f"{number}号").name for number in range(2, 14)]
		for number in range(CARS):
			self.job(bay=bays[number % 12], technician=None, planned_from=str(at(9) + timedelta(hours=number // 12)))
		self.assertEqual(one, self.queries())

	def queries(self) -> int:
		before, count = frappe.db.sql, [0]

		def counting(*args, **kwargs):
			count[0] += 1
			return before(*args, **kwargs)

		self.board()
		frappe.db.sql = counting
		try:
			self.board()
		finally:
			frappe.db.sql = before
		return count[0]


class TestMyJobs(BoardTestCase):
	def mine(self, technician: str = WANG) -> dict:
		with as_user(self.people[technician]):
			return api.get_my_jobs()

	def test_a_technician_sees_the_own_jobs_in_the_order_of_the_plan(self):
		later, first, tray = self.job(planned_from=str(at(14))), self.job(), self.job(planned_from=None, instruction="左前轮")
		self.job(technician=self.li, bay=None)
		self.job(planned_from=str(at(10, days=3)))
		with clock_at(at(8)):
			jobs = self.mine()["jobs"]
		self.assertEqual([first.name, later.name, tray.name], [job.name for job in jobs])
		self.assertEqual(("1号工位", [{"item_name": "常规保养", "minutes": 60}]), (jobs[0].bay_name, jobs[0]["items"]))

	def test_checks_that_wait_for_the_technician(self):
		job = self.work(self.job())
		with self.at_work():
			mine, colleague = self.mine(), self.mine(LI)
		self.assertEqual(([True], []), ([row.needs_self_check for row in mine["jobs"]], mine["checks"]))
		self.assertEqual([job.name], [row.name for row in colleague["checks"]])
		self.checked(job)
		with self.at_work():
			self.assertEqual(([False], []), ([row.needs_self_check for row in self.mine()["jobs"]], self.mine(LI)["checks"]))

	def test_whoever_is_no_technician_has_no_jobs(self):
		with as_user(self.advisor):
			self.assertIsNone(api.get_my_jobs()["technician"])
