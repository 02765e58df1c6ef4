import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_retention_case.test_c4s_retention_case import make_retention_case
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.patches.key_open_retention_cases import execute

CASE = "C4S Retention Case"


class TestEarlierCases(FrappeTestCase):
	def tearDown(self):
		frappe.db.rollback()

	def test_of_several_open_cases_of_a_car_the_last_has_the_key_and_each_is_in_somebodys_day(self):
		car = make_vehicle().name
		older, newer = make_retention_case(), make_retention_case()
		for case, opened in ((older, "2026-01-01"), (newer, "2026-02-01")):
			values = {"vehicle": car, "open_key": None, "next_contact_by": None, "handler": "Administrator", "opened_on": opened}
			frappe.db.set_value(CASE, case.name, values)
		for _time in range(2):
			execute()
		keys = [frappe.db.get_value(CASE, case.name, ["open_key", "next_contact_by"]) for case in (older, newer)]
		self.assertEqual([(None, "Administrator"), (car, "Administrator")], keys)
