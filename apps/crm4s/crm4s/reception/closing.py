"""Every night: whoever was in the showroom yesterday is so no longer."""

import frappe
from frappe.utils import nowdate

VISIT = "C4S Showroom Visit"


def close_earlier_days() -> None:
	"""Visits that nobody ended are left; when the visitor went stays empty, as nobody noted it, and with it the length of the stay."""
	visit = frappe.qb.DocType(VISIT)
	frappe.qb.update(visit).set(visit.status, "Gone").where(
		visit.status.isin(["Waiting for Consultant", "With Consultant"]) & (visit.arrived_on < nowdate())
	).run()
