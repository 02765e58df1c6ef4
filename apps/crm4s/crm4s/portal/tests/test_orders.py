"""An order as its customer sees it: the steps, the price, nothing of the store's own."""

import frappe
from frappe.utils import add_days, nowdate

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_deal import actions
from crm4s.crm4s.doctype.c4s_deal.test_c4s_deal import allocate, make_deal, make_ordered_deal, pay
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.portal.frame import money
from crm4s.portal.matters import open_matters
from crm4s.portal.tests.visiting import PortalTestCase, make_viewer


class TestOrders(PortalTestCase):
	def setUp(self):
		super().setUp()
		self.store = make_dealership("DEAL-1").name
		self.viewer = make_viewer(make_customer(store=self.store).name)

	def page(self, deal, who=None):
		return self.get(f"/my/orders/{deal.name}", who or self.viewer)

	def deal(self, make=make_ordered_deal, **overrides):
		return make(customer=self.viewer.customer, dealership=self.store, **overrides)

	def test_an_order_shows_how_far_it_is_and_what_is_paid(self):
		deal = allocate(self.deal())
		pay(deal, 5_000, "Deposit")
		frappe.db.set_value("C4S Deal", deal.name, {"margin": 31_337, "vehicle_cost": 171_717})
		html = self.page(deal).html
		for text in ("已配车", "5,000", "198,800"):
			self.assertIn(text, html)
		for text in ("31,337", "171,717"):
			self.assertNotIn(text, html)
		self.assertEqual([f"/my/orders/{deal.name}"], [matter.path for matter in open_matters(self.viewer)])

	def test_a_discount_has_its_minus_before_the_sign_of_the_currency(self):
		self.assertEqual(f"−{money(7700)}", money(-7700))

	def test_a_moved_delivery_shows_only_what_the_customer_was_told(self):
		deal = self.deal()
		deal.append("promises", {"promised_on": add_days(nowdate(), 20), "reason": "内部排产", "customer_informed": 0})
		deal.append("promises", {"promised_on": add_days(nowdate(), 22), "reason": "海运延误", "customer_informed": 1})
		for row in deal.promises:
			row.db_insert()
		html = self.page(deal).html
		self.assertIn("海运延误", html)
		self.assertNotIn("内部排产", html)

	def test_a_quotation_is_seen_once_it_was_handed_out(self):
		deal = self.deal(make_deal)
		self.assertEqual(404, self.page(deal).status)
		actions.quote(deal.name)
		answer = self.page(deal)
		self.assertEqual(200, answer.status)
		self.assertIn("198,800", answer.html)

	def test_the_quotation_is_a_pdf_for_its_customer(self):
		deal = self.deal()
		self.assertNotIn("paper=", self.page(deal).html)
		self.assertEqual(404, self.get(f"/my/orders/{deal.name}", self.viewer, paper="C4S Quotation").status)
		quoted = self.deal(make_deal)
		actions.quote(quoted.name)
		self.assertIn("paper=C4S+Quotation", self.page(quoted).html)
		answer = self.get(f"/my/orders/{quoted.name}", self.viewer, paper="C4S Quotation")
		self.assertEqual((200, b"%PDF"), (answer.status, answer.data[:4]))
		self.assertEqual(404, self.get(f"/my/orders/{quoted.name}", make_viewer(), paper="C4S Quotation").status)

	def test_another_customers_order_is_not_found(self):
		deal = self.deal()
		self.assertEqual(404, self.page(deal, make_viewer()).status)
		self.assertEqual(200, self.page(deal).status)
