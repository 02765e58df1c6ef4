import frappe
import pandas as pd
from frappe.tests.utils import FrappeTestCase

from crm4s.customer_value.as_text import columns_of
from crm4s.customer_value.literals import DAY, TEXT, joined, joined_sql, literals
from crm4s.customer_value.summary import DATABASE_DAYS

KINDS = {"word": TEXT, "day": DAY, "count": 0, "amount": 2}
# What people write, and what would end a literal.
WORDS = ("机油", "it's", "a\\", '"', "100 %", "", "a|b")
ROWS = pd.DataFrame({"word": WORDS, "day": [730_500, 0, 730_501, 0, 0, 0, 738_000], "count": range(7), "amount": [1.005, -2.5, 0.0, 1e9, 0.125, -0.001, 3.14159]})


class TestLiterals(FrappeTestCase):
	def test_the_database_reads_what_was_there(self):
		names = ", ".join(f"%s as `{name}`" for name in KINDS)
		for text, row in zip(literals(ROWS, KINDS), ROWS.itertuples(), strict=True):
			word, day, count, amount = frappe.db.sql(f"select {text[1:-1]}")[0]
			self.assertEqual((row.word, day and str(day), row.count, round(row.amount, 2)), (word, self.day(row.day), count, float(amount)), names)

	@staticmethod
	def day(number: int) -> str | None:
		return str(frappe.utils.datetime.date.fromordinal(number)) if number else None

	def test_the_stamp_ends_each_row(self):
		self.assertEqual(["(1,'50 %')", "(2,'50 %')"], literals(pd.DataFrame({"count": [1, 2]}), {"count": 0}, "'50 %'"))


class TestJoined(FrappeTestCase):
	def test_what_is_stored_is_joined_as_it_was_before(self):
		select = " union all ".join(f"select {text[1:-1]}" for text in literals(ROWS, KINDS))
		frappe.db.sql(f"create or replace temporary table joined_rows (number int auto_increment primary key, word text, day date, count int, amount decimal(21,9)) as {self.named(select)}")
		self.addCleanup(frappe.db.sql, "drop temporary table joined_rows")
		stored = columns_of(f"select {joined_sql(KINDS, DATABASE_DAYS)} as joined from joined_rows order by number", [], {"joined": str})
		self.assertEqual(joined(ROWS, KINDS).tolist(), stored["joined"].tolist())

	@staticmethod
	def named(select: str) -> str:
		return f"select * from (with rows_of (word, day, count, amount) as ({select}) select * from rows_of) named"
