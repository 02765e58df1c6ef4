from unittest.mock import patch

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_to_date, now_datetime

from crm4s.erpnext_link import looks
from crm4s.erpnext_link.looks import OVERLAP_MINUTES, Look
from crm4s.erpnext_link.presence import RECORD

MARK = "looked at by the link"
ASKED = [["description", "=", MARK]]
MANY = 7


class TestLook(FrappeTestCase):
	def setUp(self):
		self.addCleanup(frappe.db.rollback)
		self.look, self.brought = Look("crm4s_test_look", "ToDo"), []
		self.names = [frappe.get_doc({"doctype": "ToDo", "description": MARK}).insert().name for _ in range(MANY)]
		# Half of them changed in the same moment, as an import leaves them.
		for number, name in enumerate(self.names):
			self.touch(name, add_to_date(now_datetime(), days=-2, minutes=max(0, number - MANY // 2)))

	def touch(self, name: str, moment) -> None:
		frappe.db.set_value("ToDo", name, "modified", moment, update_modified=False)

	def run_look(self, slices: int = MANY, others=()) -> list[str]:
		"""What a look brings that has time for so many slices of two."""
		turns = iter([True] * slices)
		self.brought = []
		with patch.object(looks, "SLICE", 2):
			self.look.run(ASKED, self.brought.extend, lambda: next(turns, False), others)
		return self.brought

	def test_everything_once_in_the_order_of_its_change(self):
		expected = frappe.get_all("ToDo", ASKED, pluck="name", order_by="modified, name")
		self.assertEqual(expected, self.run_look())
		self.assertEqual([], self.run_look())

	def test_one_that_is_cut_short_goes_on_where_it_was(self):
		parts = [self.run_look(slices=1) for _ in range(MANY)]
		self.assertEqual([2, 2, 2, 1, 0, 0, 0], [len(part) for part in parts])
		self.assertEqual(sorted(self.names), sorted(name for part in parts for name in part))

	def test_the_next_look_takes_what_changed_and_what_was_written_slowly(self):
		self.run_look()
		self.touch(self.names[0], now_datetime())
		self.touch(self.names[1], add_to_date(now_datetime(), minutes=1 - OVERLAP_MINUTES))
		self.assertEqual([self.names[1], self.names[0]], self.run_look())

	def test_what_changes_while_a_look_is_cut_short_is_not_lost(self):
		self.run_look(slices=1)
		late = self.names[0]
		self.touch(late, now_datetime())
		self.assertIn(late, self.run_look())

	def test_others_and_what_was_refused_an_hour_ago_come_first(self):
		self.run_look()
		for name, minutes in ((self.names[2], 90), (self.names[3], 30)):
			record = frappe.get_doc({"doctype": RECORD, "document_type": "ToDo", "document": name, "their_type": "Task", "problem": "No."}).insert()
			frappe.db.set_value(RECORD, record.name, "modified", add_to_date(now_datetime(), minutes=-minutes), update_modified=False)
		self.assertEqual([self.names[5], self.names[2]], self.run_look(others=[self.names[5], self.names[5]]))

	def test_begun_anew_it_takes_everything_again(self):
		self.run_look()
		self.look.begin()
		self.assertEqual(MANY, len(self.run_look()))
