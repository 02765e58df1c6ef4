"""Help on the road, called for from the phone."""

import frappe

from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.dispatch import steps
from crm4s.dispatch.steps import ORDER
from crm4s.dispatch.tests.factories import make_store, make_team
from crm4s.portal import matters, rescue
from crm4s.portal.tests.documents import a_picture
from crm4s.portal.tests.visiting import PortalTestCase, make_viewer
from crm4s.tests.people import make_user

PATH, PHONE = "/my/rescue", "13800138092"


class TestRescue(PortalTestCase):
	def setUp(self):
		super().setUp()
		self.near, self.far = make_store("PORTAL-NEAR"), make_store("PORTAL-FAR")
		for store, longitude in ((self.near, 121.5), (self.far, 116.4)):
			make_team(store)
			frappe.db.set_value("C4S Dealership", store, {"latitude": 31.2, "longitude": longitude, "rescue_phone": "+8621400400"})
		self.viewer, self.stranger = make_viewer(store=self.far), make_viewer()
		self.car = make_vehicle(current_owner=self.viewer.customer, dealership=self.far).name

	def call(self, who=None, files=None, **form):
		return self.post(PATH, "call", who or self.viewer, files=files, **{"trouble": "Flat Battery", "car": self.car, "where": "G2高速1120公里处", "phone": PHONE, **form})

	def order(self):
		return frappe.get_last_doc(ORDER, {"customer": self.viewer.customer})

	def test_it_becomes_the_order_that_the_board_shows(self):
		advisor = make_user("Service Advisor", [self.far])
		answer = self.call(words="仪表全黑", files={"photos": [("a.jpg", a_picture())]})
		self.assertEqual((303, PATH), (answer.status, answer.to), answer.html)
		order = self.order()
		self.assertEqual(("Called", self.far, self.car, "Flat Battery", "+8613800138092", "G2高速1120公里处", "仪表全黑", 1), (*(order.get(field) for field in ("status", "dealership", "vehicle", "trouble", "contact_phone", "address", "concern")), len(order.photos)))
		self.assertTrue(order.arrive_by)
		self.assertTrue(frappe.db.exists("Notification Log", {"for_user": advisor, "document_name": order.name}))
		page = self.get(PATH, self.viewer).html
		for shown in (order.name, "正在派人", "tel:+8621400400"):
			self.assertIn(shown, page)
		self.assertNotIn("None", page)
		self.assertEqual([PATH], [line.path for line in matters.open_matters(self.viewer) if line.asks])

	def test_by_the_phones_position_the_nearest_store_gets_it(self):
		self.call(latitude="31.24", longitude="121.49", where="")
		order = self.order()
		self.assertEqual((self.near, 31.24), (order.dealership, order.latitude))
		self.assertIn("定位", order.address)

	def test_what_is_missing_is_said(self):
		for form, sentence in (({"where": ""}, "车辆位置"), ({"trouble": "Boredom"}, "出了什么问题"), ({"phone": ""}, "回拨电话"), ({"car": None}, "哪辆车"), ({"latitude": "91", "longitude": "x", "where": ""}, "车辆位置")):
			answer = self.call(**form)
			self.assertEqual(422, answer.status, form)
			self.assertIn(sentence, answer.html)
		self.assertFalse(frappe.db.exists(ORDER, {"customer": self.viewer.customer}))

	def test_a_car_that_is_none_of_the_own_is_described(self):
		self.assertEqual(404, self.call(self.stranger).status)
		self.assertEqual(303, self.call(car=None, described="沪A12345 白色途观").status)
		self.assertEqual("沪A12345 白色途观", self.order().car_description)

	def test_it_is_cancelled_until_a_team_was_sent(self):
		self.call()
		first = self.order()
		self.assertEqual(404, self.post(PATH, "cancel", self.stranger, order=first.name).status)
		self.assertEqual(404, self.post(PATH, "cancel", self.viewer).status)
		self.assertEqual(303, self.post(PATH, "cancel", self.viewer, order=first.name).status)
		self.assertEqual("Cancelled", frappe.db.get_value(ORDER, first.name, "status"))
		self.assertIn("求助已取消", self.get(PATH, self.viewer).html)
		self.call(where="G2高速1130公里处")
		second = frappe.get_last_doc(ORDER, {"customer": self.viewer.customer, "status": "Called"})
		steps.send(second, make_team(self.far, "2号救援车").name)
		self.assertIn("已经出发", self.post(PATH, "cancel", self.viewer, order=second.name).html)
		self.assertIn("已为您派出", self.get(PATH, self.viewer).html)

	def test_nobody_else_sees_it(self):
		self.call()
		self.assertNotIn(self.order().name, self.get(PATH, self.stranger).html)
		self.assertEqual([], rescue.shown_orders(self.stranger))
