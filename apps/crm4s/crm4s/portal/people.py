"""Family and drivers: who sees a customer's cars, let in by the customer and sent away again. On the portal the only writer of C4S Portal Access.

A link of invitation is signed, not kept: it names the customer, the role and the car, ends after days, and counts once. What is ended stays as a
row whose time is over, so that its link opens nothing a second time.
"""

import base64
import json
from dataclasses import dataclass

import frappe
from frappe import _
from frappe.utils import add_days, getdate, nowdate

from crm4s.counting import count
from crm4s.exceptions import SignInError
from crm4s.identifiers.masking import mask_name
from crm4s.parties import of_today
from crm4s.portal import accounts
from crm4s.portal.named import rows_of, titles_of
from crm4s.portal.viewer import ACCESS, ACCOUNT, DRIVER, FAMILY, Viewer
from crm4s.tokens import hash_of, is_same, signature_of

CUSTOMER = "C4S Customer"
INVITATION_DAYS = 7
# Who looks for numbers gets few answers.
MOST_NUMBERS, DAY_SECONDS = 10, 86400
LONGEST_TOKEN = 400


@dataclass(frozen=True)
class Grant:
	"""To be let in as what: the car is one that is driven, None for the family."""

	customer: str
	access_role: str
	vehicle: str | None


def grant_of(viewer: Viewer, access_role: str, vehicle: str | None) -> Grant:
	"""What a viewer gives: the family sees the own cars, a driver one car of the viewer's or of a fleet that he or she manages.

	Raises:
		frappe.ValidationError: no car was chosen, or one that others own.
	"""
	if access_role == FAMILY:
		return Grant(viewer.customer, FAMILY, None)
	if not vehicle:
		frappe.throw(_("Please choose the car that is driven."))
	owner = next(iter(_holders(vehicle, viewer.whole)), None)
	if not owner:
		frappe.throw(_("You see this car, but it is not yours; its owner lets drivers in."))
	return Grant(owner, DRIVER, vehicle)


def person_with(viewer: Viewer, phone: str) -> str:
	"""The account of the one customer with this number.

	Raises:
		frappe.ValidationError: nobody's, or that of several; too many were tried.
	"""
	if count(f"c4s_portal_numbers:{viewer.account}", DAY_SECONDS) > MOST_NUMBERS:
		frappe.throw(_("You tried many numbers today; please make an invitation link instead."))
	found = accounts.customer_of(phone) if "@" not in phone else None
	if not found:
		frappe.throw(_("We cannot say whose number this is; please make an invitation link instead."))
	return accounts.open_for(found[0]).name


def let_in(grant: Grant, account: str, granted_by: str, invitation: str | None = None) -> str:
	"""Grant it, or open again what was ended; the name of the row.

	Raises:
		frappe.ValidationError: it is the customer's own account.
	"""
	if frappe.db.get_value(ACCOUNT, account, "customer") == grant.customer:
		frappe.throw(_("These are your own cars; you see them already."))
	same = {"account": account, "customer": grant.customer, "access_role": grant.access_role, "vehicle": grant.vehicle or ["is", "not set"]}
	name = frappe.db.get_value(ACCESS, same)
	row = frappe.get_doc(ACCESS, name) if name else frappe.new_doc(ACCESS)
	row.update({"account": account, "customer": grant.customer, "access_role": grant.access_role, "vehicle": grant.vehicle})
	row.update({"valid_until": None, "granted_by": granted_by, "invitation": invitation})
	row.flags.by_portal = True
	row.save(ignore_permissions=True)
	return row.name


def end(access: str) -> None:
	"""From now on nothing is seen by it."""
	row = frappe.get_doc(ACCESS, access, for_update=True)
	row.valid_until = add_days(nowdate(), -1)
	row.flags.by_portal = True
	row.save(ignore_permissions=True)


def invitation_to(grant: Grant) -> str:
	"""The token of a new link."""
	payload = [grant.customer, grant.access_role, grant.vehicle, str(add_days(nowdate(), INVITATION_DAYS)), frappe.generate_hash(length=10)]
	text = base64.urlsafe_b64encode(json.dumps(payload, separators=(",", ":")).encode()).decode().rstrip("=")
	return f"{text}.{_signature(text)}"


def invited(token: str) -> Grant:
	"""What a token of ours grants.

	Raises:
		SignInError: it is none of ours, its time is over, or it was used.
	"""
	text, _dot, signature = token.rpartition(".") if len(token) <= LONGEST_TOKEN else ("", "", "")
	if not text or not is_same(_signature(text), signature):
		frappe.throw(_("This invitation is not known; ask for a new one."), SignInError)
	customer, access_role, vehicle, ends, _nonce = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
	if getdate(ends) < getdate(nowdate()):
		frappe.throw(_("This invitation's time is over; ask for a new one."), SignInError)
	if frappe.db.exists(ACCESS, {"invitation": key_of(token)}) or frappe.db.get_value(CUSTOMER, customer, "disabled") != 0:
		frappe.throw(_("This invitation has been used; ask for a new one."), SignInError)
	if vehicle and not _holders(vehicle, (customer,)):
		frappe.throw(_("The car has changed hands; the invitation does not count any more."), SignInError)
	return Grant(customer, access_role, vehicle)


def accept(viewer: Viewer, token: str) -> str:
	grant = invited(token)
	# Two who press at once: the second waits here, and finds it used.
	frappe.db.get_value(CUSTOMER, grant.customer, "name", for_update=True)
	if frappe.get_all(ACCESS, {"invitation": key_of(token)}, limit=1):
		frappe.throw(_("This invitation has been used; ask for a new one."), SignInError)
	return let_in(grant, viewer.account, _("Invitation link"), key_of(token))


def granted(viewer: Viewer) -> list:
	"""Who sees something by this viewer's leave, now: name, access_role, vehicle, `person` (masked), `owner`."""
	return _with_people(_valid(lambda table: table.customer.isin(viewer.whole)), "account")


def received(viewer: Viewer) -> list:
	"""What the viewer sees by others' leave, now."""
	return _with_people(_valid(lambda table: table.account == viewer.account), "customer")


def key_of(token: str) -> str:
	return hash_of(token)[:40]


def _valid(whose) -> list:
	table = frappe.qb.DocType(ACCESS)
	return (
		frappe.qb.from_(table)
		.select(table.name, table.account, table.customer, table.access_role, table.vehicle)
		.where(whose(table) & (table.valid_until.isnull() | (table.valid_until >= nowdate())))
		.orderby(table.customer, table.vehicle, table.creation)
		.limit(500)
		.run(as_dict=True)
	)


def _with_people(rows: list, of: str) -> list:
	people = titles_of(ACCOUNT, (row.account for row in rows), "customer") if of == "account" else {}
	names = {name: people.get(row.account) if of == "account" else row.customer for row in rows for name in [row.name]}
	shown = rows_of(CUSTOMER, names.values(), "customer_name", "masked_phone")
	cars = rows_of("C4S Vehicle", (row.vehicle for row in rows), "plate_number", "vehicle_title")
	for row in rows:
		person, car = shown.get(names[row.name]), cars.get(row.vehicle)
		row.person = f"{mask_name(person.customer_name)} {person.masked_phone or ''}".strip() if person else ""
		row.car = (car.plate_number or car.vehicle_title) if car else ""
	return rows


def _holders(vehicle: str, customers) -> list[str]:
	"""Those of the customers who own or pay for the car today."""
	return [row.customer for row in of_today(vehicle) if row.customer in customers]


def _signature(text: str) -> str:
	return signature_of(f"portal-people:{text}")
