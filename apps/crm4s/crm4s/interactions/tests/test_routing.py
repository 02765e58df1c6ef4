"""Who answers and by when: the rule by hand-worked examples, then the contact."""

from datetime import datetime, timedelta

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import get_datetime, now_datetime

from crm4s.access.staff import assigned_to
from crm4s.crm4s.doctype.c4s_interaction.test_c4s_interaction import InteractionTestCase, make_interaction
from crm4s.crm4s.doctype.c4s_routing_rule.test_c4s_routing_rule import make_rule
from crm4s.interactions.routing import fitting, next_in_turn
from crm4s.tests.people import make_user


def rule(name: str, **said) -> dict:
	return {"name": name, "category": None, "channel": None, "nodes": None, "missed_only": 0, "sequence": 50, **said}


FACTS = {"categories": {"Rescue Call", "Help on the Road"}, "channel": "Phone", "dealership": "SH-1", "missed": 0}


class TestFitting(FrappeTestCase):
	def found(self, *rules: dict, **facts) -> str | None:
		chosen = fitting(rules, {**FACTS, **facts})
		return chosen and chosen["name"]

	def test_a_rule_fits_when_all_that_it_says_holds(self):
		self.assertEqual("group", self.found(rule("group", category="Help on the Road")))
		self.assertIsNone(self.found(rule("other", category="Other Contact")))
		self.assertIsNone(self.found(rule("mail", channel="E-mail")))
		self.assertIsNone(self.found(rule("store", nodes={"BJ-1"})))
		self.assertIsNone(self.found(rule("missed", missed_only=1)))
		self.assertEqual("missed", self.found(rule("missed", missed_only=1), missed=1))

	def test_the_smallest_order_counts_then_the_one_that_says_more(self):
		self.assertEqual("first", self.found(rule("exact", category="Rescue Call", channel="Phone"), rule("first", sequence=10)))
		self.assertEqual("exact", self.found(rule("all"), rule("exact", category="Rescue Call")))


class TestTurns(FrappeTestCase):
	def test_everybody_who_is_there_gets_a_turn(self):
		people = ["ann", "bob", "cid"]
		self.assertEqual("ann", next_in_turn(people, None, set(people)))
		self.assertEqual("bob", next_in_turn(people, "ann", set(people)))
		self.assertEqual("ann", next_in_turn(people, "cid", set(people)))
		self.assertEqual("cid", next_in_turn(people, "ann", {"ann", "cid"}))
		self.assertEqual("cid", next_in_turn(people, "bob", {"ann", "cid"}))
		self.assertIsNone(next_in_turn(people, "ann", set()))
		self.assertEqual("ann", next_in_turn(people, "who left", {"ann"}))


class TestRouting(InteractionTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.colleague = make_user("Customer Service Representative", [cls.store])

	def test_contacts_take_turns_over_those_who_are_there(self):
		make_rule(method="Takes Turns", department="C4S Customer Service Representative")
		people = assigned_to(self.store, "C4S Customer Service Representative")
		self.assertEqual(sorted([self.agent, self.colleague]), people)
		self.assertEqual([*people, people[0]], [make_interaction().handler for _each in range(3)])
		absence = {"doctype": "C4S Absence", "user": people[1], "absent_from": now_datetime() - timedelta(hours=1), "absent_until": now_datetime() + timedelta(hours=1), "dealership": self.store}
		frappe.get_doc(absence).insert()
		self.assertEqual(people[0], make_interaction().handler)

	def test_whoever_got_it_is_told_once(self):
		make_rule(method="Person", person=self.agent)
		interaction = make_interaction()
		interaction.save()
		told = {"for_user": self.agent, "document_name": interaction.name}
		self.assertEqual(1, frappe.db.count("Notification Log", told))

	def test_a_person_of_another_store_gets_nothing(self):
		make_rule(method="Person", person=self.agent)
		self.assertIsNone(make_interaction(dealership=self.other).handler)

	def test_it_is_due_in_the_stores_hours_without_its_holidays(self):
		make_rule(due_minutes=120)
		store = frappe.get_doc("C4S Dealership", self.store)
		store.opening_hours = []
		for weekday in ("Monday", "Tuesday"):
			store.append("opening_hours", {"weekday": weekday, "opens": "09:00:00", "closes": "18:00:00"})
		store.save()
		frappe.get_doc({"doctype": "C4S Holiday", "holiday_date": "2027-03-02", "holiday_name": "盘点", "dealership": self.store}).insert()
		# Monday 17:00: one hour is left, Tuesday is a holiday, the second hour is that of the next Monday.
		interaction = make_interaction(received_on=datetime(2027, 3, 1, 17))
		self.assertEqual(datetime(2027, 3, 8, 10), get_datetime(interaction.due_on))

	def test_one_that_nobody_has_goes_elsewhere_when_it_is_filed_anew(self):
		make_rule(category="Rescue Call", department="C4S Service Advisor", due_minutes=15)
		make_rule(department="C4S CRM Specialist", sequence=2)
		nobodys, taken = make_interaction(), make_interaction(handler=self.agent)
		for interaction in (nobodys, taken):
			interaction.category = "Rescue Call"
			interaction.save()
		self.assertEqual(["C4S Service Advisor", "C4S CRM Specialist"], [nobodys.department, taken.department])
		self.assertEqual(timedelta(minutes=15), get_datetime(nobodys.due_on) - get_datetime(nobodys.received_on).replace(microsecond=0))

	def test_what_somebody_chose_stays_and_outbound_contacts_are_not_routed(self):
		chosen = make_interaction(handler=self.colleague, department="C4S Service Advisor")
		self.assertEqual((self.colleague, "C4S Service Advisor"), (chosen.handler, chosen.department))
		self.assertIsNone(make_interaction(direction="Outbound").due_on)
