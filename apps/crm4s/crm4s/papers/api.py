"""What the document finder of the desk calls."""

import frappe
from frappe import _
from frappe.core.doctype.access_log.access_log import make_access_log
from frappe.desk.utils import provide_binary_file
from frappe.utils import format_datetime, get_datetime, getdate
from frappe.utils.xlsxutils import make_xlsx

from crm4s.cells import harmless
from crm4s.papers import finder
from crm4s.papers.finder import Place, Question

PAGE = 40
MOST_EXPORTED = 5000
COLUMNS = ("Day", "Kind", "Number", "Status", "Customer", "Phone", "Plate Number", "VIN", "Model", "Store", "About")


@frappe.whitelist()
def kinds() -> list[dict]:
	"""The kinds of documents that the caller may look for and export: doctype, may_export; for those who may read one of them."""
	exported = {kind.doctype for kind in finder.readable_kinds("export")}
	return [{"doctype": kind.doctype, "may_export": kind.doctype in exported} for kind in _require_kinds("read")]


@frappe.whitelist()
def find(
	text: str = "",
	from_day: str | None = None,
	to_day: str | None = None,
	dealership: str | None = None,
	kind: str | None = None,
	after_day: str | None = None,
	after_name: str | None = None,
) -> dict:
	"""A page of documents, the newest first, and behind which the next begins; for those who may read one of the kinds.

	Returns:
		rows as `finder.find` gives them, with person, car and store named; more: day and name to ask for the next page with, or None;
		from_day: since when was looked where that was not said; too_little: whether more has to be typed.
	"""
	readable = _require_kinds("read")
	question = _question(text, from_day, to_day, dealership, kind)
	after = Place(get_datetime(after_day), after_name) if after_day and after_name else None
	rows = finder.find(question, readable, PAGE + 1, after)
	shown = rows[:PAGE]
	finder.name_people_and_cars(shown)
	more = {"day": str(shown[-1]["day"]), "name": shown[-1]["name"]} if len(rows) > PAGE else None
	return {"rows": shown, "more": more, "from_day": question.from_day, "too_little": finder.says_too_little(question)}


@frappe.whitelist()
def export(
	text: str = "", from_day: str | None = None, to_day: str | None = None, dealership: str | None = None, kind: str | None = None
) -> None:
	"""What is found as an Excel file, of the kinds that the caller may export; the newest 5,000. Who took it along is logged."""
	exported = _require_kinds("export")
	question = _question(text, from_day, to_day, dealership, kind)
	rows = finder.find(question, exported, MOST_EXPORTED)
	finder.name_people_and_cars(rows)
	make_access_log(
		method="export", file_type="xlsx", report_name="Document Finder", filters=frappe.as_json(question.__dict__), page=f"{len(rows)} rows"
	)
	table = [[_(column) for column in COLUMNS], *(_cells(row) for row in rows)]
	content = make_xlsx(table, _("Document Finder"), column_widths=[18, 18, 14, 12, 18, 14, 12, 20, 24, 24, 40])
	provide_binary_file("Document Finder", "xlsx", content.getvalue())


def _require_kinds(ptype: str) -> list:
	found = finder.readable_kinds(ptype)
	if not found:
		frappe.throw(_("You may not look for documents.") if ptype == "read" else _("You may not export documents."), frappe.PermissionError)
	return found


def _question(text, from_day, to_day, dealership, kind) -> Question:
	question = Question(
		" ".join((text or "").split()), getdate(from_day) if from_day else None, getdate(to_day) if to_day else None, dealership or None, kind or None
	)
	return finder.effective(question)


def _cells(row: dict) -> list:
	cells = [
		*(format_datetime(row["day"], "yyyy-MM-dd HH:mm"), _(row["doctype"]), row["name"], _(row["status"] or "")),
		*(row["person"], row["masked_phone"], row["plate"], row["vin"], row["model"], row["store"], row["about"]),
	]
	return [harmless(cell) for cell in cells]
