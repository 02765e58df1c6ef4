from datetime import date

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, getdate

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_deal.test_c4s_deal import add_service, make_deal
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.exceptions import PolicyError
from crm4s.insurance import actions, panel
from crm4s.insurance.cover import policy_of_day
from crm4s.insurance.renewals import ending
from crm4s.intake.facts import write_vehicle_facts
from crm4s.tests.people import as_user, make_user
from crm4s.tests.store_documents import DealingTests

test_ignore = ["User"]

INSURER = "Ping An Property and Casualty"


def make_policy(store: str | None = None, **overrides):
	"""A saved commercial policy of a year that began a month ago."""
	values = {
		"doctype": "C4S Insurance Policy",
		"dealership": store or make_dealership("POLICY-1").name,
		"insurer": INSURER,
		"policy_kind": "Commercial Insurance",
		"policy_number": frappe.generate_hash(length=12),
		"valid_from": add_days(getdate(), -30),
		"coverages": [{"coverage": "Vehicle Damage", "sum_insured": 150000, "premium": "2100.55"}],
		**overrides,
	}
	if "vehicle" not in values:
		values["vehicle"] = make_vehicle().name
	if "customer" not in values:
		values["customer"] = make_customer().name
	if values["policy_kind"] == "Compulsory Insurance" and "coverages" not in overrides:
		values["coverages"] = [{"coverage": "Compulsory Third-Party Liability", "sum_insured": 200000, "premium": 950}]
	return frappe.get_doc(values).insert()


class PolicyTestCase(FrappeTestCase):
	def setUp(self):
		self.store = make_dealership("POLICY-1").name
		self.car, self.customer = make_vehicle().name, make_customer().name

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def insure(self, **overrides):
		return make_policy(self.store, **{"vehicle": self.car, "customer": self.customer, **overrides})

	def refused(self, sentence: str, error=PolicyError):
		return self.assertRaisesRegex(error, sentence)


class TestPeriod(PolicyTestCase):
	def test_without_an_end_it_lasts_a_year_and_covers_its_last_day(self):
		policy = self.insure(valid_from="2026-03-01")
		self.assertEqual((date(2027, 2, 28),) * 2, (policy.valid_until, policy.covered_until))
		for day, covered in ((date(2026, 2, 28), False), (date(2026, 3, 1), True), (date(2027, 2, 28), True), (date(2027, 3, 1), False)):
			self.assertEqual(covered, bool(policy_of_day(self.car, day)), day)

	def test_it_does_not_end_before_it_begins(self):
		with self.refused("cannot end before it begins"):
			self.insure(valid_from="2026-03-01", valid_until="2026-02-28")

	def test_a_second_policy_of_the_kind_for_the_same_days_is_refused(self):
		first = self.insure(valid_from="2026-03-01")
		with self.refused(f"has Commercial Insurance from .* already: policy {first.policy_number} of Ping An"):
			self.insure(valid_from="2027-02-28")
		self.insure(valid_from="2027-03-01")
		self.insure(valid_from="2026-03-01", policy_kind="Compulsory Insurance")
		make_policy(self.store, vehicle=make_vehicle().name, valid_from="2026-03-01")

	def test_nor_is_one_drawn_over_another_by_changing_it(self):
		self.insure(valid_from="2026-03-01")
		later = self.insure(valid_from="2027-03-01")
		with self.refused("already: policy"):
			later.update({"valid_from": "2027-02-01", "valid_until": "2028-01-31"}).save()

	def test_a_number_stands_once_for_each_insurer_however_it_is_typed(self):
		self.insure(policy_number="ab-123 456")
		with self.refused("Policy AB123456 of Ping An Property and Casualty is entered already", frappe.UniqueValidationError):
			make_policy(self.store, policy_number="AB１２３456")
		make_policy(self.store, policy_number="AB123456", insurer="Other Insurer")
		with self.refused("Enter the number", frappe.MandatoryError):
			make_policy(self.store, policy_number=" - ")


class TestAmounts(PolicyTestCase):
	def test_premium_and_tax_add_up_to_the_cent(self):
		rows = [{"coverage": "Vehicle Damage", "premium": 0.1}, {"coverage": "Third-Party Liability", "premium": 0.2}]
		policy = self.insure(coverages=rows, vehicle_tax=360)
		self.assertEqual((0.3, 0, 0.3), (policy.premium_total, policy.vehicle_tax, policy.total_amount))
		compulsory = self.insure(policy_kind="Compulsory Insurance", vehicle_tax="360.36")
		self.assertEqual((950, 1310.36), (compulsory.premium_total, compulsory.total_amount))

	def test_coverages_belong_to_the_kind_stand_once_and_are_amounts(self):
		damage = {"coverage": "Vehicle Damage", "premium": 100}
		for rows, sentence in (
			([damage, damage], "Row 2 repeats"),
			([{**damage, "premium": -1}], "Premium"),
			([{**damage, "sum_insured": float("inf")}], "Sum Insured in row 1 is no amount"),
			([{"coverage": "Compulsory Third-Party Liability"}], "does not belong to Commercial Insurance"),
		):
			with self.subTest(sentence), self.refused(sentence, frappe.ValidationError):
				self.insure(coverages=rows)


class TestRenewal(PolicyTestCase):
	def test_the_next_policy_of_the_kind_renews_the_one_before(self):
		first = self.insure(valid_from="2025-03-01")
		third = self.insure(valid_from="2027-03-01", insurer="Other Insurer")
		second = self.insure(valid_from="2026-03-01")
		self.insure(valid_from="2026-03-01", policy_kind="Compulsory Insurance")
		for policy in (first, second, third):
			policy.reload()
		self.assertEqual((None, second.name), (first.renewal_of, first.renewed_by))
		self.assertEqual((first.name, third.name), (second.renewal_of, second.renewed_by))
		second.delete()
		self.assertEqual(third.name, frappe.db.get_value("C4S Insurance Policy", first.name, "renewed_by"))

	def test_those_that_end_soon_and_are_not_renewed_are_listed(self):
		today = getdate()
		soon, later = self.insure(valid_from=add_days(today, -350), valid_until=add_days(today, 20)), make_policy(self.store)
		renewed = make_policy(self.store, valid_from=add_days(today, -350), valid_until=add_days(today, 10))
		make_policy(self.store, vehicle=renewed.vehicle, valid_from=add_days(today, 11))
		given_back = make_policy(self.store, valid_from=add_days(today, -350), valid_until=add_days(today, 12))
		actions.surrender(given_back.name, str(today), "卖车")
		names = [row.name for row in ending(today, add_days(today, 30), limit=50, dealership=self.store)]
		self.assertEqual([soon.name], names)
		self.assertNotIn(later.name, names)

	def test_the_car_says_until_when_it_is_insured(self):
		def until():
			return frappe.db.get_value("C4S Vehicle", self.car, "insurance_until")

		frappe.db.set_value("C4S Vehicle", self.car, "insurance_until", "2026-01-31")
		commercial = self.insure(valid_from="2026-03-01")
		self.assertEqual(date(2027, 2, 28), until())
		# The first of its insurances that ends counts.
		self.insure(valid_from="2026-02-01", policy_kind="Compulsory Insurance")
		self.assertEqual(date(2027, 1, 31), until())
		car = frappe.get_doc("C4S Vehicle", self.car)
		car.insurance_until = "2030-01-01"
		car.save()
		self.assertEqual(date(2027, 1, 31), until())
		commercial.reload()
		actions.surrender(commercial.name, "2026-06-01", "卖车")
		self.assertEqual(date(2026, 5, 31), until())


	def test_what_an_intake_says_of_the_insurance_yields_to_the_policies(self):
		self.insure(valid_from="2026-03-01")
		other = make_vehicle().name
		for car in (self.car, other):
			frappe.db.set_value("C4S Vehicle", car, "insurance_until", "2030-01-01")
		write_vehicle_facts([self.car, other])
		found = [frappe.db.get_value("C4S Vehicle", car, "insurance_until") for car in (self.car, other)]
		self.assertEqual([date(2027, 2, 28), date(2030, 1, 1)], found)


class TestSurrender(PolicyTestCase):
	def test_from_that_day_on_the_car_is_not_covered_and_may_be_insured_anew(self):
		policy = self.insure(valid_from="2026-03-01")
		actions.surrender(policy.name, "2026-06-01", "卖车")
		self.assertEqual("Surrendered", frappe.db.get_value(policy.doctype, policy.name, "status"))
		self.assertTrue(policy_of_day(self.car, date(2026, 5, 31)))
		self.assertFalse(policy_of_day(self.car, date(2026, 6, 1)))
		self.insure(valid_from="2026-06-01")

	def test_it_asks_for_a_day_of_the_policy_and_a_reason_and_happens_once(self):
		policy = self.insure(valid_from="2026-03-01")
		for day, reason, sentence in (("2026-02-28", "卖车", "not in force on that day"), ("2026-06-01", " ", "Say why")):
			with self.refused(sentence):
				actions.surrender(policy.name, day, reason)
		actions.surrender(policy.name, "2026-03-01", "卖车")
		with self.refused("surrendered already"):
			actions.surrender(policy.name, "2026-03-02", "卖车")

	def test_a_form_or_a_request_does_not_write_it(self):
		policy = self.insure(status="Surrendered", surrendered_on="2026-03-02")
		self.assertEqual(("In Force", None), (policy.status, policy.surrendered_on))
		policy.update({"status": "Surrendered", "surrendered_on": add_days(getdate(), 5)}).save()
		self.assertEqual(("In Force", None), (policy.status, policy.surrendered_on))


class TestSale(PolicyTestCase):
	def test_the_service_of_a_deal_is_of_the_same_store_and_customer(self):
		service = add_service(make_deal(dealership=self.store, customer=self.customer))
		self.assertEqual(service.name, self.insure(deal_service=service.name).deal_service)
		with self.refused("another customer's"):
			make_policy(self.store, deal_service=service.name, customer=make_customer().name)
		with self.refused("another store"):
			make_policy(make_dealership("POLICY-2").name, deal_service=service.name, customer=self.customer)
		self.assertIsNone(make_policy(self.store, sold_by_us=0, deal_service=service.name).deal_service)

	def test_customer_and_car_come_from_the_deal(self):
		car = make_vehicle(dealership=self.store).name
		deal = make_deal(dealership=self.store, customer=self.customer)
		frappe.db.set_value("C4S Deal", deal.name, "vehicle", car)
		policy = make_policy(self.store, deal_service=add_service(deal).name, customer=None, vehicle=None)
		self.assertEqual((self.customer, car), (policy.customer, policy.vehicle))

	def test_who_sells_it_is_noted(self):
		seller = make_user("Sales Consultant", [self.store])
		with as_user(seller):
			customer = make_customer(store=self.store).name
			vehicle = make_vehicle(dealership=self.store).name
			self.assertEqual(seller, make_policy(self.store, vehicle=vehicle, customer=customer).seller)


class TestPanelOfCar(PolicyTestCase):
	def test_a_car_shows_its_policies_to_who_may_see_them(self):
		vehicle = make_vehicle(dealership=self.store).name
		policy = make_policy(self.store, vehicle=vehicle)
		with as_user(make_user("Service Advisor", [self.store])):
			self.assertEqual([(policy.name, "In Force")], [(row.name, row.status) for row in panel.of_vehicle(vehicle)["policies"]])
		with as_user(make_user("Technician", [self.store])):
			self.assertEqual([], panel.of_vehicle(vehicle)["policies"])
		with as_user(make_user("Service Advisor", [make_dealership("POLICY-2").name])), self.assertRaises(frappe.PermissionError):
			panel.of_vehicle(vehicle)


class TestIsolation(DealingTests, FrappeTestCase):
	doctype = "C4S Insurance Policy"
	role = "Service Advisor"

	def make_document_of(self, store: str, **values):
		vehicle, customer = make_vehicle(dealership=store).name, make_customer(store=store).name
		return make_policy(store, **{"vehicle": vehicle, "customer": customer, **values})

	def test_a_document_that_names_no_store_belongs_to_the_own_one(self):
		# A copy needs a number and days of its own.
		document = frappe.copy_doc(self.make_document_of(self.own))
		document.update({"dealership": None, "policy_number": "COPY1", "valid_from": "2020-03-01", "valid_until": None})
		with as_user(self.user):
			self.assertEqual(self.own, document.insert().dealership)
