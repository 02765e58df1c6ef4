from unittest.mock import patch

from frappe.tests.utils import FrappeTestCase

from crm4s.customer_value import as_text
from crm4s.customer_value.as_text import columns_of

QUERY = "select seq as number, if(seq = 2, null, concat('名 ', seq)) as word, seq / 8 as share from seq_1_to_3"
COLUMNS = {"number": int, "word": str, "share": float}


class TestColumnsOf(FrappeTestCase):
	def test_rows_come_in_order_and_what_is_null_is_empty(self):
		rows = columns_of(QUERY, [], COLUMNS)
		self.assertEqual([(1, "名 1", 0.125), (2, "", 0.25), (3, "名 3", 0.375)], list(rows.itertuples(index=False, name=None)))

	def test_text_is_taken_as_it_is(self):
		for text in ('"quoted"', "NA", " with ends ", "line\nbreak", "7"):
			self.assertEqual([text], columns_of("select %s as word", [text], {"word": str})["word"].tolist())

	def test_no_rows_are_columns_of_their_types(self):
		rows = columns_of(f"{QUERY} where seq > 9", [], COLUMNS)
		self.assertEqual((0, ["int64", "object", "float64"]), (len(rows), [str(kind) for kind in rows.dtypes]))

	def test_an_answer_that_was_cut_is_refused(self):
		with patch.object(as_text, "LONGEST", 10), self.assertRaisesRegex(RuntimeError, "max_allowed_packet"):
			columns_of("select seq as number from seq_1_to_50", [], {"number": int})
