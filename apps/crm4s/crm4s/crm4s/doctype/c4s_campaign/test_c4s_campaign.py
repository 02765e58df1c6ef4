import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, add_to_date, now_datetime, nowdate

from crm4s.campaigns import delivery
from crm4s.crm4s.doctype.c4s_campaign.calendar import get_events
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.exceptions import CampaignError
from crm4s.tests.people import as_user, make_user
from crm4s.tests.store_documents import StoreDocumentTests

test_ignore = ["User"]
EVENT_KIND, PLAIN_KIND, GIFT_KIND = "Family Day", "Limited Offer", "Gift Issue"


def make_campaign(**overrides):
	"""A saved campaign of a store that sends nothing, for all customers of the store, nobody held out."""
	values = {
		"doctype": "C4S Campaign", "title": "春季服务月", "kind": PLAIN_KIND, "starts_on": nowdate(), "ends_on": add_days(nowdate(), 30),
		"all_customers": 1, "hold_out_percent": 0,
	}
	if "dealership" not in overrides:
		values["dealership"] = make_dealership("CAMPAIGN-1").name
	return frappe.get_doc({**values, **overrides}).insert()


def make_event(status: str = "Ready to Start", **overrides):
	"""A family day tomorrow with ten places, open for registration."""
	begins = add_to_date(now_datetime(), days=1)
	values = {"starts_on": add_days(nowdate(), -2), "kind": EVENT_KIND, "title": "车主家庭日", "event_from": begins, "event_until": add_to_date(begins, hours=4), "capacity": 10}
	campaign = make_campaign(**{**values, **overrides})
	return in_status(campaign, status)


def in_status(campaign, status: str):
	campaign.status = status
	return campaign.save_facts()


def fresh(document):
	"""The document as it is stored now."""
	return frappe.get_doc(document.doctype, document.name)


class TestIsolation(StoreDocumentTests, FrappeTestCase):
	doctype = "C4S Campaign"
	role = "CRM Manager"

	def make_document_of(self, store: str):
		return make_campaign(dealership=store)

	def test_a_campaign_of_the_region_or_the_group_is_read_and_not_written(self):
		region = make_dealership("ISO-REGION", node_kind="Region").name
		make_dealership("ISO-OWN", parent=region)
		for campaign in (make_campaign(dealership=region), make_campaign(dealership=None)):
			with as_user(self.user):
				self.assertIn(campaign.name, frappe.get_list("C4S Campaign", pluck="name"))
				self.assertTrue(frappe.has_permission("C4S Campaign", "read", campaign.name))
				self.assertFalse(frappe.has_permission("C4S Campaign", "write", campaign.name))


class TestCampaign(FrappeTestCase):
	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def test_what_the_system_counts_is_not_written_by_a_form(self):
		campaign = make_campaign(status="Running", actual_cost=5, places_taken=7)
		self.assertEqual(("Draft", 0, 0), (campaign.status, campaign.actual_cost or 0, campaign.places_taken or 0))
		campaign.update({"status": "Ended", "title": "夏季服务月"}).save()
		self.assertEqual(("Draft", "夏季服务月"), frappe.db.get_value("C4S Campaign", campaign.name, ["status", "title"]))

	def test_days_shares_and_places_are_possible(self):
		later = add_to_date(now_datetime(), days=60)
		event = {"event_from": later, "event_until": add_to_date(later, hours=4)}
		for values, sentence in (
			({"ends_on": add_days(nowdate(), -1)}, "does not end before"),
			({"hold_out_percent": 100}, "share from 0 to below 100"),
			({"window_days": 0}, "at least 1"),
			({"channels": [{"channel": "SMS"}, {"channel": "SMS"}]}, "stands in the table once"),
			({"kind": EVENT_KIND}, "when the event begins"),
			({"kind": EVENT_KIND, **event}, "within the days of the campaign"),
		):
			with self.subTest(sentence), self.assertRaisesRegex(CampaignError, sentence):
				make_campaign(**values)

	def test_the_share_held_out_stays_once_the_audience_is_prepared(self):
		campaign = make_campaign(hold_out_percent=10)
		frappe.db.set_value("C4S Campaign", campaign.name, "prepared_on", now_datetime())
		campaign.reload()
		with self.assertRaisesRegex(CampaignError, "cannot change once the audience is prepared"):
			campaign.update({"hold_out_percent": 20}).save()

	def test_a_budget_is_written_by_managers_only(self):
		store = make_dealership("CAMPAIGN-1").name
		with as_user(make_user("CRM Specialist", [store])):
			campaign = make_campaign(budget=5000)
			self.assertEqual(0, campaign.budget or 0)
			self.assertFalse(delivery.may_launch())
		with as_user(make_user("CRM Manager", [store])):
			self.assertTrue(delivery.may_launch())
			campaign = frappe.get_doc("C4S Campaign", campaign.name)
			self.assertEqual(5000, campaign.update({"budget": 5000}).save().budget)

	def test_a_customer_of_another_store_is_not_invited(self):
		store, other = make_dealership("CAMPAIGN-1").name, make_dealership("CAMPAIGN-2").name
		stranger = make_customer(store=other).name
		with as_user(make_user("CRM Specialist", [store])), self.assertRaises(frappe.PermissionError):
			make_campaign(customers=[{"customer": stranger}])

	def test_a_segment_of_another_store_is_not_asked(self):
		store, other = make_dealership("CAMPAIGN-1").name, make_dealership("CAMPAIGN-2").name
		theirs = frappe.get_doc({"doctype": "C4S Segment", "segment_name": "别店名单", "kind": "List", "dealership": other}).insert().name
		with as_user(make_user("CRM Specialist", [store])), self.assertRaisesRegex(frappe.PermissionError, "belongs to another store"):
			make_campaign(segments=[{"segment": theirs}])

	def test_other_stores_do_not_read_who_is_invited(self):
		customer = make_customer(store=make_dealership("CAMPAIGN-1").name).name
		for node in (None, make_dealership("ISO-REGION", node_kind="Region").name):
			with self.assertRaisesRegex(CampaignError, "campaigns of one store"):
				make_campaign(dealership=node, customers=[{"customer": customer}])

	def test_a_new_campaign_takes_purpose_and_store(self):
		store = make_dealership("CAMPAIGN-1").name
		with as_user(make_user("CRM Specialist", [store])):
			campaign = make_campaign(dealership=None)
			self.assertEqual((store, "Offers and Events", frappe.session.user), (campaign.dealership, campaign.purpose, campaign.responsible))

	def test_who_works_for_several_stores_says_for_which_one_it_is(self):
		stores = [make_dealership(code).name for code in ("CAMPAIGN-1", "CAMPAIGN-2")]
		user = make_user("CRM Manager", stores)
		frappe.db.set_value("User Permission", {"user": user, "is_default": 1}, "is_default", 0)
		frappe.clear_cache(user=user)
		with as_user(user), self.assertRaisesRegex(frappe.PermissionError, "several stores"):
			make_campaign(dealership=None)

	def test_the_calendar_shows_campaigns_that_fall_into_its_days(self):
		campaign = make_campaign(starts_on="2031-03-20", ends_on="2031-04-05")
		for start, end, shown in (("2031-04-01", "2031-04-30", True), ("2031-04-06", "2031-04-30", False), ("2031-03-01", "2031-03-20", True)):
			names = [row.name for row in get_events("C4S Campaign", start, end)]
			self.assertEqual(shown, campaign.name in names, start)
		with as_user(make_user("CRM Manager", [make_dealership("CAMPAIGN-2").name])):
			self.assertEqual([], get_events("C4S Campaign", "2031-04-01", "2031-04-30"))

	def test_a_planned_cost_is_items_and_gifts(self):
		gifts = [{"gift_name": "雨伞", "quantity": 100, "unit_cost": 12.5}]
		campaign = make_campaign(kind=GIFT_KIND, gifts=gifts, costs=[{"what": "场地", "planned_amount": 3000}])
		self.assertEqual(4250, campaign.planned_cost)

	def test_a_launched_campaign_is_not_deleted(self):
		campaign = make_campaign()
		member = {"doctype": "C4S Campaign Member", "campaign": campaign.name, "customer": make_customer().name, "arm": "Contact"}
		frappe.get_doc({**member, "counted_from": now_datetime(), "name": "T-M1"}).db_insert()
		with self.assertRaisesRegex(CampaignError, "cancel it instead"):
			campaign.delete()
