import frappe
from frappe.model.workflow import apply_workflow, get_transitions
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_lead.test_c4s_lead import make_lead
from crm4s.crm4s.doctype.c4s_service_visit.test_c4s_service_visit import approve, item, make_service_visit
from crm4s.exceptions import NoStateForStatusError, StatusFollowsStateError
from crm4s.tests.people import as_user, make_user
from crm4s.workflows import states, touchpoints

test_ignore = ["User"]
LEAD, VISIT = "C4S Lead", "C4S Service Visit"
DEFEAT = {"lost_reason": "Price Too High", "lost_note": "预算差两万"}


class ProcessTestCase(FrappeTestCase):
	"""A consultant and a manager of one store."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.store = make_dealership("FLOW-1").name
		cls.consultant = make_user("Sales Consultant", [cls.store])
		cls.manager = make_user("Sales Manager", [cls.store])

	def setUp(self):
		frappe.db.savepoint("process_test")

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback(save_point="process_test")
		frappe.clear_cache(doctype=LEAD)
		frappe.clear_document_cache("Workflow", "Sales Lead")

	def lead(self, **values):
		with as_user(self.consultant):
			return make_lead(dealership=self.store, **values)

	def tick_all(self, document) -> None:
		"""As the people at this document would before they leave its state."""
		for item in touchpoints.panel(document)["items"]:
			touchpoints.set_tick(document, item["name"], True)

	def act(self, document, action: str, user: str | None = None, **values):
		with as_user(user or self.consultant):
			document.reload()
			if values:
				document.update(values).save()
			return apply_workflow(document.as_json(), action)


class TestStatusFollowsState(ProcessTestCase):
	def test_a_new_document_begins_in_the_first_state(self):
		lead = self.lead()
		self.assertEqual(("Prospecting", "Open", None), (lead.workflow_state, lead.status, lead.previous_state))

	def test_the_status_is_what_the_workflow_says_that_the_state_means(self):
		workflow = frappe.get_doc("Workflow", "Sales Lead")
		next(row for row in workflow.states if row.state == "Needs").update_value = "Won"
		workflow.save()
		lead = self.act(self.lead(), "Explore Needs")
		self.assertEqual(("Needs", "Won"), (lead.workflow_state, lead.status))

	def test_a_status_set_by_hand_is_refused(self):
		lead = self.lead()
		with self.assertRaisesRegex(StatusFollowsStateError, "The status follows from the workflow state, which is"):
			lead.update({"status": "Won"}).save()
		with self.assertRaises(StatusFollowsStateError):
			frappe.get_doc({**lead.as_dict(), "name": None, "workflow_state": None, "status": "Lost"}).insert()

	def test_a_new_document_cannot_begin_in_a_later_state(self):
		with self.assertRaises(frappe.ValidationError):
			make_lead(workflow_state="Quotation")

	def test_without_an_active_workflow_the_status_is_written_plainly(self):
		frappe.get_doc("Workflow", "Sales Lead").update({"is_active": 0}).save()
		lead = self.lead()
		self.assertIsNone(lead.workflow_state)
		self.assertEqual("Won", lead.update({"status": "Won"}).save().status)

	def test_a_document_of_before_the_workflow_takes_the_state_of_its_status(self):
		lead = self.lead()
		frappe.db.set_value(LEAD, lead.name, {"workflow_state": None, "status": "Won", "won_on": frappe.utils.now()})
		lead.reload()
		with as_user(self.consultant):
			lead.update({"needs": "七座", "status": "Open"}).save()
		self.assertEqual(("Won", "Won"), (lead.workflow_state, lead.status))

	def test_an_imported_document_brings_its_status_and_takes_its_state(self):
		frappe.flags.in_import = True
		self.addCleanup(setattr, frappe.flags, "in_import", False)
		lead = frappe.get_doc(
			{"doctype": LEAD, "lead_name": "李娜", "phone": "13900139001", "source": "Walk-in", "dealership": self.store,
			"received_on": "2026-01-01", "status": "Lost", **DEFEAT}
		).insert()
		self.assertEqual(("Lost", "Lost"), (lead.workflow_state, lead.status))


class TestMove(ProcessTestCase):
	def test_the_system_wins_a_lead_without_asking_for_a_role(self):
		lead = self.lead()
		with as_user(self.consultant):
			states.move(lead, "Won", "订单 DL-1 已签")
		lead.reload()
		self.assertEqual(("Won", "Won"), (lead.workflow_state, lead.status))
		comment = frappe.get_last_doc("Comment", {"reference_name": lead.name, "comment_type": "Workflow"})
		self.assertIn("订单 DL-1 已签", comment.content)

	def test_what_is_taken_back_returns_to_the_state_it_came_from(self):
		lead = self.act(self.lead(), "Explore Needs")
		states.move(lead, "Won")
		states.move(lead, "Open")
		self.assertEqual(("Needs", "Open"), (lead.workflow_state, lead.status))

	def test_the_controller_s_rules_hold_for_the_system_too(self):
		with self.assertRaisesRegex(frappe.ValidationError, "A lost lead needs its defeat reason"):
			states.move(self.lead(), "Lost")

	def test_a_status_that_no_state_means_is_refused_with_the_workflow_s_name(self):
		workflow = frappe.get_doc("Workflow", "Sales Lead")
		next(row for row in workflow.states if row.state == "Won").update_value = "Open"
		workflow.save()
		lead = self.lead()
		with self.assertRaisesRegex(NoStateForStatusError, "Sales Lead.*has no state that sets the status to"):
			states.move(lead, "Won")
		self.assertEqual("Open", frappe.db.get_value(LEAD, lead.name, "status"))

	def test_the_next_save_asks_for_transitions_again(self):
		lead = self.lead()
		states.move(lead, "Won")
		with as_user(self.consultant), self.assertRaises(frappe.ValidationError):
			lead.update({"workflow_state": "Quotation"}).save()


class TestLookups(ProcessTestCase):
	def test_the_first_state_of_a_status(self):
		self.assertEqual("Prospecting", states.state_for(LEAD, "Open"))
		self.assertEqual({"Settled": "Settled", "Open": "Reception"}, states.states_for(VISIT, ("Settled", "Open")))
		self.assertIsNone(states.state_for("C4S Brand", "Open"))


class TestDefeat(ProcessTestCase):
	def reported(self):
		lead = self.act(self.lead(), "Explore Needs")
		with as_user(self.consultant):
			lead.reload()
			lead.update({"workflow_state": "Defeat Pending", **DEFEAT}).save()
		return lead

	def test_a_reported_defeat_is_open_with_its_reason_until_a_manager_approves(self):
		lead = self.reported()
		self.assertEqual(("Open", "Price Too High", "Needs"), (lead.status, lead.lost_reason, lead.previous_state))
		with as_user(self.consultant):
			self.assertNotIn("Approve Defeat", [row["action"] for row in get_transitions(lead)])
		lead = self.act(lead, "Approve Defeat", self.manager)
		self.assertEqual(("Lost", "Price Too High"), (lead.status, lead.lost_reason))

	def test_a_refused_defeat_goes_back_to_where_the_lead_was_without_its_reason(self):
		lead = self.act(self.reported(), "Refuse Defeat", self.manager)
		self.assertEqual(("Needs", "Open", None), (lead.workflow_state, lead.status, lead.lost_reason))

	def test_a_defeat_without_a_reason_is_refused(self):
		with self.assertRaisesRegex(frappe.ValidationError, "these fields must be filled.*Defeat Reason.*Defeat Note"):
			self.act(self.lead(), "Report Defeat")

	def test_a_lost_lead_is_revived_with_its_history(self):
		lead = self.act(self.act(self.reported(), "Approve Defeat", self.manager), "Revive")
		self.assertEqual(("Prospecting", "Open"), (lead.workflow_state, lead.status))
		self.assertIn("Lost", frappe.get_all("C4S State Passage", {"document_name": lead.name}, pluck="state"))


class TestVisitOfWorkflow(ProcessTestCase):
	def test_handing_over_settles_the_visit(self):
		advisor = make_user("Service Advisor", [self.store])
		visit = approve(make_service_visit(dealership=self.store, items=[item(technician=advisor)]))
		for action in ("Prepare Settlement", "Hand Over"):
			self.tick_all(visit)
			visit = self.act(visit, action, advisor)
		self.assertEqual(("Settled", "Settled"), (visit.workflow_state, visit.status))
		self.assertTrue(visit.settled_on)
