"""The page on which administrators see what became of our standards on this site, and take ours where they want to."""

import frappe
from frappe import _

from crm4s.workflows import loader
from crm4s.workflows.difference import difference
from crm4s.workflows.standards import content_of
from crm4s.workflows.wording import in_own_language

ADMINISTRATORS = {"C4S Administrator", "System Manager"}


@frappe.whitelist()
def get_standards() -> list[dict]:
	"""Every standard with its `standing`, and who replaced it last where that can be taken back."""
	require_administrator()
	return [_summary(standard) for standard in loader.all_standards() if standard.remembered]


@frappe.whitelist()
def get_difference(document_type: str, document_name: str) -> list[dict]:
	"""What is different here; see `difference`. Empty for a document that is deleted here."""
	require_administrator()
	standard = loader.standard_named(document_type, document_name)
	if not standard.document:
		return []
	return difference(document_type, content_of(standard.document), standard.our_content())


@frappe.whitelist(methods=["POST"])
def take_ours(document_type: str, document_name: str) -> dict:
	"""Replace the document here by ours, or install it again where it was deleted; its summary after that."""
	require_administrator()
	loader.take_ours(loader.standard_named(document_type, document_name))
	return _summary(loader.standard_named(document_type, document_name))


@frappe.whitelist(methods=["POST"])
def take_back(document_type: str, document_name: str) -> dict:
	"""Undo the last `take_ours`; the document's summary after that."""
	require_administrator()
	loader.take_back(loader.standard_named(document_type, document_name))
	return _summary(loader.standard_named(document_type, document_name))


def require_administrator() -> None:
	if not ADMINISTRATORS & set(frappe.get_roles()):
		frappe.throw(_("Only administrators look after our standards."), frappe.PermissionError)


def _title(values: dict, name: str) -> str:
	if values.get("state") and values.get("document_type"):
		return f"{_(values['document_type'])}: {_(values['state'])}"
	return in_own_language(_(name))


def _summary(standard: loader.Standard) -> dict:
	remembered = standard.remembered
	return {
		"title": _title(standard.values, standard.name),
		"document_type": standard.doctype,
		"document_name": standard.name,
		"standing": standard.standing,
		"replaced_on": remembered.replaced_on if remembered.replaced_content else None,
		"replaced_by": frappe.utils.get_fullname(remembered.replaced_by) if remembered.replaced_content else None,
	}
