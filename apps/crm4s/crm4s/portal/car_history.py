"""What was done to a car, across its owners: what the viewer brought with all of it, what was before or by others only with day, kilometres and works."""

import frappe
from frappe.query_builder import Order

from crm4s.portal import visit_progress
from crm4s.portal.service import SETTLED, VISIT
from crm4s.portal.viewer import Viewer

COUNTER_SALE = "Counter Sale"
MOST_VISITS = 100


def of_car(viewer: Viewer, car: str) -> list:
	"""Settled visits of a car that the viewer sees, the newest first: `arrived_on`, `odometer`, `works`, and `path` where the visit is the viewer's.

	Who brought it, in which words, for how much and with which papers stays with that person, and so does the store.
	"""
	visit = frappe.qb.DocType(VISIT)
	rows = (
		frappe.qb.from_(visit)
		.select(visit.name, visit.customer, visit.arrived_on, visit.odometer)
		.where((visit.vehicle == car) & (visit.status == SETTLED) & (visit.visit_kind != COUNTER_SALE))
		.orderby(visit.arrived_on, order=Order.desc)
		.limit(MOST_VISITS)
		.run(as_dict=True)
	)
	works = visit_progress.works_of([row.name for row in rows])
	return [
		frappe._dict(
			arrived_on=row.arrived_on,
			odometer=row.odometer,
			works=works.get(row.name, []),
			path=f"/my/visits/{row.name}" if row.customer in viewer.whole else None,
		)
		for row in rows
	]
