"""A store with hours, something to book in it, and moments of tomorrow."""

from datetime import datetime, time, timedelta

import frappe
from frappe.utils import getdate

from crm4s.calendars.working_hours import WEEKDAYS
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.crm4s.doctype.c4s_vehicle_model.test_c4s_vehicle_model import make_model

HOURS = [{"weekday": weekday, "opens": "08:30:00", "closes": "18:00:00"} for weekday in WEEKDAYS]


def make_store(code: str) -> str:
	"""The name of an outlet that is open every day from 08:30 to 18:00."""
	return make_dealership(code, opening_hours=HOURS).name


def make_resource(store: str, **overrides):
	"""A saved test-drive car of the store, or whatever kind is asked for."""
	values = {"doctype": "C4S Resource", "dealership": store, "kind": "Test-Drive Car", **overrides}
	if values["kind"] == "Test-Drive Car" and "vehicle" not in values:
		values["vehicle"] = make_vehicle(dealership=store, model=make_model().name).name
	return frappe.get_doc(values).insert()


def make_bay(store: str, **overrides):
	return make_resource(store, **{"kind": "Bay", "resource_name": "1号工位", **overrides})


def at(hour: int, minute: int = 0, days: int = 1) -> datetime:
	"""A moment of tomorrow, or of so many days ahead."""
	return datetime.combine(getdate(), time(hour, minute)) + timedelta(days=days)
