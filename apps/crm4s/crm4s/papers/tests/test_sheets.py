import re

import frappe
from frappe.utils import cint, fmt_money
from frappe.www.printview import get_html_and_style

from crm4s.appointments import api as appointments
from crm4s.bookings.tests.factories import make_store
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_service_appointment.test_c4s_service_appointment import make_appointment
from crm4s.crm4s.doctype.c4s_service_visit.test_c4s_service_visit import item, settle
from crm4s.papers import offers
from crm4s.service import actions
from crm4s.service.tests.test_approval import ServiceTestCase, fresh
from crm4s.service.tests.test_walk_round import picture
from crm4s.tests.people import as_user, make_user

RECEPTION, QUOTATION, SETTLEMENT, HAND_OVER = "C4S Reception Sheet", "C4S Service Quotation", "C4S Service Settlement", "C4S Hand-Over Sheet"


class SheetTestCase(ServiceTestCase):
	def setUp(self):
		super().setUp()
		self.addCleanup(setattr, frappe.local, "lang", frappe.local.lang)
		frappe.local.lang = "en"
		self.customer = make_customer("13800138061", self.store, customer_name="周<b>敏", language="en").name

	def visit(self, *items: dict, **values):
		return super().visit(*items, **{"customer": self.customer, **values})

	def sheet(self, document, print_format: str) -> str:
		return frappe.get_print(document.doctype, document.name, print_format)

	def amounts(self, html: str) -> list[str]:
		return re.findall(r"[\d,]+\.\d\d", html)


class TestLanguage(SheetTestCase):
	def test_a_sheet_speaks_the_customers_language_and_the_next_one_its_own(self):
		english, unknown = self.visit(), self.visit(customer=make_customer("13800138062", self.store).name)
		frappe.db.set_value("C4S Customer", unknown.customer, "language", None)
		frappe.local.lang = "zh"
		self.assertIn("Service Quotation", self.sheet(english, QUOTATION))
		self.assertIn("维修报价单", self.sheet(unknown, QUOTATION))

	def test_who_prints_may_choose_another_language(self):
		visit = self.visit()
		self.addCleanup(frappe.form_dict.pop, "_lang", None)
		frappe.form_dict["_lang"] = frappe.local.lang = "zh"
		self.assertIn("维修报价单", self.sheet(visit, QUOTATION))

	def test_the_form_knows_the_language_before_it_prints(self):
		visit = self.visit()
		self.assertEqual("en", fresh(visit).as_dict().language)
		visit = fresh(visit).update({"language": "zh"}).save()
		self.assertEqual("en", visit.language)
		self.assertEqual("en", make_appointment(make_store("SA-1"), customer=self.customer).as_dict().language)


class TestReceptionSheet(SheetTestCase):
	def test_it_shows_the_car_the_damage_where_it_is_and_the_signature(self):
		visit = self.visit(concern="左前轮异响")
		actions.begin_walk_round(visit.name)
		points = [{"name": row.name, "result": "OK"} for row in fresh(visit).walk_round]
		points[0] |= {"result": "Not OK", "remark": "裂开"}
		marks = [{"kind": "Scratch", "x": 50, "y": 25, "remark": "石子"}]
		actions.fill_walk_round(visit.name, points, marks, picture())
		html = self.sheet(visit, RECEPTION)
		for text in ("左前轮异响", 'cx="180.0" cy="110.0"', "Scratch 石子", "裂开", "data:image/png;base64,", "138****8061"):
			self.assertIn(text, html)
		self.assertNotIn("13800138061", html)

	def test_without_a_walk_round_it_can_be_filled_in_by_hand(self):
		html = self.sheet(self.visit(), RECEPTION)
		self.assertIn("Damage that was seen together", html)
		self.assertNotIn("<circle cx=\"180", html)


class TestQuotation(SheetTestCase):
	def test_it_says_what_was_decided_on_each_item_and_what_the_customer_pays(self):
		visit = self.visit(item(unit_price=300), item(unit_price=500), item(unit_price=70), item(unit_price=900, payer="Warranty"))
		first, second, *_ = visit.items
		actions.decide(visit.name, {first.name: "Approved"}, "Phone", "本人")
		actions.decide(visit.name, {second.name: "Declined"})
		html = self.sheet(visit, QUOTATION)
		self.assertEqual(["300.00", "70.00", "370.00"], self.amounts(html)[-3:])
		for text in ("On the phone", "Not this time", "The warranty pays.", "What you declined counts in no total."):
			self.assertIn(text, html)

	def test_what_people_typed_is_no_markup(self):
		visit = self.visit(item(item_name="刹车 <img src=x> 片"), concern="<img src=y>")
		frappe.db.set_value("C4S Service Item", visit.items[0].name, "item_name", "<img src=x>")
		frappe.db.set_value("C4S Service Visit", visit.name, "concern", "<img src=y>")
		for sheet in (RECEPTION, QUOTATION, SETTLEMENT, HAND_OVER):
			html = self.sheet(visit, sheet)
			self.assertNotIn("<img src=x>", html, sheet)
			self.assertNotIn("<img src=y>", html, sheet)
			self.assertNotIn("周<b>", html, sheet)


class TestSettlement(SheetTestCase):
	def settled(self, **values):
		payers = ("Customer", "Customer", "Warranty", "Insurance", "Internal")
		prices = (100.05, 0.1, 33.33, 49.99, 7)
		return settle(self.visit(*(item(payer=payer, unit_price=price) for payer, price in zip(payers, prices, strict=True)), **values))

	def test_each_payers_items_add_up_to_the_sum_and_all_sums_to_the_total(self):
		visit = self.settled()
		sheet = self.prepared(visit)
		self.assertEqual(["Customer", "Warranty", "Insurance", "Internal"], [part.payer for part in sheet.parts])
		for part in sheet.parts:
			self.assertEqual(cint(part.amount * 100 + 0.5), sum(cint(row.amount * 100 + 0.5) for row in part.rows), part.payer)
		self.assertEqual(19047, sum(cint(part.amount * 100 + 0.5) for part in sheet.parts))
		html = self.sheet(visit, SETTLEMENT)
		for amount in ("100.15", "33.33", "49.99", "7.00", "190.47"):
			self.assertIn(amount, html)
		self.assertEqual("100.15", self.amounts(html)[-1])

	def prepared(self, visit):
		visit = fresh(visit)
		visit.run_method("before_print", {})
		return visit.sheet

	def test_the_chinese_bill_says_the_sum_in_capitals(self):
		visit = self.settled(customer=make_customer("13800138063", self.store, language="zh").name)
		html = self.sheet(visit, SETTLEMENT)
		self.assertIn("壹佰元壹角伍分", html)
		self.assertNotIn("壹佰元壹角伍分", self.sheet(self.settled(), SETTLEMENT))

	def test_what_was_declined_is_not_on_the_bill(self):
		visit = self.visit(item(item_name="做", unit_price=300), item(item_name="不做", unit_price=500))
		actions.decide(visit.name, {visit.items[1].name: "Declined"})
		self.assertNotIn("不做", self.sheet(settle(fresh(visit)), SETTLEMENT))

	def test_pages_are_counted_in_the_pdf_only(self):
		self.assertRegex(self.sheet(self.visit(), SETTLEMENT), r'<span class="visible-pdf"> · Page <span class="page">')

	def test_before_it_is_settled_it_says_so(self):
		self.assertIn("Preliminary: not settled yet", self.sheet(self.visit(), SETTLEMENT))
		self.assertNotIn("Preliminary", self.sheet(self.settled(), SETTLEMENT))

	def test_a_sale_over_the_counter_has_neither_car_nor_customer(self):
		visit = self.visit(visit_kind="Counter Sale", customer=None)
		self.assertIn(fmt_money(300, currency="CNY")[-6:], self.sheet(visit, SETTLEMENT))


class TestHandOver(SheetTestCase):
	def test_it_says_what_was_done_what_was_not_and_what_comes_next(self):
		visit = self.visit(item(item_name="保养"), item(item_name="刹车片", unit_price=500))
		actions.decide(visit.name, {visit.items[1].name: "Declined"})
		visit = settle(fresh(visit))
		frappe.db.set_value("C4S Service Visit", visit.name, "next_service_advice", "下次换刹车油")
		frappe.db.set_value("C4S Vehicle", visit.vehicle, "next_service_km", 60_000)
		html = self.sheet(visit, HAND_OVER)
		done, after = html.split("What Comes Next")
		self.assertIn("保养", done)
		self.assertNotIn("刹车片", done)
		for text in ("下次换刹车油", "60,000", "刹车片", "500.00"):
			self.assertIn(text, after)


class TestAppointmentSlip(SheetTestCase):
	def test_it_says_when_where_and_for_what(self):
		appointment = make_appointment(make_store("SA-1"), customer=self.customer, concern="换机油", pick_up_address="")
		html = self.sheet(appointment, "C4S Appointment Slip")
		for text in ("10:00 – 11:00", "换机油", "常规保养", "300.00", appointment.planned_from.strftime("%A")):
			self.assertIn(text, html)
		appointments.cancel(appointment.name, "病了")
		self.assertIn("Cancelled", self.sheet(appointment, "C4S Appointment Slip"))


class TestWhoPrints(SheetTestCase):
	def test_another_store_is_refused(self):
		visit = self.visit()
		with as_user(make_user("Service Advisor", [self.store])):
			self.assertIn(visit.name, get_html_and_style(visit.doctype, visit.name, QUOTATION)["html"])
		with as_user(make_user("Service Advisor", [make_store("SA-1")])), self.assertRaises(frappe.PermissionError):
			get_html_and_style(visit.doctype, visit.name, QUOTATION)


class TestOffers(SheetTestCase):
	def test_every_offer_is_a_print_format_of_its_document_and_reads_what_it_has(self):
		for doctype, sheets in offers.OFFERS.items():
			meta = frappe.get_meta(doctype)
			statuses = meta.get_field("status").options.split("\n")
			for offer in sheets:
				printed = offer.of[0] if offer.of else doctype
				self.assertEqual(printed, frappe.db.get_value("Print Format", offer.print_format, "doc_type"))
				self.assertLessEqual(set(offer.statuses), set(statuses))
				for field in (*offer.needs, *(offer.of or ())[1:]):
					self.assertTrue(meta.has_field(field), field)
					self.assertIn(field, offers.READ)
