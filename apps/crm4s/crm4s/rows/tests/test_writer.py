"""Chunks that are tried again, and rows that are written as they are."""

from unittest.mock import patch

import frappe
import pymysql
from frappe.tests.utils import FrappeTestCase
from frappe.utils import get_datetime

from crm4s.rows import writer
from crm4s.rows.writer import BETWEEN_CELLS, END_OF_ROW, Writes, attempt, insert_rows, new_values, read_rows, read_texts, update_rows

SOURCE, RECORD = "C4S Source", "C4S DMS Record"
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

	def test_what_looks_like_sql_in_a_text_stays_text(self):
		moment = get_datetime("2026-03-01 09:30:05.250000")
		for text in ("100 % %s", "it's \\ \"so\"", "ifnull(a, b)", "`x`\n2"):
			rows = [{"external_id": f"{text}-{number}", "link": text, "source_version": number * 7, "source_modified_on": moment} for number in range(2)]
			writes = Writes()
			for row in rows:
				writes.insert(RECORD, {**row, "document": "T-WRITER"})
			writes.flush()
			self.assertEqual(rows, frappe.get_all(RECORD, {"document": "T-WRITER"}, list(rows[0]), order_by="source_version"))
			frappe.db.delete(RECORD, {"document": "T-WRITER"})

	def test_short_texts_are_read_whatever_stands_in_them(self):
		names = ["来源,一", "来源;'二'", "来源 \\ %s"]
		insert_rows(SOURCE, self.rows(*names))
		self.assertEqual(sorted([name, ""] for name in names), sorted(map(list, read_texts(SOURCE, "name", [*names, "nobody"], ["name", "channel"], locking=True))))
		self.assertEqual([], read_texts(SOURCE, "name", ["nobody"], ["name"]))

	def test_texts_that_the_database_cuts_off_or_that_hold_its_signs_are_read_one_by_one(self):
		sign = f"来源{END_OF_ROW}三{BETWEEN_CELLS}"
		insert_rows(SOURCE, self.rows("来源一", "来源二", sign))
		self.assertEqual([[sign]], read_texts(SOURCE, "name", [sign], ["name"]))
		frappe.db.sql("set session group_concat_max_len = 12")
		self.addCleanup(frappe.db.sql, "set session group_concat_max_len = default")
		self.assertEqual([["来源一"], ["来源二"]], sorted(read_texts(SOURCE, "name", ["来源一", "来源二"], ["name"])))

	def test_what_the_database_fills_in_by_itself_is_as_given(self):
		for number in (0, 5):
			insert_rows(RECORD, Writes().completed(RECORD, [{"document": "T-WRITER", "external_id": str(number + row), "source_version": number} for row in range(2)]))
		stored = frappe.get_all(RECORD, {"document": "T-WRITER"}, ["source_version", "source_modified_on"], order_by="source_version")
		self.assertEqual([0, 0, 5, 5], [row.source_version for row in stored])
		self.assertEqual({None}, {row.source_modified_on for row in stored})
