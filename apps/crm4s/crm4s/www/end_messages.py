"""The customer's page to end messages."""

import frappe

from crm4s.messages import unsubscribe

no_cache = 1


def get_context(context):
	context.title = frappe._("End Messages")
	unsubscribe.page(context, frappe.request.method if frappe.request else "GET", frappe.form_dict)
	return context
