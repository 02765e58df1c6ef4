"""What is to be got ready for the cars of a day: car by car, or the parts to pick with what the store lacks of them."""

import frappe
from frappe import _
from frappe.utils import add_days, getdate, nowdate

from crm4s.appointments.preparation import cars_of, parts_of
from crm4s.crm4s.report.period import require_view

CARS, PARTS = "Cars", "Parts to Pick"


def execute(filters: dict | None = None):
	filters = frappe._dict(filters or {})
	day = getdate(filters.day or add_days(nowdate(), 1))
	view = filters.view or CARS
	require_view(view, (CARS, PARTS))
	if view == PARTS:
		rows = parts_of(day, filters.dealership)
		return part_columns(), rows, None, None, part_summary(rows)
	rows = cars_of(day, filters.dealership)
	return car_columns(), rows, None, None, car_summary(rows)


def car_columns() -> list[dict]:
	return [
		{"fieldname": "time", "label": _("Time"), "fieldtype": "Data", "width": 110},
		{"fieldname": "name", "label": _("Appointment"), "fieldtype": "Link", "options": "C4S Service Appointment", "width": 130},
		{"fieldname": "car", "label": _("Car"), "fieldtype": "Data", "width": 220},
		{"fieldname": "who", "label": _("Customer"), "fieldtype": "Data", "width": 170},
		{"fieldname": "odometer", "label": _("Odometer (km)"), "fieldtype": "Int", "width": 100},
		{"fieldname": "work", "label": _("Work and Parts"), "fieldtype": "Data", "width": 280},
		{"fieldname": "missing", "label": _("Missing"), "fieldtype": "Data", "width": 180},
		{"fieldname": "proposed", "label": _("To Propose"), "fieldtype": "Data", "width": 240},
		{"fieldname": "concern", "label": _("Customer's Concern"), "fieldtype": "Data", "width": 200},
		{"fieldname": "bay", "label": _("Bay"), "fieldtype": "Data", "width": 100},
		{"fieldname": "technician", "label": _("Technician"), "fieldtype": "Data", "width": 110},
		{"fieldname": "advisor", "label": _("Service Advisor"), "fieldtype": "Data", "width": 120},
		{"fieldname": "pick_up", "label": _("Pick-Up"), "fieldtype": "Data", "width": 200},
		{"fieldname": "courtesy_car", "label": _("Courtesy Car"), "fieldtype": "Data", "width": 150},
		{"fieldname": "dealership", "label": _("Store"), "fieldtype": "Link", "options": "C4S Dealership", "width": 140},
	]


def part_columns() -> list[dict]:
	return [
		{"fieldname": "part", "label": _("Part"), "fieldtype": "Link", "options": "C4S Part", "width": 150},
		{"fieldname": "part_name", "label": _("Part Name"), "fieldtype": "Data", "width": 200},
		{"fieldname": "needed", "label": _("To Pick"), "fieldtype": "Float", "width": 90},
		{"fieldname": "in_store", "label": _("In Store"), "fieldtype": "Float", "width": 90},
		{"fieldname": "lacking", "label": _("Missing"), "fieldtype": "Float", "width": 90},
		{"fieldname": "substitute", "label": _("Substitute"), "fieldtype": "Link", "options": "C4S Part", "width": 140},
		{"fieldname": "needed_at", "label": _("Needed First At"), "fieldtype": "Data", "width": 110},
		{"fieldname": "cars", "label": _("Cars"), "fieldtype": "Data", "width": 260},
		{"fieldname": "dealership", "label": _("Store"), "fieldtype": "Link", "options": "C4S Dealership", "width": 140},
	]


def car_summary(rows: list[dict]) -> list[dict]:
	return [
		{"label": _("Cars Expected"), "value": len(rows), "datatype": "Int"},
		{"label": _("Cars with Missing Parts"), "value": sum(bool(row["missing"]) for row in rows), "datatype": "Int", "indicator": "Red"},
		{"label": _("To Fetch"), "value": sum(bool(row["pick_up"]) for row in rows), "datatype": "Int"},
	]


def part_summary(rows: list[dict]) -> list[dict]:
	return [
		{"label": _("Parts to Pick"), "value": len(rows), "datatype": "Int"},
		{"label": _("Parts Short"), "value": sum(bool(row["lacking"]) for row in rows), "datatype": "Int", "indicator": "Red"},
	]
