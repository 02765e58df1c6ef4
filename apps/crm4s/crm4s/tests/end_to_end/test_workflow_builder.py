"""An administrator changes the sales process with Frappe's own tools, the next lead follows it, and an upgrade keeps the change."""

import frappe

from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_lead.test_c4s_lead import make_lead
from crm4s.install import after_migrate
from crm4s.tests.end_to_end.browser import PHONE, BrowserTestCase
from crm4s.tests.people import as_user, make_user
from crm4s.workflows import loader

LEAD, WORKFLOW = "C4S Lead", "Sales Lead"
STATE, ACTION, ITEM = "Home Visit", "Visit at Home", "已带资料和合同上门"


class TestWorkflowBuilder(BrowserTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.store = make_dealership("E2E-FLOW").name
		cls.administrator = make_user("Administrator")
		cls.consultant = make_user("Sales Consultant", [cls.store])
		cls.before = loader.content_of(frappe.get_doc("Workflow", WORKFLOW))
		cls.addClassCleanup(cls.restore_process)
		for user in (cls.administrator, cls.consultant):
			cls.let_sign_in(user, "en")
		frappe.db.commit()

	@classmethod
	def restore_process(cls):
		frappe.db.rollback()
		frappe.delete_doc("C4S Touchpoint", f"Lead: {STATE}", ignore_missing=True, force=True)
		loader._overwrite(loader.standard_named("Workflow", WORKFLOW), cls.before)
		for doctype, name in (("Workflow State", STATE), ("Workflow Action Master", ACTION)):
			frappe.delete_doc(doctype, name, ignore_missing=True, force=True)
		frappe.db.commit()

	def test_an_admin_changes_the_process_and_the_next_lead_follows_it_through_an_upgrade(self):
		self.change_process_as_administrator()
		with as_user(self.consultant):
			lead = make_lead(dealership=self.store, phone="13900139088").name
		frappe.db.commit()
		self.walk_as_consultant(lead)
		after_migrate()
		frappe.db.commit()
		frappe.clear_cache()
		workflow = frappe.get_doc("Workflow", WORKFLOW)
		self.assertIn(STATE, [row.state for row in workflow.states])
		self.assertIn((ACTION, STATE), [(row.action, row.next_state) for row in workflow.transitions])
		self.assertTrue(frappe.db.exists("C4S Touchpoint", f"Lead: {STATE}"))
		self.assertEqual(loader.CHANGED, loader.standard_named("Workflow", WORKFLOW).standing)
		conditions = [row.condition for row in workflow.transitions if row.condition]
		self.assertEqual(len(conditions), len([row for row in self.before["transitions"] if row.get("condition")]))

	def change_process_as_administrator(self) -> None:
		with self.desk(self.administrator) as desk:
			for doctype, field, name in (
				("Workflow State", "workflow_state_name", STATE),
				("Workflow Action Master", "workflow_action_name", ACTION),
			):
				self.save_in_form(desk, doctype, {field: name})
			self.draw_in_builder(desk)
			touchpoint = {"document_type": LEAD, "state": STATE, "expectation": "家里也能看车。"}
			self.save_in_form(desk, "C4S Touchpoint", {**touchpoint, "items": [{"item": ITEM, "mandatory": 1}]})
			self.assertEqual([], desk.problems)
		frappe.db.rollback()

	def save_in_form(self, desk, doctype: str, values: dict) -> None:
		"""A new document typed into its form and saved there."""
		desk.page.evaluate(
			"""async ([doctype, values]) => {
				await frappe.model.with_doctype(doctype);
				const fresh = frappe.model.get_new_doc(doctype);
				frappe.set_route("Form", doctype, fresh.name);
				await new Promise((done) => { const wait = () => window.cur_frm?.docname === fresh.name ? done() : setTimeout(wait, 50); wait(); });
				const { items, ...fields } = values;
				await cur_frm.set_value(fields);
				for (const item of items || []) cur_frm.add_child("items", item);
				await cur_frm.save();
			}""",
			[doctype, values],
		)
		desk.settle()

	def draw_in_builder(self, desk) -> None:
		"""A state dragged in, and two actions that lead there and on; saved by the builder's own button."""
		page = desk.page
		desk.go_to("workflow-builder", WORKFLOW)
		page.wait_for_function("window.frappe?.workflow_builder?.store?.workflow_doc?.transitions?.length > 0")
		desk.settle()
		# A person sees the states: without the library's styles they lie far below the pane.
		page.wait_for_function(
			"""() => {
				const pane = document.querySelector(".vue-flow").getBoundingClientRect();
				const states = [...document.querySelectorAll(".vue-flow__node")].map((node) => node.getBoundingClientRect());
				return states.some(({ top, bottom }) => top >= pane.top && bottom <= Math.min(pane.bottom, innerHeight));
			}"""
		)
		page.evaluate(
			"""([state, action, role]) => {
				const store = frappe.workflow_builder.store;
				const elements = store.workflow.elements;
				const states = elements.filter((element) => element.type === "state");
				const id_of = (name) => states.find((element) => element.data.state === name).id;
				const id = String(Math.max(...states.map((element) => Number(element.id))) + 1);
				const add_action = (number, name, from, to, from_id, to_id) => {
					const action_id = "action-" + number;
					elements.push({ id: action_id, type: "action", position: { x: 300, y: -200 * number / 100 },
						data: { action: name, allowed: role, allow_self_approval: 1, from, to, from_id, to_id, state: from, next_state: to } });
					for (const [source, target] of [[from_id, action_id], [action_id, to_id]])
						elements.push({ id: "edge-" + source + "-" + target, type: "transition", source, target,
							sourceHandle: "right", targetHandle: "left", updatable: true, animated: true });
				};
				elements.push({ id, type: "state", position: { x: 300, y: -400 },
					data: { state, doc_status: "Draft", update_field: "status", update_value: "Open", allow_edit: "All" } });
				add_action(901, action, "Prospecting", state, id_of("Prospecting"), id);
				add_action(902, "Quote", state, "Quotation", id, id_of("Quotation"));
			}""",
			[STATE, ACTION, "C4S Sales Consultant"],
		)
		page.get_by_role("button", name="Save").locator("visible=true").first.click()
		desk.settle()

	def walk_as_consultant(self, lead: str) -> None:
		with self.desk(self.consultant, PHONE) as desk:
			desk.show_form(LEAD, lead)
			self.act(desk, ACTION)
			desk.page.wait_for_selector(".c4s-touchpoint-items input")
			self.act(desk, "Quote")
			self.assertIn(ITEM, desk.page.locator(".msgprint").inner_text())
			desk.page.locator(".modal.show .btn-modal-close").click()
			desk.page.wait_for_function("!document.querySelector('.modal.show')")
			desk.page.locator(".c4s-touchpoint-items input").focus()
			desk.page.keyboard.press("Space")
			desk.page.get_by_text("1 of 1 done").wait_for()
			self.act(desk, "Quote")
			# What the refused action leaves: its answer, a promise of the framework's that nobody catches, and at times a stumble over
			# the dialog that closes.
			expected = ("417 POST", "script error: undefined", "script error: Failed to execute 'removeChild'")
			self.assertEqual([], [problem for problem in desk.problems if not problem.startswith(expected)])
		frappe.db.rollback()
		self.assertEqual("Quotation", frappe.db.get_value(LEAD, lead, "workflow_state"))
		passages = frappe.get_all("C4S State Passage", {"document_name": lead}, pluck="state", order_by="entered_on, creation")
		self.assertEqual(["Prospecting", STATE, "Quotation"], passages)

	def act(self, desk, action: str) -> None:
		desk.page.locator(".actions-btn-group button:visible").first.click()
		desk.page.locator(".actions-btn-group .dropdown-item:visible", has_text=action).first.click()
		desk.settle()
