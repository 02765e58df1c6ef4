"""A store that sends teams, a call, and teams at known places."""

import frappe

from crm4s.bookings.tests.factories import make_resource, make_store
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.dispatch import steps

__all__ = ["CALLER", "make_known_order", "make_order", "make_store", "make_team", "sent"]
CALLER = "13800138091"
# The Bund in Shanghai.
PLACE = {"latitude": 31.24, "longitude": 121.49}


def make_order(store: str | None = None, **overrides):
	"""A saved call for help with a flat battery, of a car that is known by its plate only."""
	values = {
		"doctype": "C4S Dispatch Order",
		"dealership": store or make_store("DO-1"),
		"contact_name": "周敏",
		"contact_phone": CALLER,
		"plate_number": "沪A8091B",
		"trouble": "Flat Battery",
		"address": "外滩18号地下车库B2",
		**PLACE,
		**overrides,
	}
	return frappe.get_doc(values).insert()


def make_known_order(store: str, **overrides):
	"""The same with customer and car in the books, so that its visit can be opened."""
	customer = overrides.pop("customer", None) or make_customer(phones=[{"phone": CALLER, "is_shared": 1}], store=store).name
	vehicle = overrides.pop("vehicle", None) or make_vehicle(dealership=store).name
	return make_order(store, customer=customer, vehicle=vehicle, plate_number=None, **overrides)


def make_team(store: str, name: str = "1号救援车", **overrides):
	return make_resource(store, kind="Rescue Team", resource_name=name, **overrides)


def sent(order, team):
	"""The order with the team on its way."""
	steps.send(order, team.name)
	steps.depart(order)
	return order
