from collections import Counter
from unittest.mock import patch

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_to_date, now_datetime

from crm4s.assignment import giving
from crm4s.assignment.giving import give_leads
from crm4s.assignment.handover import give_by_rule, hand_over, reassign
from crm4s.crm4s.doctype.c4s_lead.test_c4s_lead import make_lead
from crm4s.crm4s.doctype.c4s_vehicle_model.test_c4s_vehicle_model import make_model
from crm4s.leads.tests.factories import make_consultants, make_rule, make_store, remove_store
from crm4s.tests.at_once import at_once
from crm4s.tests.people import as_user, make_user


class TestGiving(FrappeTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.store, cls.other = make_store("GIVE-1"), make_store("GIVE-2")
		cls.first, cls.second, cls.third = cls.users = make_consultants(cls.store, 3)
		cls.manager = make_user("Sales Manager", [cls.store])

	def setUp(self):
		frappe.db.savepoint("giving")

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback(save_point="giving")

	def lead(self, **values):
		return make_lead(dealership=values.pop("dealership", self.store), **values)

	def receivers(self, count: int, **values) -> list[str | None]:
		return [self.lead(**values).sales_consultant for _ in range(count)]

	def test_new_leads_are_given_in_turn_logged_and_told(self):
		rule = make_rule(self.store, *self.users)
		self.assertEqual([*self.users, self.first], self.receivers(4))
		lead = self.lead()
		movement = frappe.get_all("C4S Lead Movement", {"lead": lead.name}, ["movement", "to_user", "rule"])
		self.assertEqual([("Assigned", self.second, rule.name)], [tuple(row.values()) for row in movement])
		notice = frappe.db.get_value("Notification Log", {"document_name": lead.name, "for_user": self.second}, "subject")
		self.assertEqual("You have a new lead: 李娜", notice)
		self.assertTrue(lead.held_since)

	def test_many_notices_are_left_to_a_job_after_the_transaction(self):
		leads = [self.lead().name for _ in range(2)]
		make_rule(self.store, self.first, self.second)
		with patch.object(giving, "FEW_NOTICES", 1):
			self.assertEqual({self.first, self.second}, set(give_leads(leads).values()))
		self.assertEqual(0, frappe.db.count("Notification Log", {"for_user": ["in", [self.first, self.second]]}))

	def test_whoever_is_absent_disabled_or_of_another_store_is_passed_over(self):
		away, suspended, elsewhere = self.first, self.third, make_user("Sales Consultant", [self.other])
		make_rule(self.store, away, elsewhere, self.second, suspended)
		now = now_datetime()
		frappe.get_doc(
			{
				**{"doctype": "C4S Absence", "user": away, "dealership": self.store},
				**{"absent_from": add_to_date(now, hours=-1), "absent_until": add_to_date(now, hours=1)},
			}
		).insert()
		frappe.db.set_value("User", suspended, "enabled", 0)
		self.assertEqual([self.second] * 2, self.receivers(2))

	def test_a_limit_holds_and_what_nobody_may_take_stays_without_consultant(self):
		make_rule(self.store, self.first, max_open_leads=2)
		self.assertEqual([self.first, self.first, None], self.receivers(3))

	def test_the_least_load_gets_the_next_one(self):
		self.lead(sales_consultant=self.first)
		make_rule(self.store, self.first, self.second, method="Least Load")
		self.assertEqual([self.second, self.first, self.second], self.receivers(3))

	def test_whoever_knows_the_model_gets_it(self):
		model = make_model("GIVE-MODEL").name
		make_rule(self.store, self.first, self.second, method="Model Skill", skills=[{"user": self.second, "model": model}])
		self.assertEqual([self.second] * 2, self.receivers(2, interested_model=model))
		self.assertEqual(self.first, self.lead().sales_consultant)

	def test_a_rule_counts_for_its_sources_models_and_node_in_the_order_of_priority(self):
		make_rule(self.store, self.first, priority=20)
		make_rule(self.store, self.second, priority=10, sources=[{"source": "Motor Show"}])
		self.assertEqual((self.second, self.first), (self.lead(source="Motor Show").sales_consultant, self.lead().sales_consultant))
		self.assertIsNone(self.lead(dealership=self.other).sales_consultant)

	def test_whoever_enters_a_lead_keeps_it(self):
		make_rule(self.store, self.second)
		with as_user(self.first):
			self.assertEqual(self.first, self.lead().sales_consultant)

	def test_many_are_given_in_sets(self):
		leads = [self.lead().name for _ in range(6)]
		make_rule(self.store, *self.users)
		given = give_leads(leads)
		self.assertEqual({2}, set(Counter(given.values()).values()))
		self.assertEqual(given, dict(frappe.get_all("C4S Lead", {"name": ["in", leads]}, ["name", "sales_consultant"], as_list=True)))
		self.assertEqual("You have 2 new leads.", frappe.db.get_value("Notification Log", {"for_user": self.first}, "subject"))
		self.assertEqual({}, give_leads(leads))

	def test_a_manager_gives_leads_to_somebody_else_with_a_reason(self):
		lead, elsewhere = self.lead(sales_consultant=self.first), self.lead(dealership=self.other)
		with as_user(self.manager):
			self.assertRaisesRegex(frappe.ValidationError, "Give a reason", reassign, [lead.name], self.second, " ")
			self.assertEqual(1, reassign([lead.name, elsewhere.name], self.second, "客户要求"))
		self.assertEqual(self.second, frappe.db.get_value("C4S Lead", lead.name, "sales_consultant"))
		self.assertIsNone(frappe.db.get_value("C4S Lead", elsewhere.name, "sales_consultant"))
		row = frappe.get_last_doc("C4S Lead Movement", {"lead": lead.name})
		self.assertEqual(("Re-Assigned", self.first, self.second, "客户要求"), (row.movement, row.from_user, row.to_user, row.reason))

	def test_consultants_give_nothing_away(self):
		lead = self.lead(sales_consultant=self.first)
		with as_user(self.first):
			self.assertRaises(frappe.PermissionError, reassign, [lead.name], self.second, "忙不过来")
			self.assertRaises(frappe.PermissionError, hand_over, self.first, "休假")
			document = frappe.get_doc("C4S Lead", lead.name)
			document.sales_consultant = self.second
			with self.assertRaisesRegex(frappe.PermissionError, "Only a sales manager gives a lead to somebody else"):
				document.save()

	def test_nothing_is_given_to_who_does_not_work_there(self):
		lead, stranger = self.lead(), make_user("Sales Consultant", [self.other])
		with as_user(self.manager), self.assertRaisesRegex(frappe.ValidationError, "does not work for the store"):
			reassign([lead.name], stranger, "试试")

	def test_everything_of_somebody_who_leaves_is_shared_out_by_rule(self):
		leads = [self.lead(sales_consultant=self.first).name for _ in range(4)]
		won = self.lead(sales_consultant=self.first, status="Won")
		make_rule(self.store, self.second, self.third)
		with as_user(self.manager):
			self.assertEqual({"given": 4, "left": 0}, hand_over(self.first, "离职"))
		now = Counter(frappe.get_all("C4S Lead", {"name": ["in", leads]}, pluck="sales_consultant"))
		self.assertEqual({self.second: 2, self.third: 2}, now)
		self.assertEqual(self.first, frappe.db.get_value("C4S Lead", won.name, "sales_consultant"))

	def test_what_no_rule_can_give_is_said(self):
		leads = [self.lead().name]
		with as_user(self.manager):
			self.assertEqual({"given": 0, "left": 1}, give_by_rule(leads))


class TestGivingAtTheSameTime(FrappeTestCase):
	"""Real connections: what they do is committed."""

	STORE = "GIVE-RACE"

	def setUp(self):
		frappe.db.rollback()
		self.store = make_store(self.STORE)
		self.users = make_consultants(self.store, 3)

	def tearDown(self):
		remove_store(self.store, *self.users)

	def arrivals(self, method: str) -> Counter:
		make_rule(self.store, *self.users, method=method)
		frappe.db.commit()
		numbers = [f"1380077{number:04d}" for number in range(10)]
		calls = [lambda phone=phone: make_lead(dealership=self.STORE, phone=phone).sales_consultant for phone in numbers]
		outcomes = at_once(*calls)
		self.assertFalse([outcome for outcome in outcomes if outcome not in self.users], outcomes)
		return Counter(outcomes)

	def test_arrivals_at_the_same_moment_take_turns(self):
		self.assertEqual([3, 3, 4], sorted(self.arrivals("Round Robin").values()))

	def test_arrivals_at_the_same_moment_see_the_load_of_each_other(self):
		self.assertEqual([3, 3, 4], sorted(self.arrivals("Least Load").values()))
