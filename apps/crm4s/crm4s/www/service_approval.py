"""The customer's page to decide on a quotation, item by item."""

import frappe

from crm4s.service.guest_pages import approval_page

no_cache = 1


def get_context(context):
	context.title = frappe._("Your Quotation")
	approval_page(context, frappe.request.method if frappe.request else "GET", frappe.form_dict)
	return context
