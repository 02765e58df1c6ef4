"""What colleagues do in the desk for the customers' pages: invite a customer, decide a request about the own data, look at a club's posts. In both languages."""

import frappe

from crm4s.crm4s.doctype.c4s_club_post.test_c4s_club_post import make_post
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_owner_club.test_c4s_owner_club import make_club
from crm4s.portal import links, requests
from crm4s.segments.club_posts import POST, PUBLISHED, REFUSED
from crm4s.tests.end_to_end.browser import BrowserTestCase
from crm4s.tests.people import make_user

STORE, NUMBER = "E2E-PORTAL-DESK", "13800138475"
CUSTOMER, REQUEST = "C4S Customer", requests.REQUEST


class TestPortalDesk(BrowserTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		make_dealership(STORE)
		cls.specialist = make_user("CRM Specialist", [STORE])
		cls.manager = make_user("CRM Manager", [STORE])
		for user in (cls.specialist, cls.manager):
			cls.let_sign_in(user, "zh")
		cls.customer = make_customer(NUMBER, store=STORE, customer_name="李静").name
		frappe.db.commit()

	def words(self, language: str, *texts: str) -> tuple[str, ...]:
		return tuple(frappe._(text, language) for text in texts)

	def test_a_customer_is_invited_and_the_link_lets_in(self):
		for language in ("zh", "en"):
			with self.subTest(language=language):
				self.set_language(self.specialist, language)
				group, invite, copy = self.words(language, "Customers' Pages", "Invite to the Customers' Pages", "Copy the Link")
				with self.desk(self.specialist) as desk:
					desk.show_form(CUSTOMER, self.customer)
					desk.press(invite, group)
					desk.dialog.wait_for()
					if not desk.dialog.locator('[data-fieldname="url"]').count():
						desk.picture(f"portal-desk-invite-{language}")
						desk.dialog.get_by_text(copy, exact=True).click()
					desk.dialog.locator('[data-fieldname="url"]').wait_for()
					url = desk.page.evaluate("cur_dialog.get_value('url')")
					desk.picture(f"portal-desk-link-{language}")
					self.assertEqual([], desk.problems)
				frappe.db.rollback()
				self.assertEqual(self.customer, links.open_link(url.rpartition("/")[2]).customer)

	def test_a_correction_is_written_and_another_refused_with_a_reason(self):
		for language, address in (("zh", "first@example.com"), ("en", "second@example.com")):
			with self.subTest(language=language):
				self.set_language(self.manager, language)
				asked = requests.ask_correction(self.customer, {"email": address})
				frappe.db.commit()
				write, refuse = self.words(language, "Write the Correction", "Refuse")
				with self.desk(self.manager) as desk:
					desk.show_form(REQUEST, asked)
					desk.picture(f"portal-desk-request-{language}")
					desk.press(write)
					desk.page.wait_for_function("cur_frm.doc.status !== 'Open'")
					desk.settle()
					frappe.db.rollback()
					refused = requests.ask_correction(self.customer, {"customer_name": f"李{language}"})
					frappe.db.commit()
					desk.show_form(REQUEST, refused)
					desk.press(refuse)
					desk.fill(desk.dialog, reason="请带证件到店办理")
					desk.confirm(refuse)
					desk.page.wait_for_function("cur_frm.doc.status === 'Refused'")
					self.assertEqual([], desk.problems)
				frappe.db.rollback()
				self.assertEqual(address, frappe.db.get_value(CUSTOMER, self.customer, "email"))
				self.assertEqual("请带证件到店办理", frappe.db.get_value(REQUEST, refused, "reason"))

	def test_posts_of_a_club_are_published_and_refused(self):
		for language in ("zh", "en"):
			with self.subTest(language=language):
				self.set_language(self.manager, language)
				good, bad = (make_post(make_club(dealership=STORE).name, text=text) for text in ("山路很好开", "加我微信，低价保养"))
				frappe.db.commit()
				publish, refuse = self.words(language, "Publish", "Refuse")
				with self.desk(self.manager) as desk:
					desk.show_form(POST, good.name)
					desk.picture(f"portal-desk-post-{language}")
					desk.press(publish)
					desk.page.wait_for_function("cur_frm.doc.status === 'Published'")
					desk.show_form(POST, bad.name)
					desk.press(refuse)
					desk.fill(desk.dialog, reason="不发广告")
					desk.confirm(refuse)
					desk.page.wait_for_function("cur_frm.doc.status === 'Refused'")
					self.assertEqual([], desk.problems)
				frappe.db.rollback()
				self.assertEqual([PUBLISHED, REFUSED], [frappe.db.get_value(POST, post.name, "status") for post in (good, bad)])
