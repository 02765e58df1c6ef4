"""An administrator writes a care rule, looks at what it would do and switches it on; a specialist works the queue on a phone; a customer who was
written to ends the messages, and gets no more.
"""

import json
import re
from urllib.parse import urlsplit

import frappe
from frappe.utils import add_days, getdate, now_datetime

from crm4s.care.run import run_rule
from crm4s.crm4s.doctype.c4s_consent.test_c4s_consent import make_consent
from crm4s.crm4s.doctype.c4s_contact_purpose.test_c4s_contact_purpose import make_purpose
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_message_channel.test_c4s_message_channel import make_channel
from crm4s.crm4s.doctype.c4s_message_template.test_c4s_message_template import make_template
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.messages.tests.gateway import Gateway
from crm4s.messages.worker import send_due
from crm4s.tests.clock import stopped_at
from crm4s.tests.end_to_end.browser import PHONE, BrowserTestCase
from crm4s.tests.people import make_user

STORE, RULE = "E2E-CARE", "保险到期提醒与致电"
PURPOSE, TEMPLATE, CHANNEL = "测试：续保提醒", "测试：续保提醒", "测试短信"
BODY = json.dumps({"mobile": "{national_address}", "content": "{text}"})
CONSENTING, PLATE = "王雨桐", "沪AD12353"


class TestCareInBrowser(BrowserTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.gateway = Gateway()
		cls.addClassCleanup(cls.gateway.close)
		make_dealership(STORE)
		cls.admin, cls.specialist = make_user(["Administrator", "CRM Manager"]), make_user("CRM Specialist", [STORE])
		people = (("欧阳静宜", "13800138051", "沪AD12351"), ("李静", "13800138052", "沪AD12352"), (CONSENTING, "13800138053", PLATE))
		cls.customers = {name: make_customer(phone, store=STORE, customer_name=name).name for name, phone, _plate in people}
		for name, _phone, plate in people:
			car = make_vehicle(plate_number=plate, current_owner=cls.customers[name], dealership=STORE)
			frappe.db.set_value("C4S Vehicle", car.name, "insurance_until", getdate())
		make_purpose(PURPOSE, needs_consent=1)
		make_template(TEMPLATE, purpose=PURPOSE, texts=[{"channel_kind": "All Channels", "language": "zh", "body": "{salutation}，车险即将到期。"}])
		cls.switch_other_channels_off()
		make_channel(CHANNEL, url=cls.gateway.url, body=BODY, unsubscribe_line=" 退订：{unsubscribe_link}")
		for name, customer in cls.customers.items():
			make_consent(customer, purpose=PURPOSE, channel_kind="SMS" if name == CONSENTING else "Desk Task")
		for user in (cls.admin, cls.specialist):
			cls.let_sign_in(user, "zh")

	@classmethod
	def switch_other_channels_off(cls) -> None:
		text_messages = {"channel_kind": "SMS", "enabled": 1}
		others = frappe.get_all("C4S Message Channel", text_messages, pluck="name")
		frappe.db.set_value("C4S Message Channel", text_messages, "enabled", 0)
		cls.addClassCleanup(frappe.db.commit)
		cls.addClassCleanup(frappe.db.set_value, "C4S Message Channel", {"name": ["in", others or [""]]}, "enabled", 1)

	def test_from_the_rule_to_the_call_and_to_who_wants_no_more(self):
		with self.desk(self.admin) as desk:
			self.read_rules(desk)
			self.write_rule(desk)
			self.look_at_dry_run(desk)
			self.switch_on(desk)
			self.assertEqual([], desk.problems)
		self.run_and_send(getdate())
		self.assertEqual(["13800138053"], [self.gateway.json_of(position)["mobile"] for position in range(len(self.gateway.requests))])
		with self.desk(self.specialist, PHONE) as desk:
			self.work_queue(desk)
			self.assertLessEqual(desk.page.evaluate("document.documentElement.scrollWidth"), PHONE["width"])
			self.assertEqual([], desk.problems)
		self.assertEqual({"欧阳静宜": ("Done", "Reached", self.specialist), "李静": ("Open", "No Answer", None), CONSENTING: ("Message", None, None)}, self.outcomes())
		self.unsubscribe()
		self.let_the_insurance_end_again()
		self.run_and_send(add_days(getdate(), 1))
		self.assertEqual(1, len(self.gateway.requests))
		with self.desk(self.specialist) as desk:
			self.look_why_nothing_was_sent(desk)

	def run_and_send(self, day) -> None:
		"""The rule and the sender on a day, at this time of it."""
		frappe.db.rollback()
		with stopped_at(now_datetime() + (day - getdate())):
			run_rule(RULE, day)
			frappe.db.commit()
			send_due()
		frappe.db.commit()

	def outcomes(self) -> dict:
		frappe.db.rollback()
		tasks = frappe.get_all("C4S Care Task", {"rule": RULE}, ["customer", "status", "outcome", "closed_by"])
		names = {customer: name for name, customer in self.customers.items()}
		return {names[task.customer]: (task.status, task.outcome, task.closed_by) for task in tasks}

	def unsubscribe(self) -> None:
		link = urlsplit(re.search(r"https?://\S+", self.gateway.json_of()["content"])[0])
		with self.window(PHONE) as customer:
			customer.page.goto(f"{link.path}?{link.query}")
			text = customer.page.inner_text("body")
			self.assertIn(PURPOSE, text)
			self.assertNotIn(CONSENTING, text)
			customer.picture("unsubscribe")
			customer.page.locator("button.main").click()
			customer.page.wait_for_selector(f"text=我们不再向您发送：{PURPOSE}")
		frappe.db.rollback()

	def let_the_insurance_end_again(self) -> None:
		"""Of the next day, as it would be after a year."""
		frappe.db.set_value("C4S Vehicle", {"plate_number": PLATE}, "insurance_until", add_days(getdate(), 1))
		frappe.db.commit()

	def look_why_nothing_was_sent(self, desk) -> None:
		second = {"customer": self.customers[CONSENTING], "status": "Suppressed"}
		desk.show_form("C4S Message", frappe.db.get_value("C4S Message", second))
		self.assertIn("未获准", desk.visible_text())
		self.assertIn("withdrawn the consent", desk.page.evaluate("cur_frm.doc.reason"))
		self.assertEqual([], desk.problems)

	def read_rules(self, desk) -> None:
		"""What comes with the app is named in English, and is read in Chinese."""
		for doctype, name in (("C4S Care Rule", "召回致电"), ("C4S Contact Purpose", "祝福问候")):
			desk.show_list(doctype)
			desk.page.locator(".result .list-row", has_text=name).first.wait_for()
		desk.picture("lookups")

	def write_rule(self, desk) -> None:
		desk.go_to("Form", "C4S Care Rule", "new")
		desk.wait_for_form("C4S Care Rule")
		desk.page.evaluate(
			"""async (rule) => {
				await cur_frm.set_value({ rule_name: rule.name, trigger: 'Insurance End', purpose: rule.purpose, template: rule.template, script: '询问续保意向' });
				cur_frm.clear_table('channels');
				for (const channel of ['SMS', 'Desk Task']) cur_frm.add_child('channels', { channel });
				cur_frm.refresh_field('channels');
			}""",
			{"name": RULE, "purpose": PURPOSE, "template": TEMPLATE},
		)
		desk.save()

	def look_at_dry_run(self, desk) -> None:
		desk.press("试运行")
		desk.page.wait_for_selector(".modal.show td:has-text('沪AD12351')")
		self.assertIn("3 将会收到", desk.dialog.inner_text())
		self.assertEqual(0, frappe.db.count("C4S Care Task", {"rule": RULE}))
		desk.page.keyboard.press("Escape")
		desk.page.wait_for_selector(".modal.show", state="detached")

	def switch_on(self, desk) -> None:
		desk.page.evaluate("cur_frm.set_value('enabled', 1)")
		desk.save()

	def work_queue(self, desk) -> None:
		page = desk.page
		desk.go_to("c4s-care-queue")
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
