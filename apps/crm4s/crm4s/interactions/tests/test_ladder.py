"""What nobody answers is brought to somebody, through the ladder of escalation."""

from datetime import timedelta

import frappe
from frappe.utils import get_datetime, now_datetime

from crm4s.crm4s.doctype.c4s_interaction.test_c4s_interaction import InteractionTestCase, make_interaction
from crm4s.crm4s.doctype.c4s_routing_rule.test_c4s_routing_rule import make_rule
from crm4s.escalation.climbing import climb
from crm4s.interactions import actions

STEP, ROW = "C4S Escalation Step", "C4S Escalation"


class TestLadder(InteractionTestCase):
	def setUp(self):
		super().setUp()
		frappe.db.set_value(STEP, {"document_type": "C4S Interaction"}, "enabled", 0)
		step = {"doctype": STEP, "step_name": "Test Contact Step", "document_type": "C4S Interaction", "deadline": "First Response", "percent": 100, "to_whom": "Handler", "channel": "Desk Notification"}
		self.step = frappe.get_doc(step).insert().name
		make_rule(due_minutes=60)

	def make(self, minutes_ago: int = 90):
		return make_interaction(handler=self.agent, received_on=now_datetime() - timedelta(minutes=minutes_ago))

	def told(self, name: str) -> int:
		told = {"for_user": self.agent, "document_name": name, "subject": ["like", "%should have been answered%"]}
		return frappe.db.count("Notification Log", told)

	def test_an_overdue_contact_is_told_once(self):
		late, fresh = self.make().name, self.make(minutes_ago=5).name
		climb()
		climb()
		self.assertEqual((1, 0), (self.told(late), self.told(fresh)))

	def test_an_answer_stops_the_ladder_and_a_customer_who_comes_back_starts_it_anew(self):
		name = self.make().name
		actions.answer(name, "好", close=True)
		climb()
		self.assertEqual(0, self.told(name))
		actions.reopen(name, "不行")
		rows = frappe.get_all(ROW, {"document_name": name, "status": "Planned"}, ["planned_on", "round"])
		self.assertEqual([(get_datetime(self.fresh(name).due_on), 1)], [(get_datetime(row.planned_on), row.round) for row in rows])

	def test_a_contact_that_is_deleted_leaves_no_steps(self):
		name = self.make().name
		# Frappe's deletion commits.
		self.fresh(name).run_method("on_trash")
		self.assertFalse(frappe.db.exists(ROW, {"document_name": name}))
