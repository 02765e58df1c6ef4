from datetime import timedelta

import frappe
from frappe.desk.reportview import get as report_view
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, getdate, now_datetime, nowdate

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.exceptions import InvalidIdentifierError
from crm4s.tests.people import as_user, make_user
from crm4s.tests.processes import bring_to, insert_in_status
from crm4s.tests.store_documents import DealingTests

test_ignore = ["User"]


def make_lead(**overrides):
	"""A saved open lead of ten days ago; grades and reasons are the standard ones, A is contacted every 3 days."""
	values = {
		"doctype": "C4S Lead",
		"lead_name": "李娜",
		"phone": "13900139000",
		"dealership": overrides.get("dealership") or make_dealership("LEAD-1").name,
		"source": "Walk-in",
		"received_on": days_ago(10),
	}
	values.update(overrides)
	return insert_in_status(values)


def days_ago(days: float):
	return (now_datetime() - timedelta(days=days)).replace(microsecond=0)


def contact(days: float, **overrides) -> dict:
	return {"contacted_on": days_ago(days), "channel": "Phone", "summary": "邀约到店", **overrides}


def lose(lead, **overrides):
	values = {"lost_reason": "Price Too High", "lost_note": "预算差两万，置换补贴后仍超出", **overrides}
	return bring_to(lead, "Lost", **values)


class LeadTestCase(FrappeTestCase):
	def setUp(self):
		frappe.clear_messages()

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def assertSaysWhy(self, sentence: str):
		return self.assertRaisesRegex(frappe.ValidationError, sentence)


class TestPerson(LeadTestCase):
	def test_a_phone_is_kept_as_e164_with_its_mask(self):
		lead = make_lead(phone="139 0013 9000")
		self.assertEqual(("+8613900139000", "139****9000"), (lead.phone, lead.masked_phone))

	def test_a_phone_that_is_none_is_refused(self):
		self.assertRaises(InvalidIdentifierError, make_lead, phone="1390013900")

	def test_a_lead_that_nobody_can_reach_is_refused(self):
		with self.assertSaysWhy("A lead needs a phone number, a WeChat account or the customer's file"):
			make_lead(phone=None)
		self.assertTrue(make_lead(phone=None, wechat="lina1990").name)

	def test_a_customer_of_another_store_cannot_be_linked(self):
		own, other = make_dealership("LEAD-1").name, make_dealership("LEAD-2").name
		stranger = make_customer("13800138111", store=other).name
		with as_user(make_user("Sales Consultant", [own])), self.assertRaises(frappe.PermissionError):
			make_lead(customer=stranger, dealership=own)

	def test_the_phone_is_hidden_from_those_who_need_not_call(self):
		lead = make_lead()
		for role, expected in (("Data Analyst", None), ("Sales Consultant", "+8613900139000")):
			with as_user(make_user(role, [lead.dealership])):
				row = frappe.get_list("C4S Lead", filters={"name": lead.name}, fields=["name", "phone", "masked_phone"])[0]
			self.assertEqual((expected, "139****9000"), (row.get("phone"), row.masked_phone), role)


class TestSecondLead(LeadTestCase):
	def said(self) -> str:
		return str(frappe.message_log)

	def test_a_second_open_lead_of_the_same_phone_and_store_is_said(self):
		first = make_lead()
		self.assertNotIn("has the same phone number", self.said())
		second = make_lead(lead_name="李先生", phone="+86 139-0013-9000")
		self.assertIn("has the same phone number and is open in this store as well", self.said())
		self.assertIn(first.name, self.said())
		self.assertTrue(frappe.db.exists("C4S Lead", second.name))

	def test_leads_of_other_stores_and_closed_ones_are_not_said(self):
		lose(make_lead())
		make_lead(dealership=make_dealership("LEAD-2").name)
		make_lead()
		self.assertNotIn("has the same phone number", self.said())

	def test_saving_again_does_not_say_it_again(self):
		make_lead()
		second = make_lead()
		frappe.clear_messages()
		second.update({"needs": "七座"}).save()
		self.assertNotIn("has the same phone number", self.said())


class TestContacts(LeadTestCase):
	def test_the_first_and_last_contact_come_from_the_log_in_any_order(self):
		lead = make_lead(contacts=[contact(2), contact(8), contact(5)])
		self.assertEqual(days_ago(8).date(), lead.first_contacted_on.date())
		self.assertEqual(days_ago(2).date(), lead.last_contacted_on.date())

	def test_the_next_contact_follows_from_receipt_while_there_was_none(self):
		self.assertEqual(getdate(days_ago(7)), make_lead(grade="A").next_contact_on)

	def test_the_next_contact_follows_from_the_last_one_and_the_grade(self):
		lead = make_lead(grade="A", contacts=[contact(4)])
		self.assertEqual(getdate(days_ago(1)), lead.next_contact_on)
		lead.append("contacts", contact(1))
		lead.save()
		self.assertEqual(getdate(add_days(nowdate(), 2)), lead.next_contact_on)

	def test_another_grade_moves_the_next_contact(self):
		lead = make_lead(grade="A", contacts=[contact(0)])
		lead.update({"grade": "B"}).save()
		self.assertEqual(getdate(add_days(nowdate(), 7)), lead.next_contact_on)

	def test_a_date_agreed_with_the_customer_goes_before_the_interval(self):
		agreed = add_days(nowdate(), 20)
		lead = make_lead(grade="A", contacts=[contact(1, next_contact_on=agreed)])
		self.assertEqual(getdate(agreed), lead.next_contact_on)

	def test_a_date_set_by_hand_stays_until_the_next_contact(self):
		by_hand = add_days(nowdate(), 9)
		lead = make_lead(grade="A", contacts=[contact(4)])
		lead.update({"next_contact_on": by_hand}).save()
		lead.update({"needs": "七座"}).save()
		self.assertEqual(getdate(by_hand), getdate(lead.next_contact_on))
		lead.append("contacts", contact(0))
		lead.save()
		self.assertEqual(getdate(add_days(nowdate(), 3)), lead.next_contact_on)

	def test_a_lead_without_grade_has_no_next_contact(self):
		self.assertIsNone(make_lead().next_contact_on)

	def test_a_contact_before_the_lead_was_received_is_refused(self):
		with self.assertSaysWhy("Contact in row 1 is earlier than the lead was received"):
			make_lead(contacts=[contact(11)])

	def test_a_contact_in_the_future_is_refused(self):
		with self.assertSaysWhy("Contact in row 1 lies in the future"):
			make_lead(contacts=[contact(-1)])

	def test_a_next_contact_before_the_contact_is_refused(self):
		with self.assertSaysWhy("Next contact in row 1 must not be before the contact itself"):
			make_lead(contacts=[contact(1, next_contact_on=add_days(nowdate(), -2))])


class TestOutcome(LeadTestCase):
	def test_a_won_lead_has_its_time_and_nothing_more_to_do(self):
		lead = make_lead(grade="A")
		bring_to(lead, "Won")
		self.assertEqual(getdate(), lead.won_on.date())
		self.assertIsNone(lead.next_contact_on)

	def test_a_lost_lead_needs_a_reason_and_a_note(self):
		with self.assertSaysWhy("A lost lead needs its defeat reason"):
			lose(make_lead(), lost_reason=None)
		with self.assertSaysWhy("A lost lead needs a defeat note"):
			lose(make_lead(), lost_note=" ")

	def test_a_lead_lost_to_a_competitor_says_to_which(self):
		with self.assertSaysWhy("lost for the reason Bought Another Brand needs the competitor"):
			lose(make_lead(), lost_reason="Bought Another Brand")
		lead = lose(make_lead(), lost_reason="Bought Another Brand", competitor="BYD")
		self.assertEqual((getdate(), None), (lead.lost_on.date(), lead.next_contact_on))

	def test_a_revived_lead_is_open_without_its_defeat_and_due_again(self):
		lead = lose(make_lead(grade="A"))
		bring_to(lead, "Open")
		self.assertEqual([None] * 4, [lead.get(field) for field in ("lost_on", "lost_reason", "competitor", "lost_note")])
		self.assertEqual(getdate(days_ago(7)), lead.next_contact_on)

	def test_an_outcome_before_receipt_or_in_the_future_is_refused(self):
		with self.assertSaysWhy("Lost On must not be before the lead was received"):
			lose(make_lead(), lost_on=days_ago(11))
		with self.assertSaysWhy("Won On must not lie in the future"):
			make_lead(status="Won", won_on=days_ago(-1))


class TestLeadsOfStores(DealingTests, FrappeTestCase):
	doctype = "C4S Lead"
	role = "Sales Consultant"

	def make_document_of(self, store, **values):
		return make_lead(dealership=store, **values)

	def test_the_list_view_shows_the_documents_of_the_own_store_only(self):
		own, other = self.make_document_of(self.own), self.make_document_of(self.other)
		with as_user(self.user):
			frappe.local.form_dict = frappe._dict(
				doctype="C4S Lead", fields='["`tabC4S Lead`.`name`"]', filters="[]", start=0, page_length=500
			)
			names = [row[0] for row in report_view()["values"]]
		self.assertIn(own.name, names)
		self.assertNotIn(other.name, names)
