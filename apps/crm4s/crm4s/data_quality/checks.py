"""The checks: which documents of a kind are looked at, which of them are to be mended, and how a list shows these."""

from dataclasses import dataclass, field
from datetime import date

from frappe import _
from frappe.utils import add_days, add_months, getdate, nowdate

CUSTOMER, CAR, LEAD, VISIT = "C4S Customer", "C4S Vehicle", "C4S Lead", "C4S Service Visit"
COMPLETENESS, DOUBTFUL, STALE, TWICE = "Completeness", "Doubtful", "Out of Date", "Twice There"
HALF = 50
STALE_MONTHS, OPEN_DAYS, LEAD_DAYS, READING_MONTHS = 24, 14, 30, 12


@dataclass(frozen=True)
class Check:
	"""`looked_at` and `affected` are SQL about the table `row`, with the days of `days()`; `filters` say the same to a list."""

	name: str
	kind: str
	doctype: str
	affected: str
	looked_at: str = "1 = 1"
	filters: dict = field(default_factory=dict)


def days() -> dict[str, date]:
	"""From when on something is out of date."""
	today = getdate(nowdate())
	return {
		"stale": getdate(add_months(today, -STALE_MONTHS)),
		"visit_open": getdate(add_days(today, -OPEN_DAYS)),
		"lead_open": getdate(add_days(today, -LEAD_DAYS)),
		"reading": getdate(add_months(today, -READING_MONTHS)),
		"today": today,
	}


def _missing(name: str, column: str, doctype: str = CUSTOMER, looked_at: str = "1 = 1", **filters) -> Check:
	return Check(name, COMPLETENESS, doctype, f"coalesce(`row`.{column}, '') = ''", looked_at, {column: ["is", "not set"], **filters})


_PRIVATE = "`row`.customer_kind = 'Private'"
_IN_USE = "`row`.status = 'In Use'"

CHECKS = (
	_missing("Customers without a Phone", "masked_phone"),
	_missing("Customers without a City", "city"),
	Check(
		"Customers without a Birthday",
		COMPLETENESS,
		CUSTOMER,
		"`row`.birthday is null and coalesce(`row`.lunar_birth_month, 0) = 0",
		_PRIVATE,
		{"birthday": ["is", "not set"], "lunar_birth_month": 0, "customer_kind": "Private"},
	),
	_missing("Customers without an Identity Number", "masked_identity_number"),
	_missing("Customers without a Source", "source"),
	Check("Files Less Than Half Complete", COMPLETENESS, CUSTOMER, f"`row`.completeness_percent < {HALF}", filters={"completeness_percent": ["<", HALF]}),
	Check("Cars' Files Less Than Half Complete", COMPLETENESS, CAR, f"`row`.completeness_percent < {HALF}", filters={"completeness_percent": ["<", HALF]}),
	Check("Customers' Files Not Changed for 24 Months", STALE, CUSTOMER, "`row`.modified < %(stale)s", filters={"modified": ["<", "stale"]}),
	_missing("Cars without a Plate Number", "plate_number", CAR, _IN_USE, status="In Use"),
	_missing("Cars without an Owner", "current_owner", CAR, _IN_USE, status="In Use"),
	_missing("Cars without a Model", "model", CAR),
	Check(
		"VIN Check Digit Not Confirmed",
		DOUBTFUL,
		CAR,
		"`row`.check_digit_differs = 1 and `row`.check_digit_confirmed = 0",
		filters={"check_digit_differs": 1, "check_digit_confirmed": 0},
	),
	Check(
		"Cars without a Reading for 12 Months",
		STALE,
		CAR,
		"(`row`.odometer_read_on is null or `row`.odometer_read_on < %(reading)s)",
		_IN_USE,
		{"status": "In Use", "odometer_read_on": ["<", "reading"]},
	),
	Check("Insurance Ended or Unknown", STALE, CAR, "(`row`.insurance_until is null or `row`.insurance_until < %(today)s)", _IN_USE, {"status": "In Use", "insurance_until": ["<", "today"]}),
	Check("Open Leads Not Changed for 30 Days", STALE, LEAD, "`row`.modified < %(lead_open)s", "`row`.status = 'Open'", {"status": "Open", "modified": ["<", "lead_open"]}),
	Check("Visits Open for 14 Days", STALE, VISIT, "`row`.arrived_on < %(visit_open)s", "`row`.status = 'Open'", {"status": "Open", "arrived_on": ["<", "visit_open"]}),
)
# Found by comparing customers, see duplicates.py.
SAME_PHONE, SAME_BIRTHDAY = "Customers with the Same Phone", "Customers with the Same Name and Birthday"
KINDS = {**{check.name: check.kind for check in CHECKS}, SAME_PHONE: TWICE, SAME_BIRTHDAY: TWICE}
DOCTYPES = {**{check.name: check.doctype for check in CHECKS}, SAME_PHONE: CUSTOMER, SAME_BIRTHDAY: CUSTOMER}
"""Check → kind of document that it is about."""


def in_words(name: str) -> str:
	"""A check or a kind of fault in the reader's language."""
	return _(name)


def list_filters(name: str) -> dict | None:
	"""Filters of the list of what is to be mended; None where a list cannot show it."""
	known = days()
	for check in CHECKS:
		if check.name == name:
			filters = {key: [value[0], str(known.get(value[1], value[1]))] if isinstance(value, list) else value for key, value in check.filters.items()}
			return {**filters, "disabled": 0} if check.doctype == CUSTOMER else filters
	return None
