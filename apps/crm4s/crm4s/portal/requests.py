"""What people ask of their own data, and how the store answers. With `crm4s.privacy.erasure`, which carries out, the only writer of C4S Data Request.

What proves somebody's identity, or lets somebody in, is not changed by whoever holds the phone at the moment: it becomes a request, which a
colleague looks at and writes with one button. Erasing is asked for here; it is carried out by those who may.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import frappe
from frappe import _
from frappe.utils import add_days, cstr, escape_html, getdate, now_datetime, nowdate

from crm4s.access.required import require_document
from crm4s.access.staff import working_for
from crm4s.access.store_of_customer import store_of
from crm4s.edge import plain_refusal
from crm4s.identifiers.identity_document import normalise_identity_document
from crm4s.identifiers.masking import mask_identity_number, mask_phone
from crm4s.identifiers.phone import normalise_phone
from crm4s.identity_numbers import ENTERED as NUMBER
from crm4s.identity_numbers import KIND, number_of
from crm4s.notices import ring
from crm4s.settings import setting

REQUEST, CUSTOMER = "C4S Data Request", "C4S Customer"
ACCESS, CORRECTION, EXPORT, ERASURE = "Access", "Correction", "Export", "Erasure"
PORTAL = "Portal"
OPEN, DONE, REFUSED, WITHDRAWN = "Open", "Done", "Refused", "Taken Back"
PHONE = "primary_phone"
# What a customer may ask to have corrected, with the label that staff and customer read.
FIELDS = {
	"customer_name": "Customer Name",
	"birthday": "Birthday",
	"identity_document_type": "Document Type",
	"identity_number": "Document Number",
	PHONE: "Primary Phone",
	"email": "E-mail",
}
MASKS = {NUMBER: mask_identity_number, PHONE: mask_phone}
TOLD = "C4S CRM Manager"
MOST_TOLD = 5


@dataclass(frozen=True)
class Came:
	"""How a request came.

	Attributes:
		channel: an option of the field.
		received_on: None for today.
		identity_checked: how whoever took it knew that it is the person; said for every channel but the portal, where it was proven.
	"""

	channel: str = PORTAL
	received_on: date | None = None
	identity_checked: str = ""


def ask_correction(customer: str, wished: Mapping[str, str], words: str = "", came: Came = Came()) -> str:
	"""Note the wished values that differ from the file; the name of the request.

	Raises:
		frappe.ValidationError: nothing differs, a value is none, or a request is open already.
	"""
	file = frappe.get_doc(CUSTOMER, customer)
	before = {**{field: cstr(file.get(field)) for field in FIELDS}, NUMBER: number_of(file)}
	changes = [_change(field, before[field], value) for field, value in _normal(file, wished).items()]
	changes = [change for change in changes if change]
	if not changes:
		frappe.throw(_("Nothing differs from what is on file."))
	return _ask(customer, CORRECTION, changes, words, came)


def ask_erasure(customer: str, words: str = "", came: Came = Came()) -> str:
	return _ask(customer, ERASURE, [], words, came)


def ask(customer: str, kind: str, words: str, came: Came) -> str:
	"""Note that somebody wants to see, take along or have erased what is kept; a correction says what is wished."""
	if kind not in (ACCESS, EXPORT, ERASURE):
		raise ValueError(f"{kind!r} is asked for otherwise")
	return _ask(customer, kind, [], words, came)


def ask_without_file(kind: str, phone: str, known_as: str, words: str, came: Came) -> str:
	"""The same for somebody who has no file and is known by a number.

	Args:
		known_as: all that is known of the person, until the request is decided.
	"""
	return _insert({"kind": kind, "found_as": mask_phone(phone), "known_as": known_as, "words": words[:500]}, came)


def answered(request: str, outcome: str) -> None:
	"""The person was shown, or given, what is kept; who may do that was asked by the caller."""
	document = frappe.get_doc(REQUEST, request, for_update=True)
	if document.kind not in (ACCESS, EXPORT):
		frappe.throw(_("Only a wish to see or take along the data is answered so."))
	document.outcome = outcome
	_end(document, DONE)


def withdraw(request: str) -> None:
	"""The customer does not want it any more; whose it is was proven by the caller.

	Raises:
		frappe.ValidationError: it is decided already.
	"""
	_end(frappe.get_doc(REQUEST, request, for_update=True), WITHDRAWN)


def latest(customer: str, kind: str):
	"""The last request of a kind: name, status, creation, decided_on, reason; None if there was none."""
	rows = frappe.get_all(REQUEST, {"customer": customer, "kind": kind}, ["name", "status", "creation", "decided_on", "reason"], order_by="creation desc, name desc", limit=1)
	return rows[0] if rows else None


@frappe.whitelist(methods=["POST"])
def approve(request: str) -> None:
	"""Write what the customer wished to the file; for those who may decide requests and see the customer."""
	document = _require_request(request)
	if document.kind != CORRECTION:
		frappe.throw(_("Only a correction can be written; an erasure is carried out by those who may erase."))
	_write(document)
	_end(document, DONE)


@frappe.whitelist(methods=["POST"])
def refuse(request: str, reason: str) -> None:
	"""Refuse the request; the customer reads why."""
	document = _require_request(request)
	if not (reason or "").strip():
		frappe.throw(_("Say why; the customer reads it."), frappe.MandatoryError)
	_end(document, REFUSED, reason.strip())


def _require_request(request: str):
	"""The locked request; it belongs to a customer and to no store, so whoever sees the customer decides it."""
	require_document(REQUEST, request, locking=False)
	return frappe.get_doc(REQUEST, request, for_update=True)


def _ask(customer: str, kind: str, changes: list[dict], words: str, came: Came) -> str:
	# Two at once make one.
	frappe.db.get_value(CUSTOMER, customer, "name", for_update=True)
	if frappe.db.exists(REQUEST, {"customer": customer, "kind": kind, "status": OPEN}):
		frappe.throw(_("A request is open already; withdraw it first, or wait for the answer."))
	return _insert({"customer": customer, "kind": kind, "changes": changes, "words": words[:500]}, came)


def _insert(values: dict, came: Came) -> str:
	received_on = getdate(came.received_on or nowdate())
	if received_on > getdate():
		frappe.throw(_("Received On must not lie in the future."))
	how = {"channel": came.channel, "received_on": received_on, "identity_checked": came.identity_checked}
	due = {"due_on": add_days(received_on, setting("answer_data_requests_days"))}
	request = frappe.get_doc({"doctype": REQUEST, "status": OPEN, **values, **how, **due})
	request.flags.by_requests = True
	request.insert(ignore_permissions=True)
	if came.channel == PORTAL:
		_tell_staff(request)
	return request.name


def _normal(file, wished: Mapping[str, str]) -> dict[str, str]:
	"""The values as the file would store them: one that it would refuse is refused before anybody is asked."""
	trial = frappe.copy_doc(file, ignore_no_copy=False)
	trial.name = file.name
	values = {field: value.strip() for field, value in wished.items() if field in FIELDS and value.strip()}
	with plain_refusal():
		phone = normalise_phone(values[PHONE], setting("default_region")) if PHONE in values else None
	trial.update({field: value for field, value in values.items() if field != PHONE})
	trial.normalise_names()
	if NUMBER in values or KIND in values:
		values[NUMBER] = _normal_number(trial.get(KIND), values.get(NUMBER) or number_of(file))
	if "birthday" in values:
		trial.birthday_calendar = "Solar"
		trial.validate_birthday()
	if "email" in values:
		frappe.utils.validate_email_address(values["email"], throw=True)
	normal = {field: cstr(trial.get(field)) for field in values}
	return {**normal, **({NUMBER: values[NUMBER]} if values.get(NUMBER) else {}), **({PHONE: phone} if phone else {})}


def _normal_number(kind: str | None, number: str) -> str:
	if number and not kind:
		frappe.throw(_("Choose the Document Type to which the Document Number belongs."))
	with plain_refusal():
		return normalise_identity_document(kind, number) if number else ""


def _change(field: str, before: str, wished: str) -> dict | None:
	if before == wished:
		return None
	mask = MASKS.get(field, cstr)
	return {"field_name": field, "field_label": FIELDS[field], "masked_before": mask(before) if before else "", "masked_wished": mask(wished), "wished": wished}


def _write(request) -> None:
	file = frappe.get_doc(CUSTOMER, request.customer, for_update=True)
	wished = {row.field_name: row.wished for row in request.changes}
	phone = wished.pop(PHONE, None)
	if "birthday" in wished:
		file.birthday_calendar = "Solar"
	file.update(wished)
	if phone:
		_make_primary(file, phone)
	# Who decides a request may write what it says, whatever fields of the form are open to him or her.
	file.flags.ignore_permissions = True
	file.save()


def _make_primary(file, phone: str) -> None:
	"""The number becomes the main one; the earlier stays on file. That it is the customer's is proven by the first code sent to it."""
	row = next((row for row in file.phones if row.phone == phone), None) or file.append("phones", {"phone": phone, "kind": "Mobile"})
	for other in file.phones:
		other.is_primary = int(other is row)


def _end(request, status: str, reason: str = "") -> None:
	if request.status != OPEN:
		frappe.throw(_("This request is decided already: {0}.").format(_(request.status)))
	request.update({"status": status, "reason": reason, "decided_on": now_datetime(), "decided_by": frappe.session.user, "known_as": None})
	for row in request.changes:
		# The file keeps the number sealed; the request has no more use for it.
		row.wished = row.masked_wished if row.field_name == NUMBER else row.wished
	request.flags.by_requests = True
	request.save(ignore_permissions=True)


def _tell_staff(request) -> None:
	"""A notice for the managers of the customer's store, each in the own language."""
	store = store_of(request.customer)
	for user in working_for(store, TOLD)[:MOST_TOLD] if store else []:
		sentence = _("{0} asks for something about the own data: {1}.", frappe.db.get_value("User", user, "language"))
		ring(user, sentence.format(escape_html(frappe.db.get_value(CUSTOMER, request.customer, "customer_name")), _(request.kind)), REQUEST, request.name)
