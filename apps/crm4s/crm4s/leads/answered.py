"""Which leads count when somebody asks what share was answered in time."""

from frappe.utils import now_datetime


def is_due(lead):
	"""The builder's condition: answered, or not answered though the time that the source allows is over."""
	return lead.response.isin(["In Time", "Late"]) | is_overdue(lead)


def is_overdue(lead):
	return (lead.response == "Waiting") & (lead.respond_by < now_datetime())
