"""Everything that was between us and a customer, or about a car, in one line of time: a query for each kind, the newest first, in pages."""

from dataclasses import dataclass

import frappe
from frappe import _
from frappe.utils import cint, get_datetime

from crm4s.access.customers import CUSTOMER
from crm4s.access.required import require_permission
from crm4s.access.vehicles import VEHICLE

PAGE = 50
LAST = get_datetime("2999-12-31 00:00:00")


@dataclass(frozen=True)
class Kind:
	"""Documents of a type: when it was (`moment`), what it says (`title`, else `otherwise`) and more words (`also`); of a car as well where `of_car`.

	Each is found by an index on the customer, and on the car; a customer has few of them.
	"""

	doctype: str
	moment: str
	title: str
	also: tuple[str, ...] = ()
	of_car: bool = False
	otherwise: str = "name"


KINDS = (
	Kind("C4S Interaction", "received_on", "subject", ("direction", "channel", "status"), of_car=True),
	Kind("C4S Showroom Visit", "arrived_on", "purpose", ("status",)),
	Kind("C4S Lead", "received_on", "lead_name", ("status",)),
	Kind("C4S Test Drive", "planned_from", "name", ("status",)),
	Kind("C4S Deal", "creation", "title", ("status",), of_car=True),
	Kind("C4S Service Appointment", "planned_from", "concern", ("status",), of_car=True),
	Kind("C4S Service Visit", "arrived_on", "concern", ("visit_kind", "status"), of_car=True),
	Kind("C4S Dispatch Order", "called_on", "title", ("kind", "status"), of_car=True),
	Kind("C4S Complaint", "received_on", "subject", ("status",), of_car=True),
	Kind("C4S Insurance Claim", "reported_on", "title", ("status",), of_car=True),
	Kind("C4S Retention Case", "opened_on", "title", ("status",), of_car=True),
	# Who answered what is seen on the answer itself, by those who may.
	Kind("C4S Survey Response", "responded_on", "survey", ("channel",)),
	Kind("C4S Event Registration", "registered_on", "campaign", ("status",)),
	Kind("C4S Message", "sent_on", "subject", ("channel_kind", "status"), of_car=True, otherwise="template"),
	Kind("C4S Points Entry", "posted_on", "reason", ("entry_kind", "points")),
)


@frappe.whitelist()
def get(doctype: str, name: str, before: str | None = None, seen: list | str | None = None, only: str | None = None) -> dict:
	"""A page of the line of time, of what the reader may see; for those who may read the customer or the car.

	Args:
		before: the moment of the last row of the page before, with `seen` the names that it showed of that very moment.
		only: one type of documents.

	Returns:
		rows: {doctype, name, moment, title, also}, the newest first; more: whether there are older ones; kinds: what the reader may see.
	"""
	require_owner(doctype, name)
	by = "customer" if doctype == CUSTOMER else "vehicle"
	kinds = [kind for kind in KINDS if (by == "customer" or kind.of_car) and frappe.has_permission(kind.doctype, "read")]
	until, skipped = get_datetime(before) if before else LAST, set(frappe.parse_json(seen or []))
	rows = [row for kind in kinds if only in (None, "", kind.doctype) for row in _rows(kind, by, name, until, skipped)]
	rows.sort(key=lambda row: (row["moment"], row["name"]), reverse=True)
	shown = [{**row, "moment": str(row["moment"])} for row in rows[:PAGE]]
	return {"rows": shown, "more": len(rows) > PAGE, "kinds": [kind.doctype for kind in kinds]}


def _rows(kind: Kind, by: str, name: str, until, skipped: set[str]) -> list[dict]:
	fields = list(dict.fromkeys(["name", kind.moment, kind.title, kind.otherwise, *kind.also]))
	filters = [[by, "=", name], [kind.moment, "is", "set"], [kind.moment, "<=", until]]
	found = frappe.get_list(kind.doctype, filters=filters, fields=fields, order_by=f"{kind.moment} desc, name desc", limit=PAGE + 1 + len(skipped))
	return [
		{
			"doctype": kind.doctype, "name": row.name, "moment": get_datetime(row[kind.moment]), "title": str(row[kind.title] or row[kind.otherwise] or row.name)[:200],
			"also": [_word(row[field]) for field in kind.also if row[field] not in (None, "")],
		}
		for row in found
		if row.name not in skipped
	]


def _word(value) -> str:
	return _(value) if isinstance(value, str) else f"{cint(value):+}"


def require_owner(doctype: str, name: str) -> None:
	if doctype not in (CUSTOMER, VEHICLE):
		frappe.throw(_("Only customers and cars have a line of time."), frappe.PermissionError)
	require_permission(doctype, "read", name)
