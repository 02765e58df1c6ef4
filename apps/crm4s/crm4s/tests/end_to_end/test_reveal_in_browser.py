"""A number that the form shows masked is shown in full to who says why, for a moment, and the manager reads of it."""

import frappe

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.tests.end_to_end.browser import PHONE, WIDE, BrowserTestCase
from crm4s.tests.people import make_user

STORE, NUMBER, MASKED = "E2E-REVEAL", "E12345671", "E******71"
CUSTOMER, REASON = "C4S Customer", "代办上牌"


class TestRevealInBrowser(BrowserTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		make_dealership(STORE)
		cls.receptionist, cls.manager = make_user("Receptionist", [STORE]), make_user("Dealer Manager", [STORE])
		cls.customer = make_customer("13800138501", store=STORE, identity_document_type="Passport", identity_number=NUMBER).name
		cls.let_sign_in(cls.receptionist, "zh")
		cls.let_sign_in(cls.manager, "en")

	def test_a_number_is_shown_for_a_moment_and_the_manager_reads_of_it(self):
		for viewport in (WIDE, PHONE):
			with self.desk(self.receptionist, viewport) as desk:
				self.show_the_number(desk, viewport)
		with self.desk(self.manager) as desk:
			self.read_of_it(desk)

	def show_the_number(self, desk, viewport: dict) -> None:
		desk.go_to("Form", CUSTOMER, self.customer)
		desk.wait_for_form(CUSTOMER)
		desk.page.evaluate("cur_frm.custom_buttons['证件号码'].trigger('click')")
		dialog = desk.page.locator(".modal.show")
		dialog.locator("textarea").fill(REASON)
		dialog.locator(".btn-primary:visible").click()
		shown = desk.page.locator(".modal.show p.h4")
		shown.wait_for()
		self.assertEqual(NUMBER, shown.inner_text())
		self.assertLessEqual(desk.page.evaluate("document.documentElement.scrollWidth"), viewport["width"])
		self.assertNotIn(NUMBER, desk.page.evaluate("JSON.stringify(cur_frm.doc)"))
		desk.page.evaluate("cur_dialog.hide()")
		self.assertEqual([], desk.problems)

	def read_of_it(self, desk) -> None:
		desk.go_to("query-report", "C4S Data Access")
		desk.page.locator(".dt-cell__content", has_text=REASON).first.wait_for()
		self.assertEqual([], desk.problems)
		row = frappe.get_all("C4S Access Log", {"customer": self.customer, "action": "Revealed"}, ["user", "reason"])[0]
		self.assertEqual((self.receptionist, REASON), (row.user, row.reason))
