"""What the desk calls for a person who asks about the own data. For the officer: whoever may create a C4S Data Request."""

import json

import frappe
from frappe import _
from frappe.utils import getdate

from crm4s.access.customers import RELATIONSHIP, require_customer
from crm4s.access.required import require_permission
from crm4s.access.stores import stores_of
from crm4s.identifiers.masking import mask_name
from crm4s.portal import requests, takeout
from crm4s.privacy import erasure, person, retention
from crm4s.privacy.belongings import CUSTOMER
from crm4s.privacy.person import Person

REQUEST = "C4S Data Request"


def require_officer() -> None:
	"""Refuse whoever may not open cases of data protection."""
	require_permission(REQUEST, "create")


@frappe.whitelist(methods=["POST"])
def find(text: str) -> dict:
	"""Who is known by a phone, document number, VIN, e-mail address, user or number of the file, masked.

	Returns:
		`customers`: name, title, masked_phone; `without_file`: type of document → count, of somebody known by this phone only.
	"""
	require_officer()
	names = [name for name in person.customers_known_as(text) if _sees(name)]
	rows = frappe.get_all(CUSTOMER, {"name": ["in", names or [""]]}, ["name", "customer_name", "masked_phone", "erased_on"], order_by="name")
	customers = [{"name": row.name, "title": mask_name(row.customer_name), "masked_phone": row.masked_phone, "erased": bool(row.erased_on)} for row in rows]
	return {"customers": customers, "without_file": {} if customers else _without_file(text)}


@frappe.whitelist(methods=["POST"])
def open_case(kind: str, channel: str, identity_checked: str, customer: str | None = None, phone: str | None = None, received_on: str | None = None, words: str = "", wished: str | None = None) -> str:
	"""The name of a new case.

	Args:
		customer: the file; or `phone` of somebody without one, for the whole group only.
		identity_checked: how the officer knows that it is the person.
		wished: JSON, field → value, of a correction.
	"""
	require_officer()
	if not identity_checked.strip():
		frappe.throw(_("Say how you know that it is this person: which paper you saw, or which number you called back."), frappe.MandatoryError)
	came = requests.Came(channel, getdate(received_on) if received_on else None, identity_checked.strip()[:500])
	if not customer:
		return _case_without_file(kind, phone or "", words, came)
	require_customer(customer)
	if kind == requests.CORRECTION:
		return requests.ask_correction(customer, json.loads(wished or "{}"), words, came)
	return requests.ask(customer, kind, words, came)


@frappe.whitelist()
def preview(request: str) -> dict:
	"""What is kept of the person and where, and what an erasure would do; see `erasure.preview`. Labels are translated."""
	require_officer()
	found = erasure.preview(_person_of(_case(request)))
	rows = [{**row, "label": _(row["document_type"]), "fate": _(row["fate"])} for row in found["rows"]]
	holds = [{"name": hold.name, "reason": hold.reason, "held_until": hold.held_until} for hold in found["holds"]]
	attached = [{"label": _(held), "count": count} for held, count in found["attached"].items()]
	return {"rows": rows, "attached": attached, "holds": holds, "under_way": {_(doctype): names for doctype, names in found["under_way"].items()}}


@frappe.whitelist()
def export(request: str, format: str = "json") -> None:
	"""Download all that is kept of the person, as a file for programs or a page to read; answers the case if that is what was asked."""
	require_officer()
	case = _case(request)
	if not case.customer:
		frappe.throw(_("There is no file to take along; what is kept is shown by What Is Kept."))
	taken = takeout.build(case.customer)
	if case.kind in (requests.ACCESS, requests.EXPORT) and case.status == requests.OPEN:
		requests.answered(case.name, json.dumps({"given": 1}))
	readable = format == "html"
	content = _page(taken) if readable else json.dumps(taken, ensure_ascii=False, indent=1, default=str)
	frappe.response.update({"type": "download", "filename": f"{case.name}.{'html' if readable else 'json'}", "filecontent": content.encode()})


@frappe.whitelist(methods=["POST"])
def erase(request: str) -> None:
	"""Begin to erase the person of an open case. For officers who work for all stores that know the person: the file is one for all of them."""
	require_officer()
	case = _case(request, locking=True)
	if case.kind != requests.ERASURE or case.status not in (requests.OPEN, erasure.FAILED):
		frappe.throw(_("Only an open wish to be erased can be carried out."))
	_require_all_stores(case.customer)
	# nosemgrep: write-without-question -- asked by require_officer
	frappe.db.set_value(REQUEST, case.name, "decided_by", frappe.session.user)
	erasure.begin(case.name, _person_of(case))


def _case(request: str, locking: bool = False):
	document = frappe.get_doc(REQUEST, request, for_update=locking)
	document.check_permission("write" if locking else "read")
	return document


def _person_of(case) -> Person:
	if case.known_as:
		return person.from_text(case.known_as)
	return person.person_of(case.customer)


def _case_without_file(kind: str, phone: str, words: str, came: requests.Came) -> str:
	if stores_of() is not None:
		frappe.throw(_("Somebody without a file is looked for in all stores: ask somebody who works for the whole group."), frappe.PermissionError)
	if kind not in (requests.ACCESS, requests.ERASURE):
		frappe.throw(_("Somebody without a file can be shown what is kept, or be erased."))
	meant = person.person_without_file(phone)
	if not meant.found:
		frappe.throw(_("Nothing is kept under this number alone."))
	return requests.ask_without_file(kind, meant.phones[0], meant.as_text(), words, came)


def _without_file(text: str) -> dict[str, int]:
	if stores_of() is not None:
		return {}
	try:
		found = person.person_without_file(text).found
	except frappe.ValidationError:
		frappe.clear_last_message()
		return {}
	return {_(doctype): len(names) for doctype, names in found.items()}


def _sees(customer: str) -> bool:
	stores = stores_of()
	return stores is None or bool(frappe.db.exists(RELATIONSHIP, {"customer": customer, "dealership": ["in", stores or [""]]}))


def _require_all_stores(customer: str | None) -> None:
	stores = stores_of()
	if stores is None or not customer:
		return
	others = frappe.get_all(RELATIONSHIP, {"customer": customer, "dealership": ["not in", stores or [""]]}, pluck="dealership", order_by="dealership")
	if others:
		frappe.throw(_("Other stores know this person too: {0}. Somebody who works for them as well must erase.").format(", ".join(others)), frappe.PermissionError)


def _page(taken: dict) -> str:
	"""A page that any browser shows, without scripts."""
	sections = [{"title": title, "rows": rows} for title, rows in takeout.in_words(taken)]
	return frappe.render_template("templates/takeout.html", {"sections": sections, "made_on": taken["made_on"]})


@frappe.whitelist()
def count_due(period: str) -> int:
	"""How many documents a period of keeping would take the next night; for those who may read it."""
	require_permission(retention.PERIOD, "read", period)
	return retention.count_due(frappe.get_doc(retention.PERIOD, period))
