from unittest.mock import patch

import frappe

from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_service_visit.test_c4s_service_visit import make_service_visit
from crm4s.tests.people import as_user, make_user
from crm4s.workflows import events, loader, states, touchpoints
from crm4s.workflows.events import happened
from crm4s.workflows.standards import shipped
from crm4s.workflows.tests.test_loader import LoaderTestCase

test_ignore = ["User"]
VISIT, PASSAGE = "C4S Service Visit", "C4S State Passage"
QUOTATION = ("C4S Touchpoint", "Service Visit: Quotation")


class EventTestCase(LoaderTestCase):
	def setUp(self):
		super().setUp()
		self.store = make_dealership("EVENT-1").name
		self.visit = make_service_visit(dealership=self.store)

	def clean_up(self):
		super().clean_up()
		for name in frappe.get_all("C4S Touchpoint", {"document_type": VISIT}, pluck="name"):
			frappe.clear_document_cache("C4S Touchpoint", name)

	def tick_all(self):
		for item in touchpoints.panel(self.visit)["items"]:
			touchpoints.set_tick(self.visit, item["name"], True)

	def state(self) -> str:
		return frappe.db.get_value(VISIT, self.visit.name, "workflow_state")

	def change_touchpoint(self, state: str, **values):
		return frappe.get_doc("C4S Touchpoint", f"Service Visit: {state}").update(values).save()


class TestEvents(EventTestCase):
	def test_the_events_that_touchpoints_wait_for_are_those_that_the_work_tells(self):
		options = frappe.get_meta("C4S Touchpoint Event").get_field("event").options.split("\n")
		self.assertEqual(list(events.EVENTS), options)
		with self.assertRaisesRegex(ValueError, "no event of a process"):
			happened(self.visit, "Car Sold")

	def test_an_event_brings_the_document_to_the_state_that_waits_for_it(self):
		self.tick_all()
		self.assertTrue(happened(self.visit, "Items Quoted"))
		self.assertEqual(("Quotation", "Open"), (self.state(), self.visit.status))
		passages = frappe.get_all(PASSAGE, {"document_name": self.visit.name}, ["state", "left_on"], order_by="creation")
		self.assertEqual(["Reception", "Quotation"], sorted((row.state for row in passages), reverse=True))
		comment = frappe.get_last_doc("Comment", {"reference_name": self.visit.name, "comment_type": "Workflow"})
		self.assertEqual("Quotation · Items Quoted", comment.content)

	def test_a_visit_goes_through_the_workshop_by_events_alone(self):
		self.tick_all()
		way = []
		for event in ("Items Quoted", "Items Decided", "Jobs Dispatched", "Work Started", "Work Finished", "Quality Failed", "Work Finished", "Quality Passed", "Car Washed"):
			happened(self.visit, event)
			way.append(self.state())
		self.assertEqual(
			["Quotation", "Approved", "Dispatched", "In Repair", "Quality Check", "In Repair", "Quality Check", "Wash", "Settlement"], way
		)

	def test_work_that_is_added_goes_back_to_the_quotation_from_anywhere_in_the_workshop(self):
		for state in ("Approved", "Dispatched", "In Repair", "Quality Check"):
			states.enter(self.visit, state)
			happened(self.visit, "Work Added")
			self.assertEqual("Quotation", self.state(), state)

	def test_nothing_moves_while_a_mandatory_item_is_open(self):
		self.assertFalse(happened(self.visit, "Items Quoted"))
		self.assertEqual("Reception", self.state())

	def test_nothing_moves_where_the_next_state_needs_a_field_that_is_empty(self):
		self.change_touchpoint("Quotation", entry_fields=[{"field_name": "promised_on", "mandatory": 1}])
		self.tick_all()
		self.assertFalse(happened(self.visit, "Items Quoted"))
		self.visit.reload()
		self.visit.update({"promised_on": "2099-01-01 12:00:00"}).save()
		self.assertTrue(happened(self.visit, "Items Quoted"))

	def test_nothing_moves_where_no_step_leads_to_the_state_that_waits(self):
		self.tick_all()
		self.assertFalse(happened(self.visit, "Work Finished"))
		self.assertEqual("Reception", self.state())

	def test_the_condition_of_a_step_counts(self):
		workflow = frappe.get_doc("Workflow", "Service Visit")
		for row in workflow.transitions:
			if row.next_state == "Quotation":
				row.condition = "doc.odometer > 0"
		workflow.save()
		self.tick_all()
		self.assertFalse(happened(self.visit, "Items Quoted"))
		self.visit.reload()
		self.visit.update({"odometer": 12000}).save()
		self.assertTrue(happened(self.visit, "Items Quoted"))

	def test_without_an_active_workflow_nothing_moves(self):
		frappe.get_doc("Workflow", "Service Visit").update({"is_active": 0}).save()
		self.tick_all()
		self.assertFalse(happened(self.visit, "Items Quoted"))

	def test_an_admins_own_state_waits_for_events_like_ours(self):
		frappe.get_doc({"doctype": "Workflow State", "workflow_state_name": "Road Test"}).insert()
		workflow = frappe.get_doc("Workflow", "Service Visit")
		workflow.append("states", {"state": "Road Test", "doc_status": "0", "allow_edit": "All"})
		workflow.append("transitions", {"state": "In Repair", "action": "Check Quality", "next_state": "Road Test", "allowed": "C4S Workshop Manager"})
		workflow.save()
		self.change_touchpoint("Quality Check", entered_when=[])
		frappe.get_doc(
			{"doctype": "C4S Touchpoint", "document_type": VISIT, "state": "Road Test", "entered_when": [{"event": "Work Finished"}]}
		).insert()
		states.enter(self.visit, "In Repair")
		happened(self.visit, "Work Finished")
		# A state without a status of its own leaves the status as it was.
		self.assertEqual(("Road Test", "Open"), (self.state(), self.visit.status))

	def test_who_tells_what_happened_needs_no_right_to_the_step(self):
		self.tick_all()
		technician = make_user("Technician", [self.store])
		with as_user(technician):
			self.assertTrue(happened(self.visit, "Items Quoted"))

	def test_the_caller_can_save_the_document_afterwards(self):
		self.tick_all()
		happened(self.visit, "Items Quoted")
		self.assertEqual("异响", self.visit.update({"concern": "异响"}).save().concern)


class TestShippedEvents(EventTestCase):
	def test_a_state_that_an_admin_took_the_event_from_keeps_it_so(self):
		self.change_touchpoint("Quotation", entered_when=[])
		frappe.db.set_value(
			"C4S Installed Standard", dict(zip(("document_type", "document_name"), QUOTATION)), "fingerprint", "older"
		)
		loader.load_standards()
		self.assertEqual(loader.CHANGED_AND_NEW, self.standing(QUOTATION))
		self.tick_all()
		self.assertFalse(happened(self.visit, "Items Quoted"))

	def test_a_touchpoint_of_before_events_that_nobody_changed_gets_them(self):
		key = dict(zip(("document_type", "document_name"), QUOTATION))
		older = [values for values in shipped() if values["doctype"] == "C4S Touchpoint"]
		for values in older:
			values.pop("entered_when", None)
		frappe.delete_doc(*QUOTATION)
		frappe.db.delete("C4S Installed Standard", key)
		with patch.object(loader, "shipped", lambda: older):
			loader.load_standards()
			self.assertEqual(loader.INSTALLED, self.standing(QUOTATION))
		self.assertEqual([], frappe.get_doc(*QUOTATION).entered_when)
		loader.load_standards()
		self.assertEqual(["Items Quoted", "Work Added"], [row.event for row in frappe.get_doc(*QUOTATION).entered_when])
