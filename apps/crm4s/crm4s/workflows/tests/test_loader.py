from unittest.mock import patch

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import now

from crm4s.crm4s.doctype.c4s_complaint.test_c4s_complaint import make_complaint
from crm4s.crm4s.page.c4s_process_standards import c4s_process_standards as page
from crm4s.tests.people import as_user, make_user
from crm4s.workflows import loader, removal
from crm4s.workflows.loader import load_standards, standard_named
from crm4s.workflows.permissions import let_administrators_edit_workflows, take_rights_back
from crm4s.workflows.placing import place_documents
from crm4s.workflows.standards import shipped

test_ignore = ["User"]
REMEMBERED = "C4S Installed Standard"
KINDS = ("Workflow", "Workflow State", "Workflow Action Master", "C4S Touchpoint")
WORKFLOW, TOUCHPOINT = ("Workflow", "Customer Complaint"), ("C4S Touchpoint", "Lead: Needs")


class LoaderTestCase(FrappeTestCase):
	def setUp(self):
		self.addCleanup(self.clean_up)
		# The lookups of all other topics are no matter of these tests.
		of_processes = [values for values in shipped() if values["doctype"] in KINDS]
		only_processes = patch.object(loader, "shipped", lambda: of_processes)
		only_processes.start()
		self.addCleanup(only_processes.stop)

	def clean_up(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()
		for doctype in (*KINDS, "C4S Lead", "C4S Complaint", "C4S Service Visit", "Role"):
			frappe.clear_cache(doctype=doctype)
		for name in frappe.get_all("Workflow", pluck="name"):
			frappe.clear_document_cache("Workflow", name)
		frappe.clear_document_cache(*TOUCHPOINT)

	def standing(self, key: tuple[str, str]) -> str | None:
		return standard_named(*key).standing

	def change(self, key: tuple[str, str]):
		document = frappe.get_doc(*key)
		if key == TOUCHPOINT:
			document.best_practice = "本店做法"
			document.append("items", {"item": "已加微信"})
		else:
			document.transitions = document.transitions[1:]
		return document.save()

	def pretend_new_version(self, key: tuple[str, str]) -> None:
		"""As if what is installed were an older version of ours."""
		frappe.db.set_value(REMEMBERED, dict(zip(("document_type", "document_name"), key)), "fingerprint", "older")


class TestStanding(LoaderTestCase):
	def test_what_we_installed_stands_as_installed(self):
		for key in (WORKFLOW, TOUCHPOINT):
			self.assertEqual(loader.INSTALLED, self.standing(key))

	def test_a_change_here_is_told_and_stays(self):
		for key in (WORKFLOW, TOUCHPOINT):
			self.change(key)
			load_standards()
			self.assertEqual(loader.CHANGED, self.standing(key))
		self.assertEqual("本店做法", frappe.db.get_value(*TOUCHPOINT, "best_practice"))

	def test_a_change_here_stays_when_we_have_a_new_version(self):
		self.change(TOUCHPOINT)
		self.pretend_new_version(TOUCHPOINT)
		load_standards()
		self.assertEqual(loader.CHANGED_AND_NEW, self.standing(TOUCHPOINT))
		self.assertEqual("本店做法", frappe.db.get_value(*TOUCHPOINT, "best_practice"))

	def test_what_nobody_changed_follows_our_new_version(self):
		document = frappe.get_doc(*TOUCHPOINT)
		item = document.items[0].name
		document.target_minutes = 5
		document.save()
		remembered = frappe.get_doc(REMEMBERED, dict(zip(("document_type", "document_name"), TOUCHPOINT)))
		remembered.update({"fingerprint": "older", "content": loader._as_text(loader.content_of(document))}).db_update()
		self.assertEqual(loader.NEW, self.standing(TOUCHPOINT))
		load_standards()
		document.reload()
		self.assertEqual((60, item), (document.target_minutes, document.items[0].name))
		self.assertEqual(loader.INSTALLED, self.standing(TOUCHPOINT))

	def test_what_was_deleted_here_stays_away(self):
		frappe.delete_doc(*TOUCHPOINT)
		load_standards()
		self.assertEqual(loader.DELETED, self.standing(TOUCHPOINT))

	def test_what_the_builder_keeps_to_itself_is_no_change(self):
		frappe.get_doc(*WORKFLOW).update({"workflow_data": '[{"id": "1", "type": "state"}]'}).save()
		self.assertEqual(loader.INSTALLED, self.standing(WORKFLOW))

	def test_what_an_earlier_version_installed_without_its_content_is_known_by_its_fingerprint(self):
		row = dict(zip(("document_type", "document_name"), TOUCHPOINT))
		frappe.db.set_value(REMEMBERED, row, "content", None)
		self.change(TOUCHPOINT)
		load_standards()
		self.assertEqual(loader.CHANGED, self.standing(TOUCHPOINT))
		self.assertTrue(frappe.db.get_value(REMEMBERED, row, "content"))

	def test_a_workflow_that_was_there_before_is_left_and_not_removed_with_the_app(self):
		frappe.db.delete(REMEMBERED, dict(zip(("document_type", "document_name"), WORKFLOW)))
		load_standards()
		self.assertNotIn(WORKFLOW[1], loader.inserted_documents("Workflow"))

	def test_somebody_else_s_active_workflow_is_not_displaced(self):
		frappe.delete_doc(*WORKFLOW)
		frappe.db.delete(REMEMBERED, dict(zip(("document_type", "document_name"), WORKFLOW)))
		other = frappe.get_doc(
			{
				"doctype": "Workflow", "workflow_name": "Our Own Way", "document_type": "C4S Complaint", "is_active": 1,
				"workflow_state_field": "workflow_state",
				"states": [{"state": "Received", "doc_status": "0", "allow_edit": "All", "update_field": "status", "update_value": "Open"}],
				"transitions": [{"state": "Received", "action": "Handle", "next_state": "Received", "allowed": "C4S CRM Manager"}],
			}
		).insert()
		load_standards()
		self.assertEqual((1, 0), (frappe.db.get_value("Workflow", other.name, "is_active"), frappe.db.get_value(*WORKFLOW, "is_active")))

	def test_the_order_in_which_somebody_left_the_cards_of_a_board_is_no_change(self):
		board = frappe.get_doc("Kanban Board", frappe.get_all("Kanban Board", {"reference_doctype": "C4S Lead"}, pluck="name")[0])
		before = loader.content_of(board)
		board.columns[0].order = '["LD-0000001"]'
		self.assertEqual(before, loader.content_of(board))
		board.columns[0].indicator = "Green" if board.columns[0].indicator != "Green" else "Red"
		self.assertNotEqual(before, loader.content_of(board))


class TestTakingOurs(LoaderTestCase):
	def test_ours_replaces_what_is_here_and_can_be_taken_back(self):
		for key in (WORKFLOW, TOUCHPOINT):
			with self.subTest(key):
				changed = loader.content_of(self.change(key))
				page.take_ours(*key)
				self.assertEqual(loader.INSTALLED, self.standing(key))
				self.assertEqual(loader.CHANGED, page.take_back(*key)["standing"])
				self.assertEqual(changed, loader.content_of(frappe.get_doc(*key)))
				self.assertRaisesRegex(frappe.ValidationError, "nothing to take back", page.take_back, *key)

	def test_the_rows_of_ours_keep_their_defaults(self):
		self.change(WORKFLOW)
		page.take_ours(*WORKFLOW)
		self.assertEqual({1}, {row.allow_self_approval for row in frappe.get_doc(*WORKFLOW).transitions})

	def test_what_was_deleted_is_installed_again(self):
		frappe.delete_doc(*TOUCHPOINT)
		self.assertEqual(loader.INSTALLED, page.take_ours(*TOUCHPOINT)["standing"])

	def test_the_difference_is_told_field_by_field_and_row_by_row(self):
		self.change(TOUCHPOINT)
		found = {row["label"]: (row["here"], row["ours"]) for row in page.get_difference(*TOUCHPOINT)}
		self.assertEqual("本店做法", found["Best Practice"][0])
		self.assertEqual(("Item: 已加微信", None), found["Checklist"])
		self.change(WORKFLOW)
		row = page.get_difference(*WORKFLOW)[0]
		self.assertEqual((None, "State: Received · Action: Classify · Next State: Classified · Allowed: Customer Service Representative"), (row["here"], row["ours"].replace("C4S ", "")))

	def test_documents_in_a_state_that_ours_does_not_have_get_one_by_their_status(self):
		complaint = make_complaint()
		frappe.db.set_value("C4S Complaint", complaint.name, "workflow_state", "Wash")
		self.change(WORKFLOW)
		page.take_ours(*WORKFLOW)
		self.assertEqual("Received", frappe.db.get_value("C4S Complaint", complaint.name, "workflow_state"))

	def test_only_administrators_use_the_page(self):
		for role, may in (("CRM Manager", False), ("Administrator", True)):
			with as_user(make_user(role)):
				for attempt in (
					page.get_standards,
					lambda: page.get_difference(*TOUCHPOINT),
					lambda: page.take_ours(*TOUCHPOINT),
					lambda: page.take_back(*TOUCHPOINT),
				):
					if may:
						try:
							attempt()
						except frappe.ValidationError as error:
							self.assertNotIsInstance(error, frappe.PermissionError)
					else:
						self.assertRaises(frappe.PermissionError, attempt)


class TestPlacing(LoaderTestCase):
	COUNT = 5000

	def test_thousands_of_documents_get_the_state_of_their_status_in_batches(self):
		statuses = ("Settled", "Settled", "Open", "Cancelled")
		moment = now()
		rows = [(f"PLACE-{number:06}", statuses[number % 4], moment, moment) for number in range(self.COUNT)]
		frappe.db.bulk_insert("C4S Service Visit", ["name", "status", "creation", "modified"], rows)
		frappe.db.sql("update `tabC4S Service Visit` set workflow_state = 'Followed Up' where name = 'PLACE-000000'")
		place_documents(frappe.get_doc("Workflow", "Service Visit"), batch=700)
		found = frappe.db.sql(
			"select workflow_state, count(*) from `tabC4S Service Visit` where name like 'PLACE-%' group by workflow_state order by 1"
		)
		expected = (("Cancelled", 1250), ("Followed Up", 1), ("Reception", 1250), ("Settled", 2499))
		self.assertEqual(expected, tuple(found))
		self.assertEqual([], frappe.get_all("C4S Service Visit", {"name": ["like", "PLACE-%"], "modified": [">", moment]}))

	def test_installing_a_workflow_does_not_put_settled_visits_into_its_first_state(self):
		frappe.db.bulk_insert("C4S Service Visit", ["name", "status", "creation", "modified"], [("PLACE-1", "Settled", now(), now())])
		frappe.delete_doc("Workflow", "Service Visit")
		frappe.db.delete(REMEMBERED, {"document_type": "Workflow", "document_name": "Service Visit"})
		load_standards()
		self.assertEqual("Settled", frappe.db.get_value("C4S Service Visit", "PLACE-1", "workflow_state"))


class TestEditing(LoaderTestCase):
	def test_conditions_that_the_builder_drops_are_kept(self):
		workflow = frappe.get_doc("Workflow", "Sales Lead")
		conditions = sorted(row.condition for row in workflow.transitions if row.condition)
		rows = [
			{"state": row.state, "action": row.action, "next_state": row.next_state, "allowed": row.allowed, "allow_self_approval": 1}
			for row in workflow.transitions
		]
		workflow.set("transitions", rows)
		workflow.save()
		self.assertEqual(conditions, sorted(row.condition for row in workflow.transitions if row.condition))

	def test_a_condition_taken_out_in_the_form_stays_out(self):
		workflow = frappe.get_doc("Workflow", "Sales Lead")
		for row in workflow.transitions:
			row.condition = None
		workflow.save()
		self.assertFalse([row for row in workflow.transitions if row.condition])

	def test_a_status_that_does_not_exist_is_refused(self):
		workflow = frappe.get_doc("Workflow", "Sales Lead")
		workflow.states[1].update_value = "Opened"
		self.assertRaisesRegex(frappe.ValidationError, "State .*Reception.* sets the status to .*Opened.*Open, Won, Lost", workflow.save)

	def test_a_status_that_no_state_sets_any_more_is_said(self):
		workflow = frappe.get_doc("Workflow", "Sales Lead")
		next(row for row in workflow.states if row.state == "Won").update_value = "Open"
		frappe.clear_messages()
		workflow.save()
		self.assertIn("No state sets the status to Won", str(frappe.message_log))


class TestRights(LoaderTestCase):
	def test_a_crm4s_administrator_edits_workflows_without_being_system_manager(self):
		user = make_user("Administrator")
		with as_user(user):
			for doctype in ("Workflow", "Workflow State", "Workflow Action Master", "C4S Touchpoint"):
				for right in ("read", "write", "create", "delete"):
					self.assertTrue(frappe.has_permission(doctype, right), f"{doctype}: {right}")
			self.assertFalse(frappe.has_permission("Role", "write"))
			self.assertTrue(frappe.get_doc("Page", "workflow-builder").is_permitted())
		with as_user(make_user("CRM Manager")):
			self.assertFalse(frappe.has_permission("Workflow", "read"))

	def test_the_system_manager_keeps_every_right(self):
		with as_user(make_user("System Manager")):
			self.assertTrue(frappe.has_permission("Workflow", "write"))
			self.assertTrue(frappe.get_doc("Page", "workflow-builder").is_permitted())

	def test_a_right_that_was_taken_away_stays_away(self):
		frappe.db.delete("Custom DocPerm", {"parent": "Workflow", "role": "C4S Administrator"})
		let_administrators_edit_workflows()
		self.assertFalse(frappe.db.exists("Custom DocPerm", {"parent": "Workflow", "role": "C4S Administrator"}))

	def test_taking_the_rights_back_leaves_the_framework_s_own(self):
		take_rights_back()
		self.assertFalse(frappe.get_all("Custom DocPerm", {"parent": ["in", ["Workflow", "Workflow State", "Role"]]}))
		self.assertFalse(frappe.db.exists("Custom Role", {"page": "workflow-builder"}))

	def test_rights_that_an_admin_gave_beside_ours_stay(self):
		frappe.get_doc(
			{"doctype": "Custom DocPerm", "parent": "Workflow", "parenttype": "DocType", "parentfield": "permissions", "role": "Auditor"
			if frappe.db.exists("Role", "Auditor") else "All", "read": 1}
		).insert()
		take_rights_back()
		self.assertTrue(frappe.get_all("Custom DocPerm", {"parent": "Workflow", "role": ["!=", "C4S Administrator"]}))


class TestRemoval(LoaderTestCase):
	def test_workflows_states_and_actions_go_except_those_that_somebody_else_uses(self):
		frappe.get_doc(
			{
				"doctype": "Workflow", "workflow_name": "Notes", "document_type": "ToDo", "is_active": 0,
				"workflow_state_field": "status",
				"states": [{"state": "Prospecting", "doc_status": "0", "allow_edit": "All"}],
				"transitions": [{"state": "Prospecting", "action": "Revive", "next_state": "Prospecting", "allowed": "All"}],
			}
		).insert()
		removal.remove_workflows()
		self.assertEqual(["Notes"], frappe.get_all("Workflow", {"document_type": ["in", ["ToDo", "C4S Lead", "C4S Complaint"]]}, pluck="name"))
		kept = [frappe.db.exists("Workflow State", "Prospecting"), frappe.db.exists("Workflow Action Master", "Revive")]
		self.assertEqual(["Prospecting", "Revive"], kept)
		self.assertFalse(frappe.db.exists("Workflow State", "Test Drive"))
		self.assertFalse(frappe.db.exists("Workflow Action Master", "Explore Needs"))
		# The framework brought this one.
		self.assertTrue(frappe.db.exists("Workflow State", "Approved"))
