"""The customer's car for sale: the request with its photos, the store's offer, accepting and declining."""

import io

import frappe
from frappe.utils import add_days, nowdate
from PIL import Image

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_used_car_appraisal import actions
from crm4s.crm4s.doctype.c4s_used_car_appraisal.test_c4s_used_car_appraisal import make_appraisal
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.portal.matters import open_matters
from crm4s.portal.tests.visiting import PortalTestCase, make_viewer

PAGE, APPRAISAL = "/my/trade-in", "C4S Used Car Appraisal"


def photo() -> bytes:
	written = io.BytesIO()
	Image.new("RGB", (40, 30), "red").save(written, "JPEG")
	return written.getvalue()


class TestTradeIn(PortalTestCase):
	def setUp(self):
		super().setUp()
		self.store = make_dealership("PORTAL-1", outlet_type="4S Store").name
		self.viewer = make_viewer(make_customer(store=self.store).name)

	def ask(self, **form):
		files = form.pop("files", None)
		return self.post(PAGE, "ask", self.viewer, files=files, **{"store": self.store, "odometer": "52000", "condition": "No Accident", **form})

	def offered(self, **overrides):
		appraisal = make_appraisal(customer=self.viewer.customer, dealership=self.store, **overrides)
		appraisal.update({"offer_amount": 88_000}).save()
		actions.make_offer(appraisal.name)
		return appraisal.name

	def status(self, name: str) -> str:
		return frappe.db.get_value(APPRAISAL, name, "status")

	def test_the_own_car_becomes_an_appraisal_with_photos_and_a_lead(self):
		car = make_vehicle(current_owner=self.viewer.customer).name
		answer = self.ask(car=car, files={"photo_front": [("a.jpg", photo())], "photo_damage": [("b.jpg", photo()), ("c.jpg", photo())]})
		self.assertEqual(303, answer.status, answer.html)
		appraisal = frappe.get_doc(APPRAISAL, {"customer": self.viewer.customer})
		self.assertEqual((car, 52_000, "Draft", self.store, self.viewer.user), (appraisal.vehicle, appraisal.odometer, appraisal.status, appraisal.dealership, appraisal.owner))
		self.assertEqual(["Front Left", "Damage", "Damage"], [row.area for row in appraisal.photos])
		self.assertEqual(1, frappe.db.get_value("C4S Lead", appraisal.lead, "wants_trade_in"))
		self.assertIn("门店正在处理", self.get(PAGE, self.viewer).html)

	def test_a_car_that_is_not_on_file_is_described(self):
		self.assertEqual(422, self.ask().status)
		answer = self.ask(model_description="大众朗逸 2018款", registered="2018-06-01", note="右门有划痕")
		self.assertEqual(303, answer.status, answer.html)
		appraisal = frappe.get_doc(APPRAISAL, {"customer": self.viewer.customer})
		self.assertEqual(("大众朗逸 2018款", "2018-06-01", "右门有划痕"), (appraisal.model_description, str(appraisal.first_registered_on), appraisal.accident_note))

	def test_what_is_missing_is_named_and_nothing_is_kept(self):
		for form in ({"odometer": "0"}, {"condition": "Nearly New"}, {"store": "NO-SUCH"}, {"files": {"photo_front": [("a.jpg", b"no picture")]}}):
			answer = self.ask(model_description="大众朗逸", **form)
			self.assertEqual(422, answer.status, form)
			self.assertIn("大众朗逸", answer.html)
		self.assertFalse(frappe.db.exists(APPRAISAL, {"customer": self.viewer.customer}))

	def test_nobody_sells_a_car_that_he_only_drives(self):
		owner = make_customer(store=self.store).name
		car = make_vehicle(current_owner=owner).name
		self.assertEqual(404, self.ask(car=car).status)

	def test_an_offer_is_accepted_once_and_a_draft_shows_no_amount(self):
		draft = make_appraisal(customer=self.viewer.customer, dealership=self.store)
		draft.update({"offer_amount": 77_000}).save()
		self.assertNotIn("77,000", self.get(PAGE, self.viewer).html)
		name = self.offered()
		self.assertIn("88,000", self.get(PAGE, self.viewer).html)
		self.assertTrue([matter for matter in open_matters(self.viewer) if matter.path == PAGE and matter.asks])
		self.assertEqual(303, self.post(PAGE, "accept", self.viewer, appraisal=name).status)
		self.assertEqual("Accepted", self.status(name))
		self.assertEqual(422, self.post(PAGE, "decline", self.viewer, appraisal=name).status)

	def test_declining_keeps_the_reason(self):
		name = self.offered()
		self.post(PAGE, "decline", self.viewer, appraisal=name, reason="价格太低")
		self.assertEqual(("Refused", "价格太低"), frappe.db.get_value(APPRAISAL, name, ["status", "refusal_reason"]))

	def test_an_offer_that_ran_out_is_not_accepted(self):
		name = self.offered()
		frappe.db.set_value(APPRAISAL, name, "offer_valid_until", add_days(nowdate(), -1))
		answer = self.post(PAGE, "accept", self.viewer, appraisal=name)
		self.assertEqual((422, "Offered"), (answer.status, self.status(name)))
		self.assertIn("报价已过期", answer.html)

	def test_another_customers_offer_is_not_mine(self):
		theirs = make_appraisal(dealership=self.store)
		self.assertEqual(404, self.post(PAGE, "accept", self.viewer, appraisal=theirs.name).status)
