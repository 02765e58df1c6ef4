"""What the page My Day calls."""

import frappe
from frappe import _

from crm4s.my_day.day import day_of
from crm4s.my_day.work import current_person

PAGE = "c4s-my-day"


@frappe.whitelist()
def get_day() -> dict:
	"""What the caller has to do; for those who may open the page. Each document is read under the caller's permissions."""
	require_page()
	person = current_person()
	return {"now": person.now, **day_of(person)}


def require_page() -> None:
	if not frappe.get_cached_doc("Page", PAGE).is_permitted():
		frappe.throw(_("My Day is for the staff of the dealerships."), frappe.PermissionError)
