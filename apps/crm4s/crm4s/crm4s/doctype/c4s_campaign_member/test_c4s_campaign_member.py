import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, getdate, now_datetime, nowdate

from crm4s.campaigns import audience
from crm4s.crm4s.doctype.c4s_campaign.test_c4s_campaign import make_campaign
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.tests.people import as_user, make_user

test_ignore = ["User"]
MEMBER = "C4S Campaign Member"


def make_member_of_campaign(store: str | None = None, **overrides):
	"""A member of a store's campaign, as preparing makes them."""
	store = store or make_dealership("CAMPAIGN-1").name
	customer = overrides.get("customer") or make_customer(store=store).name
	campaign = overrides.get("campaign") or make_campaign(dealership=store, all_customers=0, customers=[{"customer": customer}]).name
	audience.prepare(campaign)
	return frappe.get_doc(MEMBER, {"campaign": campaign, "customer": customer})


class TestCampaignMember(FrappeTestCase):
	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def test_a_store_sees_its_own_members_only(self):
		own, other = make_member_of_campaign(make_dealership("CAMPAIGN-1").name), make_member_of_campaign(make_dealership("CAMPAIGN-2").name)
		with as_user(make_user("CRM Specialist", ["CAMPAIGN-1"])):
			names = frappe.get_list(MEMBER, pluck="name")
			self.assertIn(own.name, names)
			self.assertNotIn(other.name, names)
			self.assertFalse(frappe.has_permission(MEMBER, "read", other.name))

	def test_nobody_makes_moves_or_enters_members_by_hand(self):
		member = make_member_of_campaign()
		member.update({"arm": "Hold-Out", "counted_from": now_datetime()}).save()
		self.assertEqual(("Contact", None), frappe.db.get_value(MEMBER, member.name, ["arm", "counted_from"]))
		with self.assertRaisesRegex(frappe.ValidationError, "Prepare Audience"):
			frappe.get_doc({"doctype": MEMBER, "campaign": member.campaign, "customer": make_customer().name, "arm": "Contact"}).insert()

	def test_an_interview_is_noted_with_who_held_it(self):
		member = make_member_of_campaign()
		with as_user(make_user("CRM Specialist", ["CAMPAIGN-1"])):
			document = frappe.get_doc(MEMBER, member.name)
			document.update({"interview_note": "喜欢试驾路线"}).save()
			self.assertEqual((getdate(), frappe.session.user), (getdate(document.interviewed_on), document.interviewed_by))
		with self.assertRaisesRegex(frappe.ValidationError, "after it was held"):
			frappe.get_doc(MEMBER, member.name).update({"interviewed_on": add_days(nowdate(), 1)}).save()

	def test_whom_the_campaign_has_reached_stays(self):
		member = make_member_of_campaign()
		frappe.db.set_value(MEMBER, member.name, "counted_from", now_datetime())
		with self.assertRaisesRegex(frappe.ValidationError, "the figures need the row"):
			frappe.get_doc(MEMBER, member.name).delete()
