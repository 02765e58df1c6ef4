"""Which document of ours is which of ERPNext's: one row a pair, unique from both sides. Written here only."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import frappe
from frappe.utils import get_link_to_form

from crm4s.erpnext_link.names import LEAD
from crm4s.erpnext_link.presence import RECORD
from crm4s.rows.writer import read_rows

COLUMNS = (
	*("name", "document_type", "document", "part", "their_type", "their_document", "their_status"),
	*("problem", "our_stamp", "their_stamp", "amount", "outstanding", "agreed", "modified"),
)

CANCELLED, DELETED = "Cancelled", "Deleted"
# There is nothing any more to which others refer.
ENDED = (CANCELLED, DELETED)

CUSTOMER = "C4S Customer"
# Where a document of ours names its customer.
OWNER_OF = {"C4S Deal": "customer", "C4S Service Visit": "customer", "C4S Vehicle": "current_owner"}

# What a document says that does not want to be written.
REFUSALS = (frappe.ValidationError, frappe.PermissionError, frappe.NameError)


def of_ours(document_type: str, names: Iterable[str], their_type: str, part: str = "") -> dict[str, Mapping]:
	"""By our name, rows of one type of theirs, those with a problem and without a document as well."""
	rows = read_rows(RECORD, "document", names, COLUMNS)
	return {row.document: row for row in rows if row.document_type == document_type and row.their_type == their_type and (row.part or "") == part}


def of_theirs(their_type: str, names: Iterable[str]) -> dict[str, Mapping]:
	"""By their name."""
	return {row.their_document: row for row in read_rows(RECORD, "their_document", names, COLUMNS) if row.their_type == their_type}


def join(document_type: str, document: str, their_type: str, their_document: str | None = None, part: str = "", **facts) -> str:
	"""The name of a new row.

	Raises:
		frappe.UniqueValidationError: one of both has its other half already; somebody else was faster.
	"""
	row = {"document_type": document_type, "document": document, "part": part, "their_type": their_type, "their_document": their_document}
	return frappe.get_doc({"doctype": RECORD, **row, **facts}).insert(ignore_permissions=True).name


def note(name: str, **facts) -> None:
	frappe.db.set_value(RECORD, name, facts)


def connect(document_type: str, document: str, their_type: str, their_document: str, part: str = "", **facts) -> None:
	"""The pair of one of ours: a new row, or that of an earlier refusal or of a document that went."""
	known = of_ours(document_type, [document], their_type, part).get(document)
	if known:
		note(known["name"], their_document=their_document, problem=None, **facts)
	else:
		join(document_type, document, their_type, their_document, part, **facts)


def is_known(pair: Mapping | None) -> bool:
	"""Whether there is a document, or was one that a person deleted: it is not made a second time."""
	return bool(pair and (pair["their_document"] or pair["their_status"] == DELETED))


def docstatus_of(pair: Mapping | None) -> int | None:
	"""0 draft, 1 submitted, 2 cancelled, as ERPNext says now; None where there is no document, or it was deleted."""
	if not (pair and pair["their_document"]):
		return None
	return frappe.db.get_value(pair["their_type"], pair["their_document"], "docstatus")


def cancelled(pair: Mapping | None) -> str | None:
	"""The document of which the next one is an amendment."""
	return pair["their_document"] if docstatus_of(pair) == 2 else None


def tried(document_type: str, document: str, their_type: str, work: Callable[[], Any], part: str = "") -> Any:
	"""What the work for one document gives; None where ERPNext or our own document refuses it, and the pair says why."""
	# A name of its own each time: the work for an invoice has that for its customer within it.
	point = f"c4s_erpnext_{frappe.generate_hash(length=10)}"
	frappe.db.savepoint(point)
	try:
		return work()
	except REFUSALS as refusal:
		frappe.db.rollback(save_point=point)
		frappe.clear_messages()
		_refused(document_type, document, their_type, part, frappe.utils.strip_html(str(refusal)))
		return None


def _refused(document_type: str, document: str, their_type: str, part: str, sentence: str) -> None:
	sentence = without_person(sentence, document_type, document)
	known = of_ours(document_type, [document], their_type, part).get(document)
	if known:
		note(known["name"], problem=sentence)
	else:
		join(document_type, document, their_type, None, part, problem=sentence)


def without_person(sentence: str, document_type: str, document: str) -> str:
	"""ERPNext names people in what it refuses; those who look after the link read the number of our file instead."""
	if document_type == LEAD:
		return _without(sentence, document, frappe.db.get_value(LEAD, document, ["lead_name", "phone", "email", "wechat"]))
	customer = document if document_type == CUSTOMER else frappe.db.get_value(document_type, document, OWNER_OF[document_type]) if document_type in OWNER_OF else None
	told = frappe.db.get_value(CUSTOMER, customer, ["customer_name", "primary_phone", "email"]) if customer else None
	return _without(sentence, customer, told)


def _without(sentence: str, name: str | None, words: Iterable[str | None] | None) -> str:
	for word in filter(None, words or ()):
		sentence = sentence.replace(word, name)
	return sentence


def say_origin(their_document, document_type: str, document: str) -> None:
	"""Who opens it in ERPNext reads where it came from."""
	sentence = frappe._("Made by the CRM from {0} {1}.").format(frappe._(document_type), get_link_to_form(document_type, document))
	their_document.add_comment("Info", sentence)
