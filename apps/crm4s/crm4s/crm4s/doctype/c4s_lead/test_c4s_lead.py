from datetime import timedelta
from itertools import count

import frappe
from frappe.desk.reportview import get as report_view
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, get_datetime, getdate, now_datetime, nowdate

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_vehicle_model.test_c4s_vehicle_model import make_model
from crm4s.calendars.working_hours import WEEKDAYS
from crm4s.exceptions import DuplicateLeadError, InvalidIdentifierError
from crm4s.leads.joining import set_open_key
from crm4s.leads.score import recompute_open_leads
from crm4s.tests.people import as_user, make_user
from crm4s.tests.processes import bring_to, insert_in_status
from crm4s.tests.store_documents import DealingTests

test_ignore = ["User"]
phone_numbers = (f"1390013{number:04d}" for number in count(1000))


def make_lead(**overrides):
	"""A saved open lead of ten days ago with a number of its own; grades and reasons are the standard ones, A is contacted every 3 days."""
	values = {
		"doctype": "C4S Lead",
		"lead_name": "李娜",
		"phone": next(phone_numbers),
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
		with self.assertSaysWhy("A lead needs a phone number, a WeChat account, an e-mail address or the customer's file"):
			make_lead(phone=None)
		self.assertTrue(make_lead(phone=None, wechat="lina1990").name)

	def test_a_customer_of_another_store_cannot_be_linked(self):
		own, other = make_dealership("LEAD-1").name, make_dealership("LEAD-2").name
		stranger = make_customer("13800138111", store=other).name
		with as_user(make_user("Sales Consultant", [own])), self.assertRaises(frappe.PermissionError):
			make_lead(customer=stranger, dealership=own)

	def test_the_phone_is_hidden_from_those_who_need_not_call(self):
		lead = make_lead(phone="13900139000")
		for role, expected in (("Data Analyst", None), ("Sales Consultant", "+8613900139000")):
			with as_user(make_user(role, [lead.dealership])):
				row = frappe.get_list("C4S Lead", filters={"name": lead.name}, fields=["name", "phone", "masked_phone"])[0]
			self.assertEqual((expected, "139****9000"), (row.get("phone"), row.masked_phone), role)


class TestSecondLead(LeadTestCase):
	phone = "13900139000"

	def test_a_second_open_lead_of_the_same_phone_and_store_is_refused_with_the_way_to_the_first(self):
		first = make_lead(phone=self.phone)
		with self.assertRaisesRegex(DuplicateLeadError, f"李娜.*{first.name}.*has the same phone number and is open in this store"):
			make_lead(lead_name="李先生", phone="+86 139-0013-9000")
		said = frappe.parse_json(frappe.message_log[-1])
		self.assertEqual(["Form", "C4S Lead", first.name], said["primary_action"]["args"])

	def test_leads_of_other_stores_and_closed_ones_are_no_twins(self):
		lose(make_lead(phone=self.phone))
		make_lead(phone=self.phone, dealership=make_dealership("LEAD-2").name)
		self.assertTrue(make_lead(phone=self.phone).name)

	def test_a_separate_purchase_of_the_household_says_why(self):
		make_lead(phone=self.phone)
		with self.assertSaysWhy("Say why this is a separate purchase"):
			make_lead(phone=self.phone, separate_purchase=1)
		self.assertTrue(make_lead(phone=self.phone, separate_purchase=1, separate_reason="给女儿买第二辆").name)

	def test_a_lead_is_not_revived_beside_another_one(self):
		lost = lose(make_lead(phone=self.phone))
		make_lead(phone=self.phone)
		again = frappe.get_doc("C4S Lead", lost.name)
		again.status = "Open"
		with self.assertRaises(DuplicateLeadError):
			set_open_key(again)

	def test_what_the_system_opens_again_is_not_held_up_by_another_one(self):
		won = make_lead(phone=self.phone, status="Won")
		make_lead(phone=self.phone)
		bring_to(won, "Open")
		self.assertEqual(("Open", None), (won.status, won.open_phone_key))
		self.assertTrue(won.save())


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

	def test_a_lead_without_grade_is_contacted_again_after_the_days_of_the_settings(self):
		self.assertEqual(getdate(days_ago(10 - 3)), make_lead().next_contact_on)

	def test_what_the_customer_asks_is_no_contact_of_ours_and_is_due_at_once(self):
		lead = make_lead(grade="C", contacts=[contact(6)])
		lead.append("contacts", contact(0, inbound=1, summary="又来询价"))
		lead.save()
		self.assertEqual((days_ago(6).date(), getdate()), (lead.last_contacted_on.date(), lead.next_contact_on))

	def test_a_contact_before_the_lead_was_received_is_refused(self):
		with self.assertSaysWhy("Contact in row 1 is earlier than the lead was received"):
			make_lead(contacts=[contact(11)])

	def test_a_contact_entered_in_the_minute_of_receipt_counts_from_the_receipt(self):
		received = days_ago(1).replace(second=40)
		lead = make_lead(received_on=received, contacts=[contact(1, contacted_on=received.replace(second=0))])
		self.assertEqual((received, received), (get_datetime(lead.contacts[0].contacted_on), get_datetime(lead.first_contacted_on)))

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
		lead = lose(make_lead(grade="A"), lost_reason="Bought Another Brand", competitor="BYD")
		bring_to(lead, "Open")
		self.assertEqual([("Bought Another Brand", "BYD")], [(row.reason, row.competitor) for row in lead.defeats])
		self.assertEqual(getdate(), lead.defeats[0].revived_on.date())
		self.assertEqual([None] * 4, [lead.get(field) for field in ("lost_on", "lost_reason", "competitor", "lost_note")])
		self.assertEqual(getdate(days_ago(7)), lead.next_contact_on)

	def test_an_outcome_before_receipt_or_in_the_future_is_refused(self):
		with self.assertSaysWhy("Lost On must not be before the lead was received"):
			lose(make_lead(), lost_on=days_ago(11))
		with self.assertSaysWhy("Won On must not lie in the future"):
			make_lead(status="Won", won_on=days_ago(-1))


class TestNextStep(LeadTestCase):
	def test_an_open_lead_always_has_a_next_action_and_a_closed_one_none(self):
		lead = make_lead()
		self.assertEqual("Call for the First Time", lead.next_action)
		bring_to(lead, "Won")
		self.assertEqual((None, None), (lead.next_action, lead.next_contact_on))

	def test_an_action_that_somebody_chose_stays_until_the_next_contact(self):
		lead = make_lead()
		lead.update({"next_action": "Send Information"}).save()
		lead.update({"needs": "七座"}).save()
		self.assertEqual("Send Information", lead.next_action)
		lead.append("contacts", contact(1, outcome="Agreed on a Visit"))
		lead.save()
		self.assertEqual("Prepare the Next Visit", lead.next_action)

	def test_an_action_cannot_be_taken_away_from_an_open_lead(self):
		lead = make_lead()
		lead.update({"next_action": None}).save()
		self.assertEqual("Call for the First Time", lead.next_action)

	def test_somebody_who_was_not_reached_is_tried_again_after_the_hours_of_the_outcome(self):
		lead = make_lead(grade="C", contacts=[contact(1, contacted_on=days_ago(1).replace(hour=10, minute=30), outcome="Not Reached")])
		self.assertEqual((days_ago(1).date(), "14:30"), (lead.next_contact_on, lead.next_contact_time))

	def test_a_next_try_falls_into_the_opening_hours_of_the_store(self):
		store = make_dealership("LEAD-HOURS")
		store.set("opening_hours", [{"weekday": day, "opens": "09:00", "closes": "18:00"} for day in WEEKDAYS])
		store.save()
		lead = make_lead(
			dealership=store.name, contacts=[contact(1, contacted_on=days_ago(2).replace(hour=16, minute=0), outcome="Not Reached")]
		)
		self.assertEqual((days_ago(1).date(), "09:00"), (lead.next_contact_on, lead.next_contact_time))

	def test_a_time_is_written_as_a_time(self):
		self.assertEqual("09:05", make_lead(next_contact_time="9:5").next_contact_time)
		with self.assertSaysWhy("Next Contact At must be a time such as 14:30"):
			make_lead(next_contact_time="afternoon")

	def test_budgets_in_order_and_models_once(self):
		with self.assertSaysWhy("Budget From must not be more than Budget To"):
			make_lead(budget_from=200000, budget=150000)
		model, other = make_model("LEAD-M1").name, make_model("LEAD-M2").name
		lead = make_lead(other_models=[{"model": model}, {"model": other}, {"model": other}])
		self.assertEqual((model, [other]), (lead.interested_model, [row.model for row in lead.other_models]))


class TestResponse(LeadTestCase):
	"""The source "Phone Enquiry" is answered within 30 minutes; the store is open from nine to six."""

	def setUp(self):
		super().setUp()
		self.store = make_dealership("LEAD-HOURS")
		self.store.set("opening_hours", [{"weekday": day, "opens": "09:00", "closes": "18:00"} for day in WEEKDAYS])
		self.store.save()
		self.received = days_ago(3).replace(hour=17, minute=50, second=0)

	def lead(self, *contacted: str):
		rows = [contact(0, contacted_on=f"{days_ago(2).date()} {time}") for time in contacted]
		return make_lead(dealership=self.store.name, source="Phone Enquiry", received_on=self.received, contacts=rows)

	def test_the_time_runs_in_opening_hours_only(self):
		lead = self.lead()
		self.assertEqual((str(days_ago(2).date()) + " 09:20:00", "Waiting"), (str(lead.respond_by), lead.response))
		self.assertEqual((days_ago(2).date(), "09:20"), (lead.next_contact_on, lead.next_contact_time))

	def test_an_answer_at_the_last_moment_is_in_time_and_a_later_one_is_late(self):
		self.assertEqual(("In Time", 30), (self.lead("09:20:00").response, self.lead("09:20:00").response_minutes))
		late = self.lead("10:00:00")
		self.assertEqual(("Late", 70, f"{days_ago(2).date()} 10:00:00"), (late.response, late.response_minutes, str(late.responded_on)))

	def test_a_question_of_the_customer_is_no_answer(self):
		lead = self.lead()
		lead.append("contacts", contact(0, inbound=1))
		lead.save()
		self.assertEqual("Waiting", lead.response)

	def test_somebody_who_stands_before_us_waits_for_no_answer(self):
		lead = make_lead(dealership=self.store.name, source="Walk-in")
		self.assertEqual((None, None), (lead.respond_by, lead.response))


class TestScore(LeadTestCase):
	def rule(self, label: str, points: int, **values):
		frappe.get_doc({"doctype": "C4S Lead Score Rule", "rule_label": label, "points": points, **values}).insert()

	def setUp(self):
		super().setUp()
		frappe.db.delete("C4S Lead Score Rule")

	def test_the_rules_that_hold_are_added_and_said(self):
		self.rule("Hot", 30, field_name="grade", operator="=", value="H")
		self.rule("Knows the model", 10, field_name="interested_model", operator="is set")
		self.rule("Waited long", -15, condition_kind="Days Since", field_name="received_on", operator=">", value="7")
		lead = make_lead(grade="H")
		self.assertEqual((15, "+30 Hot\n-15 Waited long"), (lead.score, lead.score_explanation))

	def test_the_night_recomputes_what_time_alone_has_changed(self):
		lead = make_lead()
		self.rule("Waited long", -15, condition_kind="Days Since", field_name="received_on", operator=">=", value="10")
		modified = frappe.db.get_value("C4S Lead", lead.name, "modified")
		recompute_open_leads()
		self.assertEqual(
			(-15, "-15 Waited long", modified), frappe.db.get_value("C4S Lead", lead.name, ["score", "score_explanation", "modified"])
		)

	def test_a_rule_about_what_a_lead_does_not_have_is_refused(self):
		with self.assertSaysWhy("A lead has no field .*salary"):
			self.rule("Rich", 5, field_name="salary", operator="is set")
		with self.assertSaysWhy("Grade.* is no date"):
			self.rule("Old", 5, condition_kind="Days Since", field_name="grade", operator=">", value="7")


class TestDefeat(LeadTestCase):
	def test_the_lost_customer_is_asked_once_by_customer_service(self):
		store = make_dealership("LEAD-LOST").name
		agent = make_user("Customer Service Representative", [store])
		lead = lose(make_lead(dealership=store))
		lead.save()
		tasks = frappe.get_all("ToDo", {"reference_name": lead.name}, ["allocated_to", "description"])
		self.assertEqual([agent], [task.allocated_to for task in tasks])
		self.assertIn(f"lead={lead.name}", tasks[0].description)
		bring_to(lead, "Open")
		lose(lead)
		self.assertEqual(2, frappe.db.count("ToDo", {"reference_name": lead.name}))


class TestLeadsOfStores(DealingTests, FrappeTestCase):
	doctype = "C4S Lead"
	role = "Sales Consultant"

	def make_document_of(self, store, **values):
		# Its copies have the same phone.
		return make_lead(dealership=store, separate_purchase=1, separate_reason="第二辆车", **values)

	def test_the_list_view_shows_the_documents_of_the_own_store_only(self):
		own, other = self.make_document_of(self.own), self.make_document_of(self.other)
		with as_user(self.user):
			frappe.local.form_dict = frappe._dict(
				doctype="C4S Lead", fields='["`tabC4S Lead`.`name`"]', filters="[]", start=0, page_length=500
			)
			names = [row[0] for row in report_view()["values"]]
		self.assertIn(own.name, names)
		self.assertNotIn(other.name, names)
