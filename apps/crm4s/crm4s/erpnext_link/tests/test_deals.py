"""From the order to the paid invoice of a car, and back."""

import frappe
from frappe.utils import add_days, flt

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_deal import actions
from crm4s.crm4s.doctype.c4s_deal.test_c4s_deal import PRICE, add_service, allocate, bring_before, deliver, fresh, make_car, make_deal, order, pay, sign
from crm4s.erpnext_link import deals, following, pairs, running
from crm4s.erpnext_link.tests.site import STORE, LinkTestCase

COST = 171_000


def always() -> bool:
	return True


class DealsTestCase(LinkTestCase):
	def setUp(self):
		super().setUp()
		self.submitting()

	def submitting(self, **overrides):
		"""The settings of a store that trusts the link with all of it."""
		cash = frappe.get_all("Account", {"company": self.company, "account_type": "Cash", "is_group": 0}, pluck="name")[0]
		mode = frappe.get_doc("Mode of Payment", "Cash")
		mode.set("accounts", [{"company": self.company, "default_account": cash}])
		mode.save()
		ways = [{"method": way, "mode_of_payment": "Cash"} for way in ("Cash", "Bank Transfer")]
		values = {"deals_from": "2020-01-01", "submit_orders": 1, "submit_invoices": 1, "submit_payments": 1, "payments_sent": "All", "ways": ways}
		self.set_up(**{**values, "stores": [self.store_row(car_warehouse=self.warehouse())], **overrides})

	def warehouse(self) -> str:
		return frappe.get_all("Warehouse", {"company": self.company, "is_group": 0, "warehouse_name": "Stores"}, pluck="name")[0]

	def deal(self, **overrides):
		return order(make_deal(dealership=STORE, customer=make_customer(store=STORE).name, **overrides))

	def bring(self, deal):
		with running.acting_as(self.plan.user):
			running.cars.bring_up([deal.vehicle] if deal.vehicle else [], self.plan)
			deals.bring([deal.name], self.plan)
		return fresh(deal)

	def follow(self, deal):
		with running.acting_as(self.plan.user):
			following.follow(self.plan, always)
		fresh(deal)
		return deal.payment_state, flt(deal.outstanding_amount)

	def pair_of(self, deal, their_type: str, part: str = ""):
		return pairs.of_ours("C4S Deal", [deal.name], their_type, part).get(deal.name)

	def there(self, deal, their_type: str, part: str = ""):
		pair = self.pair_of(deal, their_type, part)
		self.assertIsNotNone(pair, their_type)
		self.assertTrue(pair.their_document, pair.problem)
		return frappe.get_doc(their_type, pair.their_document)

	def delivered(self, deal, in_stock: bool = True):
		"""With a car that ERPNext has in its stock, paid and handed over."""
		deal = self.bring(allocate(deal, make_car(dealership=STORE)))
		if in_stock:
			self.put_into_stock(deal)
		pay(deal, deal.balance_due)
		sign(deal, "PDI")
		sign(deal, "Delivery")
		return deliver(bring_before(deal, "Delivered"))

	def put_into_stock(self, deal):
		row = {"item_code": frappe.db.get_value("Serial No", deal.vin, "item_code"), "qty": 1, "basic_rate": COST, "t_warehouse": self.warehouse()}
		row |= {"serial_no": deal.vin, "use_serial_batch_fields": 1}
		stock = frappe.get_doc({"doctype": "Stock Entry", "stock_entry_type": "Material Receipt", "company": self.company, "items": [row]})
		stock.update({"set_posting_time": 1, "posting_date": add_days(None, -3), "posting_time": "08:00:00"})
		stock.insert().submit()

	def give_back(self, invoice, **changes):
		back = frappe.get_attr("erpnext.controllers.sales_and_purchase_return.make_return_doc")("Sales Invoice", invoice.name)
		back.update(changes)
		back.insert()
		back.submit()
		return back


class TestOrder(DealsTestCase):
	def test_the_order_says_what_was_agreed(self):
		deal = self.deal(items=[{"item_name": "脚垫", "quantity": 2, "unit_price": 150}])
		add_service(deal, charged_amount=5_000)
		self.bring(fresh(deal))
		made = self.there(deal, "Sales Order")
		self.assertEqual((1, deal.price_amount, deal.name, self.company), (made.docstatus, made.grand_total, made.po_no, made.company))
		self.assertEqual([deal.model, "ACCESSORY", "ONE-STOP"], [line.item_code for line in made.items])
		self.assertEqual(self.plan.user, made.owner)
		comment = frappe.get_all("Comment", {"reference_name": made.name, "comment_type": "Info"}, pluck="content")
		self.assertIn(deal.name, comment[0])

	def test_a_quotation_is_no_order_and_a_second_look_makes_no_second_one(self):
		quoted = make_deal(dealership=STORE)
		self.bring(quoted)
		self.assertIsNone(self.pair_of(quoted, "Sales Order"))
		deal = self.deal()
		for _ in range(2):
			self.bring(deal)
		self.assertEqual(1, frappe.db.count("Sales Order", {"po_no": deal.name}))

	def test_what_is_agreed_later_amends_a_submitted_order_and_rewrites_a_draft(self):
		for submits in (1, 0):
			self.submitting(submit_orders=submits)
			deal = self.deal()
			self.bring(deal)
			first = self.there(deal, "Sales Order")
			deal.append("items", {"item_name": "脚垫", "quantity": 1, "unit_price": 300})
			deal.save()
			self.bring(deal)
			newer = self.there(deal, "Sales Order")
			self.assertEqual((submits, PRICE + 300), (newer.docstatus, newer.grand_total))
			self.assertEqual(submits, int(newer.name != first.name))
			self.assertEqual(first.name if submits else None, newer.amended_from)

	def test_a_cancelled_deal_cancels_the_order_or_takes_its_draft_away(self):
		for submits in (1, 0):
			self.submitting(submit_orders=submits)
			deal = self.deal()
			self.bring(deal)
			made = self.there(deal, "Sales Order")
			actions.cancel(deal.name, frappe.get_all("C4S Defeat Reason", pluck="name", limit=1)[0])
			self.bring(fresh(deal))
			self.assertEqual(2 if submits else None, frappe.db.get_value("Sales Order", made.name, "docstatus"))
			self.assertEqual("Cancelled" if submits else "Deleted", self.pair_of(deal, "Sales Order").their_status)

	def test_with_a_deposit_on_it_an_order_is_amended_and_cancelled_all_the_same(self):
		deal = pay(self.deal(), 10_000, "Deposit")
		self.bring(deal)
		first = self.there(deal, "Sales Order")
		deal = fresh(deal)
		deal.append("items", {"item_name": "脚垫", "quantity": 1, "unit_price": 300})
		deal.save()
		self.bring(deal)
		newer = self.there(deal, "Sales Order")
		self.assertEqual((first.name, PRICE + 300, None), (newer.amended_from, newer.grand_total, self.pair_of(deal, "Sales Order").problem))
		actions.cancel(deal.name, frappe.get_all("C4S Defeat Reason", pluck="name", limit=1)[0], deposit_handling="Paid Back")
		self.bring(fresh(deal))
		self.assertEqual(("Cancelled", None), tuple(self.pair_of(deal, "Sales Order")[field] for field in ("their_status", "problem")))

	def test_a_draft_that_a_person_deleted_is_not_made_a_second_time(self):
		self.submitting(submit_orders=0)
		deal = self.deal()
		self.bring(deal)
		frappe.delete_doc("Sales Order", self.there(deal, "Sales Order").name)
		self.follow(deal)
		self.assertEqual((None, "Deleted"), tuple(self.pair_of(deal, "Sales Order")[field] for field in ("their_document", "their_status")))

	def test_an_order_that_a_person_cancelled_stays_so_and_his_amendment_takes_over(self):
		deal = self.deal()
		self.bring(deal)
		made = self.there(deal, "Sales Order")
		made.cancel()
		self.follow(deal)
		self.assertEqual((made.name, "Cancelled"), tuple(self.pair_of(deal, "Sales Order")[field] for field in ("their_document", "their_status")))
		newer = frappe.copy_doc(made)
		newer.update({"amended_from": made.name, "docstatus": 0})
		newer.insert()
		self.follow(deal)
		self.assertEqual((newer.name, "Draft"), tuple(self.pair_of(deal, "Sales Order")[field] for field in ("their_document", "their_status")))

	def test_the_clock_finds_ordered_deals_of_linked_stores(self):
		deal, elsewhere, quoted = self.deal(), self.deal(), make_deal(dealership=STORE)
		frappe.db.set_value("C4S Deal", elsewhere.name, "external_key", "DMS:1")
		found = self.found_by(deals)
		self.assertEqual([True, False, False], [one.name in found for one in (deal, elsewhere, quoted)])


class TestPayments(DealsTestCase):
	def test_a_deposit_is_a_payment_against_the_order_once(self):
		deal = pay(self.deal(), 10_000, "Deposit")
		for _ in range(2):
			self.bring(deal)
		entry = self.there(deal, "Payment Entry", deal.payments[0].name)
		made = self.there(deal, "Sales Order")
		self.assertEqual((1, "Receive", 10_000.0), (entry.docstatus, entry.payment_type, entry.paid_amount))
		self.assertEqual([(made.name, 10_000.0)], [(row.reference_name, row.allocated_amount) for row in entry.references])
		self.assertEqual(10_000.0, frappe.db.get_value("Sales Order", made.name, "advance_paid"))

	def test_only_deposits_where_the_settings_say_so(self):
		self.submitting(payments_sent="Deposits")
		deal = pay(pay(self.deal(), 10_000, "Deposit"), 20_000)
		self.bring(deal)
		self.there(deal, "Payment Entry", deal.payments[0].name)
		self.assertIsNone(self.pair_of(deal, "Payment Entry", deal.payments[1].name))

	def test_what_goes_back_is_paid_out(self):
		deal = pay(pay(self.deal(), 10_000, "Deposit"), 4_000, "Refund")
		self.bring(deal)
		entry = self.there(deal, "Payment Entry", deal.payments[1].name)
		self.assertEqual((1, "Pay", 4_000.0), (entry.docstatus, entry.payment_type, entry.paid_amount))

	def test_a_way_without_mode_is_refused_in_a_sentence(self):
		self.submitting(ways=[])
		deal = pay(self.deal(), 10_000, "Deposit")
		self.bring(deal)
		self.assertIn("Bank Transfer has no mode of payment", self.pair_of(deal, "Payment Entry", deal.payments[0].name).problem)


class TestDelivery(DealsTestCase):
	def test_the_car_leaves_the_stock_and_the_invoice_is_paid_by_what_was_received(self):
		deal = pay(self.deal(), 10_000, "Deposit")
		self.bring(deal)
		deal = self.delivered(deal)
		self.bring(deal)
		note, invoice, made = (self.there(deal, kind) for kind in ("Delivery Note", "Sales Invoice", "Sales Order"))
		self.assertEqual((1, deal.vin, made.name), (note.docstatus, note.items[0].serial_no, note.items[0].against_sales_order))
		self.assertEqual("Delivered", frappe.db.get_value("Serial No", deal.vin, "status"))
		self.assertEqual((1, PRICE, note.name, made.name), (invoice.docstatus, invoice.grand_total, invoice.items[0].delivery_note, invoice.items[0].sales_order))
		self.assertEqual(("Paid", 0.0), self.follow(deal))
		self.assertEqual(2, len(invoice.advances))
		self.assertEqual((COST, PRICE - COST, "Delivered"), (deal.vehicle_cost, deal.margin, deal.status))
		self.assertEqual("Completed", self.pair_of(deal, "Sales Order").their_status)

	def test_a_car_that_erpnext_has_not_in_stock_is_refused_and_tried_again(self):
		deal = self.delivered(self.deal(), in_stock=False)
		self.bring(deal)
		self.assertTrue(self.pair_of(deal, "Delivery Note").problem)
		self.assertIsNone(self.pair_of(deal, "Sales Invoice"))
		self.put_into_stock(deal)
		self.bring(deal)
		self.assertIsNone(self.pair_of(deal, "Delivery Note").problem)
		self.assertEqual(1, self.there(deal, "Sales Invoice").docstatus)

	def test_drafts_wait_for_a_person_one_after_the_other(self):
		self.submitting(submit_orders=0)
		deal = self.delivered(self.deal())
		self.bring(deal)
		self.assertIsNone(self.pair_of(deal, "Delivery Note"))
		self.there(deal, "Sales Order").submit()
		self.follow(deal)
		self.assertIsNone(self.pair_of(deal, "Sales Invoice"))
		self.there(deal, "Delivery Note").submit()
		self.follow(deal)
		self.assertEqual(1, self.there(deal, "Sales Invoice").docstatus)

	def test_without_a_warehouse_of_cars_there_is_an_invoice_only(self):
		self.submitting(stores=[self.store_row()])
		deal = self.bring(self.delivered(self.deal(), in_stock=False))
		self.assertIsNone(self.pair_of(deal, "Delivery Note"))
		self.assertEqual(PRICE, self.there(deal, "Sales Invoice").grand_total)

	def test_money_for_another_deal_pays_nothing_of_this_one(self):
		deal = self.deal()
		other = pay(order(make_deal(dealership=STORE, customer=deal.customer)), 5_000, "Deposit")
		self.bring(other)
		self.submitting(payments_sent="None")
		deal = self.bring(self.delivered(deal))
		self.assertEqual(("Unpaid", float(PRICE)), self.follow(deal))

	def test_a_partial_credit_note_then_the_rest(self):
		self.submitting(payments_sent="None")
		deal = self.bring(self.delivered(self.deal(items=[{"item_name": "脚垫", "quantity": 1, "unit_price": 300}])))
		invoice = self.there(deal, "Sales Invoice")
		self.follow(deal)
		mats = frappe.get_attr("erpnext.controllers.sales_and_purchase_return.make_return_doc")("Sales Invoice", invoice.name)
		mats.items = mats.items[1:]
		mats.insert()
		mats.submit()
		self.assertEqual(("Unpaid", float(PRICE)), self.follow(deal))
		self.assertEqual(PRICE, self.pair_of(deal, "Sales Invoice").amount)
