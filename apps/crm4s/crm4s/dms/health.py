"""How a link stands, for the other side (v1.health) and for our administrators (the form of the link). Read from the log and the lists, a few queries."""

from datetime import datetime
from zoneinfo import ZoneInfo

import frappe
from frappe.query_builder.functions import Count, Max, Min, Sum
from frappe.utils import add_to_date, get_datetime, now_datetime
from pypika.terms import Case

from crm4s.dms import feed
from crm4s.dms.answers import REQUEST
from crm4s.dms.contract.registry import ENTITIES
from crm4s.dms.links import Link
from crm4s.dms.webhooks.decision import BROKEN

WAITING, CONFLICT = "C4S DMS Waiting Record", "C4S DMS Conflict"
ENDPOINT, DELIVERY = "C4S DMS Endpoint", "C4S DMS Delivery"
# Methods by which something comes in; by the others something goes out.
INWARD = ("push", "upload", "their_counts")
OUTWARD = ("changes", "snapshot")
SILENT_HOURS = 24


def told(link: Link) -> dict:
	"""How it stands, for the other side: times with their zone."""
	zone = ZoneInfo(frappe.db.get_single_value("System Settings", "time_zone") or "Asia/Shanghai")
	found = of_link(link)
	for row in (found, *found["entities"]):
		row.update({name: value.replace(microsecond=0, tzinfo=zone) for name, value in row.items() if isinstance(value, datetime)})
	return found


def of_link(link: Link) -> dict:
	"""How it stands now, times in those of the site; see contract.answered.HealthAnswer."""
	found = {
		"link": link.name,
		"now": now_datetime().replace(microsecond=0),
		"entities": last_successes(link.name),
		**_last_hour(link.name),
		**_backlog(link),
		"changes_behind": feed.lag(link)["behind"],
	}
	return {**found, "state": state_of(found, link.enabled)}


def state_of(found: dict, enabled: bool = True) -> str:
	"""In one word: what is worst comes first."""
	if found["failed_last_hour"] or found["deliveries_dead"] or found["endpoints_away"]:
		return "failing"
	if found["waiting_records"] or found["open_conflicts"]:
		return "waiting"
	last = max((get_datetime(row["last_success"]) for row in found["entities"]), default=None)
	return "silent" if not last or last < add_to_date(found["now"], hours=-SILENT_HOURS) else "ok"


def last_successes(link: str) -> list[dict]:
	"""When each entity came in or went out last; of those of which the log still knows."""
	table = frappe.qb.DocType(REQUEST)
	newest = Max(table.creation).as_("last_success")
	query = frappe.qb.from_(table).select(table.method, table.entity, newest).groupby(table.method, table.entity)
	rows = query.where((table.link == link) & (table.http_status == 200) & table.method.isin(INWARD + OUTWARD)).run(as_dict=True)
	found: dict[tuple[str, str], datetime] = {}
	for row in rows:
		of = (row.entity or "", "in" if row.method in INWARD else "out")
		found[of] = max(row.last_success, found.get(of, row.last_success))
	return [{"entity": entity, "direction": direction, "last_success": at} for (entity, direction), at in sorted(found.items())]


def _last_hour(link: str) -> dict[str, int]:
	table = frappe.qb.DocType(REQUEST)
	failed, refused = (Sum(Case().when(condition, 1).else_(0)) for condition in (table.http_status >= 500, (table.http_status >= 400) & (table.http_status < 500)))
	query = frappe.qb.from_(table).select(Count("*"), failed, refused, Sum(table.rejected))
	row = query.where((table.link == link) & (table.creation >= add_to_date(now_datetime(), hours=-1))).run()[0]
	names = ("requests_last_hour", "failed_last_hour", "refused_last_hour", "rejected_last_hour")
	return {name: int(value or 0) for name, value in zip(names, row)}


def _backlog(link: Link) -> dict:
	waiting, oldest = _waiting(link.name)
	return {
		"waiting_records": waiting,
		"oldest_waiting_on": oldest,
		"open_conflicts": frappe.db.count(CONFLICT, {"link": link.name, "state": "Open"}),
		**_deliveries(link.name),
		"endpoints_away": frappe.db.count(ENDPOINT, {"link": link.name, "enabled": 1, "connection": BROKEN}),
	}


def _waiting(link: str) -> tuple[int, datetime | None]:
	table = frappe.qb.DocType(WAITING)
	return frappe.qb.from_(table).select(Count("*"), Min(table.waiting_since)).where((table.link == link) & (table.state == "Waiting")).run()[0]


def _deliveries(link: str) -> dict[str, int]:
	delivery, endpoint = frappe.qb.DocType(DELIVERY), frappe.qb.DocType(ENDPOINT)
	query = frappe.qb.from_(delivery).join(endpoint).on(endpoint.name == delivery.endpoint).select(delivery.status, Count("*")).groupby(delivery.status)
	counts = dict(query.where((endpoint.link == link) & delivery.status.isin(("Waiting", "Dead"))).run())
	return {"deliveries_waiting": counts.get("Waiting", 0), "deliveries_dead": counts.get("Dead", 0)}


def title_of(code: str) -> str:
	"""What the desk calls an entity of the contract."""
	return ENTITIES[code].title if code in ENTITIES else code.replace("_", " ").title()
