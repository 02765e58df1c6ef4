"""A car does not start: the agent takes the call and sends the nearest team, and the team on the road does its part on a phone, in Chinese."""

import frappe

from crm4s.bookings.tests.factories import make_store
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.dispatch.tests.factories import make_team
from crm4s.tests.end_to_end.browser import PHONE, BrowserTestCase
from crm4s.tests.people import make_user

STORE = "E2E-RESCUE"
NUMBER = "13800138051"
ORDER = "C4S Dispatch Order"
BOARD = "c4s-dispatch-board"


class TestDispatchBoard(BrowserTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		make_store(STORE)
		cls.agent = make_user("Customer Service Representative", [STORE])
		cls.technician = make_user("Technician", [STORE])
		make_team(STORE, "远处救援车", home_latitude=31.40, home_longitude=121.49)
		make_team(STORE, "近处救援车", home_latitude=31.25, home_longitude=121.49, members=[{"user": cls.technician}])
		customer = make_customer(NUMBER, store=STORE, customer_name="欧阳静宜")
		make_vehicle(plate_number="沪AD12351", current_owner=customer.name, dealership=STORE)
		for user in (cls.agent, cls.technician):
			cls.let_sign_in(user, "zh")

	def order(self) -> dict:
		frappe.db.rollback()
		fields = ["name", "status", "trouble", "team.resource_name as team", "latitude", "service_visit", "total_amount", "agreed_on"]
		(found,) = frappe.get_all(ORDER, {"plate_number": "沪AD12351"}, fields)
		return found

	def test_from_the_call_to_the_car_that_runs_again(self):
		with self.desk(self.agent) as desk:
			page = desk.page
			desk.go_to(BOARD)
			page.locator(".primary-action:visible").click()
			page.locator(".c4s-ad-who").fill(NUMBER)
			page.wait_for_selector(".c4s-ad-car:has-text('沪AD12351') input:checked")
			page.locator(".c4s-chip:has-text('电瓶亏电')").click()
			page.locator("[data-field=address]").fill("外滩18号地下车库B2")
			page.locator("[data-field=position]").fill("121.49, 31.24")
			page.locator("[data-do=take]").click()
			# The nearest one is offered first.
			page.wait_for_selector(".c4s-team")
			self.assertRegex(page.locator(".c4s-team").first.inner_text(), "近处救援车.*空闲.*1.1")
			page.locator(".c4s-team").first.click()
			page.wait_for_selector("[data-status='Dispatched'] .c4s-order:has-text('近处救援车')")
			desk.settle()
			self.assertEqual([], desk.problems)
		order = self.order()
		self.assertEqual(("Dispatched", "Flat Battery", "近处救援车", 31.24), (order.status, order.trouble, order.team, order.latitude))
		with self.desk(self.technician, PHONE) as desk:
			page = desk.page
			desk.go_to(BOARD)
			page.wait_for_selector(f".c4s-order a[href='tel:+86{NUMBER}']")
			self.assertEqual(0, page.locator(".primary-action:visible").count())
			for label in ("出发", "到达现场", "已解决"):
				button = page.locator(f".c4s-order-steps button.btn-primary:has-text('{label}')")
				self.assertGreaterEqual(button.bounding_box()["height"], 44)
				button.click()
				desk.settle()
			dialog = page.locator(".modal.show")
			desk.fill(dialog, driven_km="4.4", agreed=True)
			dialog.locator(".btn-modal-primary").click()
			page.wait_for_selector("[data-status='Ended'] .c4s-order:has-text('已解决')")
			self.assertLessEqual(page.evaluate("document.documentElement.scrollWidth"), PHONE["width"])
			self.assertEqual([], desk.problems)
		order = self.order()
		self.assertEqual(("Solved", 122, True), (order.status, order.total_amount, bool(order.agreed_on)))
		visit = frappe.get_doc("C4S Service Visit", order.service_visit)
		self.assertEqual(("Rescue", 122, 0), (visit.visit_kind, visit.customer_amount, visit.undecided_items))
