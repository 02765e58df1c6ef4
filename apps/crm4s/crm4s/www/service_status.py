"""The customer's page to see how far the repair is."""

import frappe

from crm4s.service.guest_pages import status_page

no_cache = 1


def get_context(context):
	context.title = frappe._("Your Car in Our Workshop")
	status_page(context, frappe.form_dict)
	return context
