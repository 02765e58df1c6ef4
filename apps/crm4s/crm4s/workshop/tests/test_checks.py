from datetime import timedelta

import frappe

from crm4s.bookings.tests.factories import at
from crm4s.crm4s.doctype.c4s_repair_job.test_c4s_repair_job import JOB, VISIT, WorkshopTestCase
from crm4s.crm4s.doctype.c4s_settings.test_c4s_settings import change_settings
from crm4s.exceptions import AppendOnlyError
from crm4s.tests.people import as_user, make_user
from crm4s.tests.processes import bring_to
from crm4s.workflows import states
from crm4s.workflows.events import happened
from crm4s.workshop import actions
from crm4s.workshop.checks import FINAL, SELF, TEAM
from crm4s.workshop.tests.factories import HOUR, clock_at, item

test_ignore = ["User"]
WANG, LI = "王师傅", "李师傅"


class CheckTestCase(WorkshopTestCase):
	def setUp(self):
		super().setUp()
		self.addCleanup(frappe.clear_document_cache, "C4S Settings", "C4S Settings")
		self.minute = 0

	def at_work(self):
		"""A minute later."""
		self.minute += 1
		return clock_at(at(10) + timedelta(minutes=self.minute))

	def work(self, job, technician: str = WANG):
		for action in (actions.start, actions.finish):
			with self.at_work(), as_user(self.people[technician]):
				action(job.name)
		return job

	def check(self, job, kind: str, person: str, result: str = "Passed", remark: str | None = None) -> str:
		with self.at_work(), as_user(self.people.get(person, person)):
			return actions.check(job.name, kind, result, remark)

	def check_car(self, visit, result: str = "Passed", person: str | None = None, **values) -> str:
		with self.at_work(), as_user(person or self.manager):
			return actions.check_car(visit, result, **values)

	def checked(self, job):
		self.check(job, SELF, WANG)
		self.check(job, TEAM, LI)
		return job

	def known(self, job) -> tuple:
		return frappe.db.get_value(VISIT, job.service_visit, ["jobs_total", "jobs_open", "quality"])

	def state(self, job) -> str:
		return frappe.db.get_value(VISIT, job.service_visit, "workflow_state")


class TestWhoMayCheck(CheckTestCase):
	def test_the_self_check_is_the_one_s_who_did_the_work(self):
		job = self.work(self.job())
		for other in (LI, self.manager):
			with self.refused("The self check is done by the technician who did the work", frappe.PermissionError):
				self.check(job, SELF, other)
		self.assertTrue(self.check(job, SELF, WANG))

	def test_the_team_check_is_another_technician_s(self):
		job = self.work(self.job())
		with self.refused("Nobody but the self check judges one's own work", frappe.PermissionError):
			self.check(job, TEAM, WANG)
		with self.refused("The team check is done by another technician", frappe.PermissionError):
			self.check(job, TEAM, self.advisor)
		self.assertTrue(self.check(job, TEAM, LI))

	def test_the_final_check_is_the_workshop_manager_s(self):
		job = self.checked(self.work(self.job()))
		with self.refused("The final check is done by the workshop manager", frappe.PermissionError):
			self.check_car(job.service_visit, person=self.advisor)
		with self.assertRaises(frappe.PermissionError):
			self.check_car(job.service_visit, person=self.people[LI])
		self.check_car(job.service_visit)
		self.assertEqual((1, 0, "Passed"), self.known(job))

	def test_a_workshop_manager_does_not_pass_the_own_work(self):
		both = make_user(["Workshop Manager", "Technician"], [self.store])
		frappe.db.set_value("C4S Resource", self.li, "user", both)
		self.people = {**self.people, LI: both}
		job = self.work(self.job(technician=self.li), LI)
		change_settings(skip_self_check=1, skip_team_check=1)
		with self.refused("judges one's own work", frappe.PermissionError):
			self.check_car(job.service_visit, person=both)

	def test_checks_are_written_by_the_buttons_and_once(self):
		job = self.work(self.job())
		row = {"doctype": "C4S Quality Check", "service_visit": job.service_visit, "repair_job": job.name, "check_kind": FINAL, "result": "Passed"}
		with self.assertRaises(frappe.PermissionError):
			frappe.get_doc({**row, "checked_by": self.manager, "checked_on": at(10)}).insert()
		name = self.check(job, SELF, WANG)
		with self.assertRaises(AppendOnlyError):
			frappe.get_doc("C4S Quality Check", name).update({"result": "Failed"}).save()


class TestWhenItMayBeChecked(CheckTestCase):
	def test_only_what_is_finished(self):
		job = self.job()
		with self.refused("A job is checked when it is finished; this one is Planned"):
			self.check(job, SELF, WANG)
		with self.refused("is not finished yet"):
			self.check_car(job.service_visit)
		with self.refused("has no job that could be checked"):
			self.check_car(self.visit().name)

	def test_a_failed_check_says_what_has_to_be_done_again(self):
		job = self.work(self.job())
		with self.refused("Say what has to be done again"):
			self.check(job, TEAM, LI, "Failed", " ")
		with self.refused("Say whether the check passed or failed"):
			self.check(job, TEAM, LI, "Perhaps")

	def test_the_checks_that_the_group_asks_for_come_first(self):
		job = self.work(self.job())
		with self.refused("Self Check of .*常规保养.* is still missing"):
			self.check_car(job.service_visit)
		self.check(job, SELF, WANG)
		with self.refused("Team Check of .*常规保养.* is still missing"):
			self.check_car(job.service_visit)
		change_settings(skip_team_check=1)
		self.assertTrue(self.check_car(job.service_visit))


class TestRework(CheckTestCase):
	def test_a_failed_check_opens_the_job_again_and_is_counted(self):
		job = self.work(self.job())
		self.check(job, TEAM, LI, "Failed", "放油螺栓渗油")
		job.reload()
		self.assertEqual(("Paused", "Rework", 1, None, None), (job.status, job.pause_reason, job.rework_count, job.planned_from, job.finished_on))
		self.assertEqual((1, 1, "Failed"), self.known(job))

	def test_it_is_done_again_before_it_is_finished_and_checked_again_from_the_start(self):
		job = self.checked(self.work(self.job()))
		self.check_car(job.service_visit, "Failed", remark="路试仍有异响")
		with self.refused("The job was sent back; do it again before it is finished"), as_user(self.people[WANG]):
			actions.finish(job.name)
		self.work(job)
		with self.refused("Self Check of .* is still missing"):
			self.check_car(job.service_visit)
		self.checked(job)
		self.check_car(job.service_visit)
		self.assertEqual((1, 0, "Passed"), self.known(job))
		self.assertEqual(2, frappe.db.get_value(JOB, job.name, "worked_minutes"))

	def test_of_two_jobs_the_one_that_failed_is_named(self):
		visit = self.visit(item(**HOUR), item(**HOUR))
		first, second = (self.job(visit, items=[row.name], planned_from=str(at(hour))) for row, hour in zip(visit.items, (10, 12)))
		for job in (first, second):
			self.checked(self.work(job))
		with self.refused("Say which job has to be done again"):
			self.check_car(visit.name, "Failed", remark="异响")
		self.check_car(visit.name, "Failed", remark="异响", failed_job=second.name)
		self.assertEqual(["Finished", "Paused"], [frappe.db.get_value(JOB, job.name, "status") for job in (first, second)])

	def test_work_after_the_final_check_needs_another_one(self):
		visit = self.visit(item(**HOUR), item(**HOUR))
		first = self.checked(self.work(self.job(visit, items=[visit.items[0].name])))
		self.check_car(visit.name)
		self.assertEqual((1, 0, "Passed"), self.known(first))
		second = self.job(visit, items=[visit.items[1].name], planned_from=str(at(12)))
		self.assertEqual((2, 1, ""), self.known(first))
		self.work(second)
		self.assertEqual((2, 0, ""), self.known(first))


class TestVisitFollows(CheckTestCase):
	"""The visit is moved by what happens in the workshop, without anybody choosing a step."""

	def dispatched(self, *items):
		visit = self.visit(*items)
		states.enter(visit, "Approved")
		return self.job(visit)

	def test_from_dispatch_to_settlement(self):
		job = self.dispatched()
		way = [self.state(job)]
		steps = (
			lambda: self.work(job),
			lambda: self.check(job, TEAM, LI, "Failed", "渗油"),
			lambda: self.work(job),
			lambda: (self.checked(job), self.check_car(job.service_visit)),
			lambda: actions.car_washed(job.service_visit),
		)
		for step in steps:
			step()
			way.append(self.state(job))
		self.assertEqual(["Dispatched", "Quality Check", "In Repair", "Quality Check", "Wash", "Settlement"], way)

	def test_starting_a_job_that_waits_in_the_tray_catches_up(self):
		visit = self.visit()
		states.enter(visit, "Approved")
		job = self.job(visit, planned_from=None)
		self.assertEqual("Approved", self.state(job))
		with as_user(self.people[WANG]):
			actions.start(job.name)
		self.assertEqual("In Repair", self.state(job))

	def test_added_work_goes_back_to_approval_and_its_job_waits_for_it(self):
		job = self.dispatched()
		with as_user(self.people[WANG]):
			actions.start(job.name)
			row = actions.add_work(job.name, "更换前刹车片", 40, "厚度 2 mm")
		added = frappe.get_doc("C4S Service Item", row)
		self.assertEqual(("Labour", "Proposed", 40, 0.67), (added.item_kind, added.approval, added.minutes, added.quantity))
		self.assertEqual("Quotation", self.state(job))
		extra = self.job(frappe.get_doc(VISIT, job.service_visit), items=[row], technician=self.li, bay=None)
		with self.refused("The customer has not approved .*更换前刹车片"), as_user(self.people[LI]):
			actions.start(extra.name)

	def test_once_decided_the_visit_is_back_where_the_work_is(self):
		job = self.dispatched()
		with as_user(self.people[WANG]):
			actions.start(job.name)
			row = actions.add_work(job.name, "更换前刹车片")
			actions.finish(job.name)
		self.assertEqual("Quotation", self.state(job))
		frappe.db.set_value("C4S Service Item", row, "approval", "Declined")
		happened(frappe.get_doc(VISIT, job.service_visit), "Items Decided")
		self.assertEqual("Quality Check", self.state(job))

	def test_the_work_is_not_finished_while_approved_labour_has_no_job(self):
		visit = self.visit(item(**HOUR), item(**HOUR))
		states.enter(visit, "Approved")
		job = self.work(self.job(visit, items=[visit.items[0].name]))
		self.assertEqual("In Repair", self.state(job))

	def test_only_a_car_that_passed_is_washed(self):
		job = self.dispatched()
		with self.refused("washed when its quality check has passed"):
			actions.car_washed(job.service_visit)

	def test_the_items_know_their_job_and_who_did_it(self):
		job = self.work(self.job())
		row = frappe.get_doc("C4S Service Item", job.items[0].service_item)
		self.assertEqual((job.name, self.people[WANG]), (row.job, row.technician))
		actions.dispatch(self.visit().name)

	def test_an_old_form_brings_no_old_figures_back(self):
		visit = self.visit()
		stale = frappe.get_doc(VISIT, visit.name)
		job = self.job(visit)
		stale.modified = frappe.db.get_value(VISIT, visit.name, "modified")
		stale.update({"jobs_open": 0, "quality": "Passed", "concern": "异响"}).save()
		self.assertEqual((1, 1, ""), self.known(job))
		self.assertEqual(job.name, frappe.db.get_value("C4S Service Item", visit.items[0].name, "job"))

	def test_a_visit_with_open_jobs_is_not_settled(self):
		job = self.job()
		with self.assertRaises(frappe.ValidationError):
			bring_to(frappe.get_doc(VISIT, job.service_visit), "Settled")
