"""What leaves as a file: only with the right to export, with personal data masked, noted with its filters and rows, and marked with who and when.

These stand in the place of the framework's own methods (hook `override_whitelisted_methods`) and call them for the file itself.
"""

import json
import re
from collections.abc import Iterable, Sequence

import frappe
from frappe import _
from frappe.core.doctype.data_export.exporter import export_data as framework_export_data
from frappe.core.doctype.data_import.data_import import download_template as framework_download_template
from frappe.desk.query_report import export_query as framework_export_report
from frappe.desk.reportview import export_query as framework_export_list
from frappe.permissions import can_export

from crm4s.access.required import require_permission
from crm4s.masked_twins import leaving_as_file
from crm4s.privacy import audit, inventory
from crm4s.privacy.marking import is_file, mark_response, rows_of_response
from crm4s.privacy.masking import mask

TABLE = re.compile(r"`tab([^`]+)`")
SIMPLE = re.compile(r"^(`tab[^`]+`\.)?`?(\w+)`?(\s+as\s+.+)?$", re.IGNORECASE)
THROUGH_LINK = re.compile(r"^`?(\w+)`?\.`?(\w+)`?")
BLANK, SPREADSHEET = "blank_template", "Excel"


@frappe.whitelist(methods=["POST"])
def export_list() -> None:
	"""The file of a list or report view, for those who may export its document type."""
	doctype = frappe.form_dict.get("doctype")
	require_export(doctype)
	frappe.form_dict.fields = json.dumps(masked_columns(doctype, _parsed("fields")))
	# Not as a letter in the background: that file would be neither marked nor noted.
	frappe.form_dict.pop("export_in_background", None)
	frappe.form_dict.setdefault("file_format_type", SPREADSHEET)
	framework_export_list()
	_finish(doctype, {"filters": _parsed("filters"), "selected": _parsed("selected_items")})


@frappe.whitelist(methods=["POST"])
def export_report() -> None:
	"""The file of a report, for those who may export what it is about."""
	report = frappe.form_dict.get("report_name")
	require_export(doctype := frappe.get_cached_value("Report", report, "ref_doctype"))
	if frappe.form_dict.get("visible_idx") is None:
		# The framework stumbles over it later.
		frappe.throw(_("{0} is missing.").format(frappe.bold("visible_idx")))
	refuse_personal_columns(report, _parsed("custom_columns"))
	frappe.form_dict.pop("export_in_background", None)
	frappe.form_dict.setdefault("file_format_type", SPREADSHEET)
	with leaving_as_file():
		framework_export_report()
	_finish(doctype, {"report": report, "filters": _parsed("filters")})


@frappe.whitelist(methods=["GET", "POST"])
def export_documents(doctype: str, select_columns: str | dict | None = None, filters: str | dict | list | None = None, **options) -> None:
	"""The file of the export tool, for those who may export the document type."""
	require_export(doctype)
	options.pop("cmd", None)
	columns = columns_without_personal(doctype, frappe.parse_json(select_columns))
	framework_export_data(doctype=doctype, select_columns=json.dumps(columns), filters=filters, **options)
	_finish(doctype, {"filters": frappe.parse_json(filters)})


@frappe.whitelist(methods=["GET", "POST"])
def download_template(
	doctype: str, export_fields: str | dict | None = None, export_records: str | None = None, export_filters: str | dict | list | None = None, file_type: str = "CSV"
) -> None:
	"""A sheet to import with: for those who may read the document type; with its documents in it, for those who may export it."""
	(require_read if export_records == BLANK else require_export)(doctype)
	if export_records == BLANK:
		framework_download_template(doctype, export_fields, export_records, export_filters, file_type)
		return
	fields = columns_without_personal(doctype, frappe.parse_json(export_fields))
	framework_download_template(doctype, json.dumps(fields), export_records, export_filters, file_type)
	_finish(doctype, {"filters": frappe.parse_json(export_filters)})


def require_export(doctype: str) -> None:
	can_export(doctype, raise_exception=True)


def require_read(doctype: str) -> None:
	require_permission(doctype, "read")


# Columns
# -------


def masked_columns(doctype: str, columns: Sequence[str]) -> list[str]:
	"""The columns of a list's file: those with personal data give way to their masked ones, or are left out where there is none."""
	kept: list[str] = []
	for column in _without_wildcards(doctype, columns):
		personal = _personal_in(doctype, column)
		if personal:
			column = _masked_column(column, personal[0])
		if column and column not in kept:
			kept.append(column)
	return kept or ["name"]


def columns_without_personal(doctype: str, chosen: dict | None) -> dict[str, list[str]]:
	"""Document type and its tables → fields, of those chosen or of all, without those that hold personal data."""
	doctypes = [doctype, *(table.options for table in frappe.get_meta(doctype).get_table_fields())]
	columns = {}
	for name in doctypes:
		closed = {field.fieldname for field in _masked_fields(name)}
		fields = chosen.get(name, ()) if chosen else ["name", *(field.fieldname for field in frappe.get_meta(name).fields)]
		columns[name] = [field for field in fields if field not in closed]
	if chosen:
		# The import's sheet names tables by their field.
		columns.update({key: _without_of_table(doctype, key, fields) for key, fields in chosen.items() if key not in columns})
		columns = {name: columns[name] for name in columns if name in chosen}
	return columns


def refuse_personal_columns(report: str, custom: Sequence[dict]) -> None:
	"""Columns that somebody added to a report through a link must not carry personal data away."""
	saved = frappe.parse_json(frappe.db.get_value("Report", report, "json") or "{}").get("columns") or ()
	closed = {field.fieldname for field in inventory.FIELDS if field.masked or field.kind in (inventory.EMAIL, inventory.ACCOUNT)}
	for column in (*custom, *saved):
		if isinstance(column, dict) and column.get("link_field") and str(column.get("fieldname", "")).partition("-")[0] in closed:
			_refuse_column(column.get("label") or "")


def refuse_personal_fields(report: str) -> None:
	"""A report that somebody put together from the fields of a list must not carry personal data away."""
	document = frappe.get_cached_doc("Report", report)
	for field, doctype in document.get_standard_report_columns(frappe.parse_json(document.json or "{}")):
		if _personal_in(document.ref_doctype, f"`tab{doctype}`.`{field}`"):
			_refuse_column(_(frappe.get_meta(doctype).get_label(field)))


def _refuse_column(label: str) -> None:
	frappe.throw(_("Column {0} shows personal data in full; take it out to export the report.").format(frappe.bold(label)), frappe.PermissionError)


def _masked_fields(doctype: str) -> list[inventory.Personal]:
	return list(inventory.of(doctype))


def _without_wildcards(doctype: str, columns: Iterable[str]) -> list[str]:
	named = []
	for column in columns:
		if column.strip() in ("*", f"`tab{doctype}`.*"):
			meta = frappe.get_meta(doctype)
			named += [f"`tab{doctype}`.`{name}`" for name in ("name", *meta.get_valid_columns()) if name == "name" or meta.get_field(name)]
		else:
			named.append(column)
	return named


def _personal_in(doctype: str, column: str) -> list[inventory.Personal]:
	fields = {field.fieldname: field for name in _doctypes_of(doctype, column) for field in _masked_fields(name)}
	return [fields[word] for word in re.findall(r"\w+", column.casefold()) if word in fields]


def _doctypes_of(doctype: str, column: str) -> list[str]:
	if named := TABLE.findall(column):
		return named
	through = THROUGH_LINK.match(column)
	link = frappe.get_meta(doctype).get_field(through[1]) if through else None
	return [link.options] if link and link.options else [doctype]


def _masked_column(column: str, personal: inventory.Personal) -> str | None:
	simple = SIMPLE.match(column.strip())
	return f"{simple[1] or ''}`{personal.masked}`" if simple and personal.masked else None


def _without_of_table(doctype: str, key: str, fields: Sequence[str]) -> list[str]:
	table = frappe.get_meta(doctype).get_field(key)
	closed = {field.fieldname for field in _masked_fields(table.options)} if table else set()
	return [field for field in fields if field not in closed]


# The log
# -------


def _finish(doctype: str, criteria: dict) -> None:
	"""Mark the file that the framework made, and note it; where there was nothing to export it made none."""
	if not is_file():
		return
	rows = rows_of_response()
	note(doctype, rows, criteria)
	mark_response(_("{0} rows, exported by {1} on {2}").format(rows, frappe.session.user, frappe.utils.now()[:16]))
	frappe.local.flags.commit = True


def note(doctype: str, rows: int, criteria: dict, user: str | None = None) -> None:
	"""What left, with what it was chosen by; `user` where it is not the current one."""
	words = json.dumps(_without_personal_values({key: value for key, value in criteria.items() if value}), ensure_ascii=False, default=str)
	audit.note(audit.EXPORTED, doctype, row_count=rows, criteria=words[:10_000], user=user)


def _without_personal_values(value):
	"""Filters, with what was looked for in personal fields masked."""
	kinds = {field.fieldname: field.kind for field in inventory.FIELDS}
	if isinstance(value, dict):
		return {key: mask(kinds[key], value[key]) if key in kinds and isinstance(value[key], str) else _without_personal_values(value[key]) for key in value}
	if isinstance(value, list):
		kind = next((kinds[word] for word in value if isinstance(word, str) and word in kinds), None)
		if kind:
			return [*value[:-1], mask(kind, value[-1])]
		return [_without_personal_values(item) for item in value]
	return value


def _parsed(key: str) -> list | dict:
	value = frappe.form_dict.get(key)
	return (json.loads(value) if isinstance(value, str) and value else value) or []
