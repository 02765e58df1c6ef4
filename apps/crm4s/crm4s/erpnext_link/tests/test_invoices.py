"""From the settled visit to the paid invoice, and back."""

import frappe
from frappe.utils import flt

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_service_visit.test_c4s_service_visit import item, make_part, make_service_visit, settle
from crm4s.erpnext_link import following, invoices, pairs, running
from crm4s.erpnext_link.tests.site import STORE, LinkTestCase, make_their_customer
from crm4s.tests.processes import bring_to

PHONE = "+8613800138078"


def always() -> bool:
	return True


class InvoicesTestCase(LinkTestCase):
	def visit(self, *rows: dict, **overrides):
		customer = make_customer(PHONE, STORE).name
		return settle(make_service_visit(dealership=STORE, customer=customer, items=list(rows) or [item()], **overrides))

	def invoice(self, visit):
		self.make(visit)
		return self.invoice_of(visit)

	def make(self, visit):
		with running.acting_as(self.plan.user):
			invoices.make([visit.name], self.plan)

	def invoice_of(self, visit, payer: str = "Customer"):
		return frappe.get_doc("Sales Invoice", self.pair_of(visit, payer).their_document)

	def pair_of(self, visit, payer: str = "Customer"):
		return pairs.of_ours("C4S Service Visit", [visit.name], "Sales Invoice", payer).get(visit.name)

	def follow(self, visit):
		with running.acting_as(self.plan.user):
			following.follow(self.plan, always)
		visit.reload()
		return visit.payment_state, flt(visit.outstanding_amount)

	def pay(self, invoice, amount: float):
		entry = frappe.get_attr("erpnext.accounts.doctype.payment_entry.payment_entry.get_payment_entry")("Sales Invoice", invoice.name)
		account = frappe.get_all("Account", {"company": self.company, "account_type": "Cash", "is_group": 0}, pluck="name")[0]
		entry.update({"paid_to": account, "paid_amount": amount, "received_amount": amount, "reference_no": "1", "reference_date": entry.posting_date})
		entry.references[0].allocated_amount = amount
		entry.insert()
		entry.submit()
		return entry

	def warehouse(self) -> str:
		return frappe.get_all("Warehouse", {"company": self.company, "is_group": 0, "warehouse_name": "Stores"}, pluck="name")[0]

	def put_into_stock(self, item_code: str, quantity: float, rate: float):
		row = {"item_code": item_code, "qty": quantity, "basic_rate": rate, "t_warehouse": self.warehouse()}
		entry = {"doctype": "Stock Entry", "stock_entry_type": "Material Receipt", "company": self.company, "items": [row]}
		stock = frappe.get_doc(entry)
		stock.update({"set_posting_time": 1, "posting_date": frappe.utils.add_days(None, -3), "posting_time": "08:00:00"})
		stock.insert().submit()


class TestMaking(InvoicesTestCase):
	def test_labour_parts_and_discount_come_to_what_the_customer_pays(self):
		part = make_part("ERP-OIL", 50, 30)
		visit = self.visit(item(), item("Part", part=part, item_name="机油滤清器", quantity=2, unit_price=50, discount_amount=10))
		invoice = self.invoice(visit)
		self.assertEqual(("张伟", self.company, 0, 0), (invoice.customer_name, invoice.company, invoice.docstatus, invoice.update_stock))
		self.assertEqual(["LABOUR", "ERP-OIL"], [line.item_code for line in invoice.items])
		self.assertEqual((390.0, 10.0, visit.customer_amount), (invoice.grand_total, invoice.discount_amount, invoice.grand_total))
		self.assertIn(visit.name, invoice.remarks)
		comment = frappe.get_all("Comment", {"reference_name": invoice.name, "comment_type": "Info"}, pluck="content")
		self.assertIn(visit.name, comment[0])
		self.assertEqual(self.plan.user, invoice.owner)

	def test_the_tax_template_of_the_store_is_on_it(self):
		template = frappe.get_all("Sales Taxes and Charges Template", {"company": self.company}, pluck="name")[0]
		self.set_up(stores=[self.store_row(tax_template=template)])
		invoice = self.invoice(self.visit())
		self.assertEqual(template, invoice.taxes_and_charges)
		self.assertEqual(len(frappe.get_doc("Sales Taxes and Charges Template", template).taxes), len(invoice.taxes))
		self.assertGreater(invoice.total_taxes_and_charges, 0)

	def test_each_payer_has_an_invoice(self):
		maker = make_their_customer("Manufacturer", customer_type="Company", customer_group="Commercial").name
		self.set_up(payers=[{"payer": "Warranty", "their_customer": maker}])
		visit = self.visit(item(), item(payer="Warranty", unit_price=200), item(payer="Internal", unit_price=90))
		self.make(visit)
		self.assertEqual(("张伟", 300.0), (self.invoice_of(visit).customer, self.invoice_of(visit).grand_total))
		self.assertEqual((maker, 200.0), (self.invoice_of(visit, "Warranty").customer, self.invoice_of(visit, "Warranty").grand_total))
		self.assertIsNone(self.pair_of(visit, "Internal"))

	def test_a_payer_without_customer_is_refused_in_a_sentence_and_tried_again(self):
		visit = self.visit(item(payer="Warranty"))
		self.make(visit)
		self.assertIn("No customer of ERPNext pays for Warranty", self.pair_of(visit, "Warranty").problem)
		maker = make_their_customer("Manufacturer", customer_type="Company", customer_group="Commercial").name
		self.set_up(payers=[{"payer": "Warranty", "their_customer": maker}])
		self.make(visit)
		self.assertEqual((maker, None), (self.invoice_of(visit, "Warranty").customer, self.pair_of(visit, "Warranty").problem))

	def test_a_second_look_makes_no_second_invoice(self):
		visit = self.visit()
		first = self.invoice(visit)
		self.make(visit)
		self.assertEqual([first.name], frappe.get_all("Sales Invoice", {"remarks": ["like", f"%{visit.name}%"]}, pluck="name"))

	def test_the_clock_finds_what_was_settled_and_not_what_was_before_or_elsewhere(self):
		visit, elsewhere = self.visit(), settle(make_service_visit(dealership=STORE))
		frappe.db.set_value("C4S Service Visit", elsewhere.name, "external_key", "DMS:1")
		found = self.found_by(invoices)
		self.assertEqual([True, False], [one.name in found for one in (visit, elsewhere)])
		self.set_up(invoices_from=frappe.utils.add_days(None, 1))
		self.assertNotIn(visit.name, self.found_by(invoices))

	def test_submitted_where_the_settings_say_so_with_parts_from_the_stores_stock(self):
		self.set_up(submit_invoices=1, stores=[self.store_row(warehouse=self.warehouse())])
		part = make_part("ERP-PAD", 80, 30)
		visit = self.visit(item(), item("Part", part=part, item_name="刹车片", quantity=2, unit_price=80))
		self.make(visit)
		self.assertTrue(self.pair_of(visit).problem)
		self.put_into_stock(frappe.get_doc({"doctype": "Item", "item_code": part, "item_group": "Products", "stock_uom": "Nos"}).insert().name, 10, 42)
		self.make(visit)
		invoice = self.invoice_of(visit)
		self.assertEqual((1, 460.0), (invoice.docstatus, invoice.outstanding_amount))
		left = frappe.db.get_value("Bin", {"item_code": part, "warehouse": self.warehouse()}, "actual_qty")
		self.assertEqual(8, left)
		self.follow(visit)
		self.assertEqual((42.0, 84.0, 376.0), (visit.items[1].unit_cost, visit.cost_amount, visit.margin))
		self.assertEqual("Settled", visit.status)


class TestFollowing(InvoicesTestCase):
	def setUp(self):
		super().setUp()
		self.set_up(submit_invoices=1)
		self.settled = self.visit()
		self.sent = self.invoice(self.settled)

	def test_open_then_partly_then_wholly_paid_then_the_payment_is_cancelled(self):
		self.assertEqual(("Unpaid", 300.0), self.follow(self.settled))
		self.pay(self.sent, 100)
		self.assertEqual(("Partly Paid", 200.0), self.follow(self.settled))
		rest = self.pay(self.sent, 200)
		self.assertEqual(("Paid", 0.0), self.follow(self.settled))
		rest.reload()
		rest.cancel()
		self.assertEqual(("Partly Paid", 200.0), self.follow(self.settled))

	def test_what_is_known_is_not_asked_again(self):
		self.follow(self.settled)
		self.assertEqual(set(), following._paid_or_credited())

	def test_cancelled_and_amended(self):
		self.sent.cancel()
		self.assertEqual(("Cancelled", 0.0), self.follow(self.settled))
		newer = frappe.copy_doc(self.sent)
		newer.update({"amended_from": self.sent.name, "docstatus": 0, "set_posting_time": 1})
		newer.items[0].rate = 250
		newer.insert()
		newer.submit()
		self.assertEqual(("Unpaid", 250.0), self.follow(self.settled))
		self.assertEqual(newer.name, self.pair_of(self.settled).their_document)

	def test_a_visit_that_is_settled_anew_waits_until_its_invoice_is_cancelled(self):
		self.follow(self.settled)
		anew = bring_to(self.settled, "Open")
		anew.items[0].unit_price = 200
		anew.save()
		anew = settle(anew, hours=0.5)
		self.make(anew)
		self.assertIn(f"cancel invoice {self.sent.name}", self.pair_of(anew).problem)
		self.sent.reload()
		self.sent.cancel()
		self.follow(anew)
		self.make(anew)
		newer = self.invoice_of(anew)
		self.assertEqual((self.sent.name, 200.0, None), (newer.amended_from, newer.grand_total, self.pair_of(anew).problem))

	def test_a_credit_note_over_all_of_it(self):
		back = frappe.get_attr("erpnext.controllers.sales_and_purchase_return.make_return_doc")("Sales Invoice", self.sent.name)
		back.update_outstanding_for_self = 0
		back.insert()
		back.submit()
		self.assertEqual(("Credited", 0.0), self.follow(self.settled))

	def credit(self, amount: float, **changes):
		back = frappe.get_attr("erpnext.controllers.sales_and_purchase_return.make_return_doc")("Sales Invoice", self.sent.name)
		back.update(changes)
		back.items[0].rate = amount
		back.insert()
		back.submit()

	def test_a_credit_note_over_a_part_before_and_after_it_is_paid(self):
		self.credit(100)
		self.assertEqual(("Unpaid", 200.0), self.follow(self.settled))
		self.pay(self.sent, 300)
		self.assertEqual(("Paid", -100.0), self.follow(self.settled))
		self.assertEqual(200.0, self.pair_of(self.settled).amount)

	def test_a_credit_note_that_is_set_off_at_once(self):
		self.credit(100, update_outstanding_for_self=0)
		self.assertEqual(("Unpaid", 200.0), self.follow(self.settled))
		self.pay(self.sent, 200)
		self.assertEqual(("Paid", 0.0), self.follow(self.settled))

	def test_a_draft_that_a_person_deletes(self):
		self.set_up(submit_invoices=0)
		visit = settle(make_service_visit(dealership=STORE, customer=self.settled.customer, items=[item()]))
		frappe.delete_doc("Sales Invoice", self.invoice(visit).name)
		self.follow(visit)
		self.assertEqual(("Deleted", None), tuple(self.pair_of(visit)[field] for field in ("their_status", "their_document")))

	def test_a_form_of_before_takes_nothing_back(self):
		before = frappe.get_doc("C4S Service Visit", self.settled.name)
		self.follow(self.settled)
		before.modified = self.settled.modified
		before.save()
		self.settled.reload()
		self.assertEqual("Unpaid", self.settled.payment_state)
