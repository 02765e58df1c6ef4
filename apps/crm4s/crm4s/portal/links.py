"""Links in a message that let a customer in without a code, once, and lead to what the message is about. Made by crm4s.portal_link; used and ended here.

Whoever has the token has the link, so only its hash is kept, it ends by itself, and opening its page is not enough: programs that look at
links before people do press no button.
"""

import frappe
from frappe import _
from frappe.utils import get_datetime, now_datetime

from crm4s.exceptions import SignInError
from crm4s.guessing import note_wrong_link, refuse_guessing
from crm4s.portal_link import LINK, make as make
from crm4s.tokens import hash_of

LONGEST_TOKEN = 64
FIELDS = ["name", "customer", "leads_to", "used_on", "revoked", "expires_on"]
__all__ = ["make", "open_link", "revoke", "use"]


def open_link(token: str, locking: bool = False):
	"""The link of a token, if it still lets somebody in: `name`, `customer`, `leads_to`.

	Raises:
		SignInError: nobody made it, it was used, or its time is over.
		LinkRefusedError: too many wrong tokens came from this address.
	"""
	refuse_guessing()
	known = isinstance(token, str) and 0 < len(token) <= LONGEST_TOKEN
	link = frappe.db.get_value(LINK, {"token_hash": hash_of(token)}, FIELDS, as_dict=True, for_update=locking) if known else None
	if not link:
		note_wrong_link()
		frappe.throw(_("This link is not known; please sign in with your phone number."), SignInError)
	if link.used_on or link.revoked:
		frappe.throw(_("This link has been used; please sign in with your phone number."), SignInError)
	if get_datetime(link.expires_on) <= now_datetime():
		frappe.throw(_("This link's time is over; please sign in with your phone number."), SignInError)
	return link


def use(token: str):
	"""The link of a token, used up by this."""
	link = open_link(token, locking=True)
	frappe.db.set_value(LINK, link.name, "used_on", now_datetime())
	return link


def revoke(customer: str) -> None:
	"""End the links of a customer that can still be used."""
	link = frappe.qb.DocType(LINK)
	frappe.qb.update(link).set(link.revoked, 1).where((link.customer == customer) & link.used_on.isnull()).run()

