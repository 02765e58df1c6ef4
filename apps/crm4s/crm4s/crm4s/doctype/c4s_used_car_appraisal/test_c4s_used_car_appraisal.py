import frappe
from frappe.desk.form.load import getdoc
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, getdate, nowdate

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_deal import actions as deals
from crm4s.crm4s.doctype.c4s_deal.test_c4s_deal import (
	DealTestCase,
	allocate,
	deliver,
	fresh,
	bring_before,
	make_deal,
	order,
	pay,
	sign,
	tick,
)
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_settings.test_c4s_settings import change_settings
from crm4s.crm4s.doctype.c4s_used_car_appraisal import actions, offer
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle, unused_vin
from crm4s.crm4s.doctype.c4s_vehicle_model.test_c4s_vehicle_model import make_model
from crm4s.exceptions import OfferExpiredError, PurchaseRefusedError, StockMovementError
from crm4s.tests.people import as_user, make_user
from crm4s.tests.store_documents import DealingTests

test_ignore = ["User"]

APPRAISAL = "C4S Used Car Appraisal"
STORE = "DEAL-1"


def make_appraisal(**overrides):
	"""A saved draft, complete enough to be offered: worth 100,000, every point looked at."""
	store = overrides.get("dealership") or make_dealership(STORE).name
	values = {
		"doctype": APPRAISAL,
		"dealership": store,
		"customer": overrides.get("customer") or make_customer(store=store).name,
		"model": make_model().name,
		"first_registered_on": "2021-05-01",
		"odometer": 42_000,
		"accident_history": "No Accident",
		"market_value": 100_000,
		"reconditioning_estimate": 2_000,
		"margin_wanted": 8_000,
		"points": [{"section": "外观", "item": "漆面", "mandatory": 1, "result": "OK"}],
		"photos": [{"area": "Front Left", "image": "/assets/crm4s/images/crm4s.svg"}],
	}
	if not (overrides.get("vin") or overrides.get("vehicle")):
		values["vin"] = unused_vin()
	return frappe.get_doc({**values, **overrides}).insert()


def receive_documents(appraisal):
	for row in appraisal.documents:
		row.received = 1
	return appraisal.save()


def make_accepted(**overrides):
	appraisal = make_appraisal(**overrides)
	actions.make_offer(appraisal.name)
	actions.accept(appraisal.name)
	return receive_documents(fresh(appraisal))


def make_bought(**overrides):
	appraisal = make_accepted(**overrides)
	actions.buy(appraisal.name)
	return fresh(appraisal)


def movements_of(vehicle: str) -> list[str]:
	return frappe.get_all("C4S Stock Movement", {"vehicle": vehicle}, pluck="movement", order_by="creation, moved_on")


class AppraisalTestCase(DealTestCase):
	def appraisal(self, **overrides):
		return make_appraisal(**{"customer": self.customer, **overrides})

	def accepted(self, **overrides):
		return make_accepted(**{"customer": self.customer, **overrides})

	def bought(self, **overrides):
		return make_bought(**{"customer": self.customer, **overrides})

	def car_of_customer(self, **overrides):
		return make_vehicle(**{"current_owner": self.customer, "dealership": STORE, "entered_as": "In Use", **overrides})


class TestCar(AppraisalTestCase):
	def test_a_car_in_the_books_is_found_by_its_vin_and_gives_its_facts(self):
		car = self.car_of_customer(plate_number="沪A12345")
		appraisal = self.appraisal(vin=car.vin, first_registered_on=None)
		self.assertEqual((car.name, "沪A12345"), (appraisal.vehicle, appraisal.plate_number))

	def test_a_car_that_the_appraiser_does_not_see_is_not_shown(self):
		elsewhere = make_dealership("T-ELSEWHERE").name
		car = make_vehicle(dealership=elsewhere, plate_number="沪A54321", entered_as="In Use")
		with as_user(make_user("Sales Consultant", [STORE])):
			appraisal = make_appraisal(customer=self.customer, dealership=STORE, vin=car.vin)
		self.assertEqual((None, None), (appraisal.vehicle, appraisal.plate_number))

	def test_another_vin_than_that_of_the_chosen_car_is_refused(self):
		with self.assertSaysWhy("is not that of the chosen car"):
			self.appraisal(vehicle=self.car_of_customer().name, vin=unused_vin())

	def test_the_points_come_from_the_template_for_the_car(self):
		appraisal = self.appraisal(points=[])
		self.assertEqual("二手车评估 通用", appraisal.checklist_template)
		self.assertEqual(len(frappe.get_doc("C4S Checklist Template", "二手车评估 通用").items), len(appraisal.points))
		electric = make_model("T-ELECTRIC", energy_type="Battery Electric").name
		self.assertEqual("二手车评估 纯电", self.appraisal(points=[], model=electric).checklist_template)

	def test_wrong_facts_are_refused_in_a_sentence(self):
		for values, sentence in (
			({"first_registered_on": add_days(nowdate(), 1)}, "must not lie in the future"),
			({"odometer": -1}, "negative"),
			({"market_value": -1}, "negative"),
			({"points": [{"item": "漆面", "result": "OK", "deduction_amount": 500}]}, "Row 1 has a deduction"),
		):
			with self.subTest(sentence), self.assertSaysWhy(sentence):
				self.appraisal(**values)


class TestOffer(AppraisalTestCase):
	def test_the_offer_is_worked_out_from_value_deductions_reconditioning_and_margin(self):
		appraisal = self.appraisal(points=[{"item": "右前门", "result": "Not OK", "deduction_amount": 1_505}])
		self.assertEqual(1_505, appraisal.deductions_amount)
		self.assertEqual((88_490, 88_490), (appraisal.computed_offer, appraisal.offer_amount))
		self.assertEqual(8_005, appraisal.expected_margin)

	def test_without_a_wanted_margin_the_settings_count(self):
		change_settings(used_margin_percent=10)
		self.assertEqual((10_000, 88_000), (self.appraisal(margin_wanted=0).margin_wanted, self.appraisal(margin_wanted=0).offer_amount))

	def test_an_offer_needs_the_facts_and_every_mandatory_point(self):
		appraisal = self.appraisal(odometer=0, points=[{"item": "漆面", "mandatory": 1}])
		with self.assertSaysWhy("An offer needs: Odometer .*, 漆面", frappe.MandatoryError):
			actions.make_offer(appraisal.name)

	def test_an_offer_holds_for_the_days_of_the_settings(self):
		change_settings(used_offer_valid_days=5)
		appraisal = self.appraisal()
		actions.make_offer(appraisal.name)
		self.assertEqual(("Offered", getdate(add_days(nowdate(), 5))), (fresh(appraisal).status, appraisal.offer_valid_until))

	def test_more_than_the_limit_waits_for_a_manager(self):
		change_settings(used_offer_limit_percent=3)
		self.assertFalse(self.appraisal(offer_amount=92_700).needs_approval)
		appraisal = self.appraisal(offer_amount=92_701)
		self.assertTrue(appraisal.needs_approval)
		with self.assertSaysWhy("waits for the approval"):
			actions.make_offer(appraisal.name)
		with as_user(make_user("Sales Consultant", [STORE])), self.assertSaysWhy("Only a manager", frappe.PermissionError):
			actions.approve_offer(appraisal.name)
		manager = make_user("Sales Manager", [STORE])
		with as_user(manager):
			actions.approve_offer(appraisal.name)
		actions.make_offer(appraisal.name)
		self.assertEqual(("Offered", manager), (fresh(appraisal).status, appraisal.approved_by))

	def test_approval_is_for_what_was_approved(self):
		appraisal = self.appraisal(offer_amount=95_000)
		actions.approve_offer(appraisal.name)
		self.assertTrue(fresh(appraisal).update({"offer_amount": 95_001}).save().needs_approval)

	def test_a_subsidy_above_the_limit_waits_for_a_manager(self):
		change_settings(subsidy_limit=3000)
		self.assertFalse(self.appraisal(subsidy_amount=3_000).needs_approval)
		self.assertTrue(self.appraisal(subsidy_amount=3_001).needs_approval)

	def test_what_was_approved_cannot_be_sent_along(self):
		appraisal = self.appraisal(offer_amount=99_000)
		appraisal.update({"approved_by": "Administrator", "approved_offer": 99_000, "approved_subsidy": 1}).save()
		self.assertTrue(fresh(appraisal).needs_approval)

	def test_what_the_customer_was_told_does_not_change_behind_the_offer(self):
		appraisal = self.appraisal()
		actions.make_offer(appraisal.name)
		with self.assertSaysWhy("Offer belongs to the offer that the customer has"):
			fresh(appraisal).update({"offer_amount": 80_000}).save()
		actions.change_offer(appraisal.name)
		self.assertEqual(80_000, fresh(appraisal).update({"offer_amount": 80_000}).save().offer_amount)

	def test_an_expired_offer_is_not_accepted_without_renewing(self):
		appraisal = self.appraisal()
		actions.make_offer(appraisal.name)
		frappe.db.set_value(APPRAISAL, appraisal.name, "offer_valid_until", add_days(nowdate(), -1))
		with self.assertSaysWhy("renew it first", OfferExpiredError):
			actions.accept(appraisal.name)
		offer.expire_offers()
		self.assertEqual("Expired", fresh(appraisal).status)
		with self.assertSaysWhy("that is Expired cannot become Accepted"):
			actions.accept(appraisal.name)
		actions.make_offer(appraisal.name)
		actions.accept(appraisal.name)
		self.assertEqual("Accepted", fresh(appraisal).status)

	def test_the_night_leaves_offers_that_hold_alone(self):
		appraisal = self.appraisal()
		actions.make_offer(appraisal.name)
		offer.expire_offers()
		self.assertEqual("Offered", fresh(appraisal).status)

	def test_a_refusal_says_why(self):
		appraisal = self.appraisal()
		with self.assertSaysWhy("Say why", frappe.MandatoryError):
			actions.refuse(appraisal.name, " ")
		actions.refuse(appraisal.name, "价格低于市场报价")
		self.assertEqual("Refused", fresh(appraisal).status)

	def test_dragging_a_card_takes_no_step_that_the_buttons_refuse(self):
		for status in ("Accepted", "Bought", "Expired"):
			with self.subTest(status), self.assertSaysWhy(f"that is Draft cannot become {status}"):
				self.appraisal().update({"status": status}).save()

	def test_an_appraisal_that_was_offered_cannot_be_deleted(self):
		appraisal = self.appraisal()
		actions.make_offer(appraisal.name)
		with self.assertSaysWhy("cannot be deleted"):
			fresh(appraisal).delete()

	def test_the_print_shows_the_offer_and_not_what_the_store_reckons(self):
		appraisal = self.appraisal(market_value=123_456, margin_wanted=7_654)
		actions.make_offer(appraisal.name)
		html = frappe.get_print(APPRAISAL, appraisal.name, "C4S Used Car Offer")
		self.assertIn("113,800.00", html)
		for hidden in ("123,456", "7,654"):
			self.assertNotIn(hidden, html)


class TestPurchase(AppraisalTestCase):
	def test_a_car_in_the_books_changes_from_its_owner_to_the_store(self):
		car = self.car_of_customer()
		appraisal = self.bought(vehicle=car.name)
		car.reload()
		self.assertEqual(("Traded In", None, STORE), (car.status, car.current_owner, car.dealership))
		self.assertEqual(getdate(), car.owners()[0].valid_to)
		self.assertEqual((90_000, appraisal.name, getdate()), (car.purchase_price, car.purchase_appraisal, car.bought_on))
		self.assertEqual((90_000, "Bought"), (appraisal.purchase_price, appraisal.status))
		self.assertEqual(42_000, car.odometer)

	def test_a_car_unknown_so_far_is_made_with_its_owner_before(self):
		appraisal = self.bought(plate_number="京A88888")
		car = frappe.get_doc("C4S Vehicle", appraisal.vehicle)
		self.assertEqual(("Traded In", "京A88888", STORE), (car.status, car.plate_number, car.dealership))
		self.assertEqual([(self.customer, getdate())], [(row.customer, row.valid_to) for row in car.owners()])

	def test_buying_twice_changes_nothing(self):
		appraisal = self.bought()
		self.assertEqual(appraisal.vehicle, actions.buy(appraisal.name))
		self.assertEqual(1, movements_of(appraisal.vehicle).count("Traded In"))

	def test_a_car_is_not_bought_before_it_is_accepted_and_its_documents_are_there(self):
		appraisal = self.appraisal()
		actions.make_offer(appraisal.name)
		actions.accept(appraisal.name)
		self.assertTrue(fresh(appraisal).documents)
		with self.assertSaysWhy("Not received: 机动车登记证书", PurchaseRefusedError):
			actions.buy(appraisal.name)
		self.assertEqual("Accepted", fresh(appraisal).status)

	def test_a_car_of_somebody_else_is_not_bought(self):
		car = self.car_of_customer(current_owner=make_customer(store=STORE).name)
		appraisal = self.accepted(vehicle=car.name)
		with self.assertSaysWhy("belongs to somebody else", PurchaseRefusedError):
			actions.buy(appraisal.name)

	def test_a_car_that_stands_in_stock_is_not_bought_again(self):
		appraisal = self.accepted(vehicle=make_vehicle(entered_as="In Stock", dealership=STORE).name)
		with self.assertRaises(StockMovementError):
			actions.buy(appraisal.name)

	def test_what_was_bought_stays(self):
		appraisal = self.bought()
		with self.assertSaysWhy("cannot change any more: the appraisal is Bought"):
			appraisal.update({"offer_amount": 1}).save()


class TestBothSides(AppraisalTestCase):
	def deal_with_trade_in(self, **overrides):
		deal = self.deal(trade_in_value=50_000)
		appraisal = frappe.get_doc(APPRAISAL, actions.appraise_trade_in(deal.name))
		appraisal.update(
			{
				"vin": unused_vin(),
				"model": make_model().name,
				"first_registered_on": "2021-05-01",
				"odometer": 42_000,
				"accident_history": "No Accident",
				"market_value": 100_000,
				"margin_wanted": 10_000,
				"subsidy_amount": 3_000,
				**overrides,
			}
		)
		for row in appraisal.points:
			row.result = "OK"
		appraisal.save()
		return fresh(deal), appraisal

	def test_asking_twice_makes_one_appraisal(self):
		deal, appraisal = self.deal_with_trade_in()
		self.assertEqual(appraisal.name, actions.appraise_trade_in(deal.name))
		self.assertEqual(deal.name, fresh(appraisal).deal)

	def test_the_deal_keeps_the_estimate_until_there_is_an_offer_and_follows_it_then(self):
		deal, appraisal = self.deal_with_trade_in()
		self.assertEqual(50_000, deal.trade_in_value)
		actions.make_offer(appraisal.name)
		self.assertEqual((90_000, 3_000), (fresh(deal).trade_in_value, deal.trade_in_subsidy))
		self.assertEqual(deal.price_amount - 93_000, deal.total_amount)
		shown = actions.panels(appraisal.name)["deal"]
		self.assertEqual((90_000, 3_000, deal.total_amount), (shown.trade_in_value, shown.trade_in_subsidy, shown.total_amount))

	def test_a_refused_offer_takes_the_trade_in_out_of_the_deal(self):
		deal, appraisal = self.deal_with_trade_in()
		actions.make_offer(appraisal.name)
		actions.refuse(appraisal.name, "不换了")
		self.assertEqual((0, 0, deal.price_amount), (fresh(deal).trade_in_value, deal.trade_in_subsidy, deal.total_amount))

	def test_a_subsidy_cannot_be_sent_along_with_the_deal(self):
		deal = self.deal()
		self.assertFalse(deal.update({"trade_in_subsidy": 50_000}).save().trade_in_subsidy)

	def test_the_quotation_adds_up_with_the_subsidy(self):
		deal, appraisal = self.deal_with_trade_in()
		actions.make_offer(appraisal.name)
		version = frappe.get_doc("C4S Quotation Version", deals.quote(deal.name))
		self.assertEqual(version.total_amount, sum(row.amount for row in version.lines))

	def test_an_order_needs_the_accepted_offer(self):
		deal, appraisal = self.deal_with_trade_in()
		actions.make_offer(appraisal.name)
		tick(fresh(deal))
		with self.assertSaysWhy("is not accepted yet"):
			deals.order(deal.name)
		actions.accept(appraisal.name)
		self.assertEqual("Ordered", order(fresh(deal)).status)

	def test_buying_writes_the_car_to_the_deal(self):
		deal, appraisal = self.deal_with_trade_in()
		actions.make_offer(appraisal.name)
		actions.accept(appraisal.name)
		receive_documents(fresh(appraisal))
		vehicle = actions.buy(appraisal.name)
		self.assertEqual(vehicle, fresh(deal).trade_in_vehicle)

	def test_one_car_is_taken_in_payment_once(self):
		_deal, appraisal = self.deal_with_trade_in()
		with self.assertSaysWhy("is taken in payment by deal"):
			self.deal(trade_in_appraisal=appraisal.name)

	def test_the_appraisal_of_another_customer_is_refused(self):
		with self.assertSaysWhy("about the car of another customer"):
			self.deal(trade_in_appraisal=self.appraisal(customer=make_customer(store=STORE).name).name)


class TestResale(AppraisalTestCase):
	def test_one_car_from_owner_to_owner(self):
		"""Bought, reconditioned, sold by a deal: one car with all its owners, and a margin over everything that it cost."""
		appraisal = self.bought()
		frappe.get_doc(
			{
				"doctype": "C4S Reconditioning Job",
				"vehicle": appraisal.vehicle,
				"item": "四条轮胎",
				"status": "Done",
				"planned_cost": 2_000,
				"actual_cost": 2_400,
			}
		).insert()
		car = frappe.get_doc("C4S Vehicle", appraisal.vehicle)
		self.assertEqual(("Used Stock", 2_400, 92_400), (car.status, car.reconditioning_cost, car.total_cost))

		buyer = make_customer(store=STORE).name
		deal = order(make_deal(customer=buyer, deal_kind="Used Car", model=car.model, list_price=105_000))
		deal = allocate(deal, car)
		self.assertEqual((92_400, 12_600), (deal.vehicle_cost, deal.margin))
		pay(deal, deal.balance_due)
		sign(deal, "PDI")
		sign(deal, "Delivery")
		deliver(bring_before(deal, "Delivered"))

		car.reload()
		self.assertEqual(("Resold", buyer), (car.status, car.current_owner))
		self.assertEqual([self.customer, buyer], [row.customer for row in car.owners()])
		self.assertEqual(
			["Entry", "Traded In", "Reconditioning Started", "Reconditioning Finished", "Allocated", "Resold"], movements_of(car.name)
		)

	def test_a_new_cars_deal_does_not_take_a_used_car(self):
		appraisal = self.bought()
		actions.take_into_stock(appraisal.name)
		with self.assertSaysWhy("only a car that is In Stock"):
			allocate(self.ordered(), frappe.get_doc("C4S Vehicle", appraisal.vehicle))

	def test_a_car_that_needs_no_work_goes_into_used_stock_at_once(self):
		appraisal = self.bought()
		actions.take_into_stock(appraisal.name)
		actions.take_into_stock(appraisal.name)
		self.assertEqual("Used Stock", frappe.db.get_value("C4S Vehicle", appraisal.vehicle, "status"))
		self.assertEqual(getdate(), frappe.db.get_value("C4S Vehicle", appraisal.vehicle, "in_stock_since"))

	def test_an_asking_price_below_cost_is_said(self):
		car = frappe.get_doc("C4S Vehicle", self.bought().vehicle)
		for price, warned in ((89_999, True), (90_000, False)):
			frappe.clear_messages()
			car.update({"asking_price": price}).save()
			self.assertEqual(warned, "below what the car cost" in str(frappe.message_log), price)

	def test_cost_is_for_managers(self):
		appraisal = self.bought()
		for role, sees in (("Sales Consultant", False), ("Sales Manager", True)):
			with self.subTest(role), as_user(make_user(role, [STORE])):
				getdoc("C4S Vehicle", appraisal.vehicle)
				shown = frappe.response.docs[-1]
				self.assertEqual(sees, bool(shown.get("total_cost")))
				frappe.response.docs = []
				getdoc(APPRAISAL, appraisal.name)
				self.assertEqual(sees, bool(frappe.response.docs[-1].get("expected_margin")))
				frappe.response.docs = []


class TestAppraisalOfStores(DealingTests, FrappeTestCase):
	doctype = APPRAISAL
	role = "Sales Consultant"

	def make_document_of(self, store: str, **values):
		return make_appraisal(dealership=store, **values)

	def test_no_step_is_taken_with_an_appraisal_of_another_store(self):
		appraisal = self.make_document_of(self.other)
		steps = (
			lambda: actions.panels(appraisal.name),
			lambda: actions.make_offer(appraisal.name),
			lambda: actions.change_offer(appraisal.name),
			lambda: actions.approve_offer(appraisal.name),
			lambda: actions.accept(appraisal.name),
			lambda: actions.refuse(appraisal.name, "不"),
			lambda: actions.buy(appraisal.name),
			lambda: actions.take_into_stock(appraisal.name),
		)
		for position, step in enumerate(steps):
			with self.subTest(position), as_user(self.user), self.assertRaises(frappe.PermissionError):
				step()

	def test_no_appraisal_is_made_for_a_deal_of_another_store(self):
		deal = make_deal(dealership=self.other)
		with as_user(self.user), self.assertRaises(frappe.PermissionError):
			actions.appraise_trade_in(deal.name)

	def test_a_deal_does_not_show_the_appraisal_of_another_store(self):
		appraisal = self.make_document_of(self.other)
		customer = make_customer(store=self.own).name
		with as_user(self.user), self.assertRaises(frappe.PermissionError):
			make_deal(dealership=self.own, customer=customer, trade_in_appraisal=appraisal.name)
