"""What a periodic report may hold: sheets out of our reports, each run as its recipient, for one period and one store."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

import frappe
from frappe import _
from frappe.desk.query_report import run
from frappe.utils import strip_html

from crm4s.periodic_reports.workbook import Table


@dataclass(frozen=True)
class Sheet:
	"""A report and the filters that it is given besides from_date, to_date and dealership."""

	report: str
	filters: Mapping[str, object] = field(default_factory=dict)


KEY_FIGURES = "Figures at a Glance"
# The options of C4S Periodic Report Sheet, in the order in which they are offered.
SHEETS: dict[str, Sheet] = {
	"Figures at a Glance": Sheet("C4S Key Figures"),
	"Scorecard": Sheet("C4S Scorecard"),
	"Sales Funnel": Sheet("C4S Sales Funnel"),
	"Leads by Source": Sheet("C4S Lead Funnel", {"view": "Source"}),
	"Leads by Consultant": Sheet("C4S Lead Funnel", {"view": "Sales Consultant"}),
	"Consultant League": Sheet("C4S Consultant League"),
	"Source Return": Sheet("C4S Source Return"),
	"Defeat Analysis": Sheet("C4S Defeat Analysis"),
	"Visits by Kind": Sheet("C4S Service Volume", {"view": "Visit Kind"}),
	"Visits by Model": Sheet("C4S Service Volume", {"view": "Model", "visit_kind": "Workshop"}),
	"Visits by Customer Kind": Sheet("C4S Service Volume", {"view": "Customer Kind", "visit_kind": "Workshop"}),
	"Step Times of the Workshop": Sheet("C4S Service Step Times", {"view": "Service Advisor"}),
	"Bay Use": Sheet("C4S Bay Use"),
	"Comebacks by Advisor": Sheet("C4S Comebacks", {"view": "Service Advisor"}),
	"Appointments": Sheet("C4S Appointments", {"view": "Service Advisor"}),
	"Complaints by Category": Sheet("C4S Complaint Handling", {"view": "Category"}),
	"Complaints by Handler": Sheet("C4S Complaint Handling", {"view": "Handler"}),
	"Satisfaction by Store": Sheet("C4S Satisfaction Index", {"view": "Store"}),
	"Satisfaction by Service Advisor": Sheet("C4S Satisfaction Index", {"view": "Service Advisor"}),
	"Satisfaction by Sales Consultant": Sheet("C4S Satisfaction Index", {"view": "Sales Consultant"}),
	"Recommendation by Store": Sheet("C4S Recommendation", {"view": "Store"}),
	"Contacts by Agent": Sheet("C4S Interaction Centre", {"view": "Agent"}),
	"Contacts by Category": Sheet("C4S Interaction Centre", {"view": "Category"}),
	"Messages by Channel": Sheet("C4S Message Outcomes", {"view": "Channel"}),
	"Rescue Response Times": Sheet("C4S Response Times", {"view": "Store"}),
	"Customers Won Back": Sheet("C4S Win-Back Rate"),
}


def tables_of(names: Iterable[str], first: date, last: date, dealership: str | None) -> tuple[list[Table], list[str]]:
	"""The sheets that the current user may have, filled; and the names of those that he or she may not."""
	tables, refused = [], []
	for name in names:
		if is_permitted(name):
			tables.append(table_of(name, first, last, dealership))
		else:
			refused.append(name)
	return tables, refused


def is_permitted(name: str) -> bool:
	report = frappe.get_cached_doc("Report", SHEETS[name].report)
	return bool(report.is_permitted() and frappe.has_permission(report.ref_doctype, "report"))


def table_of(name: str, first: date, last: date, dealership: str | None) -> Table:
	"""The report's columns and rows, hidden columns left out; a message above them where the report has one."""
	sheet = SHEETS[name]
	asked = {**sheet.filters, "from_date": str(first), "to_date": str(last)}
	answer = run(sheet.report, {**asked, "dealership": dealership} if dealership else asked, ignore_prepared_report=True, are_default_filters=False)
	columns = [column for column in answer["columns"] if not column.get("hidden")]
	rows = [row for row in answer["result"] if isinstance(row, dict)]
	named = {column["fieldname"]: in_words(column.get("options"), rows, column["fieldname"]) for column in columns if column.get("fieldtype") == "Link"}
	places = [(position, number, column["fieldname"], row) for position, row in enumerate(rows) for number, column in enumerate(columns)]
	return Table(
		title=_(name),
		headings=[column["label"] for column in columns],
		kinds=[column.get("fieldtype") or "Data" for column in columns],
		rows=[_shown(row, columns, named) for row in rows],
		indents=[int(row.get("indent") or 0) for row in rows],
		note=strip_html(answer.get("message") or ""),
		cell_kinds={(position, number): row["kinds"][field] for position, number, field, row in places if field in row.get("kinds", ())},
		tones={(position, number): row["tones"][field] for position, number, field, row in places if field in row.get("tones", ())},
		headed=frozenset(position for position, row in enumerate(rows) if row.get("is_section")),
	)


def _shown(row: dict, columns: list[dict], named: dict) -> list:
	"""The row's cells, links in words; a group without a name says so."""
	cells = [named.get(column["fieldname"], {}).get(row.get(column["fieldname"]), row.get(column["fieldname"])) for column in columns]
	return [cells[0] or _("Not Set"), *cells[1:]]


def in_words(doctype: str, rows: list[dict], field: str) -> dict[str, str]:
	"""What the links of a column are called: people by their names, documents by their titles, our lookups in the reader's language."""
	names = sorted({row.get(field) for row in rows if row.get(field)})
	if not doctype or not names:
		return {}
	meta = frappe.get_meta(doctype)
	if meta.translated_doctype:
		return {name: _(name) for name in names}
	title = "full_name" if doctype == "User" else meta.title_field if meta.show_title_field_in_link else None
	if not title:
		return {}
	return dict(frappe.get_all(doctype, {"name": ["in", names]}, ["name", title], as_list=True, limit_page_length=0))
