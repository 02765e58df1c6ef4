"""Checks and imports the file of a C4S Spreadsheet Import, as a background job of the person who started it."""

from collections.abc import Sequence

import frappe
from frappe import _
from frappe.utils import cint, now_datetime, strip_html

from crm4s.edge import sentence
from crm4s.identifiers.problem import Problem
from crm4s.intake.customers import take_in_customers
from crm4s.intake.result import CREATED, UNCHANGED, UPDATED, Outcome, Result
from crm4s.intake.sheets.layouts import CUSTOMERS, LAYOUTS, VEHICLES, Layout
from crm4s.intake.sheets.mapping import (
	FIELD_HEADINGS,
	REASON_HEADINGS,
	ROW_HEADINGS,
	Mapped,
	another_row_is_wrong,
	known_columns,
	map_sheet,
)
from crm4s.intake.sheets.rejected import RejectedRow, workbook_of
from crm4s.intake.vehicles import take_in_vehicles
from crm4s.intake.visits import take_in_visits
from crm4s.settings import setting
from crm4s.sheet_reading import Limits, read_sheet

DOCTYPE = "C4S Spreadsheet Import"
EVENT = "crm4s_spreadsheet_import"
CHECKING, CHECKED, IMPORTING, FINISHED, FAILED = "Checking", "Checked", "Importing", "Finished", "Failed"
SHOWN_PROBLEMS = 100


def limits() -> Limits:
	"""How much one file may hold; an operator may set others in the site's configuration."""
	usual = Limits()
	return Limits(
		bytes=cint(frappe.conf.get("crm4s_import_megabytes")) * 1024**2 or usual.bytes,
		rows=cint(frappe.conf.get("crm4s_import_rows")) or usual.rows,
	)


def run(name: str, dry_run: bool, language: str | None = None, commit: bool = True) -> None:
	"""Check or import the file; what went wrong stands in the document afterwards, also when the job fails.

	Args:
		language: in which the sentences are said, as a job knows of no browser.
		commit: False leaves everything in the caller's transaction, for tests.
	"""
	frappe.local.lang = language or frappe.local.lang
	document = frappe.get_doc(DOCTYPE, name)
	document.flags.commit = commit
	try:
		document.check_may_run()
		_work(document, dry_run)
	except Problem as problem:
		_fail(document, sentence(problem))
	except (frappe.ValidationError, frappe.PermissionError) as error:
		_fail(document, str(error))
	except Exception:
		frappe.db.rollback()
		frappe.log_error(title=f"{DOCTYPE} {name}")
		_fail(document, _("The job ended with an error; the administrator finds it in the Error Log. What was imported stays; start again."))
		raise


def _work(document, dry_run: bool) -> None:
	layout = LAYOUTS[document.kind]
	sheet = read_sheet(document.file_name(), document.content(), limits())
	columns, unknown = known_columns(sheet, layout)
	_refuse_columns_beyond_rights(layout, [column.field for column in columns.values()])
	mapped = map_sheet(sheet, layout, document.dealership, setting("default_region"))
	_publish(document, {"total_rows": len(sheet.rows), "progress": 0})
	outcome = _take_in(document, mapped, dry_run)
	headings = {column.field: sheet.headings[position] for position, column in columns.items()}
	rejected = rejected_rows(layout, mapped, outcome, headings)
	document.reload()
	document.update(
		{
			"status": CHECKED if dry_run else FINISHED,
			"progress": 100,
			"ended_on": now_datetime(),
			"total_rows": len(sheet.rows),
			"created_count": outcome.counts[CREATED],
			"updated_count": outcome.counts[UPDATED],
			"unchanged_count": outcome.counts[UNCHANGED],
			"rejected_count": len(rejected),
			"message": _unknown_columns(unknown),
			"rejected_file": None,
			"problems": [
				{"row_number": sheet.numbers[each.row], "field_label": each.field, "reason": strip_html(each.reason)}
				for each in rejected[:SHOWN_PROBLEMS]
			],
		}
	)
	if rejected:
		document.attach_rejected(workbook_of(sheet, rejected, tuple(_in_language(pair) for pair in (ROW_HEADINGS, FIELD_HEADINGS, REASON_HEADINGS))))
	document.save_result()
	_announce(document)


def _take_in(document, mapped: Mapped, dry_run: bool) -> Outcome:
	if mapped.records.empty:
		return Outcome()

	def on_progress(done: int, of: int) -> None:
		_publish(document, {"progress": done * 100 // of})

	options = {"dry_run": dry_run, "on_progress": on_progress, "commit": document.flags.commit}
	tables = mapped.tables
	if document.kind == CUSTOMERS:
		return take_in_customers(mapped.records, tables.get("phones"), **options)
	if document.kind == VEHICLES:
		return take_in_vehicles(mapped.records, tables.get("parties"), **options)
	return take_in_visits(mapped.records, tables.get("items"), **options)


def rejected_rows(layout: Layout, mapped: Mapped, outcome: Outcome, headings: dict[str, str]) -> list[RejectedRow]:
	"""What is given back, in the order of the sheet: the wrong rows, and those that belong to the same record."""
	rows = [
		RejectedRow(problem.row, headings.get(problem.field, problem.field or ""), sentence(problem.problem))
		for problem in mapped.problems
	]
	for result in outcome.rejected:
		rows += _rows_of(layout, mapped, result, headings)
	return sorted(rows, key=lambda each: each.row)


def _rows_of(layout: Layout, mapped: Mapped, result: Result, headings: dict[str, str]) -> list[RejectedRow]:
	own = mapped.rows[result.key]
	lines = mapped.lines.get(result.key, own)
	wrong = lines[result.row - 1] if result.row and result.row <= len(lines) else own[0]
	return [
		RejectedRow(row, _heading(layout, result.field, headings), result.message)
		if row == wrong
		else RejectedRow(row, "", sentence(another_row_is_wrong()))
		for row in own
	]


# Which columns of a sheet stand for a link of the document.
STAND_FOR = {
	"customer": ("customer_number", "customer_phone", "owner_number", "owner_phone"),
	"customer_key": ("customer_number", "owner_number"),
	"customer_phone": ("customer_phone", "owner_phone"),
	"vehicle": ("vehicle_vin", "vehicle_plate"),
	"external_key": ("number",),
	"valid_from": ("owner_since",),
	"valid_to": ("owner_since",),
	"items": ("item_name",),
}


def _heading(layout: Layout, field: str | None, headings: dict[str, str]) -> str:
	"""The heading of the file under which the wrong value stands, or the field as the form calls it."""
	for name in (field, *STAND_FOR.get(field, ())):
		if name in headings:
			return headings[name]
	known = frappe.get_meta(layout.doctype).get_field(field) if field else None
	return _(known.label) if known and known.label else field or ""


def _refuse_columns_beyond_rights(layout: Layout, fields: Sequence[str]) -> None:
	"""A column whose field the user may not write in the form is not written by a file either."""
	beyond = [field for field in fields if not _may_write(layout, field)]
	if beyond:
		names = ", ".join(_in_language((column.english, column.chinese)) for column in layout.columns if column.field in beyond)
		frappe.throw(_("Your roles may not write these columns; take them out of the file: {0}.").format(names), frappe.PermissionError)


def _may_write(layout: Layout, field: str) -> bool:
	meta = frappe.get_meta(layout.doctype)
	target = meta.get_field(field)
	if not target:
		in_tables = (frappe.get_meta(table.options).get_field(field) for table in meta.get_table_fields())
		target = next(filter(None, in_tables), None)
	return not target or not target.permlevel or target.permlevel in meta.get_permlevel_access("write")


def _unknown_columns(unknown: Sequence[str]) -> str | None:
	if not unknown:
		return None
	shown = ", ".join(frappe.utils.escape_html(heading) for heading in unknown)
	return _("These columns are not known and were left out: {0}.").format(shown)


def _publish(document, values: dict) -> None:
	"""Progress for those who look at the document now, and for those who open it later."""
	frappe.db.set_value(DOCTYPE, document.name, values, update_modified=False)
	if document.flags.commit:
		frappe.db.commit()
	frappe.publish_realtime(EVENT, {"name": document.name, **values}, doctype=DOCTYPE, docname=document.name)


def _announce(document) -> None:
	if document.flags.commit:
		frappe.db.commit()
	frappe.publish_realtime(EVENT, {"name": document.name, "status": document.status}, doctype=DOCTYPE, docname=document.name)


def _fail(document, message: str) -> None:
	document.reload()
	document.update({"status": FAILED, "message": message, "ended_on": now_datetime(), "progress": 0})
	document.save_result()
	_announce(document)


def _in_language(pair: tuple[str, str]) -> str:
	"""English or Chinese, whichever the user reads."""
	return pair[1] if (frappe.local.lang or "").startswith("zh") else pair[0]
