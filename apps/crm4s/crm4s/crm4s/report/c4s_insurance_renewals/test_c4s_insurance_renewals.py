import frappe
from frappe.desk.query_report import run
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, getdate

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_insurance_policy.test_c4s_insurance_policy import make_policy
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.crm4s.report.c4s_insurance_renewals.c4s_insurance_renewals import execute
from crm4s.masked_twins import leaving_as_file
from crm4s.tests.people import as_user, make_user
from crm4s.tests.queries import counted_queries


class TestInsuranceRenewals(FrappeTestCase):
	def setUp(self):
		self.store = make_dealership("RENEW-1").name

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def ends_in(self, days: int, **overrides):
		last = add_days(getdate(), days)
		vehicle, customer = make_vehicle(dealership=self.store).name, make_customer(store=self.store).name
		return make_policy(self.store, vehicle=vehicle, customer=customer, valid_from=add_days(last, -364), valid_until=last, **overrides)

	def names(self, **filters) -> list[str]:
		return [row.name for row in execute({"dealership": self.store, **filters})[1]]

	def test_what_ends_in_the_time_asked_for_in_its_order(self):
		in_90, in_30, ended, in_60, over = (self.ends_in(days) for days in (90, 30, -3, 31, 91))
		self.assertEqual([in_30.name, in_60.name, in_90.name], self.names(days="90"))
		self.assertEqual([in_30.name], self.names(days="30"))
		self.assertEqual([ended.name, in_30.name], self.names(days="30", ended_days=5))
		self.assertEqual([], self.names(days="30", ended_days=2, policy_kind="Compulsory Insurance"))
		_columns, rows, _message, chart, summary = execute({"dealership": self.store, "days": "90", "ended_days": 5})
		self.assertEqual(([1, 1, 1, 1], [1, 1, 1, 1]), ([row["value"] for row in summary], chart["data"]["datasets"][0]["values"]))
		self.assertEqual([-3, 30, 31, 90], [row.days_left for row in rows])
		self.assertNotIn(over.name, [row.name for row in rows])

	def test_what_is_renewed_is_not_called_about(self):
		policy = self.ends_in(20)
		make_policy(self.store, vehicle=policy.vehicle, customer=policy.customer, valid_from=add_days(getdate(), 21))
		self.assertEqual([], self.names(days="90"))

	def test_who_to_call_is_named_without_the_number(self):
		self.ends_in(20)
		row = execute({"dealership": self.store, "days": "30"})[1][0]
		self.assertEqual(frappe.db.get_value("C4S Customer", row.customer, ["customer_name", "masked_phone"]), (row.customer_name, row.masked_phone))

	def test_the_plate_stands_in_full_for_whoever_may_know_it_and_in_no_file(self):
		vehicle = make_vehicle(dealership=self.store, plate_number="沪A12345").name
		last = add_days(getdate(), 20)
		make_policy(self.store, vehicle=vehicle, customer=make_customer(store=self.store).name, valid_from=add_days(last, -364), valid_until=last)

		def shown_to(role: str) -> list[str]:
			with as_user(make_user(role, [self.store])):
				return [row["plate_number"] for row in run("C4S Insurance Renewals", {"days": "30", "dealership": self.store})["result"] if isinstance(row, dict)]

		self.assertEqual([["沪A12345"], ["沪A***45"]], [shown_to("Service Advisor"), shown_to("Data Analyst")])
		with leaving_as_file():
			self.assertEqual(["沪A***45"], shown_to("Service Advisor"))

	def test_other_stores_are_not_shown(self):
		self.ends_in(20)
		with as_user(make_user("Service Advisor", [make_dealership("RENEW-2").name])):
			self.assertEqual([], execute({"days": "90"})[1])
		with as_user(make_user("Technician", [self.store])), self.assertRaises(frappe.PermissionError):
			run("C4S Insurance Renewals", {"days": "90"})

	def test_more_policies_ask_no_more_queries(self):
		self.ends_in(20)
		self.names(days="90")
		with counted_queries() as few:
			self.names(days="90")
		for days in (21, 22, 23):
			self.ends_in(days)
		with counted_queries() as many:
			self.assertEqual(4, len(self.names(days="90")))
		self.assertLessEqual(len(many), len(few))
