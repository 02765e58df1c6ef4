"""The framework's ways to a document: what a curious colleague, or a script with his key, would try.

Each takes a document's type and name and gives the method to call and its arguments. Whose right it needs stands beside it, as a letter of the permission
matrix (crm4s/tests/matrix.py).
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import frappe

Arguments = Callable[[str, str], dict]
LIST, FORM, CLIENT = "frappe.desk.reportview.", "frappe.desk.form.", "frappe.client."


@dataclass(frozen=True)
class Path:
	"""`right` is the letter that who goes this way needs, `finds` whether it lists: then nothing is refused where nothing is found.

	`open_on_own` is whether who has the right gets through with a row that has had no life: not where a process or a whole document is asked for.
	"""

	method: str
	arguments: Arguments
	right: str
	finds: bool = False
	open_on_own: bool = True


def _this(doctype: str, name: str) -> str:
	return json.dumps([[doctype, "name", "=", name]])


def fields_of(doctype: str) -> list[str]:
	"""Every column that says something."""
	return ["name", *(field.fieldname for field in frappe.get_meta(doctype).fields if field.fieldtype in ("Data", "Small Text", "Text", "Long Text", "Link") and not field.permlevel and not field.get("is_virtual"))]


def _columns(doctype: str) -> str:
	return json.dumps([f"`tab{doctype}`.`{field}`" for field in fields_of(doctype)])


def _changed(doctype: str, name: str) -> str:
	return json.dumps({"doctype": doctype, "name": name, "__last_sync_on": "2026-01-01"})


def _listed(**more) -> Arguments:
	return lambda doctype, name: {"doctype": doctype, "filters": _this(doctype, name), "fields": _columns(doctype), **more}


def _card(doctype: str) -> str:
	return json.dumps({"doctype": "Number Card", "document_type": doctype, "function": "Count", "filters_json": "[]"})


# Who reads a document may look at its print view; the right to print gives the button.
READING = {
	"client.get": Path(f"{CLIENT}get", lambda doctype, name: {"doctype": doctype, "name": name}, "r"),
	"client.get by filter": Path(f"{CLIENT}get", lambda doctype, name: {"doctype": doctype, "filters": json.dumps({"name": name})}, "r"),
	"client.get_value": Path(f"{CLIENT}get_value", lambda doctype, name: {"doctype": doctype, "fieldname": json.dumps(fields_of(doctype)), "filters": json.dumps({"name": name})}, "r", finds=True),
	"client.get_list": Path(f"{CLIENT}get_list", lambda doctype, name: {"doctype": doctype, "fields": json.dumps(fields_of(doctype)), "filters": json.dumps({"name": name})}, "r", finds=True),
	"client.validate_link": Path(f"{CLIENT}validate_link", lambda doctype, name: {"doctype": doctype, "docname": name, "fields": json.dumps(fields_of(doctype))}, "r", finds=True),
	"form": Path(f"{FORM}load.getdoc", lambda doctype, name: {"doctype": doctype, "name": name}, "r"),
	"form's side": Path(f"{FORM}load.get_docinfo", lambda doctype, name: {"doctype": doctype, "name": name}, "r"),
	"linked documents": Path(f"{FORM}linked_with.get", lambda doctype, name: {"doctype": doctype, "docname": name}, "r", finds=True),
	"list view": Path(f"{LIST}get", _listed(start=0, page_length=20), "r", finds=True),
	"list": Path(f"{LIST}get_list", _listed(), "r", finds=True),
	"links": Path("frappe.desk.search.search_link", lambda doctype, name: {"doctype": doctype, "txt": name}, "r", finds=True),
	"links by filter": Path("frappe.desk.search.search_widget", lambda doctype, name: {"doctype": doctype, "txt": "", "filters": json.dumps({"name": name})}, "r", finds=True),
	"print": Path("frappe.www.printview.get_html_and_style", lambda doctype, name: {"doc": doctype, "name": name}, "r"),
	"PDF": Path("frappe.utils.print_format.download_pdf", lambda doctype, name: {"doctype": doctype, "name": name}, "r"),
	"export": Path(f"{LIST}export_query", _listed(file_format_type="CSV"), "e", finds=True),
	"method of a document": Path("run_doc_method", lambda doctype, name: {"dt": doctype, "dn": name, "method": "get_title"}, "r", open_on_own=False),
	"steps of its process": Path("frappe.model.workflow.get_transitions", lambda doctype, name: {"doc": _changed(doctype, name)}, "r", open_on_own=False),
	"groups": Path("frappe.desk.listview.get_group_by_count", lambda doctype, name: {"doctype": doctype, "current_filters": _this(doctype, name), "field": "owner"}, "r", finds=True),
	"files": Path(f"{CLIENT}get_list", lambda doctype, name: {"doctype": "File", "fields": json.dumps(["name", "file_name"]), "filters": json.dumps({"attached_to_doctype": doctype, "attached_to_name": name})}, "r", finds=True),
	"comments": Path(f"{CLIENT}get_list", lambda doctype, name: {"doctype": "Comment", "fields": json.dumps(["name", "content"]), "filters": json.dumps({"reference_doctype": doctype, "reference_name": name})}, "r", finds=True, open_on_own=False),
	"history": Path(f"{CLIENT}get_list", lambda doctype, name: {"doctype": "Version", "fields": json.dumps(["name", "data"]), "filters": json.dumps({"ref_doctype": doctype, "docname": name})}, "r", finds=True, open_on_own=False),
	"who may": Path("frappe.share.get_users", lambda doctype, name: {"doctype": doctype, "name": name}, "r", finds=True),
}
# How often something is there says that it is there.
COUNTING = {
	"count": Path(f"{LIST}get_count", lambda doctype, name: {"doctype": doctype, "filters": _this(doctype, name), "fields": "[]"}, "r", finds=True),
	"client.get_count": Path(f"{CLIENT}get_count", lambda doctype, name: {"doctype": doctype, "filters": json.dumps({"name": name})}, "r", finds=True),
	"card": Path("frappe.desk.doctype.number_card.number_card.get_result", lambda doctype, name: {"doc": _card(doctype), "filters": _this(doctype, name)}, "r", finds=True),
}
WRITING = {
	"client.set_value": Path(f"{CLIENT}set_value", lambda doctype, name: {"doctype": doctype, "name": name, "fieldname": "_comments", "value": "x"}, "w"),
	"client.save": Path(f"{CLIENT}save", lambda doctype, name: {"doc": _changed(doctype, name)}, "w", open_on_own=False),
	"form's save": Path(f"{FORM}save.savedocs", lambda doctype, name: {"doc": _changed(doctype, name), "action": "Save"}, "w", open_on_own=False),
	"client.delete": Path(f"{CLIENT}delete", lambda doctype, name: {"doctype": doctype, "name": name}, "d"),
	"client.rename_doc": Path(f"{CLIENT}rename_doc", lambda doctype, name: {"doctype": doctype, "old_name": name, "new_name": "X-TAKEN"}, "w"),
	"new title": Path("frappe.model.rename_doc.update_document_title", lambda doctype, name: {"doctype": doctype, "docname": name, "name": "X-TAKEN"}, "w"),
	"client.submit": Path(f"{CLIENT}submit", lambda doctype, name: {"doc": _changed(doctype, name)}, "w", open_on_own=False),
	"client.cancel": Path(f"{CLIENT}cancel", lambda doctype, name: {"doctype": doctype, "name": name}, "w"),
	"step of a process": Path("frappe.model.workflow.apply_workflow", lambda doctype, name: {"doc": _changed(doctype, name), "action": "Cancel"}, "w", open_on_own=False),
	"method that writes": Path("run_doc_method", lambda doctype, name: {"dt": doctype, "dn": name, "method": "save"}, "w", open_on_own=False),
	"attach": Path(f"{CLIENT}attach_file", lambda doctype, name: {"filename": "x.txt", "filedata": "eA==", "doctype": doctype, "docname": name, "decode_base64": 1}, "w"),
	"assign": Path(f"{FORM}assign_to.add", lambda doctype, name: {"doctype": doctype, "name": name, "assign_to": json.dumps(["Administrator"])}, "r"),
	"share": Path("frappe.share.add", lambda doctype, name: {"doctype": doctype, "name": name, "user": "Administrator", "read": 1}, "s"),
	"tag": Path("frappe.desk.doctype.tag.tag.add_tag", lambda doctype, name: {"tag": "x", "dt": doctype, "dn": name}, "w"),
	"comment": Path(f"{FORM}utils.add_comment", lambda doctype, name: {"reference_doctype": doctype, "reference_name": name, "content": "x", "comment_email": "x@example.com", "comment_by": "x"}, "r"),
	"like": Path("frappe.desk.like.toggle_like", lambda doctype, name: {"doctype": doctype, "name": name, "add": "Yes"}, "r"),
	"mail": Path("frappe.core.doctype.communication.email.make", lambda doctype, name: {"doctype": doctype, "name": name, "content": "x", "subject": "x", "recipients": "x@example.com"}, "m"),
}
PATHS = {**READING, **COUNTING, **WRITING}


def ways(doctype: str, name: str) -> Iterator[tuple[str, Path, dict]]:
	"""Each way with its arguments for this document."""
	for title, path in PATHS.items():
		yield title, path, path.arguments(doctype, name)
