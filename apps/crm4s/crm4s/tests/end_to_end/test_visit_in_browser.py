"""An advisor with a phone: round the car, quotation, a link; the customer decides on another phone; the advisor sees it."""

from urllib.parse import urlsplit

import frappe

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_service_visit.test_c4s_service_visit import item, make_service_visit
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.tests.end_to_end.browser import PHONE, BrowserTestCase
from crm4s.tests.people import make_user

STORE = "E2E-SERVICE"
VISIT = "C4S Service Visit"


class TestVisitOnPhones(BrowserTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		make_dealership(STORE)
		cls.advisor = make_user("Service Advisor", [STORE])
		customer = make_customer("13800138041", store=STORE, language="zh").name
		vehicle = make_vehicle(plate_number="沪A66E88", dealership=STORE).name
		items = [item(item_name="更换机油机滤", unit_price=180), item(item_name="更换前刹车片", unit_price=620)]
		cls.visit = make_service_visit(dealership=STORE, customer=customer, vehicle=vehicle, service_advisor=cls.advisor, items=items)
		cls.let_sign_in(cls.advisor, "zh")

	def stored(self):
		frappe.db.rollback()
		return frappe.get_doc(VISIT, self.visit.name)

	def walk_round(self, desk) -> None:
		desk.page.locator(".c4s-next-steps button", has_text="环车检查").click()
		desk.dialog.locator("[data-kind=Dent]").click()
		desk.dialog.locator(".c4s-car").click(position={"x": 120, "y": 160})
		desk.dialog.locator("[data-all]").click()
		desk.dialog.locator("[data-row='1'][data-result='Not OK']").click()
		desk.dialog.locator("input[data-row='1'][data-field=remark]").fill("机盖石子击痕")
		desk.sign(desk.dialog, "signature")
		desk.confirm("保存")
		desk.page.locator(".c4s-next-steps button", has_text="出具报价").wait_for()

	def link(self, desk) -> str:
		desk.press("发送确认链接", "项目明细")
		words = desk.dialog.locator("textarea")
		words.wait_for()
		address = urlsplit(words.input_value().split("：")[-1].strip())
		desk.dialog.locator(".btn-modal-close").click()
		return f"{address.path}?{address.query}"

	def decide(self, page, address: str) -> None:
		self.assertEqual("no-store", page.goto(address).headers.get("cache-control"))
		self.assertIn("更换前刹车片", page.inner_text("main"))
		self.assertNotIn("沪A66E88", page.content())
		page.locator("label.yes").first.click()
		page.locator("label.no").last.click()
		self.assertIn("180.00", page.locator("[data-total]").inner_text())
		page.fill("[name=signed_with]", "欧阳静宜")
		page.locator("button.main").click()
		page.get_by_text("谢谢，您的意见已收到。").wait_for()

	def test_from_the_walk_round_to_the_customers_decision(self):
		with self.desk(self.advisor, PHONE) as desk:
			desk.show_form(VISIT, self.visit.name)
			self.walk_round(desk)
			visit = self.stored()
			self.assertTrue(visit.signed_on)
			self.assertEqual("机盖石子击痕", visit.walk_round[1].remark)
			self.assertIn('"kind": "Dent"', visit.damage_marks)

			desk.page.locator(".c4s-next-steps button", has_text="出具报价").click()
			desk.confirm("出具报价")
			desk.page.locator(".c4s-next-steps button", has_text="登记客户意见").wait_for()
			desk.settle()
			address = self.link(desk)
			with self.window(PHONE) as customer:
				self.decide(customer.page, address)
				# A browser asks every site for its icon.
				self.assertEqual([], [problem for problem in customer.problems if "favicon" not in problem])
			visit = self.stored()
			self.assertEqual(["Approved", "Declined"], [row.approval for row in visit.items])
			self.assertEqual(180, visit.total_amount)
			self.assertEqual([], desk.problems)
