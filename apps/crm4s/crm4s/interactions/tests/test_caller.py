"""What whoever takes a call learns of the caller."""

import frappe
from frappe.utils import add_days, getdate

from crm4s.crm4s.doctype.c4s_care_task.test_c4s_care_task import make_task
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_interaction.test_c4s_interaction import InteractionTestCase, make_interaction
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.interactions import actions, api
from crm4s.tests.people import as_user
from crm4s.tests.queries import counted_queries

PHONE = "13900139661"


class TestCaller(InteractionTestCase):
	def find(self, text: str = PHONE) -> dict:
		with as_user(self.agent):
			return api.caller(self.store, text)

	def test_the_number_tells_file_cars_what_is_due_and_what_is_open(self):
		customer = make_customer(PHONE, customer_name="李静", store=self.store).name
		car = make_vehicle(current_owner=customer, dealership=self.store).name
		frappe.db.set_value("C4S Vehicle", car, {"insurance_until": add_days(getdate(), 10), "inspection_due_on": add_days(getdate(), 200)})
		task, asked = make_task(customer=customer, dealership=self.store), make_interaction(customer=customer)
		closed = make_interaction(customer=customer)
		actions.close(closed.name, "好了")
		found = self.find()["customers"]
		self.assertEqual(["李静"], [row["customer_name"] for row in found])
		self.assertEqual([car], [row["name"] for row in found[0]["cars"]])
		self.assertEqual([("insurance_until", False)], [(row["field"], row["is_late"]) for row in found[0]["due"]])
		# What is due today is not late before the day is over.
		self.assertEqual({task.name: False, asked.name: False}, {row["name"]: row["is_late"] for row in found[0]["matters"]})
		self.assertEqual({asked.name, closed.name}, {row["name"] for row in found[0]["contacts"]})

	def test_several_on_a_shared_number_are_all_shown(self):
		for name in ("张伟", "张夫人"):
			make_customer(customer_name=name, phones=[{"phone": PHONE, "is_primary": 1, "is_shared": 1}], store=self.store)
		self.assertEqual({"张伟", "张夫人"}, {row["customer_name"] for row in self.find()["customers"]})

	def test_another_stores_customer_appears_masked(self):
		make_customer(PHONE, customer_name="李静", store=self.other)
		found = self.find()
		self.assertEqual(([], ["李*"]), (found["customers"], [row["name"] for row in found["group"]]))

	def test_more_customers_and_matters_cost_no_more_queries(self):
		def ask() -> int:
			with as_user(self.agent), counted_queries() as queries:
				api.caller(self.store, PHONE)
			return len(queries)

		first = make_customer(customer_name="一", phones=[{"phone": PHONE, "is_primary": 1, "is_shared": 1}], store=self.store).name
		make_interaction(customer=first)
		ask()
		few = ask()
		second = make_customer(customer_name="二", phones=[{"phone": PHONE, "is_primary": 1, "is_shared": 1}], store=self.store).name
		for _each in range(3):
			make_interaction(customer=second)
		self.assertLessEqual(ask(), few)

	def test_the_centre_of_another_store_is_refused(self):
		with as_user(self.agent):
			for ask in (lambda: api.caller(self.other, PHONE), lambda: api.get_state(self.other)):
				self.assertRaises(frappe.PermissionError, ask)


class TestState(InteractionTestCase):
	def state(self) -> dict:
		with as_user(self.agent):
			return api.get_state(self.store)

	def test_mine_are_those_i_answer_the_queue_those_that_nobody_has(self):
		mine, nobodys = make_interaction(handler=self.agent).name, make_interaction(category="Rescue Call").name
		state = self.state()
		self.assertEqual([mine], [row["name"] for row in state["mine"]])
		self.assertIn(nobodys, [row["name"] for row in state["queue"]])
		self.assertNotIn(mine, [row["name"] for row in state["queue"]])

	def test_the_call_in_hand_comes_back_with_its_number_and_is_in_no_queue(self):
		with as_user(self.agent):
			name = api.begin({"dealership": self.store, "contact_phone": PHONE, "said": "想预约"})
		state = self.state()
		self.assertEqual((name, "+86" + PHONE, "想预约"), (state["call"]["name"], state["call"]["contact_phone"], state["call"]["said"]))
		self.assertNotIn(name, [row["name"] for row in (*state["mine"], *state["queue"])])
		self.assertEqual([name], [row["name"] for row in state["today"]])
