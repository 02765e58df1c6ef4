"""The board of a store: orders that are open or ended today, home services of today without a team, and the teams.

A fixed number of queries, however many orders there are. What a user sees of them are the orders that he or she reads.
"""

from collections.abc import Iterable

import frappe
from frappe.utils import add_days, now_datetime, nowdate

from crm4s.dispatch import booked, home_service, teams
from crm4s.dispatch.standards import ENDED, OPEN, lateness, minutes_between
from crm4s.reception.known import titles_of
from crm4s.settings import setting

ORDER, DEALERSHIP, CUSTOMER = "C4S Dispatch Order", "C4S Dealership", "C4S Customer"
FIELDS = (
	*("name", "kind", "status", "customer", "contact_name", "masked_phone", "vehicle", "plate_number", "car_description", "model"),
	*("trouble", "concern", "address", "latitude", "longitude", "payer", "insurance_note", "called_on", "planned_from", "dispatched_on"),
	*("departed_on", "arrived_on", "ended_on", "dispatch_by", "arrive_by", "on_site_standard", "team", "team_until", "appointment"),
	*("service_visit", "total_amount", "cancel_reason", "driven_km"),
)
ADDRESS = ("province", "city", "district", "address_line")
PHONE_LEVEL = 2
MOST_OPEN, MOST_ENDED = 300, 100
MINUTES_SHOWN = 60


def read(dealership: str) -> dict:
	"""What the page shows. Times are the server's; `now` lets the screen count minutes without trusting its own clock.

	Returns:
		store (name and place), orders with `late` and the minutes that each step took, appointments without a team, teams.
	"""
	now = now_datetime()
	orders = _orders(dealership)
	appointments = home_service.waiting(dealership)
	own = teams.own_teams()
	_name(orders, own)
	for order in orders:
		order.late = lateness(order, now)
		order.minutes = {
			"dispatch": minutes_between(order.called_on, order.dispatched_on),
			"arrival": minutes_between(order.called_on, order.arrived_on),
			"on_site": minutes_between(order.arrived_on, order.ended_on),
		}
	addresses = _addresses({row.customer for row in appointments if row.customer})
	for row in appointments:
		row.address = addresses.get(row.customer)
		row.late = "Sent Late" if row.planned_from < now else None
	return {
		"dealership": dealership,
		"store": frappe.db.get_value(DEALERSHIP, dealership, ["dealership_name", "latitude", "longitude"], as_dict=True),
		"now": now,
		"orders": orders,
		"appointments": appointments,
		"teams": teams.teams_of(dealership, now.replace(second=0, microsecond=0), MINUTES_SHOWN),
		"own_teams": own,
	}


def candidates(order, appointment: str | None = None) -> list[dict]:
	"""Who can be sent to an order, the nearest free one first, for as long as it probably lasts."""
	now = now_datetime().replace(second=0, microsecond=0)
	start = max(now, order.planned_from) if order.planned_from else now
	return teams.teams_of(order.dealership, start, booked.minutes_of(order), order.position(), appointment)


def _orders(dealership: str) -> list:
	# Home services of later days wait for their day.
	open_ones = {"dealership": dealership, "status": ["in", OPEN]}
	common = {"fields": list(FIELDS)}
	rows = frappe.get_list(ORDER, filters=open_ones, order_by="called_on asc", limit_page_length=MOST_OPEN, **common)
	tomorrow = frappe.utils.get_datetime(add_days(nowdate(), 1))
	today = [row for row in rows if not row.planned_from or row.planned_from < tomorrow]
	ended = {"dealership": dealership, "ended_on": [">=", nowdate()], "status": ["in", ENDED]}
	# Else Frappe compares a function of the column, and so reads all that the store ever did.
	return today + frappe.get_list(ORDER, filters=ended, order_by="ended_on desc", limit_page_length=MOST_ENDED, ignore_ifnull=True, **common)


def _name(orders: list, own: list[str]) -> None:
	"""Models in words, and the phone for those who may call, which is the team as well."""
	models = titles_of({row.model for row in orders if row.model})
	phones = _phones(orders, own)
	for row in orders:
		row.model_title = models.get(row.model)
		row.phone = phones.get(row.name)


def _phones(orders: Iterable, own: list[str]) -> dict[str, str]:
	sees_phones = PHONE_LEVEL in frappe.get_meta(ORDER).get_permlevel_access("read")
	names = [row.name for row in orders if row.status not in ENDED and (sees_phones or row.team in own)]
	return dict(frappe.get_all(ORDER, {"name": ["in", names or [""]]}, ["name", "contact_phone"], as_list=True))


def _addresses(customers: set[str]) -> dict[str, str]:
	"""Where each customer lives, as far as the user sees the customer; what is proposed for a home service."""
	if not customers:
		return {}
	rows = frappe.get_list(CUSTOMER, filters={"name": ["in", list(customers)]}, fields=["name", *ADDRESS])
	return {row.name: "".join(row.get(field) or "" for field in ADDRESS) for row in rows}


def fees() -> dict:
	"""What is proposed for the kilometres that a team drove."""
	return {"km_price": setting("dispatch_km_price")}
