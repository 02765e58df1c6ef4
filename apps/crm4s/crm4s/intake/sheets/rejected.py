"""The file of rejected rows: row number, field and reason before the original columns, to be mended and given again."""

import html
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from frappe.utils import strip_html
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils.exceptions import IllegalCharacterError

from crm4s.sheet_reading import FORMULA_SIGNS, Sheet


@dataclass(frozen=True)
class RejectedRow:
	"""A row of the sheet counted from 0; `field` and `reason` as people read them, the reason may hold HTML."""

	row: int
	field: str
	reason: str


def workbook_of(sheet: Sheet, rejected: Sequence[RejectedRow], headings: tuple[str, str, str]) -> bytes:
	"""An XLSX file with the rejected rows in the order of the sheet; nothing in it is a formula."""
	book = Workbook(write_only=True)
	page = book.create_sheet()
	page.freeze_panes = "D2"
	page.append([_bold(page, heading) for heading in (*headings, *(harmless(heading) for heading in sheet.headings))])
	for each in sorted(rejected, key=lambda each: each.row):
		reason = html.unescape(strip_html(each.reason))
		page.append([_cell(page, value) for value in (sheet.numbers[each.row], each.field, reason, *sheet.rows[each.row])])
	file = io.BytesIO()
	book.save(file)
	return file.getvalue()


def harmless(value: Any) -> Any:
	"""The value as a spreadsheet program shows it, and does not compute it: a text that begins like a formula gets an apostrophe."""
	if isinstance(value, str) and value.startswith(FORMULA_SIGNS):
		return f"'{value}"
	return value


def _cell(page, value: Any) -> WriteOnlyCell:
	if isinstance(value, datetime) and value.time() == time():
		value = value.date()
	if not isinstance(value, (int, float, date, datetime, str, type(None))):
		value = str(value)
	try:
		return WriteOnlyCell(page, harmless(value))
	except IllegalCharacterError:
		return WriteOnlyCell(page, "".join(sign for sign in harmless(value) if sign.isprintable()))


def _bold(page, text: str) -> WriteOnlyCell:
	cell = WriteOnlyCell(page, text)
	cell.font = Font(bold=True)
	return cell
