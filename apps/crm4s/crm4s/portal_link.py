"""The address that lets a customer into the own pages once. Stands below messages and portal, for both make such links.

Only the hash of the token is kept, in C4S Portal Link; crm4s.portal.links opens it.
"""

import secrets

import frappe
from frappe.utils import add_to_date, cint, get_url, now_datetime

from crm4s.settings import setting
from crm4s.tokens import hash_of

LINK = "C4S Portal Link"
PATH, HOME = "my/enter", "/my"
TOKEN_BYTES = 32
# Where a message about such a document leads; the name of the document goes behind a path that ends with a stroke.
PATHS = {
	"C4S Service Appointment": "/my/appointments/",
	"C4S Service Visit": "/my/visits/",
	"C4S Complaint": "/my/complaints/",
	"C4S Interaction": "/my/threads/",
	"C4S Deal": "/my/orders/",
	"C4S Survey Invitation": "/my/surveys",
	"C4S Dispatch Order": "/my/rescue",
	"C4S Car Rental": "/my/rent",
	"C4S Event Registration": "/my/events",
	"C4S Membership": "/my/rewards",
	"C4S Points Entry": "/my/rewards",
	"C4S Coupon": "/my/rewards",
	"C4S Campaign Member": "/my/offers",
}


def make(customer: str, leads_to: str = HOME, hours: int | None = None) -> str:
	"""The address of a new link for a customer.

	Args:
		leads_to: path of the portal's page to which it opens.
	"""
	token = secrets.token_urlsafe(TOKEN_BYTES)
	ends = add_to_date(now_datetime(), hours=hours or max(cint(setting("portal_link_hours")), 1))
	frappe.get_doc({"doctype": LINK, "customer": customer, "token_hash": hash_of(token), "leads_to": leads_to, "expires_on": ends}).insert(ignore_permissions=True)
	return get_url(f"/{PATH}/{token}")


def path_for(doctype: str | None, name: str | None, vehicle: str | None = None) -> str:
	"""Where a message about a document leads: its own page, else that of the car, else the first page."""
	path = PATHS.get(doctype)
	if path:
		return path + name if path.endswith("/") else path
	return f"/my/cars/{vehicle}" if vehicle else HOME
