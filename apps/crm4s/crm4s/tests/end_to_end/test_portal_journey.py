"""A customer with a phone, from the link in a message to a complaint: signed in, booked, approved item by item, rated, complained. Then without scripts."""

import io

import frappe
from frappe.utils import now_datetime
from PIL import Image

from crm4s.bookings.tests.factories import make_bay, make_store
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_service_visit.test_c4s_service_visit import item, make_service_visit, settle
from crm4s.crm4s.doctype.c4s_survey.test_c4s_survey import RATING, make_survey
from crm4s.crm4s.doctype.c4s_survey_invitation.test_c4s_survey_invitation import make_invitation
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.portal import links
from crm4s.tests.end_to_end.browser import PHONE, BrowserTestCase
from crm4s.tests.end_to_end.desk import ADDRESS
from crm4s.tests.end_to_end.test_portal_pages import links_path

NUMBER = "13800138471"


class TestPortalJourney(BrowserTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.store = make_store("E2E-PORTAL")
		make_bay(cls.store)
		cls.customer = make_customer(NUMBER, store=cls.store, customer_name="李静", language="zh").name
		cls.car = make_vehicle(current_owner=cls.customer, dealership=cls.store, plate_number="沪A84710").name
		cls.survey = make_survey(RATING).name
		frappe.db.commit()

	def enter(self, page, leads_to: str) -> None:
		link = links.make(self.customer, leads_to)
		frappe.db.commit()
		page.goto(links_path(link))
		page.locator("form button.button").click()
		page.wait_for_url(f"**{leads_to}")

	def test_from_the_message_to_the_complaint(self):
		with self.window(PHONE) as desk:
			page = desk.page
			self.enter(page, "/my/book")
			self.book(desk)
			visit = self.come()
			self.approve(desk, visit)
			self.rate(desk, visit)
			self.complain(desk)
			self.assertEqual([], desk.problems)

	def book(self, desk) -> None:
		page = desk.page
		page.locator("a[href*='day=']").last.click()
		page.locator("input[name=time]").first.wait_for(state="attached")
		desk.picture("portal-journey-book")
		# The button that is seen lies below its field, which takes the finger.
		page.locator("input[name=time]").first.check(force=True)
		page.locator("textarea[name=concern]").fill("右前轮有异响")
		page.locator("button", has_text="预约").last.click()
		page.wait_for_url("**/my/appointments/**")
		frappe.db.rollback()
		booked = frappe.get_last_doc("C4S Service Appointment", {"customer": self.customer})
		self.assertEqual(("Portal", "Booked", "右前轮有异响", self.store), (booked.channel, booked.status, booked.concern, booked.dealership))
		desk.picture("portal-journey-booked")

	def come(self):
		"""The car is at the store and its quotation waits."""
		visit = make_service_visit(
			customer=self.customer, vehicle=self.car, dealership=self.store,
			items=[item(item_name="更换前轮轴承", unit_price=680), item(item_name="更换雨刮片", unit_price=120)],
		)
		visit.db_set("quoted_on", now_datetime())
		frappe.db.commit()
		return visit

	def approve(self, desk, visit) -> None:
		page = desk.page
		page.goto("/my")
		page.locator(f"a[href='/my/visits/{visit.name}']").first.click()
		page.locator(f"input[name='item-{visit.items[0].name}'][value=Approved]").check(force=True)
		page.locator(f"input[name='item-{visit.items[1].name}'][value=Declined]").check(force=True)
		desk.picture("portal-journey-approve")
		page.locator("form.decide button").click()
		page.locator(".note.good").wait_for()
		frappe.db.rollback()
		visit.reload()
		self.assertEqual([("Approved", "Portal"), ("Declined", "Portal")], [(row.approval, row.approved_by) for row in visit.items])
		desk.picture("portal-journey-approved")

	def rate(self, desk, visit) -> None:
		settle(visit)
		invitation = make_invitation(self.survey, self.store, customer=self.customer, vehicle=self.car, service_visit=visit.name)
		frappe.db.commit()
		page = desk.page
		page.goto(f"/my/visits/{visit.name}")
		page.locator("a.button[href*='survey']").click()
		page.locator("input[type=radio][value='9']").first.check(force=True)
		page.locator("form button.main, form button[type=submit], form button").last.click()
		page.get_by_text("谢谢").first.wait_for()
		frappe.db.rollback()
		self.assertEqual("Answered", frappe.db.get_value("C4S Survey Invitation", invitation.name, "status"))

	def complain(self, desk) -> None:
		page = desk.page
		page.goto("/my/write?kind=complaint")
		page.locator("textarea[name=words]").fill("取车时车内有油污，希望重新清洗。")
		page.locator("select[name=store]").select_option(self.store)
		page.locator("input[type=file]").set_input_files([{"name": "floor.png", "mimeType": "image/png", "buffer": picture()}])
		desk.picture("portal-journey-complain")
		page.locator("main form button.button").click()
		page.wait_for_url("**/my/complaints/**")
		page.get_by_text("取车时车内有油污").first.wait_for()
		self.assertEqual(1, page.locator(".photos img").count())
		frappe.db.rollback()
		complaint = frappe.get_last_doc("C4S Complaint", {"customer": self.customer})
		self.assertEqual(("Portal", self.store), (complaint.channel, complaint.dealership))
		desk.picture("portal-journey-complaint")

	def test_everything_can_be_read_and_booked_without_scripts(self):
		context = self.browser.new_context(viewport=PHONE, java_script_enabled=False, base_url=ADDRESS)
		self.addCleanup(context.close)
		page = context.new_page()
		self.enter(page, "/my/book")
		page.locator("a[href*='day=']").last.click()
		self.assertGreater(page.locator("input[name=time]").count(), 0)
		for path in ("/my", f"/my/cars/{self.car}", "/my/service", "/my/messages", "/my/me"):
			page.goto(path)
			self.assertTrue(page.locator("h1").inner_text(), path)

	def test_another_language(self):
		frappe.db.set_value("C4S Customer", self.customer, "language", "en")
		frappe.db.commit()
		with self.window(PHONE) as desk:
			self.enter(desk.page, "/my")
			self.assertEqual("en", desk.page.evaluate("document.documentElement.lang"))
			self.assertNotRegex(desk.page.locator("nav.tabs").inner_text(), "[一-龥]")
			desk.picture("portal-journey-english")
		frappe.db.set_value("C4S Customer", self.customer, "language", "zh")
		frappe.db.commit()


def picture() -> bytes:
	written = io.BytesIO()
	Image.new("RGB", (60, 40), "brown").save(written, "PNG")
	return written.getvalue()
