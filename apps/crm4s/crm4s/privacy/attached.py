"""What the framework keeps of documents: files, comments, letters, versions, notices, searches, tasks."""

from collections.abc import Sequence

import frappe

from crm4s.privacy.belongings import chunks

# Document type of the framework, and its fields for the type and the name of what a row is about.
REFERENCES = (
	("Version", "ref_doctype", "docname"),
	("Comment", "reference_doctype", "reference_name"),
	("Activity Log", "reference_doctype", "reference_name"),
	("View Log", "reference_doctype", "reference_name"),
	("Notification Log", "document_type", "document_name"),
	("ToDo", "reference_type", "reference_name"),
	("DocShare", "share_doctype", "share_name"),
	("Document Follow", "ref_doctype", "ref_docname"),
	("Tag Link", "document_type", "document_name"),
	("Deleted Document", "deleted_doctype", "deleted_name"),
	("Integration Request", "reference_doctype", "reference_docname"),
)
COMMUNICATION, QUEUE = "Communication", "Email Queue"
HANGING = (("File", "attached_to_doctype", "attached_to_name"), (COMMUNICATION, "reference_doctype", "reference_name"), *REFERENCES)


def remove(doctype: str, names: Sequence[str]) -> None:
	"""Take away all that hangs on these documents, in the caller's transaction; files from the disk as well."""
	for some in chunks(names):
		letters = _letters(doctype, some)
		remove_files(doctype, some)
		remove_files(COMMUNICATION, letters)
		_remove_queued({"reference_doctype": doctype, "reference_name": ["in", some]})
		_remove_letters(letters)
		_remove_references(doctype, some)
		frappe.db.delete("__global_search", {"doctype": doctype, "name": ["in", some]})


def count(doctype: str, names: Sequence[str]) -> dict[str, int]:
	"""How many files and other rows hang on these documents, by type; what `remove` would take away."""
	found: dict[str, int] = {}
	for some in chunks(names):
		for held, type_field, name_field in HANGING:
			if _exists(held):
				found[held] = found.get(held, 0) + frappe.db.count(held, {type_field: doctype, name_field: ["in", some]})
	return {held: number for held, number in found.items() if number}


def remove_files(doctype: str, names: Sequence[str]) -> None:
	"""One by one: what lies on the disk goes too unless another file shares it."""
	which = {"attached_to_doctype": doctype, "attached_to_name": ["in", list(names) or [""]]}
	for name in frappe.get_all("File", which, pluck="name"):
		remove_file(name)


def remove_file(name: str) -> None:
	# Else it leaves a comment with its name at the document it was attached to.
	frappe.db.set_value("File", name, {"attached_to_doctype": None, "attached_to_name": None}, update_modified=False)
	frappe.delete_doc("File", name, force=True, ignore_permissions=True, delete_permanently=True)


def _letters(doctype: str, names: Sequence[str]) -> list[str]:
	return frappe.get_all(COMMUNICATION, {"reference_doctype": doctype, "reference_name": ["in", list(names)]}, pluck="name", order_by=None)


def _remove_letters(letters: Sequence[str]) -> None:
	for some in chunks(letters):
		_remove_queued({"communication": ["in", some]})
		_remove_references(COMMUNICATION, some)
		frappe.db.delete("Communication Link", {"parent": ["in", some]})
		frappe.db.delete(COMMUNICATION, {"name": ["in", some]})


def _remove_queued(filters: dict) -> None:
	queued = frappe.get_all(QUEUE, filters, pluck="name", order_by=None)
	remove_queued(queued)


def remove_queued(queued: Sequence[str]) -> None:
	"""Letters that wait or were sent, with their recipients."""
	for some in chunks(queued):
		frappe.db.delete("Email Queue Recipient", {"parent": ["in", some]})
		frappe.db.delete(QUEUE, {"name": ["in", some]})


def _remove_references(doctype: str, names: Sequence[str]) -> None:
	for held, type_field, name_field in REFERENCES:
		if _exists(held):
			frappe.db.delete(held, {type_field: doctype, name_field: ["in", list(names)]})
	frappe.db.delete("Communication Link", {"link_doctype": doctype, "link_name": ["in", list(names)]})


def _exists(doctype: str) -> bool:
	"""Versions of the framework differ in what they log."""
	return frappe.db.table_exists(doctype)
