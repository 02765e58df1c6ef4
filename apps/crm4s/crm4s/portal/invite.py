"""Inviting a customer to the customers' pages, and shutting them, from the form of the customer in the desk."""

import frappe
from frappe import _

from crm4s import portal_link
from crm4s.access.own_store import own_store
from crm4s.access.required import require_document, require_permission
from crm4s.access.store_of_customer import store_of
from crm4s.exceptions import SignInError
from crm4s.messages import outbox
from crm4s.messages.kinds import NOTICE, TASK
from crm4s.messages.outlook import outlook
from crm4s.messages.purposes import way_of
from crm4s.portal import accounts
from crm4s.portal.viewer import ACCOUNT, ACTIVE
from crm4s.settings import setting

CUSTOMER = "C4S Customer"
LOCKED = "Locked"
FIELDS = ["name", "status", "invited_on", "first_sign_in_on", "last_sign_in_on"]


@frappe.whitelist()
def state_of(customer: str) -> dict | None:
	"""The account of a customer as his or her form shows it: name, status, invited_on, first_sign_in_on, last_sign_in_on; None if there is none."""
	require_permission(ACCOUNT, "read")
	require_permission(CUSTOMER, "read", customer)
	return frappe.db.get_value(ACCOUNT, {"customer": customer}, FIELDS, as_dict=True)


@frappe.whitelist()
def look_ahead(customer: str) -> dict:
	"""How an invitation would reach the customer now: `channel` and `address` (masked), or `until`, or `why_not`."""
	_require_inviting(customer)
	wish = _wish(customer, "…", "")
	return outlook(wish) if wish else {"why_not": _("There is no template for it in CRM4S Settings, or it is switched off.")}


@frappe.whitelist(methods=["POST"])
def send(customer: str) -> dict:
	"""Invite a customer by message: what `look_ahead` says."""
	_require_inviting(customer)
	prospect = look_ahead(customer)
	if "why_not" in prospect:
		frappe.throw(_("It cannot be sent by message: {0}").format(prospect["why_not"]), SignInError)
	outbox.queue([_wish(customer, _new_link(customer), frappe.generate_hash(length=20))])
	return prospect


@frappe.whitelist(methods=["POST"])
def make_link(customer: str) -> str:
	"""The address of a link that lets the customer in once, told once, to be handed over by hand."""
	_require_inviting(customer)
	return _new_link(customer)


@frappe.whitelist(methods=["POST"])
def set_locked(customer: str, locked: bool) -> None:
	"""Lock the account on every phone, or open it again."""
	require_permission(ACCOUNT, "write")
	require_permission(CUSTOMER, "read", customer)
	account = frappe.get_doc(ACCOUNT, {"customer": customer})
	account.status = LOCKED if frappe.utils.cint(locked) else ACTIVE
	account.save()


def _require_inviting(customer: str) -> None:
	require_permission(ACCOUNT, "write")
	require_document(CUSTOMER, customer, "read", locking=False)


def _new_link(customer: str) -> str:
	account = accounts.open_for(customer, invited_by=frappe.session.user)
	if account.status != ACTIVE:
		frappe.throw(_("The access of this customer is locked; unlock it first."), SignInError)
	return portal_link.make(customer)


def _wish(customer: str, url: str, key: str) -> outbox.Wish | None:
	# A colleague on the telephone cannot read out a link, and who has not been inside sees no notice there.
	way = way_of(setting("portal_invitation_template"), without=(TASK, NOTICE))
	return way and outbox.Wish(
		source_key=f"portal-invitation:{key}",
		customer=customer,
		purpose=way.purpose,
		channels=way.channels,
		template=way.template,
		values={"link": url},
		dealership=own_store() or store_of(customer),
	)

