"""Install our standard data once; afterwards it belongs to the admin.

Each `seed/data/*.json` holds a list of documents. A document is inserted when it was never installed before; what an admin
changed is not overwritten and what an admin deleted does not come back. `C4S Installed Standard` remembers, per document,
the fingerprint of what we installed, so that a later version can tell "changed here" from "new in this version".
"""

import hashlib
import json
from pathlib import Path

import frappe

DATA = Path(__file__).parent / "data"
REMEMBERED = "C4S Installed Standard"


def load_seed() -> int:
	"""Insert every seed document that was never installed on this site; return how many were inserted."""
	installed = set(frappe.get_all(REMEMBERED, fields=["document_type", "document_name"], as_list=True))
	count = 0
	for file in sorted(DATA.glob("*.json")):
		for values in json.loads(file.read_text()):
			count += _install(values, installed)
	return count


def fingerprint(values: dict) -> str:
	"""Digest of a seed document's content, independent of the order of its keys."""
	return hashlib.sha256(json.dumps(values, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _install(values: dict, installed: set[tuple[str, str]]) -> int:
	document = frappe.get_doc(dict(values))
	name = _name_of(document)
	if (document.doctype, name) in installed:
		return 0
	inserted = 0
	if not frappe.db.exists(document.doctype, name):
		document.insert(ignore_permissions=True)
		inserted = 1
	frappe.get_doc(
		{
			"doctype": REMEMBERED,
			"document_type": document.doctype,
			"document_name": name,
			"fingerprint": fingerprint(values),
		}
	).insert(ignore_permissions=True)
	return inserted


def _name_of(document) -> str:
	"""The name the document gets: seed documents are named by a field of their own or say their name."""
	if document.name:
		return document.name
	autoname = frappe.get_meta(document.doctype).autoname or ""
	if not autoname.startswith("field:"):
		raise ValueError(f"Seed document of type {document.doctype} needs a name: its type is not named by a field")
	return document.get(autoname.removeprefix("field:"))
