"""The search bar finds who stands at the desk, and a document that another store shares opens for reading."""

import frappe
from frappe import _

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_lead.test_c4s_lead import make_lead
from crm4s.crm4s.doctype.c4s_settings.test_c4s_settings import change_settings
from crm4s.settings import setting
from crm4s.tests.end_to_end.browser import BrowserTestCase
from crm4s.tests.people import make_user

OWN, OTHER = "E2E-BAR-1", "E2E-BAR-2"


class TestSearchBarAndSharedDocuments(BrowserTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		for store in (OWN, OTHER):
			make_dealership(store)
		cls.customer = make_customer("13800138045", OTHER, customer_name="欧阳静宜").name
		frappe.get_doc({"doctype": "C4S Store Relationship", "customer": cls.customer, "dealership": OWN}).insert()
		cls.lead = make_lead(lead_name="欧阳静宜", phone="13800138046", dealership=OTHER, customer=cls.customer).name
		cls.user = make_user(["Receptionist", "Sales Consultant"], stores=[OWN])
		cls.addClassCleanup(cls.share, setting("stores_share_dealings"))
		cls.share(1)
		cls.let_sign_in(cls.user, "zh")

	@classmethod
	def share(cls, value: int) -> None:
		change_settings(stores_share_dealings=value)
		frappe.db.commit()

	def search(self, desk, text: str) -> None:
		desk.page.keyboard.press("Control+g")
		desk.page.locator("#navbar-search").press_sequentially(text)
		desk.page.locator(".awesomplete li:visible", has_text="查找客户、车辆或线索").wait_for()
		desk.page.keyboard.press("Enter")

	def test_a_phone_number_opens_its_customer_and_a_name_lists_who_is_called_so(self):
		with self.desk(self.user) as desk:
			self.search(desk, "138 0013 8045")
			desk.page.wait_for_function("name => window.cur_frm && cur_frm.docname === name", arg=self.customer)
			desk.settle()
			self.search(desk, "欧阳")
			found = desk.page.locator(".modal-body:visible")
			found.get_by_text("欧阳静宜").first.wait_for()
			self.assertIn("138****8045", found.inner_text())
			self.assertNotIn("0013", found.inner_text())
			self.assertEqual([], desk.problems)

	def test_what_another_store_shares_opens_for_reading(self):
		with self.desk(self.user) as desk:
			desk.show_form("C4S Lead", self.lead)
			self.assertIn("贵店可以查看，不能修改", desk.visible_text())
			self.assertFalse(desk.page.evaluate("cur_frm.perm[0].write"))
			self.assertEqual(0, desk.page.locator(".primary-action:visible, .custom-actions button:visible").count())
			self.assertEqual([], desk.problems)

	def test_a_new_document_begins_with_the_own_store(self):
		with self.desk(self.user) as desk:
			desk.page.evaluate("() => { frappe.new_doc('C4S Lead'); }")
			desk.page.wait_for_function("window.cur_frm && cur_frm.is_new()")
			self.assertEqual(OWN, desk.page.evaluate("cur_frm.doc.dealership"))

	def test_the_description_of_a_moment_is_in_the_users_language(self):
		with self.desk(self.user) as desk:
			desk.show_form("C4S Lead", self.lead)
			said = desk.page.evaluate("cur_frm.fields_dict.received_on.$wrapper.find('.help-box').text()")
			self.assertTrue(said.startswith(_("When the person first came to us for this purchase.", "zh")), said)
			self.assertFalse(said.startswith("When"), said)
