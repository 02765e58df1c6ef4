"""Which complaints count when somebody asks what share was answered or resolved in time. What is due later is neither in time nor late yet."""

from frappe.utils import now_datetime


def is_response_due(complaint):
	"""The builder's condition."""
	return complaint.respond_by.isnotnull() & (complaint.responded_on.isnotnull() | (complaint.respond_by < now_datetime()))


def is_resolution_due(complaint):
	return complaint.resolve_by.isnotnull() & (complaint.resolved_on.isnotnull() | (complaint.resolve_by < now_datetime()))
