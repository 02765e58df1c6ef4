"""Two events of one call, two contacts for one rule, two clicks on one page, each at the same moment: what is made here is committed and removed again."""

import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_interaction.test_c4s_interaction import make_interaction
from crm4s.crm4s.doctype.c4s_routing_rule.test_c4s_routing_rule import make_rule
from crm4s.crm4s.doctype.c4s_telephone_exchange.test_c4s_telephone_exchange import make_exchange
from crm4s.interactions import exchange, web
from crm4s.tests.at_once import at_once, refused
from crm4s.tests.people import make_user

STORE, EXCHANGE, ROLE = "CIC-ONCE", "CIC Once", "C4S CRM Specialist"
INTERACTION, RULE = "C4S Interaction", "C4S Routing Rule"


class TestAtOnce(FrappeTestCase):
	def setUp(self):
		self.addCleanup(self.remove_all)
		make_dealership(STORE)
		self.users = [make_user("CRM Specialist", [STORE]) for _each in range(2)]
		self.rule = make_rule(dealership=STORE, method="Takes Turns", department=ROLE).name
		self.exchange = make_exchange(EXCHANGE, dealership=STORE).name

	def remove_all(self):
		frappe.db.rollback()
		names = frappe.get_all(INTERACTION, {"dealership": STORE}, pluck="name")
		frappe.db.delete("C4S Escalation", {"document_name": ["in", names or [""]]})
		frappe.db.delete("Notification Log", {"for_user": ["in", self.users]})
		frappe.db.delete(INTERACTION, {"dealership": STORE})
		for doctype, name in ((RULE, self.rule), ("C4S Telephone Exchange", self.exchange), *(("User", user) for user in self.users)):
			frappe.delete_doc(doctype, name, force=True)
		frappe.db.delete("User Permission", {"for_value": STORE})
		frappe.delete_doc("C4S Dealership", STORE, force=True)
		frappe.db.commit()

	def test_two_events_of_one_call_are_one_contact(self):
		row = frappe.db.get_value("C4S Telephone Exchange", self.exchange, ["*"], as_dict=True)
		events = [{"event": event, "call_id": "once", "caller": "13900139999"} for event in ("ringing", "missed")]
		outcomes = at_once(*[lambda event=event: exchange.take(row, event) for event in events])
		self.assertEqual([], refused(outcomes))
		self.assertEqual(1, len(set(outcomes)))
		self.assertEqual(1, frappe.db.get_value(INTERACTION, outcomes[0], "missed"))

	def test_two_contacts_take_turns(self):
		outcomes = at_once(*[lambda: make_interaction(dealership=STORE, customer=None, category="Other Contact").handler for _each in range(2)])
		self.assertEqual([], refused(outcomes))
		self.assertEqual(sorted(self.users), sorted(outcomes))

	def test_two_clicks_are_one_contact(self):
		given = {"topic": "", "store": STORE, "name": "李", "phone": "13900139998", "email": "", "message": "你好", "consent": "1", "website": "", "once": "a" * 32}
		outcomes = at_once(*[lambda: web.take(dict(given)) for _each in range(2)])
		self.assertEqual([], refused(outcomes))
		self.assertEqual(1, len(set(outcomes)))
