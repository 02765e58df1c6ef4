"""A visitor comes, waits, is handed over, taken and leaves: receptionist and consultant at their own screens, live."""

import frappe

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_lead.test_c4s_lead import make_lead
from crm4s.tests.end_to_end.browser import PHONE, BrowserTestCase
from crm4s.tests.people import make_user

STORE = "E2E-ROOM"
NUMBER = "13800138031"
VISIT = "C4S Showroom Visit"
RECEPTION = ("c4s-reception", "reception")


class TestReception(BrowserTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		make_dealership(STORE)
		cls.receptionist = make_user("Receptionist", [STORE])
		cls.consultant = make_user("Sales Consultant", [STORE])
		frappe.db.set_value("User", cls.consultant, {"first_name": "顾晓", "full_name": "顾晓"})
		make_customer(NUMBER, store=STORE, customer_name="欧阳静宜")
		make_lead(phone=NUMBER, dealership=STORE, lead_name="欧阳静宜", grade="A", sales_consultant=cls.consultant)
		for user in (cls.receptionist, cls.consultant):
			cls.let_sign_in(user, "zh")

	def open_reception(self, desk) -> None:
		desk.show_page("c4s-reception")
		desk.page.wait_for_selector(".c4s-line ol")
		desk.settle()

	def cards(self, desk, status: str):
		return desk.page.locator(f'[data-status="{status}"] .c4s-card')

	def test_a_visitor_from_the_door_to_the_goodbye(self):
		with self.desk(self.receptionist) as reception, self.desk(self.consultant, PHONE) as consultant:
			self.open_reception(reception)
			self.open_reception(consultant)
			consultant.page.locator(".c4s-absent button", has_text="顾晓").click()
			consultant.page.wait_for_selector(".c4s-line li:has-text('顾晓') .green")
			reception.hear(*RECEPTION)
			reception.page.wait_for_selector(".c4s-line li:has-text('顾晓') .green")

			# Typed and received with the keyboard alone; what is known appears while typing.
			reception.page.locator(".c4s-who").focus()
			reception.page.keyboard.type(NUMBER)
			reception.page.wait_for_selector(".c4s-fact:has-text('欧阳静宜')")
			self.assertIn("顾晓", reception.page.locator(".c4s-known").inner_text())
			self.assertNotIn(NUMBER, reception.page.locator(".c4s-known").inner_text())
			reception.page.keyboard.press("Enter")
			self.cards(reception, "Waiting for Consultant").wait_for()
			# The consultant's board follows without being touched.
			consultant.hear(*RECEPTION)
			self.cards(consultant, "Waiting for Consultant").wait_for()

			reception.page.locator("[data-step=hand_over]").click()
			reception.page.locator("[data-step=pass_on]").wait_for()
			notice = consultant.notice_of_visitor()
			notice.locator("[data-action=take], [data-step=take]").click()
			self.cards(consultant, "With Consultant").wait_for()
			reception.hear(*RECEPTION)
			self.cards(reception, "With Consultant").wait_for()

			reception.page.locator("[data-step=leave]").click()
			reception.page.locator(".modal.show .btn-primary").click()
			self.cards(reception, "Gone").wait_for()
			reception.page.wait_for_selector(".c4s-line li:has-text('顾晓') .green")
			self.assertEqual([], reception.problems + consultant.problems)
		visit = frappe.db.get_value(VISIT, {"dealership": STORE}, ["status", "sales_consultant", "lead", "customer"], as_dict=True)
		self.assertEqual(("Gone", self.consultant), (visit.status, visit.sales_consultant))
		self.assertTrue(visit.lead and visit.customer)
