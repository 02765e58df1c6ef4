from contextlib import contextmanager
from datetime import datetime, timedelta
from unittest.mock import patch

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import now_datetime

from crm4s.crm4s.doctype.c4s_complaint.test_c4s_complaint import close, make_complaint, resolve
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.escalation import api, people, planning
from crm4s.escalation.climbing import climb
from crm4s.tests.at_once import at_once, done
from crm4s.tests.clock import stopped_at
from crm4s.tests.people import as_user, make_user
from crm4s.tests.processes import bring_to

test_ignore = ["User"]
NINE = datetime(2026, 3, 2, 9)


def after(hours: float):
	"""So many hours after nine; with a fraction of a second, without which Frappe takes a saved document for another's."""
	return stopped_at(NINE + timedelta(hours=hours, microseconds=7))


def make_ladder(*steps) -> None:
	"""These steps instead of those that are shipped; each a dict that says what is not usual."""
	for name in frappe.get_all("C4S Escalation Step", pluck="name"):
		frappe.db.set_value("C4S Escalation Step", name, "enabled", 0)
	for number, step in enumerate(steps):
		values = {"doctype": "C4S Escalation Step", "step_name": f"T{number}", "document_type": "C4S Complaint", "deadline": "Resolution", "to_whom": "Store Manager"}
		frappe.get_doc({**values, **step}).insert()


@contextmanager
def site_sends(sends: int):
	"""The site sends letters, or sends none."""
	frappe.db.set_value("Email Account", {"name": ["is", "set"]}, "default_outgoing", 0)
	frappe.local.outgoing_email_account = {}
	if sends:
		account = {
			"doctype": "Email Account", "name": "C4S Test Ladder", "email_account_name": "C4S Test Ladder", "email_id": "store@example.com",
			"enable_outgoing": 1, "default_outgoing": 1, "no_smtp_authentication": 1, "smtp_server": "127.0.0.1", "smtp_port": "25",
		}
		frappe.get_doc(account).db_insert()
	try:
		yield
	finally:
		frappe.local.outgoing_email_account = {}


def rows_of(complaint, *fields) -> list:
	return frappe.get_all("C4S Escalation", {"document_name": complaint.name}, fields or ["step", "status"], order_by="round, deadline, percent, step", as_list=True)


class LadderTestCase(FrappeTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.manager, cls.handler = make_user("Dealer Manager"), make_user("CRM Specialist")
		cls.store = make_dealership("LADDER-1", manager=cls.manager).name

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback(save_point="ladder")
		planning.SEEN.forget()

	def setUp(self):
		frappe.db.savepoint("ladder")
		frozen = after(0)
		frozen.start()
		self.addCleanup(frozen.stop)

	def complaint(self, **values):
		return make_complaint(dealership=self.store, handler=self.handler, **{"received_on": NINE, "severity": "Normal", **values})

	def told(self, complaint, user: str) -> list[str]:
		return frappe.get_all("Notification Log", {"for_user": user, "document_name": complaint.name}, pluck="subject")


class TestLadder(LadderTestCase):
	def at(self, hours: float) -> int:
		with after(hours):
			return climb()

	def test_a_step_is_taken_when_so_much_of_the_time_is_over_and_once(self):
		make_ladder({"percent": 50})
		complaint = self.complaint()
		self.assertEqual([0, 1, 0], [self.at(11.9), self.at(12), self.at(13)])
		self.assertEqual(1, len(self.told(complaint, self.manager)))
		self.assertIn("to be settled by", self.told(complaint, self.manager)[0])
		self.assertEqual((("Done", self.manager),), rows_of(complaint, "status", "told"))

	def test_who_has_been_answered_climbs_no_ladder_of_answers(self):
		make_ladder({"percent": 50, "deadline": "First Response"}, {"percent": 50})
		complaint = self.complaint()
		complaint.update({"responded_on": NINE}).save()
		self.assertEqual((("T0", "Called Off"), ("T1", "Planned")), rows_of(complaint))
		resolve(complaint)
		self.assertEqual({"Called Off"}, {status for _step, status in rows_of(complaint)})
		self.assertEqual(0, self.at(100))

	def test_after_a_night_without_the_job_each_hears_the_gravest_step_only(self):
		make_ladder({"percent": 50}, {"percent": 100}, {"percent": 60, "to_whom": "Handler"})
		complaint = self.complaint()
		self.assertEqual(3, self.at(30))
		self.assertEqual([1, 1], [len(self.told(complaint, user)) for user in (self.manager, self.handler)])
		self.assertIn("should have been settled", self.told(complaint, self.manager)[0])

	def test_a_task_stands_on_somebody_s_list(self):
		make_ladder({"percent": 100, "channel": "Task", "to_whom": "Handler"})
		complaint = self.complaint()
		self.at(24)
		self.assertEqual([self.handler], frappe.get_all("ToDo", {"reference_name": complaint.name}, pluck="allocated_to"))

	def test_a_letter_goes_out_where_the_site_sends_letters_else_it_is_a_notice(self):
		make_ladder({"percent": 50, "channel": "E-Mail"}, {"percent": 60, "channel": "E-Mail"})
		complaint = self.complaint()
		letters = {"reference_name": complaint.name}
		with site_sends(0):
			self.at(12)
		self.assertEqual((1, 0), (len(self.told(complaint, self.manager)), frappe.db.count("Email Queue", letters)))
		with site_sends(1):
			self.at(15)
		self.assertEqual((1, 1), (len(self.told(complaint, self.manager)), frappe.db.count("Email Queue", letters)))
		queued = frappe.get_all("Email Queue Recipient", {"parent": ["in", frappe.get_all("Email Queue", letters, pluck="name")]}, pluck="recipient")
		self.assertEqual([self.manager], queued)

	def test_steps_of_another_severity_are_not_for_it(self):
		make_ladder({"percent": 50, "severity": "Critical"})
		complaint = self.complaint()
		self.assertEqual((), rows_of(complaint))
		complaint.update({"severity": "Critical"}).save()
		self.assertEqual((("T0", NINE + timedelta(hours=4)),), rows_of(complaint, "step", "planned_on"))

	def test_a_reopened_one_begins_a_new_round(self):
		make_ladder({"percent": 50})
		complaint = self.complaint()
		self.at(12)
		with after(72):
			complaint.reload()
			bring_to(close(resolve(complaint), satisfaction=1), "Open")
			self.assertEqual(((0, "Done"), (1, "Planned")), rows_of(complaint, "round", "status"))
			self.assertEqual(0, climb())
		self.assertEqual(1, self.at(84))

	def test_a_ladder_that_is_changed_holds_for_what_is_open(self):
		make_ladder()
		complaint = self.complaint()
		climb()
		make_ladder({"percent": 50})
		climb()
		self.assertEqual((("T0", "Planned"),), rows_of(complaint))
		frappe.get_doc("C4S Escalation Step", "T0").update({"enabled": 0}).save()
		climb()
		self.assertEqual((), rows_of(complaint))

	def test_documents_that_could_not_be_planned_are_tried_again(self):
		make_ladder()
		self.complaint()
		planning.SEEN.forget()
		with patch.object(planning, "_plan", side_effect=frappe.QueryDeadlockError):
			planning.follow_changed_steps()
		self.assertIsNone(planning.SEEN.text())
		planning.follow_changed_steps()
		self.assertTrue(planning.SEEN.text())

	def test_a_new_rung_tells_nobody_of_what_is_long_over(self):
		make_ladder()
		complaint = self.complaint()
		climb()
		make_ladder({"percent": 10}, {"percent": 100})
		self.assertEqual(1, self.at(48 - 0.1))
		self.assertEqual((("T0", ""), ("T1", self.manager)), tuple((step, told or "") for step, told in rows_of(complaint, "step", "told")))

	def test_the_form_shows_the_ladder_to_who_reads_the_document(self):
		make_ladder({"percent": 50}, {"percent": 100}, {"percent": 50, "deadline": "First Response", "to_whom": "Handler"})
		complaint = self.complaint()
		self.at(12)
		with after(18), as_user(make_user("CRM Specialist", [self.store])):
			response, resolution = api.ladder(complaint.doctype, complaint.name)["clocks"]
		self.assertEqual((1440, 1080, ["Done", "Planned"]), (resolution["minutes"], resolution["spent"], [step["status"] for step in resolution["steps"]]))
		self.assertEqual((480, 1080, 1), (response["minutes"], response["spent"], len(response["steps"][0]["told"])))
		with as_user(make_user("CRM Specialist", [make_dealership("LADDER-2").name])), self.assertRaises(frappe.PermissionError):
			api.ladder(complaint.doctype, complaint.name)

	def test_a_complaint_that_changes_stores_takes_its_steps_along(self):
		make_ladder({"percent": 10}, {"percent": 50})
		complaint, other = self.complaint(), make_dealership("LADDER-2").name
		self.at(3)
		complaint.reload()
		complaint.update({"dealership": other}).save()
		self.assertEqual(((other,), (other,)), rows_of(complaint, "dealership"))

	def test_a_deleted_complaint_leaves_no_steps(self):
		make_ladder({"percent": 50})
		complaint = self.complaint()
		complaint.delete()
		self.assertEqual((), rows_of(complaint))


class TestPeople(LadderTestCase):
	def whom(self, **step) -> list[str]:
		usual = dict.fromkeys(("to_whom", "role", "user"))
		return people.whom(frappe._dict({**usual, **step}), frappe._dict(dealership=self.store, handler=self.handler))

	def test_each_way_finds_its_people(self):
		above = make_user("Group Manager")
		frappe.db.set_value("C4S Dealership", self.store, "parent_c4s_dealership", None)
		own = make_user("CRM Manager", [self.store])
		make_user("CRM Manager", [make_dealership("LADDER-2").name])
		self.assertEqual([self.handler], self.whom(to_whom="Handler"))
		self.assertEqual([self.manager], self.whom(to_whom="Store Manager"))
		self.assertEqual([own], self.whom(to_whom="Role", role="C4S CRM Manager"))
		self.assertIn(above, self.whom(to_whom="Role", role="C4S Group Manager"))
		self.assertEqual([above], self.whom(to_whom="User", user=above))

	def test_where_nobody_is_in_charge_the_manager_is(self):
		frappe.db.set_value("User", self.handler, "enabled", 0)
		self.assertEqual([self.manager], self.whom(to_whom="Handler"))
		self.assertEqual([self.manager], self.whom(to_whom="Role", role="C4S Auditor"))


class TestClimbingAtOnce(FrappeTestCase):
	def test_two_runs_at_once_take_each_step_once(self):
		store = make_dealership("LADDER-3", manager="Administrator").name
		complaint = make_complaint(dealership=store)
		frappe.db.set_value("C4S Escalation", {"document_name": complaint.name}, "planned_on", now_datetime() - timedelta(minutes=1))
		planned = frappe.db.count("C4S Escalation", {"document_name": complaint.name})
		self.addCleanup(self.take_away, complaint)
		outcomes = at_once(climb, climb)
		self.assertEqual(2, len(done(outcomes)), outcomes)
		self.assertEqual((True, planned), (planned > 0, sum(outcomes)))

	def take_away(self, complaint):
		for doctype, field in (("Notification Log", "document_name"), ("ToDo", "reference_name"), ("C4S State Passage", "document_name")):
			frappe.db.delete(doctype, {field: complaint.name})
		frappe.delete_doc("C4S Complaint", complaint.name, force=True)
		for name in frappe.get_all("C4S Store Relationship", {"customer": complaint.customer}, pluck="name"):
			frappe.delete_doc("C4S Store Relationship", name, force=True)
		frappe.delete_doc("C4S Customer", complaint.customer, force=True)
		frappe.delete_doc("C4S Dealership", complaint.dealership, force=True)
		planning.SEEN.forget()
		frappe.db.commit()
