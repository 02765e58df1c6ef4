"""A manager reads the scorecard, asks what is behind a figure, says why it is so and begins an improvement; on the phone it fits."""

from frappe.utils import add_months, getdate

from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.scorecard import results
from crm4s.scorecard.tests.rows import put
from crm4s.tests.end_to_end.browser import PHONE, BrowserTestCase
from crm4s.tests.people import make_user

STORE, KPI = "E2E-CARD", "Lead Conversion"


class TestScorecard(BrowserTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		store = make_dealership(STORE).name
		cls.manager, cls.consultant = make_user("Dealer Manager", [store]), make_user("Sales Consultant", [store])
		this_month = getdate().replace(day=1)
		for back, won in ((1, 6), (0, 2)):
			day = add_months(this_month, -back)
			put("C4S Lead", 10, dealership=store, received_on=day, status="Open", sales_consultant=cls.consultant)
			put("C4S Lead", won, dealership=store, received_on=day, won_on=day, status="Won", sales_consultant=cls.consultant)
		for kpi in results.enabled_kpis():
			for back in (1, 0):
				results.count_month(kpi, getdate(add_months(this_month, -back)))
		cls.let_sign_in(cls.manager, "zh")

	def test_read_asked_and_acted_upon(self):
		with self.desk(self.manager) as desk:
			desk.show_page("c4s-scorecard")
			tile = desk.page.locator(f".c4s-sc-tile [data-kpi='{KPI}']")
			tile.wait_for()
			# 8 of 28 in three months.
			self.assertIn("28.6", tile.inner_text())
			self.assertIn("线索转化率", desk.page.locator(".c4s-sc-movers").inner_text())
			desk.picture("scorecard")
			tile.click()
			details = desk.page.locator(".modal.show .c4s-sc-details")
			details.wait_for()
			self.assertIn("100 × 成交线索数 8 ÷ 新增线索 28", details.inner_text())
			desk.picture("scorecard-details")
			self.write_note(desk)
			tile.click()
			desk.page.locator(".modal.show .btn-primary:visible", has_text="发起改进").click()
			desk.wait_for_form("C4S Improvement Action")
			self.assertEqual(["C4S KPI Result", STORE], desk.page.evaluate("[cur_frm.doc.document_type, cur_frm.doc.dealership]"))
			self.assertEqual([], desk.problems)

	def write_note(self, desk) -> None:
		desk.page.locator(".modal.show .btn-secondary:visible, .modal.show .btn-modal-secondary:visible", has_text="写说明").click()
		box = desk.page.locator(".modal.show [data-fieldname=note] textarea:visible")
		box.fill("车展带来很多线索")
		desk.confirm("保存")
		desk.page.locator(".c4s-sc-notes", has_text="车展带来很多线索").wait_for()
		desk.settle()

	def test_it_fits_a_phone(self):
		with self.desk(self.manager, PHONE) as desk:
			desk.show_page("c4s-scorecard")
			desk.page.locator(".c4s-sc-tile").first.wait_for()
			self.assertLessEqual(desk.page.evaluate("document.documentElement.scrollWidth"), PHONE["width"])
			desk.picture("scorecard-phone")
			self.assertEqual([], desk.problems)
