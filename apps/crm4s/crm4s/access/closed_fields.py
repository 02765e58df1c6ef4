"""Nobody finds out by a filter what he or she may not read.

Frappe leaves fields of a closed permission level out of an answer, but lets everybody filter, sort, group and count by them: who may not read a
customer's value class could list all customers of one. A list cannot be stopped in the document's own hook, which hears nothing of its filters. So each
request of a person is looked at once, after it is known whose it is (hook `auth_hooks`): what names one of our document types together with a field of it
that is closed to the reader is refused. Whoever writes a text with such a word into a list's filter is refused too, and can say it otherwise.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator

import frappe

from crm4s.access.document_types import is_type
from crm4s.access.required import refuse_question

DOCUMENT_TYPE = re.compile(r"C4S [A-Z][A-Za-z-]*(?: [A-Z][A-Za-z-]*)*")
# One reads everything, the other one no document of ours.
FREE = ("Administrator", "Guest")
# What is chosen, not asked by: Frappe leaves closed fields out of it; and words that people write.
NO_QUESTION = frozenset({"fields", "fieldname", "txt", "cmd"})
# They take in whole documents or texts of people and give no list, or look for themselves what may be asked.
NO_LISTS = (
	"crm4s.",
	*(f"frappe.client.{name}" for name in ("save", "insert", "set_value", "submit", "bulk_update")),
	*(f"frappe.desk.form.{name}" for name in ("save.", "assign_to.", "utils.add_comment", "utils.update_comment")),
	*("frappe.desk.query_report.", "frappe.model.utils.user_settings.", "frappe.core.doctype.communication.", "frappe.handler.run_doc_method", "run_doc_method"),
	"frappe.website.doctype.web_form.",
)


# A document that is sent along is written, moved or looked at; only cards and charts are documents that ask.
WHOLE_DOCUMENTS = frozenset({"doc", "docs"})
ASKING_DOCUMENTS = ("frappe.desk.doctype.number_card.", "frappe.desk.doctype.dashboard_chart.")


def refuse_to_ask() -> None:
	"""Raise PermissionError where the request asks by a field that is closed to its user."""
	if frappe.session.user in FREE or not may_ask(frappe.request.method, frappe.request.path, frappe.form_dict.get("cmd")):
		return
	skipped = NO_QUESTION if called(frappe.request.path, frappe.form_dict.get("cmd")).startswith(ASKING_DOCUMENTS) else NO_QUESTION | WHOLE_DOCUMENTS
	given = {key: value for key, value in frappe.form_dict.items() if key not in skipped}
	texts = [frappe.request.path, *texts_of(given)]
	named = {name for text in texts for name in DOCUMENT_TYPE.findall(text)}
	if named:
		_refuse_closed(_known(named), {word for text in texts for word in words_of(text)}, texts)


def may_ask(method: str, path: str, command: str | None) -> bool:
	"""Whether a request can bring a list: not one that writes a document, nor a method that gives none."""
	if not command and re.match(r"/api/(resource|v\d+/document)/", path):
		return method in ("GET", "HEAD")
	return not called(path, command).startswith(NO_LISTS)


def called(path: str, command: str | None) -> str:
	"""Dotted path of the method that a request calls."""
	return command or re.sub(r"^/api/(v\d+/)?method/", "", path)


def texts_of(value) -> Iterator[str]:
	"""All texts in a value of a request, also those in JSON, and in JSON within JSON."""
	if isinstance(value, dict):
		for key, inner in value.items():
			yield str(key)
			yield from texts_of(inner)
	elif isinstance(value, list | tuple):
		for inner in value:
			yield from texts_of(inner)
	elif isinstance(value, str):
		yield value
		yield from _texts_of_json(value)


def words_of(text: str) -> list[str]:
	"""Names as the database compares them: small letters, without accents and wide forms."""
	plain = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
	return re.findall(r"\w+", plain.casefold())


def _texts_of_json(text: str) -> Iterator[str]:
	if text.lstrip()[:1] not in ("[", "{", '"'):
		return
	try:
		yield from texts_of(json.loads(text))
	except ValueError:
		return


def _known(named: Iterable[str]) -> list:
	return [frappe.get_meta(name) for name in sorted(named) if is_type(name)]


def _refuse_closed(metas: list, words: set[str], texts: list[str]) -> None:
	for meta in [*metas, *_linked(metas, texts)]:
		open_levels = _open_levels(meta)
		for field in meta.fields:
			if field.permlevel and field.permlevel not in open_levels and field.fieldname in words:
				refuse_question(field.label)


def _linked(metas: list, texts: list[str]) -> list:
	"""The document types that are asked through a link, as in customer.value_class."""
	links = [field for meta in metas for field in meta.get_link_fields() if (field.options or "").startswith("C4S ")]
	asked = "\n".join(texts).casefold().replace("`", "")
	return _known({field.options for field in links if f"{field.fieldname}." in asked})


def _open_levels(meta) -> set[int]:
	"""The permission levels that the user reads; of rows of a table those of the document that they stand in, where there are several, of each."""
	if not meta.istable:
		return set(meta.get_permlevel_access())
	parents = frappe.get_all("DocField", {"fieldtype": ["in", ["Table", "Table MultiSelect"]], "options": meta.name}, pluck="parent")
	levels = [set(meta.get_permlevel_access(parenttype=parent)) for parent in set(parents)]
	return set.intersection(*levels) if levels else set()
