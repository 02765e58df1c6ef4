"""Files themselves are fetched in crm4s/tests/end_to_end/test_personal_data.py."""

import io

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils.xlsxutils import make_xlsx
from openpyxl import load_workbook

from crm4s.privacy import exports
from crm4s.privacy.marking import marked_workbook, rows_of_workbook
from crm4s.tests.asked import ask

CUSTOMER, LEAD = "C4S Customer", "C4S Lead"


class TestColumns(FrappeTestCase):
	def test_a_number_gives_way_to_its_mask_and_what_has_none_is_left_out(self):
		for column, expected in (
			("`tabC4S Customer`.`customer_name`", ["`tabC4S Customer`.`customer_name`"]),
			("`tabC4S Customer`.`primary_phone`", ["`tabC4S Customer`.`masked_phone`"]),
			("Primary_Phone", ["`masked_phone`"]),
			("primary_phone as city", ["`masked_phone`"]),
			("email", ["name"]),
			("max(primary_phone) as city", ["name"]),
			("`tabC4S Customer Phone`.`phone` as 'C4S Customer Phone:phone'", ["name"]),
			("phones.phone", ["name"]),
		):
			with self.subTest(column):
				self.assertEqual(expected, exports.masked_columns(CUSTOMER, [column]))

	def test_a_link_leads_to_no_number_either(self):
		self.assertEqual(["name"], exports.masked_columns(LEAD, ["customer.email"]))

	def test_everything_is_everything_but_numbers(self):
		columns = exports.masked_columns(CUSTOMER, ["*"])
		self.assertIn("`tabC4S Customer`.`customer_name`", columns)
		self.assertIn("`tabC4S Customer`.`masked_phone`", columns)
		self.assertFalse([column for column in columns if "primary_phone" in column or "email" in column or "sealed" in column])

	def test_fields_of_the_same_name_that_are_nobodys_stay(self):
		self.assertEqual(["phone"], exports.masked_columns("C4S Resource", ["phone"]))

	def test_the_export_tool_and_the_import_sheet_leave_numbers_out(self):
		everything = exports.columns_without_personal(CUSTOMER, None)
		self.assertNotIn("primary_phone", everything[CUSTOMER])
		self.assertNotIn("phone", everything["C4S Customer Phone"])
		chosen = exports.columns_without_personal(CUSTOMER, {CUSTOMER: ["name", "email"], "phones": ["name", "phone"]})
		self.assertEqual({CUSTOMER: ["name"], "phones": ["name"]}, chosen)


class TestLog(FrappeTestCase):
	def test_what_was_looked_for_in_a_personal_field_is_noted_masked(self):
		filters = [[CUSTOMER, "primary_phone", "=", "+8613800138000"], [CUSTOMER, "city", "=", "上海市"]]
		self.assertEqual(
			{"filters": [[CUSTOMER, "primary_phone", "=", "138****8000"], [CUSTOMER, "city", "=", "上海市"]]},
			exports._without_personal_values({"filters": filters}),
		)
		self.assertEqual({"email": "l**"}, exports._without_personal_values({"email": "l@x"}))


class TestNothing(FrappeTestCase):
	def test_a_report_without_rows_says_so_and_notes_nothing(self):
		before = frappe.db.count("C4S Access Log")
		year = {"from_date": "1999-01-01", "to_date": "1999-12-31"}
		answer = ask("Administrator", "crm4s.privacy.exports.export_report", report_name="C4S Lead Funnel", filters=year, visible_idx=[])
		self.assertLess(answer.status, 500, answer.text[:300])
		self.assertEqual(before, frappe.db.count("C4S Access Log"))


class TestMarking(FrappeTestCase):
	def test_a_workbook_says_who_took_it_and_holds_the_same(self):
		content = make_xlsx([["Name"], ["张伟"], ["<b>"]], "Customers").getvalue()
		self.assertEqual(3, rows_of_workbook(content))
		book = load_workbook(io.BytesIO(marked_workbook(content, "a&b@example.com", "2 rows")))
		self.assertEqual(("a&b@example.com", "2 rows"), (book.properties.creator, book.properties.description))
		self.assertEqual(["Name", "张伟"], [row[0].value for row in book.active.rows][:2])

	def test_the_name_of_the_file_says_who_and_when(self):
		frappe.response.update({"filecontent": b"Name\nx\n", "filename": "Customer.csv"})
		exports.mark_response("1 rows")
		self.assertRegex(frappe.response["filename"], r"^Customer Administrator \d{4}-\d\d-\d\d \d{4}\.csv$")
		frappe.response.pop("filecontent")
		frappe.response.pop("filename")
