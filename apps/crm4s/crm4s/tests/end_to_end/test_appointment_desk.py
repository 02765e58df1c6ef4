"""Somebody calls: the agent books by keyboard, in Chinese and wide; an advisor does it with the thumb on a phone, for a number nobody knows."""

import frappe

from crm4s.bookings.tests.factories import make_bay, make_resource, make_store
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.tests.end_to_end.browser import PHONE, BrowserTestCase
from crm4s.tests.people import make_user

STORE = "E2E-CALLS"
NUMBER, NEW_NUMBER = "13800138041", "13800138042"
APPOINTMENT = "C4S Service Appointment"


class TestAppointmentDesk(BrowserTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		make_store(STORE)
		make_bay(STORE)
		make_resource(STORE, kind="Technician", resource_name="王师傅")
		cls.agent = make_user("Customer Service Representative", [STORE])
		cls.advisor = make_user("Service Advisor", [STORE])
		customer = make_customer(NUMBER, store=STORE, customer_name="欧阳静宜")
		make_vehicle(plate_number="沪AD12341", current_owner=customer.name, dealership=STORE)
		for user in (cls.agent, cls.advisor):
			cls.let_sign_in(user, "zh")

	def open_desk(self, desk) -> None:
		desk.go_to("c4s-appointment-desk")
		desk.page.wait_for_selector(".c4s-ad-day")
		desk.settle()

	def booked(self, plate: str) -> dict:
		frappe.db.rollback()
		return frappe.get_all(APPOINTMENT, {"plate_number": plate}, ["name", "status", "bay", "contact_phone", "planned_minutes", "channel"])

	def test_an_agent_books_by_keyboard(self):
		with self.desk(self.agent) as desk:
			self.open_desk(desk)
			page = desk.page
			page.locator(".c4s-ad-who").focus()
			page.keyboard.type(NUMBER)
			page.keyboard.press("Enter")
			page.wait_for_selector(".c4s-ad-car:has-text('沪AD12341') input:focus")
			self.assertNotIn(NUMBER, page.locator(".c4s-ad-known").inner_text())
			page.locator(".c4s-ad-more").focus()
			page.keyboard.type("检查异响")
			page.keyboard.press("Enter")
			page.wait_for_selector(".c4s-ad-item:has-text('检查异响')")
			desk.settle()
			page.keyboard.press("Enter")
			page.keyboard.press("ArrowRight")
			page.keyboard.press("Enter")
			page.wait_for_selector(".c4s-ad-slot input:checked:focus")
			# Times that come later leave the keyboard where it is.
			page.evaluate("async () => { await frappe.pages['c4s-appointment-desk'].desk.time.load(); }")
			self.assertEqual(1, page.locator(".c4s-ad-slot input:checked:focus").count())
			page.keyboard.press("Control+Enter")
			page.wait_for_selector(".c4s-ad-said:has-text('欧阳静宜')")
			self.assertEqual([], desk.problems)
		(booked,) = self.booked("沪AD12341")
		self.assertEqual(("Booked", 60, "Phone", "+8613800138041"), (booked.status, booked.planned_minutes, booked.channel, booked.contact_phone))

	def test_a_number_that_nobody_knows_is_booked_on_a_phone(self):
		with self.desk(self.advisor, PHONE) as desk:
			self.open_desk(desk)
			page = desk.page
			page.locator(".c4s-ad-who").fill(NEW_NUMBER)
			page.locator(".c4s-ad-new-name").fill("李静")
			page.locator(".c4s-ad-new-plate").fill("沪A12342")
			page.locator("[data-enter]").click()
			page.wait_for_selector(".c4s-ad-customer:has-text('李静')")
			desk.settle()
			page.locator(".c4s-ad-day:not(.full)").last.click()
			page.locator(".c4s-ad-slot").first.click()
			page.locator(".c4s-ad-do").click()
			page.wait_for_selector(".c4s-ad-said:has-text('李静')")
			self.assertLessEqual(page.evaluate("document.documentElement.scrollWidth"), PHONE["width"])
			self.assertEqual([], desk.problems)
		(booked,) = self.booked("沪A12342")
		self.assertEqual(("Booked", True), (booked.status, bool(booked.bay)))
