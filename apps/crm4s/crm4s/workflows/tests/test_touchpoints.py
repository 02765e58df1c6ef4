import json

import frappe
from frappe.client import set_value
from frappe.model.workflow import bulk_workflow_approval
from frappe.utils import add_to_date, now_datetime

from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.exceptions import FieldsNeededError, OpenItemsError
from crm4s.tests.people import as_user, make_user
from crm4s.workflows import actions, passages, touchpoints
from crm4s.workflows.states import move
from crm4s.workflows.tests.test_states import DEFEAT, LEAD, ProcessTestCase

test_ignore = ["User"]
PASSAGE, TICK = "C4S State Passage", "C4S Touchpoint Tick"
MANDATORY = "Use, budget and time of purchase established"


class TouchpointTestCase(ProcessTestCase):
	def lead_in_needs(self):
		return self.act(self.lead(), "Explore Needs")

	def item(self, lead, text: str = MANDATORY) -> str:
		return next(item["name"] for item in touchpoints.panel(lead)["items"] if item["item"] == text)

	def tick(self, lead, user: str | None = None, ticked: int = 1) -> dict:
		with as_user(user or self.consultant):
			return actions.set_tick(LEAD, lead.name, self.item(lead), ticked)


class TestOpenItems(TouchpointTestCase):
	def assert_refused(self):
		return self.assertRaisesRegex(OpenItemsError, f"Before .*Needs.* is left.*{MANDATORY}")

	def test_the_form_s_action_is_refused_naming_the_item(self):
		with self.assert_refused():
			self.act(self.lead_in_needs(), "Quote")

	def test_a_plain_save_over_rest_is_refused_as_well(self):
		lead = self.lead_in_needs()
		with as_user(self.consultant), self.assert_refused():
			set_value(LEAD, lead.name, "workflow_state", "Quotation")

	def test_bulk_actions_leave_such_documents_where_they_are(self):
		lead = self.lead_in_needs()
		# The framework commits each document of a bulk action.
		commit, rollback = frappe.db.commit, frappe.db.rollback
		frappe.db.commit = frappe.db.rollback = lambda *args, **kwargs: None
		try:
			with as_user(self.consultant):
				bulk_workflow_approval(json.dumps([lead.name]), LEAD, "Quote")
		finally:
			frappe.db.commit, frappe.db.rollback = commit, rollback
		self.assertEqual("Needs", frappe.db.get_value(LEAD, lead.name, "workflow_state"))

	def test_with_the_mandatory_items_done_the_lead_goes_on_without_the_advisory_ones(self):
		lead = self.lead_in_needs()
		self.tick(lead)
		self.assertEqual("Quotation", self.act(lead, "Quote").workflow_state)

	def test_a_defeat_does_not_wait_for_the_checklist(self):
		lead = self.lead_in_needs()
		with as_user(self.consultant):
			actions.take_action(LEAD, lead.name, "Report Defeat", DEFEAT)
		lead.reload()
		self.assertEqual(("Defeat Pending", "Price Too High"), (lead.workflow_state, lead.lost_reason))

	def test_saving_without_a_step_needs_no_tick(self):
		lead = self.lead_in_needs()
		lead.reload()
		self.assertEqual("七座", lead.update({"needs": "七座"}).save().needs)

	def test_a_state_of_the_admin_s_own_is_guarded_like_ours(self):
		frappe.get_doc({"doctype": "Workflow State", "workflow_state_name": "Home Visit"}).insert()
		workflow = frappe.get_doc("Workflow", "Sales Lead")
		workflow.append("states", {"state": "Home Visit", "doc_status": "0", "update_field": "status", "update_value": "Open", "allow_edit": "All"})
		for state, action, target in (("Prospecting", "Go for Test Drive", "Home Visit"), ("Home Visit", "Quote", "Quotation")):
			workflow.append("transitions", {"state": state, "action": action, "next_state": target, "allowed": "C4S Sales Consultant", "allow_self_approval": 1})
		workflow.save()
		touchpoint = {"doctype": "C4S Touchpoint", "document_type": LEAD, "state": "Home Visit"}
		frappe.get_doc({**touchpoint, "items": [{"item": "已带资料上门", "mandatory": 1}]}).insert()
		lead = self.act(self.lead(), "Go for Test Drive")
		with self.assertRaisesRegex(OpenItemsError, "已带资料上门"):
			self.act(lead, "Quote")
		self.tick_all(lead)
		self.assertEqual("Quotation", self.act(lead, "Quote").workflow_state)


class TestAskedFields(TouchpointTestCase):
	def test_a_state_without_its_fields_is_not_entered(self):
		with self.assertRaisesRegex(FieldsNeededError, "To enter .*Defeat Pending.*Defeat Reason.*Defeat Note"):
			self.act(self.lead(), "Report Defeat")

	def test_the_action_asks_for_the_fields_of_the_state_it_leads_to(self):
		lead = self.lead()
		with as_user(self.consultant):
			asked = actions.get_asked_fields(LEAD, lead.name, "Report Defeat")
			self.assertEqual([], actions.get_asked_fields(LEAD, lead.name, "Receive Customer"))
		self.assertEqual([("lost_reason", 1), ("competitor", 0), ("lost_note", 1)], [(row["field_name"], row["mandatory"]) for row in asked])

	def test_an_action_writes_no_field_that_was_not_asked_for(self):
		lead = self.lead()
		with as_user(self.consultant):
			actions.take_action(LEAD, lead.name, "Report Defeat", json.dumps({**DEFEAT, "lead_name": "别人", "status": "Won"}))
		lead.reload()
		self.assertEqual(("李娜", "Open"), (lead.lead_name, lead.status))

	def test_an_action_of_another_role_is_refused(self):
		lead = self.lead()
		with as_user(self.consultant), self.assertRaisesRegex(frappe.ValidationError, "Approve Defeat.*is not possible now"):
			actions.take_action(LEAD, lead.name, "Approve Defeat", {})


class TestTicks(TouchpointTestCase):
	def test_a_tick_says_who_and_when(self):
		lead = self.lead_in_needs()
		item = next(item for item in self.tick(lead)["items"] if item["item"] == MANDATORY)
		self.assertEqual(self.consultant, item["ticked_by"])
		self.assertEqual(now_datetime().date(), item["ticked_on"].date())

	def test_a_second_tick_leaves_the_first(self):
		lead = self.lead_in_needs()
		self.tick(lead)
		self.tick(lead, self.manager)
		self.assertEqual([self.consultant], frappe.get_all(TICK, {"document_name": lead.name}, pluck="ticked_by"))

	def test_a_tick_can_be_taken_back(self):
		lead = self.lead_in_needs()
		self.tick(lead)
		self.tick(lead, ticked=0)
		self.assertEqual(0, frappe.db.count(TICK, {"document_name": lead.name}))

	def test_only_items_of_the_current_state_can_be_ticked(self):
		lead = self.lead_in_needs()
		other = frappe.get_doc("C4S Touchpoint", "Lead: Test Drive").items[0].name
		with as_user(self.consultant), self.assertRaisesRegex(frappe.ValidationError, "not on the checklist of the state"):
			actions.set_tick(LEAD, lead.name, other, 1)

	def test_nobody_ticks_or_looks_at_another_store_s_document(self):
		lead, stranger = self.lead_in_needs(), make_user("Sales Consultant", [make_dealership("FLOW-2").name])
		item = self.item(lead)
		with as_user(stranger):
			for attempt in (
				lambda: actions.set_tick(LEAD, lead.name, item, 1),
				lambda: actions.get_panel(LEAD, lead.name),
				lambda: actions.get_asked_fields(LEAD, lead.name, "Quote"),
				lambda: actions.take_action(LEAD, lead.name, "Quote", {}),
			):
				self.assertRaises(frappe.PermissionError, attempt)

	def test_whoever_only_reads_does_not_tick(self):
		lead = self.lead_in_needs()
		item, reader = self.item(lead), make_user("Data Analyst", [self.store])
		with as_user(reader):
			frappe.clear_messages()
			self.assertFalse(actions.get_panel(LEAD, lead.name)["may_tick"])
			self.assertEqual([], frappe.get_message_log())
			self.assertRaises(frappe.PermissionError, actions.set_tick, LEAD, lead.name, item, 1)


class TestPassages(TouchpointTestCase):
	def passages(self, lead) -> list:
		return frappe.get_all(PASSAGE, {"document_name": lead.name}, ["*"], order_by="entered_on, creation")

	def test_entering_and_leaving_are_stamped(self):
		lead = self.lead()
		frappe.db.set_value(PASSAGE, {"document_name": lead.name}, "entered_on", add_to_date(now_datetime(), minutes=-90))
		lead = self.act(lead, "Explore Needs")
		first, second = self.passages(lead)
		self.assertEqual(("Prospecting", "Open", self.consultant), (first.state, first.status, first.left_by))
		self.assertAlmostEqual(5400, first.seconds, delta=60)
		self.assertEqual(("Needs", None, self.consultant, self.store), (second.state, second.left_on, second.entered_by, second.dealership))

	def test_the_system_s_own_steps_are_stamped(self):
		lead = self.lead()
		move(lead, "Won")
		self.assertEqual(["Prospecting", "Won"], [passage.state for passage in self.passages(lead)])

	def test_saving_within_a_state_stamps_nothing(self):
		lead = self.lead()
		lead.reload()
		lead.update({"needs": "七座"}).save()
		self.assertEqual(1, len(self.passages(lead)))

	def test_the_panel_tells_the_time_in_the_state_and_its_target(self):
		lead = self.lead_in_needs()
		frappe.db.set_value(PASSAGE, passages.current(LEAD, lead.name).name, "entered_on", add_to_date(now_datetime(), hours=-2))
		panel = touchpoints.panel(lead)
		self.assertEqual(60, panel["target_minutes"])
		self.assertAlmostEqual(7200, panel["seconds"], delta=60)

	def test_a_deleted_document_leaves_neither_passages_nor_ticks(self):
		lead = self.lead_in_needs()
		self.tick(lead)
		frappe.delete_doc(LEAD, lead.name)
		self.assertEqual((0, 0), tuple(frappe.db.count(doctype, {"document_name": lead.name}) for doctype in (PASSAGE, TICK)))

	def test_a_document_that_changes_stores_takes_both_along(self):
		lead, other = self.lead_in_needs(), make_dealership("FLOW-2").name
		self.tick(lead)
		lead.reload()
		lead.update({"dealership": other, "sales_consultant": None}).save()
		for doctype in (PASSAGE, TICK):
			self.assertEqual({other}, set(frappe.get_all(doctype, {"document_name": lead.name}, pluck="dealership")), doctype)

	def test_a_manager_sees_passages_and_ticks_of_the_own_store_only(self):
		lead = self.lead_in_needs()
		self.tick(lead)
		stranger = make_user("Sales Manager", [make_dealership("FLOW-2").name])
		for doctype in (PASSAGE, TICK):
			name = frappe.get_all(doctype, {"document_name": lead.name}, pluck="name")[0]
			for user, sees in ((self.manager, True), (stranger, False)):
				with as_user(user):
					self.assertEqual(sees, bool(frappe.get_list(doctype, {"document_name": lead.name})), doctype)
					self.assertEqual(sees, frappe.has_permission(doctype, "read", doc=name), doctype)
