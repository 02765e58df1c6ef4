"""A document is found by what the customer says, and its sheet printed: at the desk, and on a phone."""

import frappe

from crm4s.bookings.tests.factories import make_bay, make_store
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_service_appointment.test_c4s_service_appointment import make_appointment
from crm4s.crm4s.doctype.c4s_service_visit.test_c4s_service_visit import make_service_visit
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.tests.end_to_end.browser import PHONE, BrowserTestCase
from crm4s.tests.people import make_user

STORE, PLATE = "E2E-FIND", "沪A7K219"
ROW = ".c4s-found-row"


class TestDocumentFinder(BrowserTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		make_bay(make_store(STORE))
		customer = make_customer("13800138047", STORE, customer_name="司马青", language="zh").name
		cls.vehicle = make_vehicle(plate_number=PLATE, current_owner=customer)
		of = {"customer": customer, "vehicle": cls.vehicle.name}
		cls.visit = make_service_visit(dealership=STORE, concern="异响", **of).name
		cls.appointment = make_appointment(STORE, **of).name
		cls.user = make_user("Workshop Manager", stores=[STORE])
		cls.let_sign_in(cls.user, "zh")

	def find(self, desk, text: str):
		desk.go_to("c4s-document-finder")
		desk.page.locator("#page-c4s-document-finder input[data-fieldname=text]").fill(text)
		desk.page.locator(ROW).filter(has_text=self.visit).wait_for()
		desk.settle()
		return desk.page.locator(ROW)

	def printed(self, desk, button) -> bytes:
		"""What the tab would show that the button opens."""
		desk.page.evaluate("window.open = (url) => (window.opened = url)")
		button.click()
		answer = desk.page.context.request.get(desk.page.evaluate("window.opened"))
		self.assertEqual((200, "application/pdf"), (answer.status, answer.headers["content-type"]))
		return answer.body()

	def test_a_plate_finds_visit_and_appointment_and_prints_the_sheet_of_the_moment(self):
		with self.desk(self.user) as desk:
			rows = self.find(desk, "a7k219")
			self.assertEqual(2, rows.count())
			visit = rows.filter(has_text=self.visit)
			for text in ("服务工单", "司马青", "138****8047", PLATE, "异响"):
				self.assertIn(text, visit.inner_text())
			self.assertTrue(self.printed(desk, visit.get_by_role("button", name="维修报价单")).startswith(b"%PDF"))
			visit.get_by_role("link", name=self.visit).click()
			desk.page.wait_for_function("name => window.cur_frm && cur_frm.docname === name", arg=self.visit)
			self.assertEqual([], desk.problems)

	def test_on_a_phone_the_end_of_the_vin_is_enough(self):
		with self.desk(self.user, PHONE) as desk:
			rows = self.find(desk, self.vehicle.vin[-6:])
			slip = rows.filter(has_text=self.appointment).get_by_role("button", name="预约单")
			self.assertTrue(self.printed(desk, slip).startswith(b"%PDF"))
			wide = desk.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
			self.assertFalse(wide)
			self.assertEqual([], desk.problems)

	def test_the_form_prints_in_the_customers_language(self):
		frappe.db.set_value("C4S Customer", frappe.db.get_value("C4S Service Visit", self.visit, "customer"), "language", "en")
		frappe.db.commit()
		with self.desk(self.user) as desk:
			desk.show_form("C4S Service Visit", self.visit)
			self.assertEqual("en", desk.page.evaluate("cur_frm.doc.language"))
			desk.page.locator(".inner-group-button", has_text="打印").get_by_role("button").click()
			sheet = desk.page.locator(".inner-group-button .dropdown-item:visible", has_text="接车单")
			self.assertTrue(self.printed(desk, sheet).startswith(b"%PDF"))
