"""Chunks that are tried again, and rows that are written as they are."""

from unittest.mock import patch

import frappe
import pymysql
from frappe.tests.utils import FrappeTestCase

from crm4s.rows import writer
from crm4s.rows.writer import attempt, insert_rows, new_values, read_rows, update_rows

SOURCE = "C4S Source"
DUPLICATE = pymysql.err.IntegrityError(1062, "Duplicate entry '+8613800138000' for key 'unique_phone'")


class TestAttempt(FrappeTestCase):
	def setUp(self):
		for target, name in ((frappe.db, "commit"), (frappe.db, "rollback"), (writer.time, "sleep")):
			patcher = patch.object(target, name)
			setattr(self, name, patcher.start())
			self.addCleanup(patcher.stop)

	def outcomes(self, *outcomes, commit: bool = True):
		waiting = list(outcomes)

		def work():
			outcome = waiting.pop(0)
			if isinstance(outcome, Exception):
				raise outcome
			return outcome

		return attempt(work, commit)

	def test_what_was_in_the_way_may_be_gone_the_next_time(self):
		for error in (DUPLICATE, frappe.QueryDeadlockError(), frappe.QueryTimeoutError()):
			with self.subTest(error=error):
				self.assertEqual("done", self.outcomes(error, "done"))

	def test_it_gives_up_in_the_end(self):
		with self.assertRaises(pymysql.err.IntegrityError):
			self.outcomes(*[DUPLICATE] * writer.ATTEMPTS)
		self.assertEqual(writer.ATTEMPTS, self.rollback.call_count)

	def test_an_error_of_another_kind_is_raised_at_once(self):
		for error in (ValueError(), KeyError("name"), pymysql.err.DataError(1366, "Incorrect integer value")):
			with self.subTest(error=error), self.assertRaises(type(error)):
				self.outcomes(error, "never")

	def test_within_the_callers_transaction_it_is_tried_once_and_nothing_is_rolled_back(self):
		with self.assertRaises(pymysql.err.IntegrityError):
			self.outcomes(DUPLICATE, "never", commit=False)
		self.rollback.assert_not_called()


class TestRows(FrappeTestCase):
	def tearDown(self):
		frappe.db.rollback()

	def rows(self, *names: str, **values) -> list[dict]:
		return [{**new_values(SOURCE), "name": name, "source_name": name, **values} for name in names]

	def test_values_arrive_as_they_are_whether_alike_or_not(self):
		odd = "50 % off 'x' \\ \"y\" ;-- 客户 %s %(a)s"
		insert_rows(SOURCE, self.rows("intake 1", "intake 2", channel=odd))
		insert_rows(SOURCE, self.rows(f"intake {odd}", sequence=7))
		self.assertEqual([odd, odd], [row.channel for row in read_rows(SOURCE, "name", ["intake 1", "intake 2"])])
		self.assertEqual([7], [row.sequence for row in read_rows(SOURCE, "name", [f"intake {odd}"])])

	def test_an_update_writes_its_own_columns_only(self):
		insert_rows(SOURCE, self.rows("intake 1", "intake 2", channel="Phone", sequence=1))
		update_rows(SOURCE, [{"name": "intake 1", "sequence": 2}, {"name": "intake 2", "channel": None}])
		rows = {row.name: (row.channel, row.sequence) for row in read_rows(SOURCE, "name", ["intake 1", "intake 2"])}
		self.assertEqual({"intake 1": ("Phone", 2), "intake 2": (None, 1)}, rows)

	def test_new_values_are_those_of_a_new_document(self):
		self.assertEqual(1, new_values(SOURCE)["enabled"])
		self.assertNotIn("name", new_values(SOURCE))
