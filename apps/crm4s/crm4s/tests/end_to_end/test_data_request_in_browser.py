"""Somebody calls and wants to be erased: found, told what is kept, erased, with the proof on the case. In both languages, the case read on a phone as well."""

import frappe

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_lead.test_c4s_lead import make_lead
from crm4s.privacy import erasure
from crm4s.tests.end_to_end.browser import PHONE, BrowserTestCase
from crm4s.tests.people import make_user

STORE, REQUEST, CUSTOMER = "E2E-PRIVACY", erasure.REQUEST, "C4S Customer"
NUMBERS = {"zh": "13800138571", "en": "13800138572"}
MOST_LOOKS = 120


class TestDataRequestInBrowser(BrowserTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		make_dealership(STORE)
		cls.officer = make_user("Group Manager", [STORE])
		cls.let_sign_in(cls.officer, "zh")
		for number in NUMBERS.values():
			customer = make_customer(number, store=STORE, customer_name="诸葛静静").name
			make_lead(customer=customer, dealership=STORE, phone=number, lead_name="诸葛静静")
		frappe.db.commit()

	def test_who_calls_is_found_told_and_erased(self):
		for language, number in NUMBERS.items():
			with self.subTest(language=language):
				self.set_language(self.officer, language)
				words = {text: frappe._(text, language) for text in ("New Case", "Find", "Open Case", "Erase", "Erase for Good", "Yes")}
				with self.desk(self.officer) as desk:
					case = self.open_case(desk, words, number, language)
					desk.press(words["Erase"])
					desk.dialog.get_by_text(frappe._("C4S Lead", language), exact=True).wait_for()
					desk.picture(f"privacy-kept-{language}")
					desk.confirm(words["Erase for Good"])
					desk.confirm(words["Yes"])
					self.wait_for_end(desk, case)
					desk.page.reload()
					desk.wait_for_form(REQUEST, case)
					desk.picture(f"privacy-case-{language}")
					self.assertEqual([], desk.problems)
				with self.desk(self.officer, PHONE) as desk:
					desk.show_form(REQUEST, case)
					desk.picture(f"privacy-case-{language}-390")
					desk.show_list(REQUEST)
					desk.picture(f"privacy-list-{language}-390")
				self.assertEqual(0, frappe.db.count("C4S Customer Phone", {"phone": f"+86{number}"}))

	def open_case(self, desk, words, number: str, language: str) -> str:
		desk.show_list(REQUEST)
		desk.page.get_by_role("button", name=words["New Case"]).last.click()
		desk.fill(desk.dialog, text=number)
		desk.dialog.get_by_role("button", name=words["Find"]).click()
		desk.dialog.locator('[data-fieldname="identity_checked"]').wait_for()
		desk.fill(desk.dialog, kind="Erasure", identity_checked="回拨登记的号码")
		desk.picture(f"privacy-new-{language}")
		desk.confirm(words["Open Case"])
		return desk.wait_for_form(REQUEST)

	def wait_for_end(self, desk, case: str) -> None:
		"""By a worker, or here where none is free."""
		for _look in range(MOST_LOOKS):
			frappe.db.rollback()
			erasure.run(case)
			frappe.db.commit()
			if frappe.db.get_value(REQUEST, case, "status") != erasure.RUNNING:
				break
			desk.page.wait_for_timeout(500)
		self.assertEqual("Done", frappe.db.get_value(REQUEST, case, "status"))
