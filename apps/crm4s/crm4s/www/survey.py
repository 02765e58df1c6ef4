"""The page on which a customer answers a survey; also for colleagues on the phone, and as a preview."""

import frappe

from crm4s.surveys import page

no_cache = 1


def get_context(context):
	context.title = frappe._("Survey")
	request = frappe.request
	page.fill(context, request.method if request else "GET", frappe.form_dict, request.files if request else {})
	return context
