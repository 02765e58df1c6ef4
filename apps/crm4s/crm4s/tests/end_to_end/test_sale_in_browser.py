"""A sale from the door to the call after delivery, by the people who do it, each at their own screen, in Chinese; the consultant's is a phone."""

from contextlib import ExitStack
from datetime import timedelta

import frappe
from frappe.utils import add_days, getdate, now_datetime, nowdate

from crm4s.tests.end_to_end.browser import PHONE, BrowserTestCase
from crm4s.tests.end_to_end.desk import WORKSPACE
from crm4s.tests.end_to_end.sales_store import make_sales_store

NUMBER, BUYER = "13800138077", "陆思远"
LEAD, DRIVE, DEAL = "C4S Lead", "C4S Test Drive", "C4S Deal"


class TestSaleInBrowser(BrowserTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.store = make_sales_store("E2E-SALE")
		for user in (cls.store.receptionist, cls.store.consultant, cls.store.manager, cls.store.technician):
			cls.let_sign_in(user, "zh")

	def test_from_the_door_to_the_call_after_delivery(self):
		with ExitStack() as seats:
			seat = lambda user, *size: seats.enter_context(self.desk(user, *size))  # noqa: E731
			self.phone = seat(self.store.consultant, PHONE)
			reception = seat(self.store.receptionist)
			self.receive(reception)
			self.learn_the_needs()
			self.advise()
			self.drive_the_car()
			self.quote()
			self.approve(seat(self.store.manager))
			self.order()
			self.allocate()
			self.inspect(seat(self.store.technician))
			self.deliver()
			self.call_three_days_later()
			self.assert_no_problems(self.phone, reception)

	def now(self, doctype: str, fields, **filters):
		"""What the server stored."""
		frappe.db.rollback()
		return frappe.db.get_value(doctype, filters, fields, as_dict=not isinstance(fields, str))

	# The showroom

	def receive(self, reception) -> None:
		phone = self.phone
		reception.show_page("c4s-reception")
		phone.show_page("c4s-reception")
		phone.page.locator(".c4s-absent button", has_text="顾晓").click()
		phone.page.wait_for_selector(".c4s-line li:has-text('顾晓') .green")
		reception.hear("c4s-reception", "reception")
		reception.page.wait_for_selector(".c4s-line li:has-text('顾晓') .green")
		reception.page.locator(".c4s-who").press_sequentially(NUMBER)
		reception.page.locator(".c4s-known", has_text="首次登记").wait_for()
		reception.page.locator(".c4s-name").fill(BUYER)
		reception.picture("01-reception")
		reception.page.keyboard.press("Shift+Enter")
		reception.page.locator("[data-step=pass_on]").wait_for()
		notice = phone.notice_of_visitor()
		phone.picture("02-visitor-notice")
		notice.locator("[data-action=take], [data-step=take]").click()
		card = phone.page.locator('[data-status="With Consultant"] .c4s-card')
		card.wait_for()
		phone.picture("03-with-consultant")
		card.locator(".c4s-card-name").click()
		phone.wait_for_form("C4S Showroom Visit")
		phone.picture("04-visit")

	def learn_the_needs(self) -> None:
		phone = self.phone
		phone.press("建立线索")
		self.lead = self.now("C4S Showroom Visit", "lead", dealership=self.store.name)
		phone.show_form(LEAD, self.lead)
		phone.picture("05-lead")
		phone.press("记录跟进")
		phone.picture("06-log-contact")
		phone.fill(phone.dialog, channel="Showroom Visit", summary="到店看车，想换一辆家用轿车", grade="A")
		phone.confirm("保存")
		phone.take_action("接待客户")
		phone.take_action("了解需求")
		phone.picture("07-needs-state")
		phone.fill(interested_model=self.store.model_title, purpose="Home", budget="220000")
		phone.picture("08-needs")
		phone.save()
		phone.take_action("商品介绍")
		self.assertIn("已问清用途、预算和购车时间", phone.message())
		phone.tick_items("已问清用途、预算和购车时间", "已向客户复述需求并得到认可")
		phone.picture("09-ticked")
		phone.take_action("商品介绍")
		self.assertEqual("Presentation", self.now(LEAD, "workflow_state", name=self.lead))

	def advise(self) -> None:
		phone = self.phone
		phone.press("选车建议")
		phone.wait_for_form("C4S Purchase Advice")
		phone.fill(seats=5, body_type="Sedan")
		phone.picture("10-advice")
		phone.press("推荐车型")
		phone.dialog.locator(".c4s-suggestion", has_text=self.store.model_title).locator("input").check()
		phone.picture("11-suggestions")
		phone.confirm("对比")
		phone.page.wait_for_function("cur_frm.doctype === 'C4S Purchase Advice' && !cur_frm.is_new()")
		phone.settle()
		phone.picture("12-comparison")

	# The test drive

	def drive_the_car(self) -> None:
		phone = self.phone
		phone.show_form(LEAD, self.lead)
		phone.press("预约试驾")
		phone.wait_for_form(DRIVE)
		phone.form.locator("[data-fieldname=find_slot] button").click()
		phone.fill(phone.dialog, day=str((now_datetime() + timedelta(hours=1)).date()))
		phone.picture("13-slots")
		phone.dialog.locator("[data-fieldname=slots] button").first.click()
		phone.page.wait_for_function("cur_frm.doc.planned_from && cur_frm.doc.resource")
		phone.settle()
		phone.picture("14-planned")
		phone.save()
		phone.press("开始试驾")
		phone.fill(
			phone.dialog,
			licence_number="110101199003074311",
			licence_valid_until="2020-01-01",
			licence_checked=True,
			odometer_out=1200,
		)
		phone.sign(phone.dialog, "agreement_signature")
		phone.picture("15-start-drive")
		phone.dialog.locator(".modal-footer .btn-primary").click()
		self.assertIn("驾驶证", phone.message())
		phone.fill(phone.dialog, licence_valid_until="2035-01-01")
		phone.confirm("开始试驾")
		phone.picture("16-driving")
		phone.press("结束试驾")
		phone.fill(phone.dialog, odometer_in=1212)
		phone.confirm("结束试驾")
		phone.press("反馈")
		phone.fill(phone.dialog, rating_0=5, likely_to_buy="Very Likely", feedback="动力够，后排宽敞")
		phone.picture("17-feedback")
		phone.confirm("保存")
		phone.picture("18-drive-done")
		drive = self.now(DRIVE, ["status", "agreement_signature", "average_rating"], lead=self.lead)
		self.assertEqual(("Done", 5), (drive.status, drive.average_rating))
		self.assertTrue(drive.agreement_signature.startswith("data:image/"))
		phone.show_form(LEAD, self.lead)
		phone.take_action("试乘试驾")
		phone.tick_items("已核对驾驶证并签署试驾协议")
		phone.take_action("报价")

	# The deal

	def quote(self) -> None:
		phone = self.phone
		phone.press("新建销售订单")
		phone.picture("19-make-customer")
		phone.dialog.locator(".modal-footer .btn-primary").click()
		phone.wait_for_form(DEAL)
		phone.fill(discount_amount=8000, discount_reason="竞品同级优惠", agreed_deposit=5000)
		phone.picture("20-new-deal")
		phone.save()
		self.deal = phone.wait_for_form(DEAL)
		phone.picture("21-deal")
		phone.press("出具报价", "报价")
		phone.dialog.locator(".modal-footer .btn-primary").click()
		self.assertIn("审批", phone.message())
		phone.picture("22-refused-quotation")
		phone.dialog.locator(".btn-modal-close").click()
		phone.take_action("申请优惠审批")
		phone.picture("23-waits-for-approval")

	def approve(self, manager) -> None:
		manager.show_form(DEAL, self.deal)
		manager.picture("24-manager")
		manager.press("批准优惠")
		self.assertEqual("Quotation", self.now(DEAL, "workflow_state", name=self.deal))
		self.assert_no_problems(manager)

	def order(self) -> None:
		phone = self.phone
		phone.enter()
		phone.show_form(DEAL, self.deal)
		phone.press("出具报价")
		phone.dialog.locator(".modal-footer .btn-primary").click()
		phone.page.wait_for_function("frappe.get_route()[0] === 'print'")
		phone.settle()
		phone.picture("25-quotation")
		phone.show_form(DEAL, self.deal)
		phone.press("登记收款")
		phone.picture("26-deposit")
		phone.confirm("登记")
		phone.tick_items("报价单已交客户并说明有效期")
		phone.take_action("签订订单")
		phone.fill(phone.dialog, promised_on=add_days(nowdate(), 7))
		phone.picture("27-sign-order")
		phone.confirm("签订订单")
		phone.picture("28-ordered")
		self.assertEqual("Won", self.now(LEAD, "status", name=self.lead))

	def allocate(self) -> None:
		phone = self.phone
		phone.form.locator("[data-fieldname=order_tab], .form-tabs .nav-link", has_text="下订与等车").first.click()
		phone.form.locator("[data-fieldname=service_lines] button", has_text="添加服务").click()
		phone.fill(phone.dialog, kind="保险", provider="平安财险", charged_amount=5200)
		phone.picture("29-service")
		phone.confirm("添加")
		phone.press("配车")
		phone.dialog.locator("[data-vin]").first.click()
		phone.picture("30-allocate")
		phone.confirm("配车")
		self.assertEqual(self.store.vins[0], self.now(DEAL, "vin", name=self.deal))
		phone.tick_items("合同已签，双方各执一份", "订金已收并开具收据")
		phone.take_action("车辆到店")
		phone.tick_items("车架号、颜色、选装与合同一致")
		phone.take_action("开始 PDI")
		phone.picture("31-pdi")

	def inspect(self, technician) -> None:
		technician.show_form(DEAL, self.deal)
		technician.press("PDI 检查单")
		technician.dialog.locator("[data-all]").click()
		technician.sign(technician.dialog, "signature")
		technician.picture("32-pdi-checklist")
		technician.confirm("保存")
		self.assertEqual(self.store.technician, self.now(DEAL, "pdi_signed_by", name=self.deal))
		self.assert_no_problems(technician)

	def deliver(self) -> None:
		phone = self.phone
		# The deal's form behind it would reload by what the technician saved, and call itself the open one.
		phone.enter()
		phone.show_form("C4S Deal Service", self.now("C4S Deal Service", "name", deal=self.deal))
		phone.picture("33-deal-service")
		phone.press("已完成")
		phone.show_form(DEAL, self.deal)
		phone.take_action("备妥待交")
		phone.picture("34-ready")
		phone.press("登记收款")
		phone.picture("35-payment")
		phone.confirm("登记")
		phone.press("交车检查单")
		phone.dialog.locator("[data-all]").click()
		phone.picture("36-delivery-checklist")
		phone.sign(phone.dialog, "signature")
		phone.picture("37-customer-signs")
		phone.confirm("保存")
		phone.tick_items("发票、合格证、保险单等文件已齐")
		phone.take_action("交车")
		phone.picture("38-delivered")
		deal = self.now(DEAL, ["status", "vehicle", "customer", "follow_up_on", "balance_due"], name=self.deal)
		self.assertEqual(("Delivered", 0, getdate(add_days(nowdate(), 3))), (deal.status, deal.balance_due, deal.follow_up_on))
		car = self.now("C4S Vehicle", ["status", "current_owner", "delivered_on", "warranty_until"], name=deal.vehicle)
		self.assertEqual(("Delivered", deal.customer, getdate()), (car.status, car.current_owner, getdate(car.delivered_on)))
		self.assertEqual(getdate().replace(year=getdate().year + 3), car.warranty_until)
		phone.show_form("C4S Vehicle", deal.vehicle)
		phone.picture("39-car")

	def call_three_days_later(self) -> None:
		"""The day comes by moving it to today; the consultant finds the call on the own workspace."""
		frappe.db.set_value(DEAL, self.deal, "follow_up_on", nowdate())
		frappe.db.commit()
		phone = self.phone
		phone.enter(WORKSPACE)
		card = phone.page.locator(".number-widget-box", has_text="我的交车回访")
		card.locator(".number", has_text="1").wait_for()
		card.scroll_into_view_if_needed()
		phone.picture("40-calls-due")
		card.click()
		phone.page.wait_for_function("frappe.get_route()[1] === 'C4S Deal'")
		phone.settle()
		phone.picture("41-list-of-calls")
		phone.page.locator(".list-row-container:visible", has_text=BUYER).locator("a.ellipsis, .list-subject a").first.click()
		phone.wait_for_form(DEAL, self.deal)
		phone.picture("42-call-due")
		phone.press("登记回访")
		phone.fill(phone.dialog, outcome="All Well", summary="车开得很顺手，没有问题")
		phone.picture("43-log-call")
		phone.confirm("保存")
		phone.picture("44-followed-up")
		deal = self.now(DEAL, ["workflow_state", "follow_up_on", "follow_up_outcome", "follow_up_task"], name=self.deal)
		self.assertEqual(("Followed Up", None, "All Well"), (deal.workflow_state, deal.follow_up_on, deal.follow_up_outcome))
		self.assertEqual("Closed", self.now("ToDo", "status", name=deal.follow_up_task))
