"""The public page on which anybody writes to a store."""

import frappe

from crm4s.interactions import web

no_cache = 1


def get_context(context):
	context.title = frappe._("Contact Us")
	web.page(context, frappe.request.method if frappe.request else "GET", frappe.form_dict)
	return context
