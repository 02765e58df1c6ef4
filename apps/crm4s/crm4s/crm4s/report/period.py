"""The filters that reports have in common: by what they group, and from when to when."""

from collections.abc import Iterable

import frappe
from frappe import _
from frappe.utils import add_months, get_first_day, getdate, nowdate


def with_view(filters: dict | None, views: Iterable[str]):
	"""The filters with the first of `views` where none was chosen. Raises ValidationError for one that is none of them."""
	filters = frappe._dict(filters or {})
	filters.view = filters.view or next(iter(views))
	require_view(filters.view, views)
	return filters


def require_view(view: str, views: Iterable[str]) -> None:
	if view not in views:
		frappe.throw(_("The view must be one of: {0}").format(", ".join(map(_, views))))


def with_period(filters: dict | None, views: Iterable[str], months: int = 3):
	"""The filters with the first of `views` and the last `months` months, this one among them, where nothing was chosen.

	Raises ValidationError for a view that is none of them and a period that ends before it begins.
	"""
	filters = with_view(filters, views)
	filters.to_date = getdate(filters.to_date or nowdate())
	filters.from_date = getdate(filters.from_date or get_first_day(add_months(filters.to_date, 1 - months)))
	if filters.from_date > filters.to_date:
		frappe.throw(_("From Date must not be after To Date."))
	return filters
