"""An administrator writes a care rule, looks at what it would do and switches it on; a specialist works the queue on a phone."""

import frappe
from frappe.utils import getdate

from crm4s.care.run import run_rule
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.tests.end_to_end.browser import PHONE, BrowserTestCase
from crm4s.tests.people import make_user

STORE, RULE = "E2E-CARE", "保险到期致电"


class TestCareInBrowser(BrowserTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		make_dealership(STORE)
		cls.admin, cls.specialist = make_user(["Administrator", "CRM Manager"]), make_user("CRM Specialist", [STORE])
		for name, phone, plate in (("欧阳静宜", "13800138051", "沪AD12351"), ("李静", "13800138052", "沪AD12352")):
			customer = make_customer(phone, store=STORE, customer_name=name).name
			car = make_vehicle(plate_number=plate, current_owner=customer, dealership=STORE)
			frappe.db.set_value("C4S Vehicle", car.name, "insurance_until", getdate())
		for user in (cls.admin, cls.specialist):
			cls.let_sign_in(user, "zh")

	def test_from_the_rule_to_the_call(self):
		with self.desk(self.admin) as desk:
			self.write_rule(desk)
			self.look_at_dry_run(desk)
			self.switch_on(desk)
			self.assertEqual([], desk.problems)
		frappe.db.rollback()
		run_rule(RULE, getdate())
		frappe.db.commit()
		with self.desk(self.specialist, PHONE) as desk:
			self.work_queue(desk)
			self.assertLessEqual(desk.page.evaluate("document.documentElement.scrollWidth"), PHONE["width"])
			self.assertEqual([], desk.problems)
		frappe.db.rollback()
		tasks = frappe.get_all("C4S Care Task", {"rule": RULE}, ["title", "status", "outcome", "closed_by"], order_by="title")
		found = [tuple(task.values()) for task in tasks]
		self.assertEqual([("李静 · 沪AD12352", "Open", "No Answer", None), ("欧阳静宜 · 沪AD12351", "Done", "Reached", self.specialist)], sorted(found, key=lambda task: task[1], reverse=True))

	def write_rule(self, desk) -> None:
		desk.page.evaluate("frappe.set_route('Form', 'C4S Care Rule', 'new')")
		desk.wait_for_form("C4S Care Rule")
		desk.page.evaluate(
			"""async (rule) => {
				await cur_frm.set_value({ rule_name: rule, trigger: 'Insurance End', purpose: 'Insurance and Inspection Reminder', script: '询问续保意向' });
				cur_frm.clear_table('channels');
				cur_frm.add_child('channels', { channel: 'Desk Task' });
				cur_frm.refresh_field('channels');
			}""",
			RULE,
		)
		desk.save()

	def look_at_dry_run(self, desk) -> None:
		desk.press("试运行")
		desk.page.wait_for_selector(".modal.show td:has-text('沪AD12351')")
		self.assertIn("2 将会收到", desk.dialog.inner_text())
		self.assertEqual(0, frappe.db.count("C4S Care Task", {"rule": RULE}))
		desk.page.keyboard.press("Escape")
		desk.page.wait_for_selector(".modal.show", state="detached")

	def switch_on(self, desk) -> None:
		desk.page.evaluate("cur_frm.set_value('enabled', 1)")
		desk.save()

	def work_queue(self, desk) -> None:
		page = desk.page
		page.evaluate("frappe.set_route('c4s-care-queue')")
		card = page.locator(".c4s-care-card")
		page.wait_for_selector(".c4s-care-card:has-text('欧阳静宜')")
		self.assertEqual(2, card.count())
		first = card.filter(has_text="欧阳静宜")
		first.locator("summary").click()
		self.assertIn("询问续保意向", first.inner_text())
		first.locator(".c4s-care-note").fill("下周来办")
		first.locator("[data-act=reached]").click()
		page.wait_for_function("document.querySelectorAll('.c4s-care-card').length === 1")
		card.filter(has_text="李静").locator("[data-act=no_answer]").click()
		page.wait_for_selector(".c4s-care-card[data-waits]:has-text('李静')")
		desk.settle()
