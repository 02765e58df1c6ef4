"""Places at an event, the waiting list, check-in; gifts; both with many people at once."""

from datetime import timedelta

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_to_date, get_datetime, now_datetime

from crm4s.campaigns import api, audience, delivery, gifts, registrations, results
from crm4s.campaigns.tests.test_audience import CampaignTestCase
from crm4s.crm4s.doctype.c4s_campaign.test_c4s_campaign import GIFT_KIND, fresh, in_status, make_campaign, make_event
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.exceptions import CampaignError
from crm4s.relationship_costs import costs_of
from crm4s.tests.at_once import at_once, done, refused
from crm4s.tests.clock import stopped_at
from crm4s.tests.people import as_user, make_user

CAMPAIGN, REGISTRATION, MESSAGE, HAND_OUT = "C4S Campaign", "C4S Event Registration", "C4S Message", "C4S Gift Hand-Out"
MEMBER, RESULT = "C4S Campaign Member", "C4S Campaign Result"


class RegistrationTestCase(CampaignTestCase):
	def register(self, event, companions: int = 0, customer: str | None = None, **values):
		return registrations.register(event.name, customer or self.customer(), companions, self.store, **values)

	def messages(self, registration) -> dict[str, object]:
		rows = frappe.get_all(MESSAGE, {"reference_name": registration.name}, ["template", "status", "not_before", "not_after"])
		return {row.template: row for row in rows}

	def places(self, event) -> tuple[int, int]:
		return frappe.db.get_value(CAMPAIGN, event.name, ["places_taken", "places_waiting"])


class TestPlaces(RegistrationTestCase):
	def test_companions_take_places_and_who_finds_none_waits(self):
		event = make_event(capacity=4)
		first, large, small = self.register(event, 1), self.register(event, 2), self.register(event)
		self.assertEqual(["Registered", "Waiting for a Place", "Registered"], [one.status for one in (first, large, small)])
		self.assertEqual((3, 3), self.places(event))
		self.assertRegex(first.code, f"^[{registrations.SIGNS}]{{6}}$")

	def test_whoever_waits_longest_and_fits_moves_up(self):
		event = make_event(capacity=3)
		going, _stays = self.register(event), self.register(event, 1)
		large, small = self.register(event, 1), self.register(event)
		registrations.cancel(going.name, "有事")
		self.assertEqual(["Cancelled", "Waiting for a Place", "Registered"], [fresh(one).status for one in (going, large, small)])
		self.assertEqual((3, 2), self.places(event))
		self.assertIn("活动报名确认", self.messages(small))

	def test_more_places_let_people_move_up(self):
		event = make_event(capacity=1)
		self.register(event)
		waiting = self.register(event)
		fresh(event).update({"capacity": 5}).save()
		self.assertEqual("Registered", fresh(waiting).status)
		with self.assertRaisesRegex(CampaignError, "2 places are taken"):
			fresh(event).update({"capacity": 1}).save()

	def test_a_customer_registers_once_and_again_after_cancelling(self):
		event, customer = make_event(), self.customer()
		first = self.register(event, customer=customer)
		with self.assertRaisesRegex(CampaignError, "registered for .* already"):
			self.register(event, customer=customer)
		registrations.cancel(first.name)
		self.assertEqual("Registered", self.register(event, customer=customer).status)

	def test_what_is_not_open_takes_nobody(self):
		past = add_to_date(now_datetime(), hours=-1)
		for event, sentence in (
			(make_event("Draft"), "takes no registrations"),
			(make_event("Cancelled"), "takes no registrations"),
			(make_campaign(), "takes no registrations"),
			(make_event(registration_closes_on=past), "is closed"),
			(make_event(event_from=past), "is closed"),
			(make_event(dealership=make_dealership("CAMPAIGN-2").name), "not for customers of this store"),
		):
			with self.subTest(sentence), self.assertRaisesRegex(CampaignError, sentence):
				self.register(event)
		with self.assertRaisesRegex(CampaignError, "At most 3 companions"):
			self.register(make_event(), 4)
		with self.assertRaisesRegex(CampaignError, "only 2 places in all"):
			self.register(make_event(capacity=2), 2)

	def test_without_a_limit_nobody_waits(self):
		event = make_event(capacity=0)
		self.assertEqual(["Registered"] * 3, [self.register(event, 3).status for _each in range(3)])

	def test_what_the_system_writes_is_not_written_by_hand(self):
		registration = self.register(make_event())
		registration.update({"status": "Attended", "code": "FREE22", "remark": "素食"}).save()
		self.assertEqual(("Registered", "素食"), frappe.db.get_value(REGISTRATION, registration.name, ["status", "remark"]))


class TestMessages(RegistrationTestCase):
	def test_who_registers_is_told_and_reminded_the_day_before(self):
		begins = get_datetime("2026-12-20 14:00:00")
		with stopped_at(get_datetime("2026-12-01 09:00:00.5")):
			registration = self.register(make_event(event_from=begins, event_until=add_to_date(begins, hours=4)))
		found = self.messages(registration)
		self.assertEqual({"活动报名确认", "活动前一天提醒"}, set(found))
		self.assertEqual(get_datetime("2026-12-19 10:00:00"), found["活动前一天提醒"].not_before)
		self.assertEqual(begins, found["活动前一天提醒"].not_after)

	def test_who_registers_at_the_last_moment_is_not_reminded(self):
		begins = get_datetime("2026-12-20 14:00:00")
		with stopped_at(get_datetime("2026-12-20 08:00:00.5")):
			registration = self.register(make_event(event_from=begins, event_until=add_to_date(begins, hours=4)))
		self.assertEqual({"活动报名确认"}, set(self.messages(registration)))

	def test_who_waits_is_told_so_and_who_cancels_hears_no_more(self):
		event = make_event(capacity=1)
		going, waiting = self.register(event), self.register(event)
		self.assertEqual({"活动候补通知"}, set(self.messages(waiting)))
		registrations.cancel(going.name)
		self.assertEqual({"Suppressed"}, {row.status for row in self.messages(going).values()})


	def test_an_event_that_is_moved_is_told_again(self):
		begins = get_datetime("2026-12-20 14:00:00")
		with stopped_at(get_datetime("2026-12-01 09:00:00.5")):
			event = make_event(event_from=begins, event_until=add_to_date(begins, hours=4))
			registration = self.register(event)
			fresh(event).update({"title": "车主大会"}).save()
			self.assertEqual(2, frappe.db.count(MESSAGE, {"reference_name": registration.name}))
			moved = {"event_from": add_to_date(begins, days=1), "event_until": add_to_date(begins, days=1, hours=4)}
			fresh(event).update(moved).save()
		rows = frappe.get_all(MESSAGE, {"reference_name": registration.name}, ["status", "not_after"])
		self.assertEqual({moved["event_from"]}, {row.not_after for row in rows if row.status == "To Be Sent"})
		self.assertEqual(["Suppressed", "Suppressed", "To Be Sent", "To Be Sent"], sorted(row.status for row in rows))
		self.assertEqual(4, len(rows))

	def test_of_a_cancelled_event_nobody_is_reminded(self):
		event = make_event()
		registration = self.register(event)
		delivery.move(event.name, "Cancelled", "天气")
		self.assertEqual({"Suppressed"}, {row.status for row in self.messages(registration).values()})

	def test_a_cancelled_event_gives_no_places_any_more(self):
		event = make_event(capacity=1)
		going, waiting = self.register(event), self.register(event)
		delivery.move(event.name, "Cancelled", "天气")
		registrations.cancel(going.name)
		self.assertEqual("Waiting for a Place", frappe.db.get_value("C4S Event Registration", waiting.name, "status"))
		self.assertEqual({"Suppressed"}, {row.status for row in self.messages(waiting).values()})


class TestCheckIn(RegistrationTestCase):
	def test_one_tap_in_and_one_back(self):
		registration = self.register(make_event(), 2)
		for _time in range(2):
			self.assertEqual("Attended", api.check_in(registration.name)["status"])
		self.assertEqual({"expected": 3, "arrived": 3}, {key: api.find_guests(registration.campaign)[key] for key in ("expected", "arrived")})
		self.assertEqual("Registered", api.undo_check_in(registration.name)["status"])
		with self.assertRaisesRegex(CampaignError, "has not been checked in"):
			api.undo_check_in(registration.name)

	def test_who_waits_has_no_place(self):
		event = make_event(capacity=1)
		self.register(event)
		with self.assertRaisesRegex(CampaignError, "is Waiting for a Place and has no place"):
			api.check_in(self.register(event).name)

	def test_guests_are_found_by_name_last_digits_and_code(self):
		event = make_event()
		wanted = self.register(event, customer=self.customer(customer_name="欧阳明月", phone="13900155678"))
		self.register(event)
		for text in ("欧阳", "5678", "13900155678", wanted.code, wanted.code.lower()):
			self.assertEqual([wanted.name], [row["name"] for row in api.find_guests(event.name, text)["guests"]], text)
		self.assertEqual([], api.find_guests(event.name, "%")["guests"][2:])

	def test_another_stores_guest_shows_the_code(self):
		region = make_dealership("CAMPAIGN-R", node_kind="Region").name
		mine, theirs = (make_dealership(code, parent=region).name for code in ("CAMPAIGN-R1", "CAMPAIGN-R2"))
		event = make_event(dealership=region)
		guest = registrations.register(event.name, self.customer(theirs, customer_name="欧阳明月"), 0, theirs)
		with as_user(make_user("Receptionist", [mine])):
			self.assertEqual([], api.find_guests(event.name, "欧阳")["guests"])
			self.assertRaises(frappe.PermissionError, api.check_in, guest.name)
			self.assertRaises(frappe.PermissionError, api.check_in, guest.name, "WRONG2")
			self.assertRaises(frappe.PermissionError, api.cancel_registration, guest.name)
			found = api.find_guests(event.name, guest.code)["guests"]
			self.assertEqual("Attended", api.check_in(found[0]["name"], guest.code)["status"])

	def test_who_did_not_come_is_marked_after_the_event(self):
		event = make_event()
		came, missing, waits = self.register(event), self.register(event), self.register(event)
		frappe.db.set_value(REGISTRATION, waits.name, "status", "Waiting for a Place")
		registrations.check_in(came.name)
		registrations.mark_no_shows()
		self.assertEqual("Registered", fresh(missing).status)
		with stopped_at(get_datetime(event.event_until) + timedelta(minutes=1)):
			self.assertGreaterEqual(registrations.mark_no_shows(), 1)
		self.assertEqual(["Attended", "No-Show", "Waiting for a Place"], [fresh(one).status for one in (came, missing, waits)])

	def test_staff_register_their_own_customers(self):
		event, mine = make_event(), self.customer()
		stranger = self.customer(make_dealership("CAMPAIGN-2").name)
		with as_user(make_user("Receptionist", [self.store])):
			self.assertIn(event.name, [row.name for row in api.open_events(mine)])
			self.assertEqual("Registered", api.register(event.name, mine)["status"])
			self.assertNotIn(event.name, [row.name for row in api.open_events(mine)])
			self.assertRaises(frappe.PermissionError, api.register, event.name, stranger)


class TestGifts(RegistrationTestCase):
	def campaign(self, quantity: int = 2, **values):
		gift = {"gift_name": "雨伞", "quantity": quantity, "unit_cost": 12.5}
		return in_status(make_campaign(kind=GIFT_KIND, gifts=[gift], **values), "Ready to Start")

	def give(self, campaign, customer: str | None = None) -> str:
		return gifts.hand_out(campaign.name, campaign.gifts[0].name, customer or self.customer(), self.store)

	def test_each_customer_gets_one_and_its_cost_is_noted(self):
		campaign, customer = self.campaign(), self.customer()
		self.give(campaign, customer)
		self.assertEqual({customer: 12.5}, costs_of([customer]))
		with self.assertRaisesRegex(CampaignError, "has had the gift"):
			self.give(campaign, customer)
		self.assertEqual(1, fresh(campaign).gifts[0].handed_out)

	def test_nobody_gets_one_that_is_not_there(self):
		campaign = self.campaign(1)
		self.give(campaign)
		with self.assertRaisesRegex(CampaignError, "No .* is left"):
			self.give(campaign)

	def test_what_comes_back_is_given_again(self):
		campaign, customer = self.campaign(1), self.customer()
		name = self.give(campaign, customer)
		with self.assertRaises(frappe.MandatoryError):
			gifts.take_back(name, " ")
		gifts.take_back(name, "破损")
		with self.assertRaisesRegex(CampaignError, "came back already"):
			gifts.take_back(name, "破损")
		self.assertEqual({customer: 0}, costs_of([customer]))
		self.give(campaign, customer)

	def test_nobody_writes_a_hand_out_past_the_stock(self):
		campaign = self.campaign()
		name = self.give(campaign)
		document = frappe.get_doc(HAND_OUT, name)
		with self.assertRaisesRegex(CampaignError, "with the buttons"):
			document.update({"status": "Returned"}).save()
		with self.assertRaisesRegex(CampaignError, "with the buttons"):
			frappe.copy_doc(document).insert()
		with self.assertRaisesRegex(CampaignError, "Take the gift back first"):
			frappe.get_doc(HAND_OUT, name).delete()

	def test_a_form_that_was_open_meanwhile_keeps_the_count(self):
		campaign = self.campaign(5)
		form = frappe.get_doc(CAMPAIGN, campaign.name)
		self.give(campaign)
		form.save()
		self.assertEqual(1, form.gifts[0].handed_out)
		form.gifts[0].quantity = 0
		with self.assertRaisesRegex(CampaignError, "1 have been handed out"):
			form.save()
		form = frappe.get_doc(CAMPAIGN, campaign.name)
		form.set("gifts", [])
		with self.assertRaisesRegex(CampaignError, "has to stay"):
			form.save()

	def test_a_draft_hands_out_nothing_and_other_stores_neither(self):
		with self.assertRaisesRegex(CampaignError, "no gifts are handed out"):
			self.give(in_status(self.campaign(), "Draft"))
		campaign = self.campaign()
		with self.assertRaisesRegex(CampaignError, "not for this customer's store"):
			self.give(campaign, self.customer(make_dealership("CAMPAIGN-2").name))
		name, row, customer = self.give(campaign), campaign.gifts[0].name, self.customer()
		with as_user(make_user("Receptionist", [make_dealership("CAMPAIGN-2").name])):
			self.assertRaises(frappe.PermissionError, api.take_gift_back, name, "x")
			self.assertRaises(frappe.PermissionError, api.hand_out_gift, campaign.name, row, customer)


KEY = "T-CAMPAIGN-RACE"


class TestManyAtOnce(FrappeTestCase):
	def setUp(self):
		make_dealership(KEY)
		self.customers = [make_customer(store=KEY).name for _each in range(50)]

	def tearDown(self):
		"""What other connections saw was committed, hence taken away by hand."""
		frappe.db.rollback()
		campaigns = frappe.get_all(CAMPAIGN, {"dealership": KEY}, pluck="name")
		names = [*frappe.get_all(REGISTRATION, {"dealership": KEY}, pluck="name"), *frappe.get_all(HAND_OUT, {"dealership": KEY}, pluck="name"), *campaigns]
		for log, field in (("Comment", "reference_name"), ("Version", "docname")):
			frappe.db.delete(log, {field: ["in", [*names, ""]]})
		for doctype in (MESSAGE, REGISTRATION, HAND_OUT, MEMBER, RESULT, CAMPAIGN, "C4S Store Relationship"):
			frappe.db.delete(doctype, {"dealership": KEY})
		for table in ("C4S Campaign Gift", "C4S Campaign Channel"):
			frappe.db.delete(table, {"parent": ["in", campaigns or [""]]})
		frappe.db.delete("C4S Customer Cost", {"customer": ["in", self.customers]})
		for customer in self.customers:
			frappe.delete_doc("C4S Customer", customer, force=True, delete_permanently=True)
		frappe.delete_doc("C4S Dealership", KEY, force=True, delete_permanently=True)
		frappe.db.commit()

	def test_exactly_as_many_get_a_place_as_there_are(self):
		event = make_event(dealership=KEY, capacity=20, kind="Driving Class").name
		calls = [lambda customer=customer: registrations.register(event, customer, 0, KEY).status for customer in self.customers]
		outcomes = at_once(*calls)
		self.assertEqual([], refused(outcomes))
		self.assertEqual((20, 30), (outcomes.count("Registered"), outcomes.count("Waiting for a Place")))
		self.assertEqual((20, 30), frappe.db.get_value(CAMPAIGN, event, ["places_taken", "places_waiting"]))
		going = frappe.get_all(REGISTRATION, {"campaign": event, "status": "Registered"}, pluck="name")[:10]
		outcomes = at_once(*[lambda name=name: registrations.cancel(name) for name in going])
		self.assertEqual([], refused(outcomes))
		self.assertEqual((20, 20), frappe.db.get_value(CAMPAIGN, event, ["places_taken", "places_waiting"]))

	def test_people_who_prepare_and_contact_at_once_reach_everybody_once(self):
		campaign = make_campaign(dealership=KEY, channels=[{"channel": "SMS"}], template="活动邀请", hold_out_percent=30)
		outcomes = at_once(*[lambda: audience.prepare(campaign.name)] * 4)
		self.assertEqual([], refused(outcomes))
		self.assertEqual(50, frappe.db.count(MEMBER, {"campaign": campaign.name}))
		for status in ("Ready to Start", "Running"):
			delivery.move(campaign.name, status)
		outcomes = at_once(*[lambda: delivery.deliver(campaign.name)] * 4)
		self.assertEqual([], refused(outcomes))
		self.assertEqual(50, sum(done(outcomes)))
		contacted = frappe.db.count(MEMBER, {"campaign": campaign.name, "arm": "Contact"})
		self.assertEqual(contacted, frappe.db.count(MESSAGE, {"reference_name": campaign.name}))
		results_at_once = at_once(*[lambda: results.recount(campaign.name)] * 3)
		self.assertEqual([], refused(results_at_once))
		self.assertEqual(50, sum(frappe.get_all("C4S Campaign Result", {"campaign": campaign.name}, pluck="members")))

	def test_exactly_as_many_gifts_go_out_as_there_are(self):
		gift = {"gift_name": "雨伞", "quantity": 20, "unit_cost": 10}
		campaign = in_status(make_campaign(dealership=KEY, kind=GIFT_KIND, gifts=[gift]), "Ready to Start")
		row = campaign.gifts[0].name
		outcomes = at_once(*[lambda customer=customer: gifts.hand_out(campaign.name, row, customer, KEY) for customer in self.customers])
		self.assertEqual(20, len(done(outcomes)))
		for refusal in refused(outcomes):
			self.assertRegex(str(refusal), "No .* is left")
		self.assertEqual((20, 20), (frappe.db.count(HAND_OUT, {"campaign": campaign.name}), frappe.db.get_value("C4S Campaign Gift", row, "handed_out")))
