"""Reading, mapping and giving back spreadsheets, without a database."""

import io
import unittest
import zipfile
from datetime import date, datetime

from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from crm4s.identifiers.problem import Problem
from crm4s.intake import values
from crm4s.intake.sheets.layouts import CUSTOMER_LAYOUT, LAYOUTS, VEHICLE_LAYOUT, VISIT_LAYOUT
from crm4s.intake.sheets.mapping import known_columns, map_sheet
from crm4s.intake.sheets.rejected import RejectedRow, harmless, workbook_of
from crm4s.sheet_reading import FORMULA_SIGNS, LARGEST_UNPACKED, Limits, Sheet, read_sheet

HEADINGS = ("行号", "字段", "原因")


def workbook_bytes(*rows: list) -> bytes:
	book = Workbook()
	for row in rows:
		book.active.append(row)
	file = io.BytesIO()
	book.save(file)
	return file.getvalue()


def sheet(headings: list[str], *rows: list) -> Sheet:
	return Sheet(headings, [list(row) for row in rows], list(range(2, len(rows) + 2)))


class TestReading(unittest.TestCase):
	TEXT = "客户姓名,手机号\n张伟,13800138000\n\n欧阳娜娜,13800138001\n"

	def test_the_three_encodings_of_chinese_spreadsheet_programs(self):
		for encoding in ("utf-8", "utf-8-sig", "gb18030"):
			with self.subTest(encoding=encoding):
				read = read_sheet("客户.CSV", self.TEXT.encode(encoding))
				self.assertEqual(["客户姓名", "手机号"], read.headings)
				self.assertEqual([["张伟", "13800138000"], ["欧阳娜娜", "13800138001"]], read.rows)

	def test_rows_keep_the_numbers_that_the_program_shows(self):
		self.assertEqual([2, 4], read_sheet("a.csv", self.TEXT.encode()).numbers)

	def test_other_delimiters(self):
		for delimiter in "\t;":
			text = self.TEXT.replace(",", delimiter)
			self.assertEqual(["客户姓名", "手机号"], read_sheet("a.csv", text.encode()).headings)

	def test_a_workbook_gives_dates_and_numbers(self):
		content = workbook_bytes(["姓名", "生日", "手机"], ["张伟", datetime(1990, 1, 2), 13800138000], [None, None, None])
		read = read_sheet("a.xlsx", content)
		self.assertEqual([["张伟", datetime(1990, 1, 2), 13800138000]], read.rows)

	def test_a_small_workbook_that_unpacks_to_very_much_is_not_unpacked(self):
		packed = io.BytesIO()
		with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
			for _megabyte in range(LARGEST_UNPACKED // 1024**2 + 1):
				sheet.write(b" " * 1024**2)
		self.assertLess(len(packed.getvalue()), 1024**2)
		with self.assertRaisesRegex(Problem, "unpacks to"):
			read_sheet("bomb.xlsx", packed.getvalue())

	def test_what_cannot_be_read_is_refused_in_one_sentence(self):
		limits = Limits(bytes=100, rows=1)
		for name, content, sentence in (
			("a.csv", b"x" * 101, "has 0.0 MB; at most 0 MB"),
			("a.csv", "a\n1\n2\n".encode(), "more than 1 rows; split it"),
			("a.xls", b"", "kind xls cannot be read"),
			("a.xlsx", b"PK no archive", "damaged or locked"),
			("a.csv", b"\xff\xfea\x00", "characters of the file cannot be read"),
			("a.csv", b'a,b\n"1,2\n', "CSV file is damaged"),
			("a.csv", b"a,b\n", "no rows below its headings"),
			("a.csv", b"", "no rows below its headings"),
		):
			with self.subTest(name=name, content=content[:9]), self.assertRaisesRegex(Problem, "^.*"):
				try:
					read_sheet(name, content, limits)
				except Problem as problem:
					self.assertIn(sentence, str(problem))
					raise

	@given(st.binary(max_size=200), st.sampled_from(("a.csv", "a.xlsx")))
	def test_any_bytes_are_read_or_refused(self, content, name):
		try:
			read_sheet(name, content)
		except Problem:
			pass


class TestMapping(unittest.TestCase):
	def test_headings_in_both_languages_and_in_the_words_of_dealerships(self):
		for headings in (["Customer Name", "Phone"], ["客户姓名*", "手机号"], [" 姓 名 ", "联系电话"], ["customer_name", "phone"]):
			columns, unknown = known_columns(sheet(headings), CUSTOMER_LAYOUT)
			self.assertEqual((["customer_name", "phone"], []), ([column.field for column in columns.values()], unknown))

	def test_every_heading_of_a_template_is_known_and_none_means_two_columns(self):
		for layout in LAYOUTS.values():
			for headings in ([c.chinese for c in layout.columns], [c.english for c in layout.columns]):
				columns, unknown = known_columns(sheet(headings), layout)
				self.assertEqual((list(layout.columns), []), (list(columns.values()), unknown))

	def test_a_missing_or_repeated_column_is_refused(self):
		with self.assertRaisesRegex(Problem, "客户姓名 / Customer Name is missing|customer"):
			known_columns(sheet(["手机号"]), CUSTOMER_LAYOUT)
		with self.assertRaisesRegex(Problem, "comes twice"):
			known_columns(sheet(["姓名", "客户姓名"]), CUSTOMER_LAYOUT)

	def test_a_mended_file_of_rejected_rows_is_taken_as_it_is(self):
		headings = [*HEADINGS, "客户姓名", "手机号", "我的备注"]
		_columns, unknown = known_columns(sheet(headings), CUSTOMER_LAYOUT)
		self.assertEqual(["我的备注"], unknown)

	def test_a_customer_without_number_is_known_by_name_and_phone(self):
		headings = ["姓名", "手机号"]
		keys = [
			map_sheet(sheet(headings, row), CUSTOMER_LAYOUT, "S1").records["external_key"][0]
			for row in (["张伟", "13800138000"], ["张 伟", "138 0013 8000"], ["张伟", 13800138000.0], ["李四", "13800138000"])
		]
		self.assertEqual(1, len(set(keys[:3])))
		self.assertNotEqual(keys[0], keys[3])
		self.assertNotIn("13800138000", keys[0])

	def test_numbers_belong_to_the_store(self):
		keys = {map_sheet(sheet(["姓名", "客户编号"], ["张伟", 17.0]), CUSTOMER_LAYOUT, store).records["external_key"][0] for store in ("S1", "S2")}
		self.assertEqual({"S1:17", "S2:17"}, keys)

	def test_a_customer_with_neither_number_nor_phone_is_rejected(self):
		mapped = map_sheet(sheet(["姓名"], ["张伟"]), CUSTOMER_LAYOUT, "S1")
		self.assertEqual([0], [problem.row for problem in mapped.problems])

	def test_everyday_words_stand_for_options(self):
		mapped = map_sheet(sheet(["姓名", "手机号", "性别", "客户类型"], ["张伟", "13800138000", "男", "个人"]), CUSTOMER_LAYOUT, "S1")
		self.assertEqual(("Male", "Private"), (mapped.records["sex"][0], mapped.records["customer_kind"][0]))

	def test_rows_with_one_number_are_the_lines_of_one_visit(self):
		mapped = map_sheet(
			sheet(
				["工单号", "进店时间", "车牌号", "项目名称", "单价"],
				["A1", "2026-03-01", "沪A12345", "换油", 100],
				["A2", "2026-03-02", "沪A12345", None, None],
				["A1", None, None, "滤芯", 30],
			),
			VISIT_LAYOUT,
			"S1",
		)
		self.assertEqual((["S1:A1", "S1:A2"], []), (list(mapped.records["external_key"]), mapped.problems))
		self.assertEqual(["换油", "滤芯"], list(mapped.tables["items"]["item_name"]))
		self.assertEqual({"S1:A1": [0, 2], "S1:A2": [1]}, mapped.rows)

	def test_a_visit_whose_rows_contradict_each_other_comes_back_whole(self):
		mapped = map_sheet(
			sheet(["工单号", "进店时间", "项目名称"], ["A1", "2026-03-01", "换油"], ["A1", "2026-03-02", "滤芯"]), VISIT_LAYOUT, "S1"
		)
		self.assertTrue(mapped.records.empty)
		self.assertEqual([(1, "arrived_on"), (0, None)], [(problem.row, problem.field) for problem in mapped.problems])

	def test_the_same_vin_twice_is_rejected_the_second_time(self):
		mapped = map_sheet(sheet(["车架号"], ["LSVAG2180E2100001"], ["lsvag2180e2100001 "]), VEHICLE_LAYOUT, "S1")
		self.assertEqual(([1], 1), ([problem.row for problem in mapped.problems], len(mapped.records)))


class TestRejectedFile(unittest.TestCase):
	def given_back(self, original: Sheet, *rejected: RejectedRow) -> Sheet:
		return read_sheet("back.xlsx", workbook_of(original, rejected, HEADINGS))

	def test_it_has_row_field_and_reason_before_the_original_columns(self):
		original = sheet(["姓名", "手机号"], ["张伟", "1"], ["李四", "2"])
		back = self.given_back(original, RejectedRow(1, "手机号", "Wrong: <strong>2</strong> &amp; short"))
		self.assertEqual([*HEADINGS, "姓名", "手机号"], back.headings)
		self.assertEqual([[3, "手机号", "Wrong: 2 & short", "李四", "2"]], back.rows)

	def test_nothing_in_it_is_a_formula(self):
		evil = ["=HYPERLINK(\"http://x\")", "+1+1", "-2", "@SUM(A1)", "=cmd|' /C calc'!A0"]
		content = workbook_of(sheet([*"abcd", "=e"], evil), [RejectedRow(0, "", "=1")], HEADINGS)
		for row in load_workbook(io.BytesIO(content)).active.iter_rows():
			for cell in row:
				self.assertNotEqual("f", cell.data_type)
				self.assertFalse(str(cell.value).startswith(FORMULA_SIGNS), cell.value)
		self.assertEqual(evil, read_sheet("back.xlsx", content).rows[0][3:])

	@given(st.text(max_size=20))
	def test_no_text_stays_a_formula(self, text):
		self.assertFalse(harmless(text).startswith(FORMULA_SIGNS))

	@settings(max_examples=20, deadline=None)
	@given(st.lists(st.one_of(st.none(), st.text(max_size=9), st.integers(-9, 9), st.dates(date(1950, 1, 1), date(2050, 1, 1))), min_size=1, max_size=4))
	def test_any_cells_can_be_given_back(self, cells):
		workbook_of(sheet([f"h{number}" for number in range(len(cells))], cells), [RejectedRow(0, "", "x")], HEADINGS)


class TestValues(unittest.TestCase):
	def test_dates_as_people_write_them(self):
		for text in ("2026-03-01", "2026/3/1", "2026.03.01", "2026年3月1日", "20260301", "２０２６-０３-０１", datetime(2026, 3, 1, 5), date(2026, 3, 1)):
			with self.subTest(text=text):
				self.assertEqual(date(2026, 3, 1), values.as_date(text))
		self.assertEqual(datetime(2026, 3, 1, 14, 5, 30), values.as_datetime("2026-03-01T14:05:30.123"))

	def test_what_is_no_date(self):
		for text in ("01/03/26", "2026-02-30", "2026-13-01", "gestern", "2026-03-01 25:00", ""):
			with self.subTest(text=text), self.assertRaisesRegex(Problem, "not a date"):
				values.as_date(text)

	def test_numbers_as_people_write_them(self):
		for text, number in (("1,234.50", 1234.5), ("¥ 99", 99), ("12元", 12), (5, 5), ("－３", -3), ("1e3", 1000), ("5%", 5)):
			with self.subTest(text=text):
				self.assertEqual(number, values.as_number(text))

	def test_what_is_no_number(self):
		for text in ("1,23", "12,34,56", "abc", "NaN", "inf", "1000000000000", "１２a"):
			with self.subTest(text=text), self.assertRaises(Problem):
				values.as_number(text)
		with self.assertRaisesRegex(Problem, "must be a whole number"):
			values.as_whole_number("1.5")

	def test_yes_and_no(self):
		self.assertEqual([1, 1, 1, 0, 0, 0], [values.as_yes_or_no(word) for word in ("是", True, "Y", "否", 0, "no")])
		with self.assertRaisesRegex(Problem, "neither yes nor no"):
			values.as_yes_or_no("vielleicht")
