"""Install our standards; what an admin made of them stays.

A document is inserted when it was never installed before. One that nobody changed here follows a new version of ours; one that was changed
here stays as it is and one that was deleted stays away, until somebody takes ours on the page "Process Standards". `C4S Installed Standard`
remembers per document the version that was installed (its fingerprint) and the content that it then had.
"""

import json
from dataclasses import dataclass

import frappe
from frappe import _
from frappe.utils import now_datetime

from crm4s.workflows.placing import place_documents
from crm4s.workflows.standards import content_of, documents_by_key, fields_of, fingerprint, name_of, shipped, tables_of

REMEMBERED = "C4S Installed Standard"
INSTALLED, CHANGED, NEW, CHANGED_AND_NEW, DELETED = "Installed", "Changed Here", "New", "Changed Here and New", "Deleted Here"


@dataclass(frozen=True)
class Standard:
	"""A document of ours and what became of it: `remembered` the row of C4S Installed Standard, `document` as it is here now, if it is."""

	values: dict
	name: str
	remembered: object | None = None
	document: object | None = None

	@property
	def doctype(self) -> str:
		return self.values["doctype"]

	@property
	def standing(self) -> str | None:
		"""None for one that was never installed."""
		if not self.remembered:
			return None
		if not self.document:
			return DELETED
		is_new = self.remembered.fingerprint != fingerprint(self.values)
		if content_of(self.document) == self.content_when_installed():
			return NEW if is_new else INSTALLED
		return CHANGED_AND_NEW if is_new else CHANGED

	def content_when_installed(self) -> dict:
		"""Rows of before we kept the content tell it by their fingerprint, if our document is still the same."""
		if self.remembered.content:
			return json.loads(self.remembered.content)
		same = self.remembered.fingerprint == fingerprint(self.values)
		return self.our_content() if same else {}

	def our_content(self) -> dict:
		return content_of(frappe.get_doc(dict(self.values)))


def load_standards() -> int:
	"""Install what is new, bring what nobody changed to our version; return how many documents were inserted or updated."""
	count = 0
	for standard in all_standards():
		standing = standard.standing
		if standing is None:
			count += _install_first(standard)
		elif standing == NEW:
			_remember(standard, _overwrite(standard, standard.values))
			count += 1
		elif standard.document and not standard.remembered.content:
			_keep_content(standard)
	return count


def all_standards(document_type: str | None = None) -> list[Standard]:
	"""The documents of our data, or those of one type, with what became of them; read type by type."""
	of_type = {"document_type": document_type} if document_type else {}
	remembered = {(row.document_type, row.document_name): row for row in frappe.get_all(REMEMBERED, of_type, ["*"])}
	wanted = [values for values in shipped() if not document_type or values["doctype"] == document_type]
	ours = [(values["doctype"], name_of(values), values) for values in wanted]
	here = documents_by_key((doctype, name) for doctype, name, _values in ours)
	return [Standard(values, name, remembered.get((doctype, name)), here.get((doctype, name))) for doctype, name, values in ours]


def standard_named(document_type: str, document_name: str) -> Standard:
	for standard in all_standards(document_type):
		if standard.name == document_name:
			return standard
	raise frappe.DoesNotExistError(_("{0} {1} is not among our standards.").format(_(document_type), document_name))


def take_ours(standard: Standard) -> None:
	"""Replace the document here by ours, or bring it back; what it replaces can be had back by `take_back`."""
	if not standard.document:
		_remember(standard, _insert(standard.values))
		return
	document = _overwrite(standard, standard.values)
	document.add_comment("Info", _("Replaced by our standard; the page Process Standards can take that back."))
	_remember(standard, document, replaced=content_of(standard.document))


def take_back(standard: Standard) -> None:
	"""Give the document the content again that `take_ours` replaced."""
	replaced = standard.remembered and standard.remembered.replaced_content
	if not (replaced and standard.document):
		frappe.throw(_("There is nothing to take back."))
	document = _overwrite(standard, json.loads(replaced))
	document.add_comment("Info", _("The content of before our standard was taken back."))
	frappe.db.set_value(REMEMBERED, standard.remembered.name, {"replaced_content": None, "replaced_on": None, "replaced_by": None})


def inserted_documents(document_type: str) -> list[str]:
	"""The documents of a type that we brought to this site, which were not there before."""
	return frappe.get_all(REMEMBERED, {"document_type": document_type, "was_there": 0}, pluck="document_name")


def _install_first(standard: Standard) -> int:
	if standard.document:
		# Somebody had made it before we came: it is theirs.
		_remember(standard, standard.document, was_there=True)
		return 0
	_remember(standard, _insert(standard.values))
	return 1


def _insert(values: dict):
	document = frappe.get_doc(dict(values))
	_prepare(document)
	return document.insert(ignore_permissions=True)


def _overwrite(standard: Standard, values: dict):
	"""The document here saved with every field that a person may change as in `values`, the others at their default."""
	document = frappe.get_doc(standard.doctype, standard.name)
	for field in fields_of(document.doctype):
		document.set(field.fieldname, values.get(field.fieldname, field.default))
	for field in tables_of(document.doctype):
		rows = _keeping_names(document.get(field.fieldname), values.get(field.fieldname, []), field.options)
		document.set(field.fieldname, rows)
	_prepare(document)
	return document.save(ignore_permissions=True)


def _keeping_names(before: list, rows: list[dict], doctype: str) -> list[dict]:
	"""`rows`, named like the rows before that begin alike: ticks are kept by the name of the item."""
	first = fields_of(doctype)[0].fieldname
	# Frappe gives rows their defaults in new documents only.
	defaults = {field.fieldname: field.default for field in fields_of(doctype)}
	names: dict[str, list[str]] = {}
	for row in before or []:
		names.setdefault(row.get(first), []).append(row.name)
	return [{**defaults, **row, **({"name": names[row[first]].pop(0)} if names.get(row[first]) else {})} for row in rows]


def _leave_out_what_is_gone(document) -> None:
	"""What an admin deleted is no reason to stop a migrate: a standard that points at it comes without it, where it may."""
	for field in document.meta.get_link_fields():
		target = document.get(field.fieldname)
		if target and not field.reqd and not frappe.db.exists(field.options, target):
			document.set(field.fieldname, None)


def _prepare(document) -> None:
	_leave_out_what_is_gone(document)
	if document.doctype != "Workflow":
		return
	# The builder arranges the states anew.
	document.workflow_data = None
	# Only one workflow can be active for a document type; ours does not displace somebody else's.
	others = {"document_type": document.document_type, "is_active": 1, "name": ["!=", document.name or document.workflow_name]}
	document.is_active = int(bool(document.is_active) and not frappe.db.exists("Workflow", others))
	if document.is_active:
		place_documents(document)


def _remember(standard: Standard, document, replaced: dict | None = None, was_there: bool = False) -> None:
	document.reload()
	row = standard.remembered and frappe.get_doc(REMEMBERED, standard.remembered.name)
	row = row or frappe.new_doc(REMEMBERED, document_type=standard.doctype, document_name=standard.name, was_there=int(was_there))
	row.fingerprint, row.content = fingerprint(standard.values), _as_text(content_of(document))
	if replaced is not None:
		row.update({"replaced_content": _as_text(replaced), "replaced_on": now_datetime(), "replaced_by": frappe.session.user})
	row.save(ignore_permissions=True)


def _keep_content(standard: Standard) -> None:
	"""For what an earlier version installed, which kept no content."""
	content = standard.content_when_installed()
	if content:
		frappe.db.set_value(REMEMBERED, standard.remembered.name, "content", _as_text(content))


def _as_text(content: dict) -> str:
	return json.dumps(content, ensure_ascii=False, sort_keys=True)
