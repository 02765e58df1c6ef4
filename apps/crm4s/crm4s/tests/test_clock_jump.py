"""The clock jumps a day ahead and is put back: nothing is made twice, nothing is left out, and the scheduler goes on (docs/operations.md)."""

from datetime import timedelta

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, now_datetime, nowdate

from crm4s.appointments.reminders import remind_of_tomorrow
from crm4s.boot import JOB, let_jobs_run_again
from crm4s.bookings.tests.factories import at, make_store
from crm4s.care.run import run_rule
from crm4s.crm4s.doctype.c4s_care_rule.test_c4s_care_rule import make_rule
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_service_appointment.test_c4s_service_appointment import make_appointment
from crm4s.data_quality.count import recount
from crm4s.merging import twins
from crm4s.portal import requests
from crm4s.privacy import deadlines
from crm4s.tests.clock import stopped_at
from crm4s.tests.people import make_user

# Days from today: the clock runs ahead by one, is put back, and comes to the same day again by itself.
JUMP = (0, 1, 0, 1, 2)


class TestClockJump(FrappeTestCase):
	def setUp(self):
		self.store = make_store("CLOCK-1")
		self.noon = now_datetime().replace(hour=12, minute=0, second=0, microsecond=0)

	def tearDown(self):
		frappe.db.rollback()

	def through_the_jump(self, job) -> None:
		for days in JUMP:
			with stopped_at(self.noon + timedelta(days=days)):
				job()

	def test_each_appointment_is_reminded_of_once(self):
		frappe.db.set_single_value("C4S Settings", "reminder_template", None)
		advisor = make_user("Service Advisor", [self.store])
		booked = [make_appointment(self.store, planned_from=at(10, days=days), service_advisor=advisor).name for days in (1, 2, 3)]
		self.through_the_jump(remind_of_tomorrow)
		for name in booked:
			self.assertEqual(1, frappe.db.count("ToDo", {"reference_name": name}), name)

	def test_each_birthday_becomes_one_task(self):
		frappe.db.set_value("C4S Care Rule", {"enabled": 1}, "enabled", 0)
		rule, today = make_rule(), self.noon.date()
		born = [make_customer(store=self.store, birthday=(today + timedelta(days=days)).replace(year=1984)).name for days in (0, 1, 2)]
		self.through_the_jump(lambda: run_rule(rule.name, now_datetime().date()))
		found = frappe.get_all("C4S Care Task", {"rule": rule.name, "customer": ["in", born]}, pluck="customer", order_by="due_on")
		self.assertEqual(born, found)

	def test_whoever_answers_is_reminded_once_before_and_once_after(self):
		officer = make_user("Group Manager", [self.store])
		case = requests.ask_erasure(make_customer(store=self.store).name)
		frappe.db.set_value("C4S Data Request", case, "due_on", add_days(nowdate(), 1))
		self.through_the_jump(deadlines.remind)
		self.assertEqual(2, frappe.db.count("Notification Log", {"document_name": case, "for_user": officer}))

	def test_figures_of_a_month_and_twins_are_there_once(self):
		for phone in ("13800138095", "13800138096"):
			make_customer(phone, self.store, customer_name="时钟")
		for job in (recount, twins.search):
			with self.subTest(job.__name__):
				self.through_the_jump(job)
		month = {"dealership": self.store, "check_name": "Customers without a City"}
		self.assertEqual(len({(self.noon + timedelta(days=days)).month for days in JUMP}), frappe.db.count("C4S Data Quality Month", month))
		pairs = frappe.get_all(twins.TWIN, fields=["first", "second"], as_list=True, limit_page_length=0)
		self.assertEqual(len(pairs), len(set(pairs)))

	def test_the_scheduler_runs_a_job_once_a_day_again(self):
		job = frappe.get_doc(JOB, {"method": "crm4s.privacy.deadlines.remind"})
		due = []
		for days in JUMP:
			with stopped_at(self.noon + timedelta(days=days)):
				let_jobs_run_again(frappe._dict())
				job.reload()
				due.append(job.is_event_due())
				if due[-1]:
					job.db_set("last_execution", now_datetime(), update_modified=False)
		# Ahead it ran for tomorrow; put back it waits for the next midnight, and misses none.
		self.assertEqual([True, True, False, True, True], due)
