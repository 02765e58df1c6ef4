import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, nowdate

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_deal.test_c4s_deal import deliver, make_deal, make_deliverable_deal
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_lead.test_c4s_lead import make_lead
from crm4s.crm4s.doctype.c4s_membership.test_c4s_membership import make_member
from crm4s.crm4s.doctype.c4s_points_rule.test_c4s_points_rule import only_rule
from crm4s.exceptions import ReferralError
from crm4s.membership import referrals
from crm4s.membership.ledger import ENTRY
from crm4s.tests.people import as_user
from crm4s.tests.store_documents import DealingTests

test_ignore = ["User", "ToDo"]


def make_referral(**overrides):
	"""A saved referral of one customer by another."""
	store = overrides.get("dealership") or make_dealership("REFERRAL-1").name
	values = {"doctype": "C4S Referral", "dealership": store, "referrer": overrides.pop("customer", None) or make_customer(store=store).name}
	if not overrides.get("lead") and "referred_customer" not in overrides:
		values["referred_customer"] = make_customer(store=store).name
	return frappe.get_doc({**values, **overrides}).insert()


def source_of(channel: str) -> str:
	return frappe.get_all("C4S Source", {"channel": channel, "enabled": 1}, pluck="name", limit=1)[0]


class TestIsolation(DealingTests, FrappeTestCase):
	doctype = "C4S Referral"
	role = "CRM Manager"

	def make_document_of(self, store: str, **values):
		return make_referral(dealership=store, **values)

	def test_a_document_that_names_no_store_belongs_to_the_own_one(self):
		document = frappe.copy_doc(self.make_document_of(self.own))
		# A person is brought once.
		frappe.db.delete("C4S Referral")
		document.dealership = None
		with as_user(self.user):
			self.assertEqual(self.own, document.insert().dealership)


class TestReferral(FrappeTestCase):
	def setUp(self):
		self.store = make_dealership("REFERRAL-1").name
		self.brings, self.comes = make_customer(store=self.store).name, make_customer(store=self.store).name

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def refer(self, **values):
		return make_referral(**{"dealership": self.store, "referrer": self.brings, "referred_customer": self.comes, **values})

	def refused(self, sentence: str):
		return self.assertRaisesRegex(frappe.ValidationError, sentence)

	def deliver(self, **values):
		return deliver(make_deliverable_deal(**{"customer": self.comes, "dealership": self.store, **values}))

	def test_a_person_is_brought_once_and_by_somebody_else(self):
		first = self.refer()
		with self.refused(f"Referral .*{first.name}.* says already"):
			self.refer(referrer=make_customer(store=self.store).name)
		with self.refused("do not bring themselves"):
			self.refer(referred_customer=self.brings)
		with self.refused("Say who was brought"):
			self.refer(referred_customer=None)

	def test_nor_twice_by_lead_and_by_name(self):
		lead = make_lead(dealership=self.store, source=source_of("Referral"))
		frappe.db.set_value("C4S Lead", lead.name, "customer", self.comes)
		self.refer(referred_customer=None, lead=lead.name)
		with self.refused("says already"):
			self.refer()

	def test_who_had_bought_before_was_not_brought(self):
		deal = make_deal(customer=self.comes, dealership=self.store)
		frappe.db.set_value("C4S Deal", deal.name, {"status": "Delivered", "delivered_on": add_days(nowdate(), -9)})
		with self.refused("had bought a car from us before"):
			self.refer()

	def test_a_lead_that_came_another_way_was_not_brought(self):
		lead = make_lead(dealership=self.store)
		frappe.db.set_value("C4S Lead", lead.name, "source", source_of("Showroom"))
		with self.refused("enter a source of the channel Referral"):
			self.refer(referred_customer=None, lead=lead.name)

	def test_the_first_car_rewards_once(self):
		only_rule("T-Brought", earn_on="Referral", fixed_points=500)
		member = make_member(self.brings)
		referral = self.refer()
		deal = self.deliver()
		referral.reload()
		self.assertEqual(("Rewarded", deal.name, 500), (referral.status, referral.deal, referral.rewarded_points))
		referrals.win(referral.name, deal)
		referrals.reward_waiting()
		self.assertEqual([500], frappe.get_all(ENTRY, {"membership": member.name}, pluck="points"))

	def test_found_by_the_lead_of_the_deal_and_rewarded_when_the_referrer_becomes_a_member(self):
		only_rule("T-Brought", earn_on="Referral", fixed_points=500)
		lead = make_lead(dealership=self.store, source=source_of("Referral"))
		referral = self.refer(referred_customer=None, lead=lead.name)
		self.deliver(lead=lead.name)
		referral.reload()
		self.assertEqual(("Won", self.comes), (referral.status, referral.referred_customer))
		member = make_member(self.brings)
		self.assertEqual(1, referrals.reward_waiting())
		member.reload()
		self.assertEqual(500, member.balance)

	def test_what_is_won_is_not_changed_or_deleted(self):
		referral = self.refer()
		frappe.db.set_value("C4S Referral", referral.name, "status", "Won")
		referral.reload()
		with self.assertRaisesRegex(ReferralError, "cannot change"):
			referral.update({"referrer": make_customer(store=self.store).name}).save()
		referral.reload()
		with self.assertRaisesRegex(ReferralError, "cannot be deleted"):
			referral.delete()
