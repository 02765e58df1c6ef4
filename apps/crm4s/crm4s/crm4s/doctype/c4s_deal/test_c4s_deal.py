from datetime import timedelta

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, getdate, now_datetime, nowdate

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_deal import actions
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_finance_offer.test_c4s_finance_offer import make_offer
from crm4s.crm4s.doctype.c4s_lead.test_c4s_lead import make_lead
from crm4s.crm4s.doctype.c4s_settings.test_c4s_settings import change_settings
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.crm4s.doctype.c4s_vehicle_model.test_c4s_vehicle_model import make_model
from crm4s.crm4s.doctype.c4s_vehicle_option.test_c4s_vehicle_option import make_option
from crm4s.exceptions import CarTakenError, DeliveryRefusedError
from crm4s.tests.people import as_user, make_user
from crm4s.tests.store_documents import DealingTests
from crm4s.workflows import touchpoints
from crm4s.workflows.states import active_workflow, status_of

test_ignore = ["User", "ToDo"]

STORE = "DEAL-1"
PRICE = 198_800
SIGNATURE = "data:image/png;base64,iVBORw0KGgo="


def make_deal(**overrides):
	"""A saved deal that is quoted: the test model at its guide price, promised in ten days."""
	store = overrides.get("dealership") or make_dealership(STORE).name
	values = {
		"doctype": "C4S Deal",
		"dealership": store,
		"customer": overrides.get("customer") or make_customer(store=store).name,
		"model": overrides.get("model") or make_model().name,
		"promised_on": add_days(nowdate(), 10),
	}
	return frappe.get_doc({**values, **overrides}).insert()


def fresh(document):
	"""The document as it is stored now."""
	document.reload()
	return document


def tick(deal) -> None:
	"""Do what the checklist of the deal's state asks for."""
	for item in touchpoints.panel(deal)["items"]:
		touchpoints.set_tick(deal, item["name"], True)


def order(deal):
	tick(deal)
	actions.order(deal.name)
	return fresh(deal)


def make_ordered_deal(**overrides):
	return order(make_deal(**overrides))


def make_car(**overrides):
	return make_vehicle(**{"entered_as": "In Stock", "dealership": STORE, "purchase_price": 180_000, **overrides})


def allocate(deal, car=None):
	actions.allocate(deal.name, (car or make_car(dealership=deal.dealership)).name)
	return fresh(deal)


def pay(deal, amount: float, kind: str = "Payment", **values):
	actions.record_payment(deal.name, kind, amount, values.pop("method", "Bank Transfer"), **values)
	return fresh(deal)


def sign(deal, kind: str, result: str = "OK"):
	"""Begin the checklist and sign it with the same result for every point."""
	actions.begin_checklist(deal.name, kind)
	rows = fresh(deal).get("pdi_items" if kind == "PDI" else "delivery_items")
	actions.fill_checklist(deal.name, kind, [{"name": row.name, "result": result} for row in rows], SIGNATURE)
	return fresh(deal)


def add_service(deal, kind: str = "Insurance", **values):
	return frappe.get_doc({"doctype": "C4S Deal Service", "deal": deal.name, "kind": kind, **values}).insert()


def bring_before(deal, status: str):
	"""Into the last state before `status`, whatever the workflow calls it."""
	workflow = active_workflow("C4S Deal")
	if workflow:
		state = next(row.state for row in workflow.transitions if status_of("C4S Deal", row.next_state) == status)
		frappe.db.set_value("C4S Deal", deal.name, "workflow_state", state)
	return fresh(deal)


def make_deliverable_deal(**overrides):
	"""Ordered, with a car, paid, inspected and signed for."""
	deal = allocate(make_ordered_deal(**overrides))
	pay(deal, deal.balance_due)
	sign(deal, "PDI")
	sign(deal, "Delivery")
	return bring_before(deal, "Delivered")


def deliver(deal):
	tick(deal)
	actions.deliver(deal.name)
	return fresh(deal)


def yesterday() -> str:
	return add_days(nowdate(), -1)


class DealTestCase(FrappeTestCase):
	"""Users and stores are made once a class; a savepoint takes back what a test does."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		make_dealership(STORE)
		make_model()
		cls.customer = make_customer(store=STORE).name

	def setUp(self):
		frappe.db.savepoint("before_test")
		frappe.clear_messages()

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback(save_point="before_test")
		frappe.clear_document_cache("C4S Settings", "C4S Settings")

	@classmethod
	def tearDownClass(cls):
		frappe.db.rollback()
		super().tearDownClass()

	def deal(self, **overrides):
		return make_deal(**{"customer": self.customer, **overrides})

	def ordered(self, **overrides):
		return order(self.deal(**overrides))

	def assertSaysWhy(self, sentence: str, error=frappe.ValidationError):
		return self.assertRaisesRegex(error, sentence)


class TestAmountsOfADeal(DealTestCase):
	def test_the_guide_price_is_the_list_price(self):
		deal = self.deal()
		self.assertEqual((PRICE, PRICE, PRICE), (deal.list_price, deal.price_amount, deal.total_amount))

	def test_items_services_discount_and_trade_in_add_up_to_the_cent(self):
		option = make_option("DEAL-MATS", price=680.5, option_kind="Customisation").name
		deal = self.deal(
			discount_amount=3000.33,
			trade_in_value=50_000.1,
			items=[{"option": option, "quantity": 2}, {"item_name": "贴膜", "quantity": 1, "unit_price": 1999.99}],
		)
		add_service(deal, charged_amount=5230.44)
		deal.reload()
		self.assertEqual((3360.99, 5230.44), (deal.customisation_amount, deal.services_amount))
		self.assertEqual(
			(204391.10, 154391.0, 154391.0), (deal.price_amount, deal.total_amount, deal.balance_due)
		)

	def test_a_list_price_below_the_guide_price_is_a_discount(self):
		with self.assertSaysWhy("List Price must not be below the guide price, .*198,800.00; enter what is given away as discount"):
			self.deal(list_price=PRICE - 1)
		self.assertEqual(PRICE + 1, self.deal(list_price=PRICE + 1).list_price)

	def test_nothing_is_negative(self):
		for fieldname, label in (("discount_amount", "Discount"), ("trade_in_value", "Trade-In Value"), ("agreed_deposit", "Agreed Deposit")):
			with self.assertSaysWhy(f"{label} must not be negative"):
				self.deal(**{fieldname: -1})
		with self.assertSaysWhy("Unit price in row 1 must not be negative"):
			self.deal(items=[{"item_name": "贴膜", "quantity": 1, "unit_price": -5}])
		with self.assertSaysWhy("Quantity in row 1 must be more than 0"):
			self.deal(items=[{"item_name": "贴膜", "quantity": 0, "unit_price": 5}])

	def test_more_discount_than_price_is_refused(self):
		with self.assertSaysWhy("Discount must not be more than list price and customisation together"):
			self.deal(discount_amount=PRICE + 1)

	def test_an_option_fits_the_model(self):
		option = make_option("DEAL-OTHER", models=[{"model": make_model("T-OTHER-DEAL").name}]).name
		with self.assertSaysWhy("Option .* in row 1 does not fit the model"):
			self.deal(items=[{"option": option, "quantity": 1}])

	def test_read_only_means_read_only_over_rest_as_well(self):
		deal = self.deal()
		deal.update({"paid_amount": PRICE, "discount_approved_by": "Administrator", "discount_approved_amount": 9999})
		deal.update({"vehicle": make_car().name, "delivered_on": now_datetime(), "pdi_signature": SIGNATURE})
		deal.append("payments", {"paid_on": now_datetime(), "kind": "Payment", "amount": PRICE, "method": "Cash"})
		deal.save()
		deal.reload()
		self.assertEqual((0, [], None, None, 0), (deal.paid_amount, deal.payments, deal.vehicle, deal.delivered_on, deal.discount_approved_amount))

	def test_cost_and_margin_are_for_managers(self):
		deal = allocate(self.ordered(items=[{"item_name": "贴膜", "quantity": 1, "unit_price": 2000, "unit_cost": 900}]))
		add_service(deal, charged_amount=5000, cost_amount=4000)
		deal.reload()
		self.assertEqual((184_900, 20_900), (deal.cost_amount, deal.margin))
		for role, seen in (("Sales Consultant", False), ("Sales Manager", True)):
			with as_user(make_user(role, [STORE])):
				row = frappe.get_list("C4S Deal", {"name": deal.name}, ["name", "margin", "vehicle_cost"])[0]
				document = frappe.get_doc("C4S Deal", deal.name)
				document.apply_fieldlevel_read_permissions()
			self.assertEqual([seen] * 3, ["margin" in row, bool(document.get("cost_amount")), bool(document.items[0].get("unit_cost"))], role)

	def test_two_people_do_not_overwrite_each_other(self):
		deal = self.deal()
		other = frappe.get_doc("C4S Deal", deal.name)
		other.update({"remark": "客户要求周末交车"}).save()
		deal.remark = "旧窗口"
		with self.assertRaises(frappe.TimestampMismatchError):
			deal.save()


class TestDiscount(DealTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.consultant, cls.manager, cls.boss = (
			make_user(role, [STORE]) for role in ("Sales Consultant", "Sales Manager", "Dealer Manager")
		)

	def setUp(self):
		super().setUp()
		# 2 % and at most 5,000; 5 % and at most 15,000; 10 %: 3,976, 9,940 and 19,880 of the test model's price.
		for role, percent, amount in (("Sales Consultant", 2, 5000), ("Sales Manager", 5, 15000), ("Dealer Manager", 10, 0)):
			frappe.db.set_value("C4S Discount Limit", f"C4S {role}", {"max_percent": percent, "max_amount": amount})

	def discounted(self, amount: float):
		return self.deal(sales_consultant=self.consultant, discount_amount=amount)

	def approve(self, deal, user: str):
		with as_user(user):
			actions.approve_discount(deal.name)
		return fresh(deal)

	def test_the_consultants_own_limit_needs_no_approval(self):
		self.assertEqual((0, 1), tuple(self.discounted(amount).discount_needs_approval for amount in (3976, 3976.01)))

	def test_a_deal_of_nobody_has_no_limit_of_its_own(self):
		self.assertEqual(1, self.deal(discount_amount=1).discount_needs_approval)

	def test_who_has_the_limit_approves(self):
		deal = self.approve(self.discounted(8000), self.manager)
		self.assertEqual((0, self.manager, 8000), (deal.discount_needs_approval, deal.discount_approved_by, deal.discount_approved_amount))

	def test_who_has_not_does_not(self):
		deal = self.discounted(12_000)
		for user in (self.consultant, self.manager):
			with self.assertSaysWhy("Your limit for this car is .*, the discount is .*12,000.00; somebody with a higher limit approves it", frappe.PermissionError):
				self.approve(deal, user)
		self.assertEqual(0, self.approve(deal, self.boss).discount_needs_approval)

	def test_a_higher_discount_needs_approval_anew_and_a_lower_one_does_not(self):
		deal = self.approve(self.discounted(8000), self.manager)
		deal.update({"discount_amount": 7000}).save()
		self.assertEqual(0, deal.discount_needs_approval)
		deal.update({"discount_amount": 8000.01}).save()
		self.assertEqual(1, deal.discount_needs_approval)

	def test_the_same_amount_on_a_smaller_price_needs_approval_anew(self):
		deal = self.discounted(8000)
		deal.append("items", {"item_name": "贴膜", "quantity": 1, "unit_price": 20_000})
		self.approve(deal.save(), self.manager)
		deal.set("items", [])
		self.assertEqual(1, deal.save().discount_needs_approval)

	def test_neither_quotation_nor_order_goes_out_before_the_approval(self):
		deal = self.discounted(8000)
		with self.assertSaysWhy("The discount of .*8,000.00 waits for approval"):
			actions.quote(deal.name)
		with self.assertSaysWhy("waits for approval|you cannot take this deal to Ordered"):
			actions.order(deal.name)
		self.approve(deal, self.manager)
		actions.quote(deal.name)
		self.assertEqual("Ordered", order(deal).status)

	def test_the_approval_takes_the_deal_out_of_the_state_that_waits_for_it(self):
		deal = self.discounted(8000)
		waiting = [row for row in active_workflow("C4S Deal").transitions if row.condition == "doc.discount_needs_approval"]
		tick(deal)
		deal.workflow_state = waiting[0].next_state
		deal.save()
		self.assertEqual(waiting[0].state, self.approve(deal, self.manager).workflow_state)

	def test_a_discount_of_another_store_is_not_approved(self):
		deal = self.discounted(8000)
		with self.assertRaises(frappe.PermissionError):
			self.approve(deal, make_user("Dealer Manager", [make_dealership("DEAL-2").name]))


class TestQuotation(DealTestCase):
	def test_a_quotation_is_a_frozen_copy_whose_lines_add_up(self):
		deal = self.deal(discount_amount=0, trade_in_value=40_000, items=[{"item_name": "贴膜", "quantity": 1, "unit_price": 1999.99}])
		add_service(deal, charged_amount=5230.4)
		version = frappe.get_doc("C4S Quotation Version", actions.quote(deal.name))
		self.assertEqual((1, 166030.39, 166030.39), (version.version_number, version.total_amount, round(sum(row.amount for row in version.lines), 2)))
		fresh(deal).update({"discount_amount": 100}).save()
		self.assertEqual(166030.39, fresh(version).total_amount)

	def test_versions_are_numbered_and_compared(self):
		deal = self.deal(items=[{"item_name": "贴膜", "quantity": 1, "unit_price": 2000}])
		first = actions.quote(deal.name)
		fresh(deal).update({"items": [], "agreed_deposit": 5000}).save()
		second = actions.quote(deal.name)
		compared = actions.compare_quotations(deal.name, first, second)
		self.assertEqual([("Same", PRICE), ("Removed", None)], [(row["change"], row["after"]) for row in compared["lines"]])
		self.assertEqual({"To Pay", "Agreed Deposit"}, {row["label"] for row in compared["facts"]})
		self.assertEqual([2, 1], [row.version_number for row in actions.panels(deal.name)["versions"]])

	def test_it_is_valid_for_the_days_of_the_settings_and_not_into_the_past(self):
		change_settings(quotation_valid_days=14)
		deal = self.deal()
		actions.quote(deal.name)
		self.assertEqual(getdate(add_days(nowdate(), 14)), fresh(deal).quotation_valid_until)
		with self.assertSaysWhy("Valid Until must not lie in the past"):
			actions.quote(deal.name, yesterday())

	def test_an_ordered_deal_is_not_quoted(self):
		with self.assertSaysWhy("A quotation is given before the order; the deal is Ordered"):
			actions.quote(self.ordered().name)

	def test_a_quotation_is_not_changed(self):
		version = frappe.get_doc("C4S Quotation Version", actions.quote(self.deal().name))
		version.total_amount = 1
		with self.assertSaysWhy("its rows cannot be changed"):
			version.save()

	def test_a_quotation_of_another_deal_is_not_compared(self):
		deal, other = self.deal(), self.deal()
		with self.assertSaysWhy("belongs to another deal"):
			actions.compare_quotations(deal.name, actions.quote(deal.name), actions.quote(other.name))

	def test_the_print_shows_the_sum_and_no_full_phone(self):
		customer = make_customer("13800138077", store=STORE).name
		deal = self.deal(customer=customer, payment_method="Instalments")
		make_offer("打印方案")
		for language, words in (("zh", "报价单"), ("en", "Your Quotation")):
			frappe.local.lang = language
			self.addCleanup(setattr, frappe.local, "lang", "en")
			page = frappe.get_print("C4S Quotation Version", actions.quote(deal.name), "C4S Quotation")
			for text in (words, "198,800.00", "138****8077", "打印方案"):
				self.assertIn(text, page)
			self.assertNotIn("13800138077", page)


class TestFinance(DealTestCase):
	def test_offers_that_fit_are_worked_out_side_by_side(self):
		make_offer("三年 3.85%", annual_rate=3.85)
		make_offer("别的车型", models=[{"model": make_model("T-OTHER-DEAL").name}])
		make_offer("过期", valid_until=yesterday())
		make_offer("融资租赁", offer_kind="Lease")
		deal = self.deal(payment_method="Instalments")
		rows = [row for row in actions.panels(deal.name)["finance"] if row["offer"] in ("三年 3.85%", "别的车型", "过期", "融资租赁")]
		self.assertEqual(["三年 3.85%"], [row["offer"] for row in rows])
		self.assertEqual((59_640, 139_160), (rows[0]["down_payment"], rows[0]["financed_amount"]))

	def test_the_chosen_offer_is_stored_with_its_figures(self):
		make_offer("两年免息", months=24, annual_rate=0, fee=1500)
		deal = self.deal(payment_method="Instalments")
		actions.choose_finance(deal.name, "两年免息", 78_800)
		deal.reload()
		self.assertEqual((120_000, 24, 5000, 0, 1500), (deal.financed_amount, deal.finance_months, deal.monthly_payment, deal.total_interest, deal.finance_fee))

	def test_a_down_payment_below_the_offer_is_refused(self):
		make_offer("三年 3.85%")
		with self.assertSaysWhy("asks for a down payment of at least .*59,640.00"):
			actions.choose_finance(self.deal(payment_method="Instalments").name, "三年 3.85%", 20_000)

	def test_an_offer_for_others_is_refused(self):
		make_offer("别的车型", models=[{"model": make_model("T-OTHER-DEAL").name}])
		with self.assertSaysWhy("is not for this car, this payment method or this day"):
			self.deal(payment_method="Instalments", finance_offer="别的车型")

	def test_cash_needs_no_offer_and_instalments_do(self):
		with self.assertSaysWhy("Choose the finance offer before the order, or pay cash"):
			actions.order(self.deal(payment_method="Instalments").name)
		self.assertEqual("Ordered", self.ordered().status)

	def test_an_order_keeps_its_terms_when_the_offer_changes(self):
		make_offer("两年免息", months=24, annual_rate=0)
		deal = self.ordered(payment_method="Instalments", finance_offer="两年免息")
		offer = frappe.get_doc("C4S Finance Offer", "两年免息")
		offer.update({"annual_rate": 9, "valid_until": nowdate()}).save()
		deal.update({"remark": "改备注"}).save()
		self.assertEqual((0, 0), (deal.annual_rate, deal.total_interest))

	def test_paying_cash_after_all_forgets_the_offer(self):
		make_offer("两年免息", months=24, annual_rate=0)
		deal = self.deal(payment_method="Instalments", finance_offer="两年免息")
		deal.update({"payment_method": "Cash"}).save()
		self.assertEqual((None, None, 0), (deal.finance_offer, deal.finance_provider, deal.down_payment))


class TestOrder(DealTestCase):
	def test_an_order_has_its_time_and_wins_the_lead(self):
		lead = make_lead(dealership=STORE)
		deal = self.ordered(lead=lead.name)
		self.assertEqual(getdate(), getdate(deal.ordered_on))
		self.assertEqual(("Won", self.customer), tuple(frappe.db.get_value("C4S Lead", lead.name, ["status", "customer"])))

	def test_an_order_needs_price_promise_and_deposit(self):
		model = make_model("T-NO-PRICE", guide_price=0).name
		with self.assertSaysWhy("An order needs the list price of the car"):
			self.ordered(model=model)
		with self.assertSaysWhy("Enter in Promised On when the customer gets the car"):
			self.ordered(promised_on=None)
		deal = self.deal(agreed_deposit=5000)
		pay(deal, 4999.99, "Deposit")
		with self.assertSaysWhy("The agreed deposit is .*5,000.00, but only .*4,999.99 has been received"):
			actions.order(deal.name)
		pay(deal, 0.01, "Deposit")
		self.assertEqual("Ordered", order(deal).status)

	def test_a_deal_is_not_delivered_out_of_a_quotation(self):
		with self.assertSaysWhy("you cannot take this deal to Delivered|cannot become Delivered"):
			actions.deliver(self.deal().name)

	def test_a_lead_of_another_store_or_customer_is_refused(self):
		with self.assertSaysWhy("belongs to another store"):
			self.deal(lead=make_lead(dealership=make_dealership("DEAL-2").name).name)
		with self.assertSaysWhy("is about another customer"):
			self.deal(lead=make_lead(dealership=STORE, customer=make_customer(store=STORE).name).name)

	def test_nothing_is_promised_into_the_past(self):
		with self.assertSaysWhy("Promised On must not lie in the past"):
			self.deal(promised_on=yesterday())

	def test_an_ordered_deal_is_not_deleted(self):
		with self.assertSaysWhy("An ordered deal is cancelled, not deleted"):
			self.ordered().delete()

	def test_the_wrong_role_does_not_order(self):
		deal = self.deal()
		with as_user(make_user("Receptionist", [STORE])), self.assertRaises(frappe.PermissionError):
			actions.order(deal.name)
		self.assertEqual("Quoted", fresh(deal).status)


class TestWaiting(DealTestCase):
	def test_a_promise_moves_with_its_reason_only(self):
		deal = self.ordered()
		first, later = deal.promised_on, getdate(add_days(nowdate(), 20))
		deal.promised_on = later
		with self.assertSaysWhy("move the promise with its button, which asks why"):
			deal.save()
		with self.assertSaysWhy("Say why the promised day is moved"):
			actions.move_promise(deal.name, str(later), " ")
		actions.move_promise(deal.name, str(later), "船期延误", True)
		row = fresh(deal).promises[0]
		self.assertEqual((later, first, later, "船期延误", 1), (deal.promised_on, row.promised_before, row.promised_on, row.reason, row.customer_informed))
		self.assertEqual("Administrator", row.moved_by)

	def test_the_customer_hears_from_us_by_the_interval_of_the_settings(self):
		change_settings(waiting_care_days=5)
		deal = self.ordered()
		self.assertEqual(getdate(add_days(nowdate(), 5)), getdate(deal.next_care_on))
		actions.log_care(deal.name, "Phone", "车已在途", next_care_on=add_days(nowdate(), 2))
		self.assertEqual(getdate(add_days(nowdate(), 2)), getdate(fresh(deal).next_care_on))
		actions.log_care(deal.name, "WeChat", "到店照片")
		self.assertEqual(getdate(add_days(nowdate(), 5)), getdate(fresh(deal).next_care_on))

	def test_care_has_a_possible_time(self):
		deal = self.ordered()
		with self.assertSaysWhy("A contact is entered after it took place"):
			actions.log_care(deal.name, "Phone", "明天", str(now_datetime() + timedelta(hours=2)))
		with self.assertSaysWhy("The contact must not be before the order"):
			actions.log_care(deal.name, "Phone", "昨天", f"{yesterday()} 10:00:00")

	def test_a_quoted_deal_does_not_wait(self):
		deal = self.deal()
		self.assertIsNone(deal.next_care_on)
		with self.assertSaysWhy("Care during the wait is for ordered deals; this one is Quoted"):
			actions.log_care(deal.name, "Phone", "早")


class TestPayments(DealTestCase):
	def test_what_is_paid_lowers_the_balance(self):
		deal = pay(pay(self.deal(), 5000, "Deposit"), 100_000.5)
		self.assertEqual((105_000.5, 93_799.5, ["Deposit", "Payment"]), (deal.paid_amount, deal.balance_due, [row.kind for row in deal.payments]))

	def test_not_more_than_is_due_and_not_less_than_a_cent(self):
		deal = self.deal()
		with self.assertSaysWhy("198,800.01 is more than the .*198,800.00 that are due"):
			pay(deal, PRICE + 0.01)
		for amount in (0, -5):
			with self.assertSaysWhy("Amount must be more than 0; money that goes back is a refund"):
				pay(deal, amount)

	def test_not_more_goes_back_than_was_received(self):
		deal = pay(self.deal(), 5000, "Deposit")
		with self.assertSaysWhy("5,000.01 is more than the .*5,000.00 that can go back"):
			pay(deal, 5000.01, "Refund")
		self.assertEqual((0, PRICE), (pay(deal, 5000, "Refund").paid_amount, deal.balance_due))

	def test_a_trade_in_above_the_price_is_paid_out(self):
		deal = self.deal(trade_in_value=PRICE + 1000)
		self.assertEqual((0, 1000), (deal.balance_due, deal.refund_due))
		self.assertEqual(0, pay(deal, 1000, "Refund").refund_due)

	def test_money_is_not_received_in_the_future_nor_before_the_deal(self):
		deal = self.deal()
		with self.assertSaysWhy("Paid On must not lie in the future"):
			pay(deal, 1, paid_on=str(now_datetime() + timedelta(hours=1)))
		with self.assertSaysWhy("Paid On must not be before the deal was entered"):
			pay(deal, 1, paid_on=f"{yesterday()} 10:00:00")

	def test_an_unknown_kind_or_method_is_refused_with_the_choices(self):
		with self.assertSaysWhy("Paid By must be one of: Bank Transfer, Card, "):
			pay(self.deal(), 1, method="Shells")
		with self.assertSaysWhy("Kind must be one of: Deposit, Payment, Refund"):
			pay(self.deal(), 1, "Gift")

	def test_a_recorded_payment_does_not_change(self):
		deal = pay(self.deal(), 5000, "Deposit")
		deal.payments[0].amount = 1
		deal.save()
		deal.set("payments", [])
		deal.save()
		self.assertEqual((5000, 5000), (fresh(deal).payments[0].amount, deal.paid_amount))

	def test_a_deal_with_money_is_not_deleted(self):
		with self.assertSaysWhy("A deal for which money was received cannot be deleted"):
			pay(self.deal(), 5000, "Deposit").delete()


class TestAllocation(DealTestCase):
	def test_a_car_goes_to_the_deal_through_the_stock_log(self):
		car = make_car()
		deal = allocate(self.ordered(), car)
		movement = frappe.get_last_doc("C4S Stock Movement", {"vehicle": car.name})
		self.assertEqual((car.name, car.vin, 180_000), (deal.vehicle, deal.vin, deal.vehicle_cost))
		self.assertEqual(("Allocated", deal.name), (movement.movement, movement.reference))
		self.assertEqual("Allocated", fresh(car).status)

	def test_the_vin_names_the_car_as_well(self):
		car, deal = make_car(), self.ordered()
		actions.allocate(deal.name, vin=f" {car.vin.lower()}")
		self.assertEqual(car.name, fresh(deal).vehicle)

	def test_a_car_is_not_sold_twice(self):
		car = make_car()
		first = allocate(self.ordered(), car)
		with self.assertSaysWhy(f"is taken: it is allocated to deal .*{first.name}", CarTakenError):
			allocate(self.ordered(), car)

	def test_the_database_knows_one_active_allocation(self):
		first, second = allocate(self.ordered()), self.ordered()
		with self.assertRaises(frappe.db.IntegrityError if hasattr(frappe.db, "IntegrityError") else Exception):
			frappe.db.set_value("C4S Deal", second.name, "allocation_key", first.vehicle)

	def test_a_second_click_changes_nothing(self):
		car = make_car()
		deal = allocate(allocate(self.ordered(), car), car)
		self.assertEqual(1, frappe.db.count("C4S Stock Movement", {"vehicle": car.name, "movement": "Allocated"}))
		self.assertEqual(car.name, deal.vehicle)

	def test_unknown_and_invisible_cars_are_refused_alike(self):
		deal, elsewhere = self.ordered(), make_car(dealership=make_dealership("DEAL-2").name)
		with self.assertSaysWhy("No car of your store is known as .*LTVBA42E5S9999999|VIN", frappe.ValidationError):
			actions.allocate(deal.name, vin="LTVBA42E5S9999999")
		with as_user(make_user("Sales Consultant", [STORE])):
			for vin in (elsewhere.vin, "LSVAM4187C2184847"):
				with self.assertSaysWhy(f"No car of your store is known as .*{vin}"):
					actions.allocate(deal.name, vin=vin)

	def test_another_model_or_store_is_refused(self):
		deal = self.ordered()
		with self.assertSaysWhy("is not the model that was ordered"):
			allocate(deal, make_car(model=make_model("T-OTHER-DEAL").name))
		with self.assertSaysWhy("stands at another store; have it transferred first"):
			allocate(deal, make_car(dealership=make_dealership("DEAL-2").name))

	def test_only_a_car_in_stock_is_allocated_and_only_to_an_order(self):
		with self.assertSaysWhy("is In Use; only a car that is In Stock can be allocated", CarTakenError):
			allocate(self.ordered(), make_car(entered_as="In Use"))
		with self.assertSaysWhy("A car is allocated to an ordered deal; this one is Quoted"):
			allocate(self.deal())

	def test_a_used_car_comes_out_of_used_stock(self):
		deal = self.ordered(deal_kind="Used Car")
		with self.assertSaysWhy("only a car that is Used Stock can be allocated"):
			allocate(deal)
		self.assertEqual("Allocated", frappe.db.get_value("C4S Vehicle", allocate(deal, make_car(entered_as="Used Stock")).vehicle, "status"))

	def test_a_released_car_can_be_sold_to_another(self):
		car = make_car()
		deal = allocate(self.ordered(), car)
		with self.assertSaysWhy("Say why the car is released"):
			actions.release_car(deal.name, "")
		actions.release_car(deal.name, "客户换颜色")
		deal.reload()
		self.assertEqual((None, None, 0, "In Stock"), (deal.vehicle, deal.vin, deal.vehicle_cost, fresh(car).status))
		self.assertEqual(car.name, allocate(self.ordered(), car).vehicle)

	def test_the_model_does_not_change_under_an_allocated_car(self):
		deal = allocate(self.ordered())
		deal.model = make_model("T-OTHER-DEAL").name
		with self.assertSaysWhy("Release the allocated car before you change Model"):
			deal.save()

	def test_the_list_offers_cars_of_the_store_in_the_wanted_colours_first(self):
		old, red = make_car(arrived_on="2026-01-05"), make_car(arrived_on="2026-06-01", exterior_colour="红")
		make_car(dealership=make_dealership("DEAL-2").name)
		deal = self.ordered(exterior_colour="红")
		self.assertEqual([red.name, old.name], [car.name for car in actions.cars_to_allocate(deal.name)])


class TestChecklists(DealTestCase):
	def setUp(self):
		super().setUp()
		self.car = make_car()
		self.allocated = allocate(self.ordered(), self.car)

	def begin(self, kind: str = "PDI"):
		actions.begin_checklist(self.allocated.name, kind)
		return fresh(self.allocated)

	def test_a_checklist_is_a_copy_of_the_template_that_says_most(self):
		self.assertEqual("PDI 通用", self.begin().pdi_template)
		self.assertEqual(len(frappe.get_doc("C4S Checklist Template", "PDI 通用").items), len(self.allocated.pdi_items))
		self.begin()
		self.assertEqual(len(frappe.get_doc("C4S Checklist Template", "PDI 通用").items), len(self.allocated.pdi_items))

	def test_it_is_signed_when_every_mandatory_point_has_a_result_and_none_is_not_ok(self):
		deal = self.begin()
		first = deal.pdi_items[0]
		with self.assertSaysWhy(f"Without a result: {first.item}"):
			actions.fill_checklist(deal.name, "PDI", [], SIGNATURE)
		rest = [{"name": row.name, "result": "OK"} for row in deal.pdi_items[1:]]
		with self.assertSaysWhy(f"Say in the remark what is not OK: {first.item}"):
			actions.fill_checklist(deal.name, "PDI", [{"name": first.name, "result": "Not OK"}, *rest], SIGNATURE)
		with self.assertSaysWhy(f"Not OK, so it cannot be signed yet: {first.item}"):
			actions.fill_checklist(deal.name, "PDI", [{"name": first.name, "result": "Not OK", "remark": "缺合格证"}, *rest], SIGNATURE)
		actions.fill_checklist(deal.name, "PDI", [{"name": first.name, "result": "OK"}, *rest], SIGNATURE)
		deal.reload()
		self.assertEqual((SIGNATURE, "Administrator"), (deal.pdi_signature, deal.pdi_signed_by))

	def test_a_signed_checklist_is_frozen(self):
		deal = sign(self.allocated, "PDI")
		with self.assertSaysWhy("The checklist is signed and does not change any more"):
			actions.fill_checklist(deal.name, "PDI", [{"name": deal.pdi_items[0].name, "result": "Not OK"}])
		deal.pdi_items[0].result = "Not OK"
		deal.save()
		self.assertEqual("OK", fresh(deal).pdi_items[0].result)

	def test_a_technician_inspects_without_writing_the_deal(self):
		with as_user(make_user("Technician", [STORE])):
			self.assertFalse(frappe.has_permission("C4S Deal", "write", self.allocated.name))
			sign(self.allocated, "PDI")
			with self.assertRaises(frappe.PermissionError):
				actions.begin_checklist(self.allocated.name, "Delivery")
		self.assertTrue(fresh(self.allocated).pdi_signed_on)

	def test_another_car_is_inspected_anew(self):
		sign(self.allocated, "PDI")
		actions.release_car(self.allocated.name, "漆面瑕疵")
		self.allocated.reload()
		self.assertEqual(([], None, None), (self.allocated.pdi_items, self.allocated.pdi_signed_on, self.allocated.pdi_signature))

	def test_there_is_no_checklist_without_a_car(self):
		with self.assertSaysWhy("Allocate the car first"):
			actions.begin_checklist(self.ordered().name, "PDI")

	def test_a_stranger_point_and_an_unknown_kind_are_refused(self):
		deal = self.begin()
		with self.assertSaysWhy("A point of the checklist is not known; open the deal again"):
			actions.fill_checklist(deal.name, "PDI", [{"name": "nobody", "result": "OK"}])
		with self.assertSaysWhy("Kind must be one of: PDI, "):
			actions.begin_checklist(deal.name, "Party")


class TestDelivery(DealTestCase):
	def test_everything_that_is_missing_is_named_at_once(self):
		deal = self.ordered()
		add_service(deal, "Insurance")
		bring_before(deal, "Delivered")
		with self.assertRaises(DeliveryRefusedError) as refused:
			actions.deliver(deal.name)
		for sentence in (
			*("No car is allocated", "The pre-delivery inspection is not signed", "198,800.00 are still due"),
			*("The delivery checklist is not signed by the customer", "Services not finished: Insurance"),
		):
			self.assertIn(sentence, str(refused.exception))
		self.assertEqual("Ordered", fresh(deal).status)

	def test_delivery_makes_owner_warranty_and_stock_log(self):
		deal = deliver(make_deliverable_deal(customer=self.customer))
		car = frappe.get_doc("C4S Vehicle", deal.vehicle)
		today = getdate()
		self.assertEqual(("Delivered", self.customer, today), (car.status, car.current_owner, getdate(car.delivered_on)))
		self.assertEqual(today.replace(year=today.year + 3), getdate(car.warranty_until))
		self.assertEqual(("Delivered", today), (deal.status, getdate(deal.delivered_on)))

	def test_one_call_three_days_later_and_only_one(self):
		deal = deliver(make_deliverable_deal(customer=self.customer))
		actions.deliver(deal.name)
		deal.update({"remark": "再保存一次"}).save()
		tasks = frappe.get_all("ToDo", {"reference_type": "C4S Deal", "reference_name": deal.name}, ["name", "date", "allocated_to"])
		self.assertEqual([(deal.follow_up_task, getdate(add_days(nowdate(), 3)), "Administrator")], [(task.name, task.date, task.allocated_to) for task in tasks])
		self.assertEqual(1, frappe.db.count("C4S Stock Movement", {"vehicle": deal.vehicle, "movement": "Delivered"}))

	def test_the_lead_is_won_at_the_latest_when_the_car_goes(self):
		lead = make_lead(dealership=STORE).name
		deal = make_deliverable_deal(customer=self.customer)
		frappe.db.set_value("C4S Deal", deal.name, "lead", lead)
		deliver(fresh(deal))
		self.assertEqual("Won", frappe.db.get_value("C4S Lead", lead, "status"))

	def test_a_used_car_is_resold(self):
		seller = make_customer(store=STORE).name
		car = make_vehicle(current_owner=seller, dealership=STORE, entered_as="In Use")
		for movement in ("Traded In", "Taken Into Used Stock"):
			frappe.get_doc({"doctype": "C4S Stock Movement", "vehicle": car.name, "movement": movement}).insert()
		deal = allocate(self.ordered(deal_kind="Used Car"), car)
		pay(deal, deal.balance_due)
		sign(sign(deal, "PDI"), "Delivery")
		deliver(bring_before(deal, "Delivered"))
		self.assertEqual(("Resold", self.customer), tuple(frappe.db.get_value("C4S Vehicle", car.name, ["status", "current_owner"])))

	def test_a_manager_lets_an_unpaid_car_go_with_a_reason(self):
		deal = allocate(self.ordered())
		pay(deal, PRICE - 20_000)
		sign(sign(deal, "PDI"), "Delivery")
		with as_user(make_user("Sales Consultant", [STORE])), self.assertSaysWhy("Only a manager lets a car go that is not paid", frappe.PermissionError):
			actions.allow_balance(deal.name, "熟客")
		with as_user(make_user("Sales Manager", [STORE])):
			with self.assertSaysWhy("Say why the car may go before it is paid"):
				actions.allow_balance(deal.name, " ")
			actions.allow_balance(deal.name, "银行放款三日内到账")
		deal = deliver(bring_before(deal, "Delivered"))
		self.assertEqual(("Delivered", 20_000, 20_000), (deal.status, deal.balance_due, deal.balance_exception_amount))
		self.assertEqual(0, pay(deal, 20_000).balance_due)

	def test_more_due_than_was_allowed_stops_the_delivery(self):
		deal = allocate(self.ordered())
		pay(deal, PRICE - 20_000)
		actions.allow_balance(deal.name, "银行放款")
		add_service(deal, "Errand", charged_amount=0.01)
		sign(sign(deal, "PDI"), "Delivery")
		bring_before(deal, "Delivered")
		with self.assertSaysWhy("20,000.01 are still due", DeliveryRefusedError):
			actions.deliver(deal.name)

	def test_what_was_agreed_does_not_change_after_delivery(self):
		deal = deliver(make_deliverable_deal(customer=self.customer))
		for change, label in (({"discount_amount": 1}, "Discount"), ({"customer": make_customer(store=STORE).name}, "Customer"), ({"list_price": PRICE + 1}, "List Price")):
			fresh(deal).update(change)
			with self.assertSaysWhy(f"{label} cannot change any more: the deal is Delivered"):
				deal.save()
		fresh(deal).append("items", {"item_name": "贴膜", "quantity": 1, "unit_price": 1})
		with self.assertSaysWhy("The items cannot change any more"):
			deal.save()

	def test_a_delivered_deal_is_not_cancelled(self):
		deal = deliver(make_deliverable_deal(customer=self.customer))
		with self.assertSaysWhy("you cannot take this deal to Cancelled|A deal that is Delivered cannot become Cancelled"):
			actions.cancel(deal.name, "Price Too High")


class TestCancellation(DealTestCase):
	def test_a_cancelled_deal_frees_the_car(self):
		car = make_car()
		deal = allocate(self.ordered(), car)
		actions.cancel(deal.name, "Purchase Postponed", "家中有变")
		deal.reload()
		self.assertEqual(("Cancelled", None, "In Stock"), (deal.status, deal.vehicle, fresh(car).status))
		self.assertEqual(getdate(), getdate(deal.cancelled_on))
		self.assertEqual(car.name, allocate(self.ordered(), car).vehicle)

	def test_it_says_why_and_what_becomes_of_the_deposit(self):
		deal = pay(self.deal(agreed_deposit=5000), 5000, "Deposit")
		with self.assertSaysWhy("Say why the deal is cancelled"):
			actions.cancel(deal.name, "")
		with self.assertSaysWhy("Say in Deposit what becomes of the .*5,000.00 that were received"):
			actions.cancel(deal.name, "Price Too High")
		actions.cancel(deal.name, "Price Too High", deposit_handling="Paid Back")
		self.assertEqual((5000, 0), (fresh(deal).refund_due, deal.balance_due))
		with self.assertSaysWhy("The deal is cancelled; money goes only back"):
			pay(deal, 1)
		self.assertEqual((0, 0), (pay(deal, 5000, "Refund").refund_due, deal.paid_amount))

	def test_a_deposit_that_is_kept_is_not_due_back(self):
		deal = pay(self.deal(), 5000, "Deposit")
		actions.cancel(deal.name, "Price Too High", deposit_handling="Kept by Agreement")
		self.assertEqual((0, 0, 5000), (fresh(deal).refund_due, deal.balance_due, deal.paid_amount))

	def test_a_cancelled_deal_can_be_quoted_again(self):
		deal = self.ordered()
		actions.cancel(deal.name, "Purchase Postponed")
		actions.reopen(deal.name)
		deal.reload()
		self.assertEqual(("Quoted", None, None, None), (deal.status, deal.ordered_on, deal.cancelled_on, deal.cancellation_reason))


class TestDealsOfStores(DealingTests, FrappeTestCase):
	doctype = "C4S Deal"
	role = "Sales Consultant"

	def make_document_of(self, store, **values):
		return make_deal(dealership=store, **values)

	def test_a_technician_of_another_store_inspects_nothing_that_is_shared(self):
		change_settings(stores_share_dealings=1)
		deal = self.make_dealing_elsewhere(self.own)
		with as_user(make_user("Technician", [self.own])):
			self.assertTrue(frappe.has_permission("C4S Deal", "read", deal.name))
			with self.assertRaises(frappe.PermissionError):
				actions.begin_checklist(deal.name, "PDI")

	def test_every_action_is_refused_for_a_deal_of_another_store(self):
		deal = make_deal(dealership=self.other).name
		calls = {
			"panels": (),
			"quote": (),
			"compare_quotations": ("x", "y"),
			"approve_discount": (),
			"choose_finance": (),
			"order": (),
			"cancel": ("Price Too High",),
			"reopen": (),
			"record_payment": ("Payment", 1, "Cash"),
			"move_promise": (nowdate(), "x"),
			"log_care": ("Phone", "x"),
			"log_follow_up": ("Phone", "All Well", "x"),
			"cars_to_allocate": (),
			"allocate": ("x",),
			"release_car": ("x",),
			"begin_checklist": ("PDI",),
			"fill_checklist": ("PDI", []),
			"allow_balance": ("x",),
			"deliver": (),
		}
		public = {name for name in dir(actions) if getattr(actions, name) in frappe.whitelisted}
		self.assertEqual(public, set(calls))
		with as_user(self.user):
			for name, arguments in calls.items():
				with self.subTest(name), self.assertRaises((frappe.PermissionError, frappe.DoesNotExistError)):
					getattr(actions, name)(deal, *arguments)

	def test_a_quotation_of_another_store_is_neither_listed_nor_read(self):
		version = actions.quote(make_deal(dealership=self.other).name)
		own = actions.quote(make_deal(dealership=self.own).name)
		with as_user(self.user):
			self.assertEqual([own], frappe.get_list("C4S Quotation Version", pluck="name"))
			self.assertFalse(frappe.has_permission("C4S Quotation Version", "read", version))
