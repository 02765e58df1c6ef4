"""The permission matrix names everything there is and nothing else. Whether it holds is tried in end_to_end/test_permission_matrix.py."""

import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.tests.matrix import DOCUMENT, GUEST, METHOD, NOTHING, PORTAL, REFUSED, RIGHTS, THE_SAME, TO_READ, roles, rows
from crm4s.tests.whitelisted import whitelisted_methods


class TestMatrix(FrappeTestCase):
	def test_every_document_type_is_in_it_and_none_that_is_gone(self):
		there = set(frappe.get_all("DocType", {"module": "CRM4S", "istable": 0}, pluck="name"))
		self.assertEqual((set(), set()), (there - set(rows(DOCUMENT)), set(rows(DOCUMENT)) - there), "not in the matrix, only in the matrix")

	def test_every_whitelisted_method_is_in_it_and_none_that_is_gone(self):
		there = {name for name, _guests in whitelisted_methods()}
		self.assertEqual((set(), set()), (there - set(rows(METHOD)), set(rows(METHOD)) - there), "not in the matrix, only in the matrix")

	def test_guests_call_what_the_matrix_lets_them_and_no_more(self):
		allowed = {name for name, row in rows(METHOD).items() if row.is_open_to(GUEST)}
		self.assertEqual({name for name, guests in whitelisted_methods() if guests}, allowed)

	def test_every_role_has_a_column(self):
		there = {name.removeprefix("C4S ") for name in frappe.get_all("Role", {"name": ["like", "C4S %"]}, pluck="name")}
		self.assertEqual(there | {"System Manager"}, {*roles(), PORTAL})

	def test_guests_and_customers_have_no_right_on_any_document(self):
		for row in rows(DOCUMENT).values():
			self.assertEqual(("", ""), (row.cells[PORTAL], row.cells[GUEST]), row.name)

	def test_its_words_are_known(self):
		for row in [*rows(DOCUMENT).values(), *rows(METHOD).values()]:
			self.assertIn(row.elsewhere, (NOTHING, THE_SAME, TO_READ) if row.kind == DOCUMENT else (NOTHING, THE_SAME, REFUSED), row.name)
			for role in roles():
				known = set(RIGHTS) if row.kind == DOCUMENT else {"x"}
				self.assertLessEqual(row.rights(role) | row.rights_on_own(role), known, f"{row.name}: {role}")

	def test_what_arguments_point_to_is_a_document_type(self):
		for row in rows(METHOD).values():
			for pointed in row.takes.values():
				self.assertIn(f"C4S {pointed.partition(' by ')[0].rstrip('*')}", rows(DOCUMENT), row.name)
