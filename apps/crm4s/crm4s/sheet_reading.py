"""A CSV or XLSX file as headings and rows of cells. Pure; what cannot be read is a `Problem` in one sentence."""

import csv
import io
import zipfile
from dataclasses import dataclass
from typing import Any

from crm4s.identifiers.problem import Problem

ENCODINGS = ("utf-8-sig", "gb18030")
DELIMITERS = (",", "\t", ";")
MOST_COLUMNS = 200
LONGEST_CELL = 20_000
# An XLSX file is a zip archive, and a small one can unpack to anything.
LARGEST_UNPACKED = 250 * 1024 * 1024


@dataclass(frozen=True)
class Limits:
	# As much as Frappe lets people upload.
	bytes: int = 10 * 1024 * 1024
	rows: int = 100_000


@dataclass(frozen=True)
class Sheet:
	"""`numbers` are the row numbers in the file, as a spreadsheet program shows them; empty rows are left out."""

	headings: list[str]
	rows: list[list[Any]]
	numbers: list[int]


def read_sheet(file_name: str, content: bytes, limits: Limits = Limits()) -> Sheet:
	"""The first sheet of the file.

	Raises:
		Problem: the file is too large, none of the two kinds, damaged, or without rows.
	"""
	if len(content) > limits.bytes:
		raise Problem(
			"The file has {size} MB; at most {most} MB can be imported at once, so split it.",
			size=round(len(content) / 1024**2, 1), most=limits.bytes // 1024**2,
		)
	ending = file_name.rsplit(".", 1)[-1].lower()
	if ending == "csv":
		rows = _csv_rows(content)
	elif ending == "xlsx":
		rows = _xlsx_rows(content)
	else:
		raise Problem("A file of kind {ending} cannot be read; save it as Excel workbook (.xlsx) or CSV.", ending=ending)
	return _sheet(rows, limits)


def _sheet(rows, limits: Limits) -> Sheet:
	headings, found, numbers = None, [], []
	for number, cells in enumerate(rows, start=1):
		cells = [_cell(cell) for cell in cells]
		if not any(cell is not None for cell in cells):
			continue
		if headings is None:
			headings = [str(cell).strip() if cell is not None else "" for cell in cells]
			if len(headings) > MOST_COLUMNS:
				raise Problem("The file has {count} columns; at most {most} are read.", count=len(headings), most=MOST_COLUMNS)
			continue
		if len(found) == limits.rows:
			raise Problem("The file has more than {most} rows; split it into several files.", most=limits.rows)
		found.append((cells + [None] * len(headings))[: len(headings)])
		numbers.append(number)
	if headings is None or not found:
		raise Problem("The file has no rows below its headings.")
	return Sheet(headings, found, numbers)


def _cell(value: Any) -> Any:
	"""The content without the apostrophe by which a spreadsheet program keeps a text from being a formula."""
	if isinstance(value, str):
		value = value.strip()
		if len(value) > LONGEST_CELL:
			raise Problem("A cell holds {count} characters; at most {most} are read.", count=len(value), most=LONGEST_CELL)
		if value[:1] == "'" and value[1:2] in FORMULA_SIGNS:
			value = value[1:]
		return value or None
	return value


# With these a spreadsheet program begins to compute.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def _csv_rows(content: bytes):
	text = _decoded(content)
	first = next((line for line in text.splitlines() if line.strip()), "")
	delimiter = max(DELIMITERS, key=first.count)
	try:
		yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
	except csv.Error as error:
		raise Problem("The CSV file is damaged: {reason}. Save it again from the spreadsheet program.", reason=str(error)) from error


def _decoded(content: bytes) -> str:
	for encoding in ENCODINGS:
		try:
			return content.decode(encoding)
		except UnicodeDecodeError:
			continue
	raise Problem("The characters of the file cannot be read; save it as CSV UTF-8, or as Excel workbook.")


def _xlsx_rows(content: bytes):
	from openpyxl import load_workbook

	try:
		with zipfile.ZipFile(io.BytesIO(content)) as archive:
			unpacked = sum(entry.file_size for entry in archive.infolist())
		if unpacked > LARGEST_UNPACKED:
			raise Problem("The workbook unpacks to {size} MB, which is too large; split it.", size=unpacked // 1024**2)
		workbook = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
		sheet = workbook.worksheets[0]
		# Programs that write a wrong size into the file would hide rows.
		sheet.reset_dimensions()
		yield from sheet.iter_rows(values_only=True)
	except Problem:
		raise
	except Exception as error:
		# Whatever is wrong inside an archive, openpyxl and its parsers raise it as anything.
		raise Problem("The workbook is damaged or locked with a password; open it and save it again as .xlsx.") from error
