"""A mystery shopper rates a store on the phone; the store sees it once it is published, mends the gap and is visited again."""

import frappe
from frappe.utils import add_days, nowdate

from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_store_audit.test_c4s_store_audit import make_audit
from crm4s.tests.end_to_end.browser import PHONE, BrowserTestCase
from crm4s.tests.people import make_user

AUDIT, STORE = "C4S Store Audit", "E2E-AUDIT"
PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082")


class TestStoreAudit(BrowserTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		store = make_dealership(STORE).name
		cls.auditor, cls.manager, cls.planner = make_user("Auditor"), make_user("Dealer Manager", [store]), make_user("Group Manager")
		cls.first = make_audit(dealership=store, auditor=cls.auditor).name
		for user in (cls.auditor, cls.manager, cls.planner):
			cls.let_sign_in(user, "zh")

	def test_from_the_visit_to_the_follow_up(self):
		with self.desk(self.auditor, PHONE) as desk:
			self.carry_out(desk, self.first, 9, 3)
			self.assertLessEqual(desk.page.evaluate("document.documentElement.scrollWidth"), PHONE["width"])
			self.assertEqual([], desk.problems)
		self.assertEqual("Handed In", self.status())
		with self.desk(self.manager) as desk:
			desk.show_list(AUDIT)
			self.assertEqual(0, desk.page.locator(".result .list-row", has_text=self.first).count())
		with self.desk(self.planner) as desk:
			self.publish(desk)
			self.assertEqual([], desk.problems)
		with self.desk(self.manager) as desk:
			self.make_action(desk)
			self.assertEqual([], desk.problems)
		frappe.db.rollback()
		second = make_audit(dealership=STORE, auditor=self.auditor, follow_up_of=self.first).name
		frappe.db.commit()
		with self.desk(self.auditor, PHONE) as desk:
			self.carry_out(desk, second, 9, 8)
		frappe.db.rollback()
		self.assertEqual(self.first, frappe.db.get_value(AUDIT, second, "compared_with"))
		self.assertGreater(frappe.db.get_value(AUDIT, second, "change_in_score"), 0)

	def status(self) -> str:
		frappe.db.rollback()
		return frappe.db.get_value(AUDIT, self.first, "status")

	def carry_out(self, desk, audit: str, *ratings: int) -> None:
		desk.show_form(AUDIT, audit)
		cards = desk.page.locator(".c4s-sheet-card")
		cards.first.wait_for()
		for position, rating in enumerate(ratings):
			card = cards.nth(position)
			card.get_by_role("button", name=str(rating), exact=True).click()
			card.locator("textarea").fill("没有人问用途")
		if not desk.page.locator(".c4s-sheet-photo").count():
			self.add_photo(desk, cards.first)
		desk.picture("store-audit-phone")
		desk.page.locator(".c4s-sheet-buttons .btn-primary").click()
		desk.page.locator(".modal.show .btn-primary:visible").click()
		desk.page.wait_for_function("cur_frm.doc.status === 'Handed In'")
		desk.settle()

	def add_photo(self, desk, card) -> None:
		card.get_by_role("button", name="添加照片").click()
		upload = desk.page.locator(".modal.show")
		upload.locator("input[type=file]").first.set_input_files({"name": "hall.png", "mimeType": "image/png", "buffer": PNG})
		upload.locator(".btn-modal-primary:visible").click()
		card.locator(".c4s-sheet-photo").wait_for()

	def publish(self, desk) -> None:
		desk.show_form(AUDIT, self.first)
		desk.page.locator(".page-actions .btn", has_text="向门店发布").click()
		desk.page.locator(".modal.show .btn-primary:visible").click()
		desk.page.wait_for_function("cur_frm.doc.status === 'Published'")
		desk.settle()

	def make_action(self, desk) -> None:
		desk.show_form(AUDIT, self.first)
		desk.page.locator(".form-tabs .nav-link", has_text="结果").click()
		gaps = desk.page.locator("[data-fieldname=gaps] .c4s-sheet-card")
		gaps.first.wait_for()
		self.assertEqual(1, gaps.count())
		self.assertIn("Asked for needs?", gaps.first.inner_text())
		desk.picture("store-audit-gaps")
		gaps.first.get_by_role("button").click()
		desk.wait_for_form("C4S Improvement Action")
		desk.page.evaluate("([user, day]) => cur_frm.set_value({ responsible: user, due_on: day })", [self.manager, str(add_days(nowdate(), 14))])
		desk.picture("store-audit-action")
		desk.save()
		desk.page.wait_for_function("cur_frm.doctype === 'C4S Improvement Action' && !cur_frm.is_new()")
		desk.settle()
