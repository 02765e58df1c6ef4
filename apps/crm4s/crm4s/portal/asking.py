"""What a customer asks a store for: which store, the lead that becomes of it, and who there hears of it."""

from collections.abc import Callable, Sequence

import frappe
from frappe import _
from frappe.utils import escape_html, now_datetime

from crm4s.access.staff import assigned_to
from crm4s.access.store_of_customer import store_of
from crm4s.lead_intake.receive import QUARANTINED, receive
from crm4s.notices import ring
from crm4s.portal.stores import to_choose
from crm4s.portal.viewer import Viewer
from crm4s.settings import setting

STORE, LEAD, CUSTOMER, REQUEST = "C4S Dealership", "C4S Lead", "C4S Customer", "C4S Lead Request"
# Who hears of what nobody is responsible for yet, the first of these that a store has.
TOLD_ROLES = ("C4S Receptionist", "C4S CRM Specialist", "C4S Customer Service Representative", "C4S Sales Manager", "C4S Dealer Manager")
MOST_TOLD = 5


def stores(viewer: Viewer | None) -> list[tuple[str, str]]:
	"""Name and title of the stores that sell cars, the customer's own first."""
	own = store_of(viewer.customer) if viewer else None
	return sorted(to_choose(outlet_type="4S Store"), key=lambda store: store[0] != own)


def chosen_store(viewer: Viewer | None, form) -> str:
	"""
	Raises:
		frappe.ValidationError: none of the stores was chosen.
	"""
	return form.one_of("store", dict(stores(viewer)), _("Store"))


def ask_sales(viewer: Viewer | None, form, store: str, model: str | None, needs: str, **facts) -> str | None:
	"""A request to the sales department: a lead, or one more word of the open one.

	A guest's goes the way of the public form, which wants name, phone and consent, and limits how many come from one connection.

	Returns:
		the lead, if there is one already.

	Raises:
		frappe.ValidationError: a guest left something out, or the lead cannot be taken.
	"""
	if not viewer:
		return _ask_as_guest(form, store, model, needs)
	person = frappe.db.get_value(CUSTOMER, viewer.customer, ["customer_name", "primary_phone", "email"], as_dict=True)
	values = {
		**{"lead_name": person.customer_name, "phone": person.primary_phone, "email": person.email, "customer": viewer.customer},
		**{"dealership": store, "interested_model": model, "needs": needs, "contact_consent_on": now_datetime().replace(microsecond=0), **facts},
	}
	key = f"portal:{viewer.account}:{form.text('once') or frappe.generate_hash(length=20)}"
	result = receive(values, setting("portal_lead_source") or setting("lead_web_source"), key)
	if result.outcome != QUARANTINED and result.lead:
		_tell_consultant(result.lead, person.customer_name)
	return result.lead


def tell(store: str, sentence: Callable[[str | None], str], values: Sequence[str], doctype: str, name: str, first: str | None = None) -> None:
	"""Ring the bell of who is responsible, else of those of the store who look after customers; each in the own language.

	Args:
		sentence: in a given language, with places for the values.
		first: a user who is told alone where he or she works here.
	"""
	for user in _told(store, first):
		language = frappe.db.get_value("User", user, "language")
		ring(user, sentence(language).format(*(frappe.bold(escape_html(_(value or "", language))) for value in values)), doctype, name)


def _told(store: str, first: str | None) -> list[str]:
	if first and frappe.db.get_value("User", first, "enabled"):
		return [first]
	return next((users for users in (assigned_to(store, role, MOST_TOLD) for role in TOLD_ROLES) if users), [])


def _tell_consultant(lead: str, person: str) -> None:
	"""Of a new lead its consultant hears by the assignment; of another word nobody would."""
	row = frappe.db.get_value(LEAD, lead, ["dealership", "sales_consultant"], as_dict=True)
	tell(row.dealership, lambda language: _("{0} asked for something in the portal.", language), [person], LEAD, lead, row.sales_consultant)


def _ask_as_guest(form, store: str, model: str | None, needs: str) -> str | None:
	request = frappe.get_doc(
		{
			**{"doctype": REQUEST, "person_name": form.must("person_name", _("Your name")), "phone": form.must("phone", _("Phone number"), 40)},
			**{"dealership": store, "model": model, "message": needs, "consent": int(form.ticked("consent")), "website": form.text("website")},
		}
	).insert(ignore_permissions=True)
	return frappe.db.get_value(REQUEST, request.name, "lead")
