"""A delivered deal holds its car no longer, so that another deal can have it after the store bought it back."""

import frappe


def execute():
	deal = frappe.qb.DocType("C4S Deal")
	frappe.qb.update(deal).set(deal.allocation_key, None).where((deal.status == "Delivered") & deal.allocation_key.isnotnull()).run()
