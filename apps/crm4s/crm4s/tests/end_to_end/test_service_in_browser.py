"""A service from the call to the follow-up, by the people who do it, each at their own screen, in Chinese; the advisor, the customer and the technicians have phones."""

from contextlib import ExitStack
from urllib.parse import urlsplit

import frappe
from frappe.utils import add_days, add_to_date, get_datetime, getdate, now_datetime, nowdate
from pypika.terms import Interval

from crm4s.bookings.tests.factories import make_bay, make_store
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.tests.end_to_end.browser import PHONE, BrowserTestCase
from crm4s.tests.people import make_user
from crm4s.workshop.tests.factories import make_technician

STORE, NUMBER, OWNER, PLATE = "E2E-WHOLE", "13800138078", "欧阳静宜", "沪AD20781"
APPOINTMENT, VISIT, JOB, PACKAGE = "C4S Service Appointment", "C4S Service Visit", "C4S Repair Job", "E2E 小保养"
NAMES = {"agent": "冯话务", "advisor": "韩顾问", "manager": "陆车间", "mechanic": "王师傅", "colleague": "丁师傅"}
JOBS = {
	"agent": "Customer Service Representative",
	"advisor": "Service Advisor",
	"manager": "Workshop Manager",
	"mechanic": "Technician",
	"colleague": "Technician",
}


class TestServiceInBrowser(BrowserTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		make_store(STORE)
		for key, job in JOBS.items():
			user = make_user(job, [STORE])
			frappe.db.set_value("User", user, {"first_name": NAMES[key], "full_name": NAMES[key]})
			setattr(cls, key, user)
			cls.let_sign_in(user, "zh")
		cls.bay = make_bay(STORE, resource_name="一号工位").name
		cls.technician = make_technician(STORE, cls.mechanic, NAMES["mechanic"]).name
		make_technician(STORE, cls.colleague, NAMES["colleague"])
		customer = make_customer(NUMBER, store=STORE, customer_name=OWNER, language="zh")
		make_vehicle(plate_number=PLATE, current_owner=customer.name, dealership=STORE)
		lines = [{"item_kind": "Labour", "item_name": "更换机油机滤", "quantity": 0.5, "minutes": 30, "unit_price": 360}]
		frappe.get_doc({"doctype": "C4S Service Package", "package_name": PACKAGE, "enabled": 1, "lines": lines}).insert()
		frappe.db.commit()

	def test_from_the_call_to_the_follow_up(self):
		with ExitStack() as seats:
			seat = lambda user, *size: seats.enter_context(self.desk(user, *size))  # noqa: E731
			agent, advisor = seat(self.agent), seat(self.advisor, PHONE)
			self.book(agent)
			self.receive(advisor)
			self.walk_round(advisor)
			self.quote(advisor)
			self.decide(self.send_link(advisor))
			manager = seat(self.manager)
			self.dispatch(manager)
			self.work(seat(self.mechanic, PHONE))
			self.check(seat(self.colleague, PHONE), manager)
			self.hand_over(advisor)
			self.call_three_days_later(advisor)
			self.assert_no_problems(agent, advisor, manager)

	def now(self, doctype: str, fields, **filters):
		"""What the server stored."""
		frappe.db.rollback()
		return frappe.db.get_value(doctype, filters, fields, as_dict=not isinstance(fields, str))

	# On the phone with the customer

	def book(self, agent) -> None:
		page = agent.page
		agent.show_page("c4s-appointment-desk")
		page.wait_for_selector(".c4s-ad-day")
		page.locator(".c4s-ad-who").focus()
		page.keyboard.type(NUMBER)
		page.keyboard.press("Enter")
		page.wait_for_selector(f".c4s-ad-car:has-text('{PLATE}') input:focus")
		page.locator(".c4s-ad-item", has_text=PACKAGE).locator("input").check()
		page.locator(".c4s-ad-more").focus()
		page.keyboard.type("检查刹车异响")
		page.keyboard.press("Enter")
		page.wait_for_selector(".c4s-ad-item:has-text('检查刹车异响')")
		agent.settle()
		page.locator(".c4s-ad-day:not(.full)").last.click()
		page.locator(".c4s-ad-slot").first.click()
		agent.picture("01-call")
		page.locator(".c4s-ad-do").click()
		page.wait_for_selector(f".c4s-ad-said:has-text('{OWNER}')")
		agent.picture("02-booked")
		booked = self.now(APPOINTMENT, ["name", "status", "bay", "technician"], plate_number=PLATE)
		self.assertEqual(("Booked", self.bay), (booked.status, booked.bay))
		self.appointment = booked.name

	# The car is there

	def receive(self, advisor) -> None:
		advisor.show_form(APPOINTMENT, self.appointment)
		advisor.picture("03-appointment")
		advisor.press("到店接车")
		self.visit = advisor.wait_for_form(VISIT)
		self.assertEqual(self.visit, self.now(APPOINTMENT, "service_visit", name=self.appointment))
		advisor.fill(odometer=21500)
		advisor.save()
		advisor.picture("04-visit")

	def walk_round(self, advisor) -> None:
		advisor.page.locator(".c4s-next-steps button", has_text="环车检查").click()
		advisor.dialog.locator("[data-kind=Dent]").click()
		advisor.dialog.locator(".c4s-car").click(position={"x": 120, "y": 160})
		advisor.dialog.locator("[data-all]").click()
		advisor.sign(advisor.dialog, "signature")
		advisor.picture("05-walk-round")
		advisor.confirm("保存")
		advisor.page.locator(".c4s-next-steps button", has_text="出具报价").wait_for()

	def quote(self, advisor) -> None:
		advisor.press("添加项目", "项目明细")
		advisor.fill(advisor.dialog, item_name="更换前刹车片", quantity=1, unit_price=620)
		advisor.picture("06-add-item")
		advisor.confirm("添加")
		advisor.tick_items("已与客户环车检查并记录外观和里程")
		advisor.page.locator(".c4s-next-steps button", has_text="出具报价").click()
		advisor.fill(advisor.dialog, promised_on=f"{add_to_date(now_datetime(), hours=3):%Y-%m-%d %H:%M:00}")
		advisor.confirm("出具报价")
		advisor.page.locator(".c4s-next-steps button", has_text="登记客户意见").wait_for()
		advisor.picture("07-quoted")
		self.assertEqual("Quotation", self.now(VISIT, "workflow_state", name=self.visit))

	def send_link(self, advisor) -> str:
		advisor.press("发送确认链接", "项目明细")
		words = advisor.dialog.locator("textarea")
		words.wait_for()
		advisor.picture("08-link")
		address = urlsplit(words.input_value().split("：")[-1].strip())
		advisor.dialog.locator(".btn-modal-close").click()
		return f"{address.path}?{address.query}"

	def decide(self, address: str) -> None:
		with self.window(PHONE) as customer:
			page = customer.page
			page.goto(address)
			customer.picture("09-approval")
			self.assertNotIn(PLATE, page.content())
			for position in range(page.locator("label.yes").count()):
				page.locator("label.yes").nth(position).click()
			page.locator("fieldset", has_text="更换前刹车片").locator("label.no").click()
			self.assertIn("180.00", page.locator("[data-total]").inner_text())
			page.fill("[name=signed_with]", OWNER)
			page.locator("button.main").click()
			page.get_by_text("谢谢，您的意见已收到。").wait_for()
			customer.picture("10-answered")
			# A browser asks every site for its icon.
			self.assertEqual([], [problem for problem in customer.problems if "favicon" not in problem])
		visit = self.now(VISIT, ["workflow_state", "total_amount"], name=self.visit)
		self.assertEqual(("Approved", 180), (visit.workflow_state, visit.total_amount))

	# In the workshop

	def dispatch(self, manager) -> None:
		"""For tomorrow, so that no hour of the day is over."""
		page = manager.page
		manager.show_page("c4s-job-board")
		page.wait_for_selector(".c4s-lane")
		page.evaluate("day => { const board = frappe.pages['c4s-job-board'].workshop; board.day = day; return board.renew(); }", add_days(nowdate(), 1))
		manager.settle()
		lane = page.locator(f'.c4s-lane[data-resource="{self.bay}"]')
		width = lane.bounding_box()["width"]
		card = page.locator(f'.c4s-waits[data-thing="{self.visit}"]')
		card.drag_to(lane, source_position={"x": 2, "y": 8}, target_position={"x": width * 0.5, "y": 20})
		page.locator(f'.c4s-bar[title*="{PLATE}"], .c4s-bar').first.click()
		manager.fill(manager.dialog, technician=self.technician)
		manager.picture("11-job")
		manager.confirm("保存安排")
		manager.picture("12-board")
		job = self.now(JOB, ["name", "bay", "technician"], service_visit=self.visit)
		self.assertEqual((self.bay, self.technician), (job.bay, job.technician))
		self.assertEqual("Dispatched", self.now(VISIT, "workflow_state", name=self.visit))
		self.job = job.name
		self.bring_forward()

	def bring_forward(self) -> None:
		"""The day of the job has come."""
		job, booking = frappe.qb.DocType(JOB), frappe.qb.DocType("C4S Booking")
		for table, fields, is_ours in (
			(job, ("planned_from", "planned_to"), job.name == self.job),
			(booking, ("starts_at", "ends_at"), booking.reference_name == self.job),
		):
			query = frappe.qb.update(table).where(is_ours)
			for field in fields:
				query = query.set(table[field], table[field] - Interval(days=1))
			query.run()
		frappe.db.commit()

	def work(self, mechanic) -> None:
		mechanic.show_page("c4s-my-jobs")
		own = f'.c4s-my-job[data-job="{self.job}"]'
		mechanic.picture("13-my-jobs")
		mechanic.page.locator(f"{own} [data-act=start]").click()
		mechanic.page.locator(f"{own} [data-act=finish]").wait_for()
		mechanic.picture("14-at-work")
		self.assertEqual("In Repair", self.now(VISIT, "workflow_state", name=self.visit))
		mechanic.page.locator(f"{own} [data-act=finish]").click()
		mechanic.page.locator(f"{own} [data-act=self_check]").click()
		mechanic.page.locator(".modal.show .btn-modal-primary").click()
		mechanic.page.locator(f"{own} [data-act=self_check]").wait_for(state="detached")
		self.assertEqual("Quality Check", self.now(VISIT, "workflow_state", name=self.visit))

	def check(self, colleague, manager) -> None:
		colleague.show_page("c4s-my-jobs")
		colleague.page.locator(f'[data-job="{self.job}"] [data-act=team_check]').click()
		colleague.picture("15-team-check")
		colleague.page.locator(".modal.show .btn-modal-primary").click()
		colleague.page.locator(f'[data-job="{self.job}"] [data-act=team_check]').wait_for(state="detached")
		# Where no realtime server runs, as under `bench serve`, the board is read anew every minute only.
		manager.page.evaluate("frappe.pages['c4s-job-board'].workshop.renew()")
		manager.page.locator(f'[data-check="{self.visit}"]').click()
		manager.picture("16-final-check")
		manager.page.locator(".modal.show .btn-modal-primary").click()
		manager.page.locator(f'[data-wash="{self.visit}"]').click()
		manager.page.locator(f'[data-wash="{self.visit}"]').wait_for(state="detached")
		visit = self.now(VISIT, ["workflow_state", "quality", "jobs_open"], name=self.visit)
		self.assertEqual(("Settlement", "Passed", 0), (visit.workflow_state, visit.quality, visit.jobs_open))

	# Hand-over and follow-up

	def hand_over(self, advisor) -> None:
		advisor.enter()
		advisor.show_form(VISIT, self.visit)
		advisor.take_action("结算交车")
		advisor.dialog.locator(".modal-footer .btn-primary").click()
		self.assertIn("费用已逐项说明并得到客户确认", advisor.message())
		advisor.dialog.locator(".btn-modal-close").click()
		advisor.tick_items("费用已逐项说明并得到客户确认")
		advisor.take_action("结算交车")
		advisor.picture("17-settlement")
		advisor.confirm("结算交车")
		advisor.picture("18-settled")
		visit = self.now(VISIT, ["status", "customer_amount", "follow_up_on", "settled_on", "next_service_advice"], name=self.visit)
		self.assertEqual(("Settled", 180, getdate(add_days(nowdate(), 3))), (visit.status, visit.customer_amount, visit.follow_up_on))
		self.assertIn("更换前刹车片", visit.next_service_advice)
		self.assertLessEqual(get_datetime(visit.settled_on).date(), getdate())

	def call_three_days_later(self, advisor) -> None:
		"""The day comes by moving it to today; the advisor finds the call among the things to do."""
		frappe.db.set_value(VISIT, self.visit, "follow_up_on", nowdate())
		frappe.db.commit()
		advisor.show_page("c4s-my-day")
		row = advisor.page.locator(".c4s-day-item", has_text="服务后回访")
		row.wait_for()
		advisor.picture("19-my-day")
		row.locator("[data-act]").click()
		advisor.fill(advisor.dialog, outcome="All Well", note="异响没有了，很满意")
		advisor.picture("20-follow-up")
		advisor.confirm("保存")
		row.wait_for(state="detached")
		visit = self.now(VISIT, ["workflow_state", "follow_up_on", "follow_up_outcome", "follow_up_task"], name=self.visit)
		self.assertEqual(("Followed Up", None, "All Well"), (visit.workflow_state, visit.follow_up_on, visit.follow_up_outcome))
		self.assertEqual("Closed", self.now("ToDo", "status", name=visit.follow_up_task))
