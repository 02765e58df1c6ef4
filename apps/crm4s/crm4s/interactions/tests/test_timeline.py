"""One line of time for a customer and a car."""

from datetime import datetime, timedelta
from unittest.mock import patch

import frappe

from crm4s.crm4s.doctype.c4s_complaint.test_c4s_complaint import make_complaint
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_interaction.test_c4s_interaction import InteractionTestCase, make_interaction
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.interactions import timeline
from crm4s.tests.people import as_user
from crm4s.tests.queries import counted_queries

CUSTOMER, BEGAN = "C4S Customer", datetime(2026, 3, 1, 9)


class TestTimeline(InteractionTestCase):
	def setUp(self):
		super().setUp()
		self.customer = make_customer(store=self.store).name

	def read(self, **asked) -> dict:
		with as_user(self.agent):
			return timeline.get(CUSTOMER, self.customer, **asked)

	def make(self, hours: int, **values) -> str:
		return make_interaction(customer=self.customer, received_on=BEGAN + timedelta(hours=hours), **values).name

	def test_the_newest_comes_first_whatever_its_kind(self):
		first = self.make(0)
		complaint = make_complaint(customer=self.customer, dealership=self.store, received_on=BEGAN + timedelta(hours=1)).name
		last = self.make(2)
		rows = self.read()["rows"]
		self.assertEqual([last, complaint, first], [row["name"] for row in rows])
		self.assertEqual([complaint], [row["name"] for row in self.read(only="C4S Complaint")["rows"]])

	def test_a_message_without_a_subject_is_called_by_its_template(self):
		row = {"doctype": "C4S Message", "customer": self.customer, "sent_on": BEGAN, "template": "活动邀请", "dealership": self.store, "status": "Sent"}
		frappe.get_doc({**row, "name": frappe.generate_hash(length=16)}).db_insert()
		self.assertEqual(["活动邀请"], [row["title"] for row in self.read(only="C4S Message")["rows"]])

	def test_pages_lose_nothing_also_where_several_were_at_one_moment(self):
		made = {self.make(0) for _each in range(3)} | {self.make(1)}
		with patch.object(timeline, "PAGE", 2):
			page = self.read()
			self.assertTrue(page["more"])
			names = [row["name"] for row in page["rows"]]
			last = page["rows"][-1]["moment"]
			further = self.read(before=last, seen=[row["name"] for row in page["rows"] if row["moment"] == last])
		self.assertFalse(further["more"])
		self.assertEqual(sorted(made), sorted([*names, *(row["name"] for row in further["rows"])]))

	def test_another_stores_dealings_are_not_on_it(self):
		frappe.get_doc({"doctype": "C4S Store Relationship", "customer": self.customer, "dealership": self.other}).insert()
		own, other = self.make(0), self.make(1, dealership=self.other)
		names = [row["name"] for row in self.read()["rows"]]
		self.assertIn(own, names)
		self.assertNotIn(other, names)

	def test_a_customer_whom_the_reader_does_not_see_has_none(self):
		self.customer = make_customer(store=self.other).name
		self.assertRaises(frappe.PermissionError, self.read)
		with as_user(self.agent), self.assertRaises(frappe.PermissionError):
			timeline.get("User", "Administrator")

	def test_a_car_has_its_own(self):
		car = make_vehicle(dealership=self.store, current_owner=self.customer).name
		about_car, other = self.make(0, vehicle=car), self.make(1)
		with as_user(self.agent):
			names = [row["name"] for row in timeline.get("C4S Vehicle", car)["rows"]]
		self.assertIn(about_car, names)
		self.assertNotIn(other, names)

	def test_more_rows_cost_no_more_queries(self):
		def count() -> int:
			with counted_queries() as queries:
				self.read()
			return len(queries)

		self.make(0)
		count()
		few = count()
		for hour in range(3):
			self.make(hour)
		self.assertEqual(few, count())
