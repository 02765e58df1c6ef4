import json

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, now_datetime

from crm4s.access.finder import find
from crm4s.crm4s.doctype.c4s_lead.test_c4s_lead import contact, days_ago, make_lead
from crm4s.crm4s.doctype.c4s_settings.test_c4s_settings import change_settings
from crm4s.exceptions import HoldingLimitError, LeadTakenError
from crm4s.leads.pool import give_back, take, waiting
from crm4s.leads.recycle import recycle, recycle_leads, warn
from crm4s.leads.tests.factories import make_consultants, make_store, remove_store
from crm4s.tests.at_once import at_once
from crm4s.tests.people import as_user, make_user
from crm4s.tests.store_documents import WAYS, attach_file, ways_to

PHONE = "13900139077"


class PoolTestCase(FrappeTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.store, cls.other = make_store("POOL-1"), make_store("POOL-2")
		cls.consultant, cls.colleague = make_consultants(cls.store, 2)
		cls.manager = make_user("Sales Manager", [cls.store])

	def setUp(self):
		frappe.db.savepoint("pool")

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback(save_point="pool")
		frappe.clear_document_cache("C4S Settings", "C4S Settings")

	def lead(self, **values):
		return make_lead(**{"dealership": self.store, "sales_consultant": self.consultant, **values})

	def pooled(self, **values):
		lead = self.lead(**values)
		give_back([lead.name], "没有时间跟进")
		lead.reload()
		return lead


class TestPool(PoolTestCase):
	def test_a_consultant_returns_an_own_lead_with_a_reason(self):
		lead, other = self.lead(), self.lead(sales_consultant=self.colleague)
		with as_user(self.consultant):
			self.assertRaisesRegex(frappe.ValidationError, "Say why the lead goes back", give_back, [lead.name], "")
			self.assertRaisesRegex(frappe.PermissionError, "is not your lead", give_back, [other.name], "试试")
			self.assertEqual(1, give_back([lead.name], "客户不接电话"))
		lead.reload()
		self.assertEqual((1, None, "客户不接电话"), (lead.in_pool, lead.sales_consultant, lead.pool_reason))
		row = frappe.get_last_doc("C4S Lead Movement", {"lead": lead.name})
		self.assertEqual(("Returned to Pool", self.consultant), (row.movement, row.from_user))

	def test_who_takes_calls_returns_what_nobody_holds_and_nothing_of_a_consultants(self):
		for role, may in (("Receptionist", False), ("Customer Service Representative", False), ("CRM Specialist", True), ("Sales Manager", True)):
			held, free = self.lead(), self.lead(sales_consultant=None)
			frappe.db.set_value("C4S Lead", free.name, "sales_consultant", None)
			with self.subTest(role), as_user(make_user(role, [self.store])):
				self.assertEqual(1, give_back([free.name], "号码不对"))
				if may:
					self.assertEqual(1, give_back([held.name], "顾问休假"))
				else:
					self.assertRaisesRegex(frappe.PermissionError, "is not your lead", give_back, [held.name], "试试")

	def test_consultants_see_a_pooled_lead_masked_on_the_page_and_no_other_way(self):
		lead = self.pooled(phone=PHONE, contacts=[contact(1)], lead_name="王小明")
		frappe.share.add("C4S Lead", lead.name, self.consultant)
		give_back([lead.name], "又一次")
		file = attach_file(lead)
		with as_user(self.consultant):
			self.assertEqual([], [row for row in find(PHONE) if row["doctype"] == "C4S Lead"])
			(row,) = [row for row in waiting()["leads"] if row["name"] == lead.name]
		self.assertEqual(("王**", "139****9077"), (row["lead_name"], row["masked_phone"]))
		self.assertNotIn(PHONE, json.dumps(row, default=str))
		frappe.db.delete("DocShare", {"share_name": lead.name})
		with as_user(self.consultant):
			self.assertEqual([], ways_to(lead, file))
		with as_user(self.manager):
			self.assertEqual(list(WAYS), ways_to(lead, file))

	def test_what_was_shared_or_assigned_leaves_no_side_door(self):
		lead = self.lead()
		frappe.share.add("C4S Lead", lead.name, self.colleague)
		give_back([lead.name], "没有时间跟进")
		self.assertFalse(frappe.db.exists("DocShare", {"share_name": lead.name}))
		with as_user(self.colleague):
			self.assertEqual([], frappe.get_list("C4S Lead", {"name": lead.name}))

	def test_whoever_takes_a_lead_has_it_and_sees_it(self):
		lead = self.pooled(phone=PHONE)
		with as_user(self.colleague):
			take(lead.name)
			self.assertEqual("+86" + PHONE, frappe.get_list("C4S Lead", {"name": lead.name}, ["phone"])[0].phone)
			self.assertRaises(LeadTakenError, take, lead.name)
		lead.reload()
		self.assertEqual((self.colleague, 0, None), (lead.sales_consultant, lead.in_pool, lead.pool_reason))
		self.assertEqual("Taken", frappe.get_last_doc("C4S Lead Movement", {"lead": lead.name, "to_user": self.colleague}).movement)

	def test_the_pool_of_another_store_is_neither_seen_nor_taken(self):
		lead = self.pooled(dealership=self.other, sales_consultant=None)
		with as_user(self.consultant):
			self.assertNotIn(lead.name, [row["name"] for row in waiting()["leads"]])
			self.assertRaises(LeadTakenError, take, lead.name)

	def test_nobody_takes_more_than_one_may_hold(self):
		change_settings(lead_holding_limit=1)
		lead, mine = self.pooled(), self.lead()
		with as_user(self.consultant):
			self.assertRaisesRegex(HoldingLimitError, "You hold 1 open leads", take, lead.name)
		mine.reload()
		give_back([mine.name], "换一个")
		with as_user(self.consultant):
			self.assertEqual(lead.name, take(lead.name))

	def test_a_phone_that_waits_in_the_pool_is_not_entered_again(self):
		self.pooled(phone=PHONE, lead_name="王小明")
		with as_user(self.consultant), self.assertRaisesRegex(frappe.ValidationError, "waits in the public pool.*王"):
			self.lead(phone=PHONE)

	def test_somebody_who_does_not_sell_sees_no_pool(self):
		with as_user(make_user("Technician", [self.store])):
			self.assertRaises(frappe.PermissionError, waiting)


class TestRecycling(PoolTestCase):
	"""Leads of grade A go to the pool after seven days without contact; the consultant is told two days before."""

	def idle(self, days: float, **values):
		lead = self.lead(**{"grade": "A", "received_on": days_ago(30), "contacts": [contact(days)], **values})
		lead.db_set("held_since", days_ago(days), update_modified=False)
		return lead

	def setUp(self):
		super().setUp()
		frappe.db.delete("C4S Lead", {"dealership": ["not in", [self.store]]})
		frappe.db.delete("Notification Log", {"for_user": self.consultant})
		frappe.db.set_value("C4S Lead Grade", "A", "recycle_after_days", 7)
		change_settings(recycle_warning_days=2)

	def in_pool(self, lead) -> int:
		return frappe.db.get_value("C4S Lead", lead.name, "in_pool")

	def test_a_lead_goes_after_its_days_and_only_after_a_warning(self):
		lead, fresh = self.idle(8), self.idle(3)
		recycle_leads()
		self.assertEqual(0, self.in_pool(lead))
		notice = frappe.get_all("Notification Log", {"for_user": self.consultant}, pluck="subject")
		self.assertEqual(["1 of your leads go to the public pool soon, as nobody contacted them: contact them now."], notice)
		frappe.db.set_value("C4S Lead", lead.name, "recycle_warned_on", add_days(now_datetime(), -1))
		recycle_leads()
		self.assertEqual((1, 0), (self.in_pool(lead), self.in_pool(fresh)))
		row = frappe.get_last_doc("C4S Lead Movement", {"lead": lead.name})
		self.assertEqual(("Recycled", self.consultant, "Not contacted for 7 days"), (row.movement, row.from_user, row.reason))

	def test_the_warning_comes_two_days_before_and_once(self):
		self.idle(5), self.idle(4)
		self.assertEqual((1, 0), (warn(), warn()))

	def test_a_contact_after_the_warning_keeps_the_lead(self):
		lead = self.idle(8)
		frappe.db.set_value("C4S Lead", lead.name, "recycle_warned_on", add_days(now_datetime(), -1))
		lead.reload()
		lead.append("contacts", contact(0))
		lead.save()
		self.assertEqual((0, 0), (recycle(), self.in_pool(lead)))

	def test_grades_without_days_keep_their_leads(self):
		lead = self.idle(100, grade="N", received_on=days_ago(200))
		frappe.db.set_value("C4S Lead Grade", "N", "recycle_after_days", 0)
		frappe.db.set_value("C4S Lead", lead.name, "recycle_warned_on", add_days(now_datetime(), -1))
		self.assertEqual((0, 0), (warn(), recycle()))

	def test_a_second_run_does_nothing_more(self):
		lead = self.idle(8)
		frappe.db.set_value("C4S Lead", lead.name, "recycle_warned_on", add_days(now_datetime(), -1))
		self.assertEqual((1, 0), (recycle(), recycle()))
		self.assertEqual(1, frappe.db.count("C4S Lead Movement", {"lead": lead.name}))


class TestTakingAtTheSameTime(FrappeTestCase):
	"""Real connections: what they do is committed."""

	def setUp(self):
		frappe.db.rollback()
		self.store = make_store("POOL-RACE")
		self.users = make_consultants(self.store, 1)

	def tearDown(self):
		remove_store(self.store, *self.users)
		self.limit(0)

	def limit(self, leads: int) -> None:
		"""Other connections see it; nothing else of the settings is written."""
		frappe.db.set_single_value("C4S Settings", "lead_holding_limit", leads)
		frappe.db.commit()
		frappe.clear_document_cache("C4S Settings", "C4S Settings")

	def pooled(self, count: int) -> list[str]:
		leads = [make_lead(dealership=self.store).name for _ in range(count)]
		give_back(leads, "没有时间跟进")
		frappe.db.commit()
		return leads

	def test_of_twelve_who_take_the_same_lead_one_has_it(self):
		(lead,) = self.pooled(1)
		outcomes = at_once(*[lambda: take(lead)] * 12)
		self.assertEqual([lead], [outcome for outcome in outcomes if outcome == lead], outcomes)
		self.assertEqual({LeadTakenError}, {type(outcome) for outcome in outcomes if outcome != lead})
		self.assertEqual(1, frappe.db.count("C4S Lead Movement", {"lead": lead, "movement": "Taken"}))

	def test_one_person_does_not_pass_the_limit_by_taking_many_at_once(self):
		self.limit(2)
		leads = self.pooled(6)
		outcomes = at_once(*[lambda lead=lead: take(lead) for lead in leads], user=self.users[0])
		self.assertEqual(2, len([outcome for outcome in outcomes if outcome in leads]), outcomes)
		self.assertEqual(2, frappe.db.count("C4S Lead", {"sales_consultant": self.users[0]}))
