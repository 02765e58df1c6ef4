"""A workbook out of tables: headings, numbers as numbers, and whatever people typed as text, never as a formula."""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

LONGEST_TITLE, WIDEST, NARROWEST = 31, 44, 10
FORBIDDEN_IN_TITLES = re.compile(r"[\[\]:*?/\\]")
HEADING = PatternFill("solid", fgColor="1F4E79")
GROUP = PatternFill("solid", fgColor="DDEBF7")
GOOD, BAD = "1E7B34", "C00000"
BELOW = Border(bottom=Side(style="thin", color="D9D9D9"))
FORMATS = {
	"Int": "#,##0",
	"Float": "#,##0.0",
	"Currency": "#,##0.00",
	"Percent": '0.0"%"',
	# Of two shares or scores.
	"Difference": "+0.0;-0.0;0.0",
	# Seconds, which Excel counts in days.
	"Duration": "[h]:mm",
	"Date": "yyyy-mm-dd",
	"Datetime": "yyyy-mm-dd hh:mm",
}
NUMBERS = ("Int", "Float", "Currency", "Percent", "Difference", "Duration")
SECONDS_A_DAY = 86_400


@dataclass(frozen=True)
class Table:
	"""What one sheet shows.

	kinds: of each column, or of single cells in `cell_kinds` by (row, column): Int, Float, Currency, Percent, Difference, Duration (seconds), Date, Datetime; anything else is text.
	indents: how deep each row stands.
	tones: by (row, column) 1 for good news, -1 for bad ones.
	headed: rows that are the heading of a group.
	"""

	title: str
	headings: Sequence[str]
	kinds: Sequence[str]
	rows: Sequence[Sequence]
	indents: Sequence[int] = ()
	note: str = ""
	cell_kinds: dict = field(default_factory=dict)
	tones: dict = field(default_factory=dict)
	headed: frozenset = frozenset()


def workbook(tables: Sequence[Table], heading: Sequence[str], empty: str) -> bytes:
	"""The tables as XLSX, one a sheet.

	Args:
		heading: lines above each table: whose figures, of which period.
		empty: what a table without rows says instead.
	"""
	book = Workbook()
	book.remove(book.active)
	titles: set[str] = set()
	for table in tables:
		_write(book.create_sheet(_title(table.title, titles)), table, heading, empty)
	file = io.BytesIO()
	book.save(file)
	return file.getvalue()


def _title(text: str, taken: set[str]) -> str:
	"""The text as Excel lets sheets be called, none twice."""
	base = FORBIDDEN_IN_TITLES.sub(" ", text).strip("' ")[:LONGEST_TITLE] or "1"
	title, number = base, 1
	while title.lower() in taken:
		number += 1
		ending = f" {number}"
		title = base[: LONGEST_TITLE - len(ending)] + ending
	taken.add(title.lower())
	return title


def _write(page, table: Table, heading: Sequence[str], empty: str) -> None:
	for number, line in enumerate((table.title, *heading, *([table.note] if table.note else [])), start=1):
		_put(page.cell(number, 1), line).font = Font(bold=number == 1, size=14 if number == 1 else 10, color=None if number == 1 else "595959")
	top = page.max_row + 2
	if not table.rows:
		_put(page.cell(top, 1), empty)
		page.column_dimensions["A"].width = WIDEST
		return
	for column, text in enumerate(table.headings, start=1):
		cell = _put(page.cell(top, column), text)
		cell.font, cell.fill = Font(bold=True, color="FFFFFF"), HEADING
		cell.alignment = Alignment(horizontal="right" if table.kinds[column - 1] in NUMBERS else "left", vertical="center", wrap_text=True)
	for position, row in enumerate(table.rows):
		_write_row(page, top + 1 + position, position, row, table)
	page.freeze_panes = page.cell(top + 1, 2)
	_set_widths(page, table)
	page.sheet_view.showGridLines = False
	page.page_setup.orientation, page.page_setup.fitToHeight = "landscape", 0
	page.sheet_properties.pageSetUpPr.fitToPage = True


def _write_row(page, number: int, position: int, row: Sequence, table: Table) -> None:
	for column, value in enumerate(row):
		kind = table.cell_kinds.get((position, column), table.kinds[column])
		cell = _put(page.cell(number, column + 1), value, kind)
		cell.border = BELOW
		if position in table.headed:
			cell.font, cell.fill = Font(bold=True), GROUP
		elif tone := table.tones.get((position, column)):
			cell.font = Font(color=GOOD if tone > 0 else BAD)
		if column == 0 and table.indents and table.indents[position]:
			cell.alignment = Alignment(indent=2 * table.indents[position])


def _put(cell, value, kind: str = "Data"):
	if value is None or value == "":
		return cell
	if isinstance(value, (int, float, date, datetime)) and kind in FORMATS:
		cell.value, cell.number_format = value / SECONDS_A_DAY if kind == "Duration" else value, FORMATS[kind]
	else:
		cell.value = ILLEGAL_CHARACTERS_RE.sub("", str(value))
		# What begins with = would be a formula.
		cell.data_type = "s"
	if kind in NUMBERS:
		cell.alignment = Alignment(horizontal="right")
	return cell


def _set_widths(page, table: Table) -> None:
	for column, text in enumerate(table.headings):
		texts = [text, *(row[column] for row in table.rows[:500])]
		longest = max(_width(value) for value in texts)
		page.column_dimensions[get_column_letter(column + 1)].width = min(max(longest + 2, NARROWEST), WIDEST)


def _width(value) -> int:
	"""A Chinese character is as wide as two Latin ones."""
	if isinstance(value, float):
		return len(f"{value:,.2f}")
	return sum(2 if ord(character) > 0x2E7F else 1 for character in str(value if value is not None else ""))
