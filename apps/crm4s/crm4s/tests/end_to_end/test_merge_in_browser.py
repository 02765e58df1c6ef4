"""A manager looks through the likely twins, compares two files, merges them, finds the way from the old file, and takes it back. In both languages, compared on a phone as well."""

import frappe

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_lead.test_c4s_lead import make_lead
from crm4s.merging import twins
from crm4s.merging.rules import MERGE
from crm4s.tests.end_to_end.browser import PHONE, BrowserTestCase
from crm4s.tests.people import make_user

STORE, CUSTOMER = "E2E-MERGE", "C4S Customer"
NUMBERS = {"zh": "13800138581", "en": "13800138582"}


class TestMergeInBrowser(BrowserTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		make_dealership(STORE)
		cls.manager = make_user("CRM Manager", [STORE])
		cls.let_sign_in(cls.manager, "zh")
		frappe.db.commit()

	def test_two_files_become_one_and_two_again(self):
		for language, number in NUMBERS.items():
			with self.subTest(language=language):
				self.set_language(self.manager, language)
				self.words = {text: frappe._(text, language) for text in ("Compare", "Merge", "Undo the Merge", "Reason")}
				remaining, closing = self.twins(number)
				with self.desk(self.manager, PHONE) as desk:
					self.compare(desk, closing)
					desk.picture(f"merge-compare-{language}-390")
				with self.desk(self.manager) as desk:
					self.compare(desk, closing)
					desk.fill(desk.dialog, reason="回拨同一号码，本人确认")
					desk.picture(f"merge-compare-{language}")
					desk.confirm(self.words["Merge"])
					desk.page.wait_for_function("() => !cur_dialog || !cur_dialog.display")
					self.assertEqual(remaining, self.stored(closing, "merged_into"))
					desk.show_form(CUSTOMER, closing)
					desk.page.get_by_role("link", name=remaining).first.wait_for()
					desk.picture(f"merge-closed-{language}")
					merge = frappe.db.get_value(MERGE, {"merged_customer": closing})
					desk.show_form(MERGE, merge)
					desk.picture(f"merge-merge-{language}")
					desk.press(self.words["Undo the Merge"])
					desk.fill(desk.dialog, reason="是兄弟二人")
					desk.confirm(self.words["Undo the Merge"])
					desk.page.wait_for_function("() => cur_frm?.doc.status === 'Undone'")
					self.assertIsNone(self.stored(closing, "merged_into"))
					self.assertEqual([], desk.problems)

	def twins(self, number: str) -> tuple[str, str]:
		phones = [{"phone": number, "kind": "Mobile"}]
		remaining = make_customer(store=STORE, customer_name="欧阳合并", phones=phones, city="上海市").name
		closing = make_customer(store=STORE, customer_name="欧阳合並", phones=phones, city="杭州市", email=f"{number}@example.com").name
		make_lead(customer=closing, dealership=STORE, phone=number)
		# As the night does.
		twins.search()
		frappe.db.commit()
		return remaining, closing

	def compare(self, desk, closing: str) -> None:
		desk.page.goto("/app/query-report/C4S Possible Twins")
		button = desk.page.locator(f'.c4s-compare-pair[data-other="{closing}"]')
		button.wait_for()
		desk.picture(f"merge-twins-{frappe.generate_hash(length=4)}")
		button.click()
		desk.dialog.locator(".c4s-compare").wait_for()

	def stored(self, customer: str, field: str):
		frappe.db.rollback()
		return frappe.db.get_value(CUSTOMER, customer, field)
