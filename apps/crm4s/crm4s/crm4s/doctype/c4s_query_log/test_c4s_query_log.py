import json

import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_query_log.c4s_query_log import log_query
from crm4s.exceptions import AppendOnlyError
from crm4s.tests.people import as_user, make_user


class TestC4SQueryLog(FrappeTestCase):
	def setUp(self):
		make_dealership("T-EAST")
		make_dealership("T-WEST")

	def tearDown(self):
		frappe.db.rollback()

	def test_a_query_is_noted_with_who_asked_what_and_for_which_store(self):
		user = make_user("Sales Consultant", ["T-EAST"])
		with as_user(user):
			row = frappe.get_doc("C4S Query Log", log_query("Stock", {"series": "凯美瑞"}, 3))
		self.assertEqual((user, "T-EAST", "Stock", 3), (row.user, row.dealership, row.kind, row.result_count))
		self.assertEqual({"series": "凯美瑞"}, json.loads(row.criteria))

	def test_a_noted_query_stays_as_it_is(self):
		row = frappe.get_doc("C4S Query Log", log_query("Stock", {}, 0))
		row.result_count = 7
		with self.assertRaisesRegex(AppendOnlyError, "its rows cannot be changed"):
			row.save()
		with self.assertRaisesRegex(AppendOnlyError, "its rows cannot be changed"):
			row.db_set("result_count", 7)
		with self.assertRaisesRegex(AppendOnlyError, "its rows cannot be deleted"):
			row.delete()

	def test_a_manager_sees_the_queries_for_the_own_store_only(self):
		own = log_query("Stock", {}, 0, "T-EAST")
		other = log_query("Stock", {}, 0, "T-WEST")
		with as_user(make_user("Dealer Manager", ["T-EAST"])):
			self.assertEqual([own], frappe.get_list("C4S Query Log", {"name": ["in", [own, other]]}, pluck="name"))
			self.assertTrue(frappe.get_doc("C4S Query Log", own).has_permission("read"))
			self.assertFalse(frappe.get_doc("C4S Query Log", other).has_permission("read"))

	def test_nobody_writes_the_log_by_hand(self):
		for role in ("Group Manager", "Administrator"):
			with as_user(make_user(role)):
				self.assertFalse(frappe.has_permission("C4S Query Log", "create"))
