"""Empty spreadsheets with the headings of a kind, an example row and a note for each column."""

import csv
import io

from frappe import _
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from crm4s.intake.sheets.layouts import Column, Layout

NEEDED = PatternFill("solid", fgColor="FFF2CC")
OF_LINE = PatternFill("solid", fgColor="DDEBF7")


def workbook(layout: Layout, language: str) -> bytes:
	"""The template as XLSX: the sheet to be filled in, and a sheet that explains its columns."""
	book = Workbook()
	page = book.active
	page.title = _(layout.kind, language)
	for number, column in enumerate(layout.columns, start=1):
		cell = page.cell(1, number, heading(column, language))
		cell.font = Font(bold=True)
		cell.fill = NEEDED if column.is_required else OF_LINE if column.of_line else PatternFill()
		if text := note(column, language):
			cell.comment = Comment(text, "CRM4S")
		example = page.cell(2, number, column.example)
		# As text, so that long numbers and dates stay as they are typed.
		example.number_format = "@"
		page.column_dimensions[get_column_letter(number)].width = 18
	page.freeze_panes = "A2"
	_explain(book.create_sheet(_("Notes", language)), layout, language)
	file = io.BytesIO()
	book.save(file)
	return file.getvalue()


def comma_separated(layout: Layout, language: str = "zh") -> bytes:
	"""The template as CSV, with the mark by which Excel knows UTF-8."""
	file = io.StringIO()
	writer = csv.writer(file)
	writer.writerow([heading(column, language) for column in layout.columns])
	writer.writerow([column.example for column in layout.columns])
	return file.getvalue().encode("utf-8-sig")


def heading(column: Column, language: str) -> str:
	return column.chinese if language.startswith("zh") else column.english


def note(column: Column, language: str) -> str:
	said = column.note[int(language.startswith("zh"))]
	return " ".join(part for part in (_("Needed.", language) if column.is_required else "", said) if part)


def _explain(page, layout: Layout, language: str) -> None:
	page.append([_("Column", language), _("Note", language), _("Example", language)])
	for cell in page[1]:
		cell.font = Font(bold=True)
	for column in layout.columns:
		page.append([heading(column, language), note(column, language), column.example])
	for letter, width in (("A", 24), ("B", 80), ("C", 28)):
		page.column_dimensions[letter].width = width
	for cell in page["B"]:
		cell.alignment = Alignment(wrap_text=True, vertical="top")
