import frappe

from crm4s.merging.record import ROW
from crm4s.merging.tests.test_merge import MergeTestCase, merged
from crm4s.tests.people import as_user, make_user

test_ignore = ["User"]


class TestC4SMergeRow(MergeTestCase):
	def test_nobody_reads_what_stood_in_the_files(self):
		name = merged(self.remaining.name, self.closing.name)
		row = frappe.get_all(ROW, {"merge": name, "kind": "Changed"}, pluck="name", limit=1)[0]
		with as_user(make_user("Dealer Manager", [self.store])):
			self.assertFalse(frappe.has_permission(ROW, "read"))
		self.assertTrue(frappe.db.get_value(ROW, row, "before"))
		self.assertEqual({9}, {field.permlevel for field in frappe.get_meta(ROW).fields if field.fieldname in ("before", "after")})
		self.assertNotIn(9, {permission.permlevel for permission in frappe.get_meta(ROW).permissions})
