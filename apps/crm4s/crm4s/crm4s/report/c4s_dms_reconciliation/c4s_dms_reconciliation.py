"""Which days a connected system and we have not the same of, as far as it told us what it has."""

import frappe
from frappe import _
from frappe.utils import add_days, getdate, nowdate

from crm4s.crm4s.report.shapes import bars, column, figure
from crm4s.dms import health, reconciliation
from crm4s.dms.links import LINK

DAYS = 30


def execute(filters: dict | None = None):
	filters = frappe._dict(filters or {})
	to_day = getdate(filters.to_date or nowdate())
	from_day = getdate(filters.from_date or add_days(to_day, -DAYS))
	links = frappe.get_list(LINK, {"name": filters.link} if filters.link else {}, pluck="name", order_by="name")
	rows = reconciliation.differences(links, from_day, to_day)
	for row in rows:
		row["entity_title"] = _(health.title_of(row["entity"]))
		row["difference"] = row["record_count"] - (row["their_count"] or 0)
		row["label"] = str(row["day"])
	told = _("Days that a system told of and that differ: another number, or the same number in other versions. It sends the records of these days again.")
	return columns(), rows, told, bars(rows, {"difference": _("Difference")}), [figure(_("Days That Differ"), len(rows), indicator="Red" if rows else "Green")]


def columns() -> list[dict]:
	return [
		column("link", _("DMS Link"), "Link", 160, options=LINK),
		column("entity_title", _("Entity"), "Data", 150),
		column("day", _("Day"), "Date", 120),
		column("their_count", _("Theirs"), "Int", 100),
		column("record_count", _("Ours"), "Int", 100),
		column("difference", _("Difference"), "Int", 110),
		column("their_checksum", _("Their Checksum"), "Data", 170),
		column("checksum", _("Our Checksum"), "Data", 170),
	]
