"""Somebody calls and wants to be erased: found, told what is kept, erased, with the proof on the case. In both languages, the case read on a phone as well."""

import frappe

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_lead.test_c4s_lead import make_lead
from crm4s.crm4s.doctype.c4s_legal_hold.test_c4s_legal_hold import make_hold
from crm4s.privacy import erasure
from crm4s.tests.end_to_end.browser import PHONE, BrowserTestCase
from crm4s.tests.people import make_user

STORE, REQUEST, CUSTOMER, HOLD = "E2E-PRIVACY", erasure.REQUEST, "C4S Customer", "C4S Legal Hold"
NUMBERS = {"zh": "13800138571", "en": "13800138572"}
NAME = "诸葛静静"
MOST_LOOKS = 120


class TestDataRequestInBrowser(BrowserTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		make_dealership(STORE)
		cls.officer, cls.manager = make_user("Group Manager", [STORE]), make_user("CRM Manager", [STORE])
		cls.customers = {language: cls.make_person(number) for language, number in NUMBERS.items()}
		cls.let_sign_in(cls.officer, "zh")
		cls.let_sign_in(cls.manager, "zh")

	@classmethod
	def make_person(cls, number: str) -> str:
		customer = make_customer(number, store=STORE, customer_name=NAME).name
		make_lead(customer=customer, dealership=STORE, phone=number, lead_name=NAME)
		return customer

	def test_who_calls_is_found_told_and_erased(self):
		for language, number in NUMBERS.items():
			with self.subTest(language=language):
				self.set_language(self.officer, language)
				case = self.erase(language, number)
				self.read_on_a_phone(language, case)
				self.assertEqual(0, frappe.db.count("C4S Customer Phone", {"phone": f"+86{number}"}))

	def test_a_hold_is_said_before_anything_is_erased_and_a_manager_opens_no_case(self):
		customer = self.make_person("13800138573")
		hold = make_hold(customer=customer, reason="质量纠纷，法院受理")
		frappe.db.commit()
		self.set_language(self.officer, "zh")
		with self.desk(self.officer) as desk:
			self.open_case(desk, "zh", "13800138573")
			desk.press(frappe._("Erase", "zh"))
			desk.dialog.get_by_text(hold.name).wait_for()
			desk.picture("privacy-held-zh")
			self.assertEqual(0, desk.dialog.get_by_role("button", name=frappe._("Erase for Good", "zh")).count())
			self.assertEqual([], desk.problems)
		with self.desk(self.manager) as desk:
			desk.show_list(REQUEST)
			self.assertEqual(0, desk.page.get_by_role("button", name=frappe._("New Case", "zh")).count())
			self.assertEqual([], desk.problems)

	def erase(self, language: str, number: str) -> str:
		words = {text: frappe._(text, language) for text in ("Erase", "Erase for Good", "Yes")}
		with self.desk(self.officer) as desk:
			case = self.open_case(desk, language, number)
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
		return case

	def read_on_a_phone(self, language: str, case: str) -> None:
		with self.desk(self.officer, PHONE) as desk:
			desk.show_form(REQUEST, case)
			self.assertLessEqual(desk.page.evaluate("document.documentElement.scrollWidth"), PHONE["width"])
			desk.picture(f"privacy-case-{language}-390")
			desk.show_list(REQUEST)
			desk.picture(f"privacy-list-{language}-390")
			self.assertEqual([], desk.problems)

	def open_case(self, desk, language: str, number: str) -> str:
		words = {text: frappe._(text, language) for text in ("New Case", "Find", "Open Case")}
		desk.show_list(REQUEST)
		desk.picture(f"privacy-list-{language}")
		desk.page.get_by_role("button", name=words["New Case"]).last.click()
		desk.fill(desk.dialog, text=number)
		desk.dialog.get_by_role("button", name=words["Find"]).click()
		desk.dialog.locator('[data-fieldname="identity_checked"]').first.wait_for()
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
