"""Which files a customer sees: those that customers sent with a document of their own, and what a topic says of the store's files there.

	@files.shown("C4S Service Visit")
	def _walk_round(viewer, file): return file.file_url.isin(…)

The document itself must be the viewer's by the rule of its kind. Everything else that colleagues attach is theirs.
"""

from collections.abc import Callable
from pathlib import Path

import frappe
from pypika.terms import Criterion
from werkzeug.wrappers import Response

from crm4s.portal import own
from crm4s.portal.viewer import ACCOUNT, Viewer

FILE = "File"
# By the first bytes; what is none of these goes to nobody.
KINDS = ((b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"RIFF", "image/webp"), (b"%PDF-", "application/pdf"))

Shown = Callable[[Viewer, object], Criterion]
_shown: dict[str, Shown] = {}


def shown(doctype: str) -> Callable[[Shown], Shown]:
	"""Decorator: the function says which files of the store, attached to a document of this type, its customer sees as well."""

	def register(function: Shown) -> Shown:
		if doctype in _shown:
			raise ValueError(f"{doctype} says already which files are shown")
		_shown[doctype] = function
		return function

	return register


def of_document(viewer: Viewer, doctype: str, name: str) -> list:
	"""Files of one document that the viewer sees, the first first: `name`, `file_name`, `path`, `is_picture`, `owner`, `creation`."""
	return of_documents(viewer, doctype, [name]).get(name, [])


def of_documents(viewer: Viewer, doctype: str, names: list[str]) -> dict[str, list]:
	"""The same by document."""
	found: dict[str, list] = {}
	for file in _rows(viewer, doctype, names) if names else ():
		file.path = path_of(file.name)
		file.is_picture = Path(file.file_name or "").suffix.lower() in (".jpg", ".jpeg", ".png", ".webp")
		found.setdefault(file.attached_to_name, []).append(file)
	return found


def path_of(file: str) -> str:
	return f"/my/file/{file}"


def answer(file: str) -> Response:
	"""The file itself, opened in the browser.

	Raises:
		NotYoursError: it is gone, or neither a picture nor a PDF.
	"""
	document = frappe.get_doc(FILE, file)
	path = Path(document.get_full_path())
	content = path.read_bytes() if path.is_file() else b""
	kind = next((kind for beginning, kind in KINDS if content.startswith(beginning)), None)
	if not kind:
		raise own.NotYoursError
	response = Response(content, content_type=kind)
	response.headers.set("Content-Disposition", "inline", filename=document.file_name)
	return response


def _rows(viewer: Viewer, doctype: str, names: list[str]) -> list:
	table = frappe.qb.DocType(FILE)
	return (
		frappe.qb.from_(table)
		.select(table.name, table.file_name, table.attached_to_name, table.owner, table.creation)
		.where(table.attached_to_name.isin(names) & _attached(viewer, table, doctype))
		.orderby(table.creation, table.name)
		.run(as_dict=True)
	)


@own.rule(FILE)
def _files(viewer: Viewer, table) -> Criterion:
	"""Those attached to a document of a kind with a rule, of which the viewer sees both the document and this kind of file."""
	return Criterion.any(_attached(viewer, table, doctype) for doctype in own.document_types() if doctype != FILE)


def _attached(viewer: Viewer, table, doctype: str) -> Criterion:
	document = frappe.qb.DocType(doctype).as_("c4s_document")
	owned = frappe.qb.from_(document).select(document.name).where(own.condition(viewer, doctype, document))
	return (table.attached_to_doctype == doctype) & table.attached_to_name.isin(owned) & _may_be_seen(viewer, table, doctype)


def _may_be_seen(viewer: Viewer, table, doctype: str) -> Criterion:
	more = _shown.get(doctype)
	# A car changes hands; what a former owner sent with it does not.
	if doctype == own.VEHICLE:
		return more(viewer, table) if more else table.name == own.NOBODY
	account = frappe.qb.DocType(ACCOUNT)
	sent_by_customer = table.owner.isin(frappe.qb.from_(account).select(account.user))
	return (sent_by_customer | more(viewer, table)) if more else sent_by_customer
