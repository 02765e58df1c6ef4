"""Help on the road, asked for in the portal: the order that the dispatch board shows at once."""

import frappe
from frappe import _
from frappe.utils import add_to_date, escape_html, now_datetime
from pypika.terms import Criterion

from crm4s.access.staff import assigned_to
from crm4s.assignment.rules import present
from crm4s.crm4s.doctype.c4s_dispatch_order.c4s_dispatch_order import RESCUE
from crm4s.dispatch import steps, teams
from crm4s.dispatch.standards import CALLED, ENDED
from crm4s.dispatch.steps import ORDER
from crm4s.identifiers.position import Position, distance_km, read_position
from crm4s.identifiers.problem import value_or_none
from crm4s.notices import ring
from crm4s.portal import own, stores, uploads, voices
from crm4s.portal.viewer import Viewer
from crm4s.settings import setting

TROUBLE, DEALERSHIP = "C4S Trouble Type", "C4S Dealership"
ADVISOR, MOST_TOLD = "C4S Service Advisor", 200
STEPS = ("Called", "Dispatched", "On the Way", "On Site", "Solved")
# So long after its end an order stays on the page.
SHOWN_HOURS = 12
FIELDS = ("status", "trouble", "address", "called_on", "arrive_by", "ended_on", "dealership", "plate_number", "car_description", "vehicle", "team", "cancel_reason")


@own.rule(ORDER)
def _orders(viewer: Viewer, table) -> Criterion:
	"""The customer's own, and those that he or she called for from here, whoever's car it is."""
	return own.of_customers(viewer, table) | (table.owner == viewer.user)


def troubles() -> list[str]:
	return frappe.get_all(TROUBLE, {"enabled": 1}, pluck="name", order_by="sequence, name", limit=100)


def shown_orders(viewer: Viewer) -> list:
	"""Orders that are under way or ended a short time ago, the last call first, with `store`, `car` and the team's plate."""
	since = add_to_date(now_datetime(), hours=-SHOWN_HOURS)
	found = own.rows(
		viewer, ORDER, *FIELDS, order_by="called_on", newest_first=True, limit=5,
		where=lambda table: (table.kind == RESCUE) & (table.status.notin(ENDED) | (table.ended_on > since)),
	)
	for row in found:
		row.store = frappe.db.get_value(DEALERSHIP, row.dealership, ["dealership_name", "phone", "rescue_phone"], as_dict=True)
		row.team_plate = row.team and frappe.db.get_value(teams.RESOURCE, row.team, "plate_number")
		row.car = row.plate_number or row.car_description or frappe.db.get_value(own.VEHICLE, row.vehicle, "vehicle_title")
		row.may_cancel = row.status == CALLED
	return found


def position(latitude: str, longitude: str) -> Position | None:
	"""The place that the phone gave, if it can be one."""
	return value_or_none(read_position, f"{latitude}, {longitude}", setting("default_region")) if latitude and longitude else None


def nearest_store(viewer: Viewer, car: str | None, place: Position | None) -> str:
	"""Of the stores that send teams the nearest; where no place is known the car's or the customer's own, if it sends teams or nobody does."""
	home = voices.own_store(viewer, car)
	sending = frappe.get_all(teams.RESOURCE, {"kind": ["in", teams.KINDS], "enabled": 1}, pluck="dealership", distinct=True)
	rows = frappe.get_all(DEALERSHIP, {"name": ["in", sending or [""]], "is_group": 0, "suspended": 0}, ["name", "latitude", "longitude"], order_by="lft")
	placed = [row for row in rows if row.latitude or row.longitude]
	if place and placed:
		return min(placed, key=lambda row: distance_km(place, Position(row.latitude, row.longitude))).name
	names = [row.name for row in rows]
	if home and (home in names or not names):
		return home
	found = next(iter(names), None) or next((name for name, _title in stores.to_choose()), None)
	if not found:
		frappe.throw(_("No store takes calls here; please call the number above."))
	return found


def call(viewer: Viewer, *, trouble: str, car: str | None, described: str, where: str, place: Position | None, phone: str, words: str, pictures: list[bytes]) -> str:
	"""The name of the new order; the store's board shows it, and its advisors hear of it."""
	store = nearest_store(viewer, car, place)
	order = frappe.get_doc(
		{
			"doctype": ORDER, "kind": RESCUE, "dealership": store, "customer": viewer.customer, "vehicle": car, "car_description": described,
			"trouble": trouble, "concern": words, "address": where or _("At the position that the phone gave"), "contact_phone": phone,
			"latitude": place.latitude if place else None, "longitude": place.longitude if place else None,
		}
	)
	order.insert(ignore_permissions=True)
	if pictures:
		for url in uploads.attach(ORDER, order.name, pictures, order.name):
			order.append("photos", {"photo": url, "taken_on": now_datetime()})
		order.save_facts()
	_tell(order)
	return order.name


def cancel(name: str, reason: str) -> None:
	"""The customer needs nobody any more; once a team was sent the store is called, which knows how far it is."""
	order = steps.locked(name)
	if order.status != CALLED:
		frappe.throw(_("A team is on its way already; please call the store."))
	steps.cancel(order, reason)
	_tell(order)


def _tell(order) -> None:
	"""The board is read anew by itself; who is not looking at it hears the bell."""
	sentence = _("Rescue called for: {0}") if order.status == CALLED else _("Rescue is not needed any more: {0}")
	for user in present(assigned_to(order.dealership, ADVISOR, MOST_TOLD)):
		ring(user, sentence.format(escape_html(order.title or order.name)), ORDER, order.name)
