from datetime import datetime, timedelta

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import cint

from crm4s.calendars.working_hours import WEEKDAYS
from crm4s.complaints import clock
from crm4s.crm4s.doctype.c4s_complaint.test_c4s_complaint import close, make_complaint, resolve
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.patches import begin_clocks_of_complaints
from crm4s.tests.clock import stopped_at
from crm4s.tests.processes import bring_to
from crm4s.workflows import states

FRIDAY = datetime(2026, 3, 6, 16)


def at(moment: datetime):
	return stopped_at(moment + timedelta(microseconds=7))


class TestClock(FrappeTestCase):
	"""A store that is open Monday to Friday from 9 to 18; "Normal" is answered in 8 hours and resolved in 24."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		hours = [{"weekday": day, "opens": "09:00:00", "closes": "18:00:00"} for day in WEEKDAYS[:5]]
		cls.store = make_dealership("CLOCK-1", opening_hours=hours).name

	def setUp(self):
		frappe.db.savepoint("clock")

	def tearDown(self):
		frappe.db.rollback(save_point="clock")

	def complaint(self, **values):
		with at(FRIDAY):
			return make_complaint(dealership=self.store, received_on=FRIDAY, **values)

	def wait(self, complaint, begins: datetime, ends: datetime):
		waiting = next(iter(clock.waiting_states()))
		with at(begins):
			states.enter(complaint, waiting)
		with at(ends):
			states.enter(complaint, "Handling")
		return complaint

	def test_time_counts_while_the_store_is_open(self):
		complaint = self.complaint()
		self.assertEqual((datetime(2026, 3, 9, 15), datetime(2026, 3, 11, 13)), (complaint.respond_by, complaint.resolve_by))

	def test_waiting_for_the_customer_is_added(self):
		complaint = self.wait(self.complaint(), datetime(2026, 3, 9, 10), datetime(2026, 3, 10, 11))
		self.assertEqual((datetime(2026, 3, 10, 16), datetime(2026, 3, 12, 14)), (complaint.respond_by, complaint.resolve_by))
		self.assertEqual((600, None), (complaint.paused_minutes, complaint.paused_since))

	def test_an_answer_that_was_given_is_not_put_off(self):
		complaint = self.complaint()
		with at(FRIDAY + timedelta(hours=1)):
			complaint.update({"responded_on": FRIDAY + timedelta(hours=1)}).save()
		self.wait(complaint, datetime(2026, 3, 9, 10), datetime(2026, 3, 10, 11))
		self.assertEqual(datetime(2026, 3, 9, 15), complaint.respond_by)

	def test_while_it_waits_no_step_climbs(self):
		complaint = self.complaint()
		with at(datetime(2026, 3, 9, 10)):
			states.enter(complaint, next(iter(clock.waiting_states())))
		statuses = frappe.get_all("C4S Escalation", {"document_name": complaint.name}, pluck="status")
		self.assertEqual({"Standing Still"}, set(statuses))
		before = frappe.get_all("C4S Escalation", {"document_name": complaint.name}, ["name", "planned_on"])
		with at(datetime(2026, 3, 10, 10)):
			states.enter(complaint, "Handling")
		after = dict(frappe.get_all("C4S Escalation", {"document_name": complaint.name}, ["name", "planned_on"], as_list=True))
		# A working day later, where they were not due before.
		late = [row for row in before if row.planned_on > datetime(2026, 3, 9, 10)]
		self.assertTrue(late)
		for row in late:
			self.assertEqual(row.planned_on + timedelta(days=1), after[row.name])

	def test_hours_that_change_later_break_no_promise(self):
		complaint = self.complaint()
		promised = (complaint.respond_by, complaint.resolve_by)
		frappe.get_doc("C4S Dealership", self.store).update({"opening_hours": []}).save()
		with at(FRIDAY + timedelta(minutes=5)):
			complaint.update({"prevention": "培训"}).save()
		self.assertEqual(promised, (complaint.respond_by, complaint.resolve_by))

	def test_a_reopened_complaint_has_its_time_anew(self):
		complaint = self.wait(self.complaint(), datetime(2026, 3, 9, 10), datetime(2026, 3, 9, 11))
		with at(datetime(2026, 3, 10, 10)):
			close(resolve(complaint, responded_on=FRIDAY), satisfaction=2)
		with at(datetime(2026, 3, 12, 9)):
			bring_to(complaint, "Open")
		self.assertEqual((datetime(2026, 3, 12, 17), None, 0), (complaint.respond_by, complaint.responded_on, cint(complaint.paused_minutes)))

	def test_it_says_how_long_the_customer_waited_for_the_end(self):
		complaint = self.complaint()
		with at(FRIDAY + timedelta(days=3)):
			close(resolve(complaint), satisfaction=5)
		self.assertEqual(3 * 86_400, complaint.closed_loop)
		with at(FRIDAY + timedelta(days=4)):
			self.assertIsNone(bring_to(complaint, "Open").closed_loop)

	def test_earlier_complaints_keep_what_was_promised(self):
		complaint = self.complaint()
		complaint.db_set({"clock_started_on": None, "response_minutes": 0, "resolution_minutes": 0, "resolve_by": FRIDAY + timedelta(hours=72)})
		begin_clocks_of_complaints.execute()
		complaint.reload()
		self.assertEqual((FRIDAY, 4320, FRIDAY + timedelta(hours=72)), (complaint.clock_started_on, complaint.resolution_minutes, complaint.resolve_by))
