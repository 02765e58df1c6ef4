"""Cars that were entered before their VIN's last six were kept beside it."""

import frappe
from frappe.query_builder.functions import Function

from crm4s.identifiers.vin import TAIL_LENGTH


def execute():
	car = frappe.qb.DocType("C4S Vehicle")
	tail = Function("right", car.vin, TAIL_LENGTH)
	frappe.qb.update(car).set(car.vin_tail, tail).where(car.vin.isnotnull() & car.vin_tail.isnull()).run()
