"""The desk's rules of a doctype, run over whole columns: types, lengths, choices, links and what must not be missing.

Frappe has the same rules for one document; its sentences are used, so that a person reads the same in a file as in a form.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import frappe
from frappe import _
from frappe.utils import cint, escape_html, sanitize_html, split_emails, validate_email_address

from crm4s.identifiers.problem import Problem
from crm4s.intake import values
from crm4s.intake.records import KEY, Records, Refused
from crm4s.rows.writer import read_rows, read_texts

# In which languages people fill in a spreadsheet, beside English.
LANGUAGE_OF_SHEETS = "zh"
TEXTS = ("Data", "Small Text", "Text", "Long Text")
CONVERTERS = {
	"Int": values.as_whole_number,
	"Float": values.as_number,
	"Currency": values.as_number,
	"Percent": values.as_number,
	"Check": values.as_yes_or_no,
	"Date": values.as_date,
	"Datetime": values.as_datetime,
}


def check_keys(records: Records) -> None:
	"""Each record has a key; a key that comes again is refused, as nobody could say which of its records is right."""
	seen: dict[str, int] = {}
	records.convert(KEY, partial(_checked_text, records, records.meta.get_field(KEY)))
	for position, key in enumerate(records.frame[KEY]):
		if not key:
			records.refuse(position, Refused(KEY, _("The record has no number by which to know it again.")))
		elif seen.setdefault(key, position) != position:
			records.refuse(position, Refused(KEY, comes_twice(key)))


def comes_twice(value: str) -> str:
	return _("{0} comes twice in this input; keep one of them.").format(escape_html(value))


def clean(records: Records) -> None:
	"""Bring every column that is a field of the doctype into the form in which it is stored."""
	for name in list(records.frame.columns):
		field = records.meta.get_field(name)
		if not field or name == KEY:
			continue
		if field.fieldtype == "Link":
			check_links(records, field)
		elif field.fieldtype == "Select":
			records.convert(name, partial(_choice, records, field, _choices(field)))
		elif field.fieldtype in TEXTS:
			records.convert(name, partial(_checked_text, records, field))
		elif field.fieldtype in CONVERTERS:
			records.convert(name, partial(_converted, records, field))


def check_links(records: Records, field) -> None:
	"""Refuse links to what does not exist; one query for the column. Lookup lists are also known by their translated names."""
	records.convert(field.fieldname, values.as_text)
	wanted = set(records.frame[field.fieldname].dropna())
	if not wanted:
		return
	if frappe.get_meta(field.options).translated_doctype:
		names = frappe.get_all(field.options, pluck="name")
		known = {_(name, LANGUAGE_OF_SHEETS).casefold(): name for name in names}
		known |= {name.casefold(): name for name in names}
	else:
		known = {name.casefold(): name for (name,) in read_texts(field.options, "name", wanted, ["name"])}
	records.convert(field.fieldname, partial(_linked, records, field, known))


def resolve(
	records: Records,
	given: str,
	field: str,
	by: str = KEY,
	condition: str = "",
	read: Callable[[Any], str] = values.as_text,
) -> None:
	"""Fill the link `field` from the column `given`, which holds the target's `by`, where it is not filled yet; one query.

	Args:
		condition: SQL of ours that keeps the targets which the user may see.
		read: brings a given value into the form in which `by` is stored.
	"""
	if not records.has(given):
		return
	target = records.meta.get_field(field)
	records.convert(given, read)
	known: dict[str, str | None] = {}
	for row in read_rows(target.options, by, records.frame[given].dropna(), ["name", by], condition):
		known[row[by].casefold()] = None if row[by].casefold() in known else row.name
	already = records.column(field)
	records.convert(given, partial(_only_one, records, target, known), into=field)
	records.frame[field] = already.where(already.notna(), records.frame[field])


def keep_visible(records: Records, field: str, condition: str) -> None:
	"""Refuse links to documents that exist but that the user does not see; said in the sentence for those that do not exist."""
	if not condition or not records.has(field):
		return
	target = records.meta.get_field(field)
	rows = read_texts(target.options, "name", records.frame[field].dropna(), ["name"], condition)
	records.convert(field, partial(_linked, records, target, {name.casefold(): name for (name,) in rows}))


def require(fields: Iterable, row: Mapping[str, Any]) -> None:
	"""Refuse a document in which one of these fields is empty."""
	for field in fields:
		if row[field.fieldname] in (None, ""):
			raise Refused(field.fieldname, missing(field), code="required")


def require_in_rows(table: str, doctype: str, rows: Sequence[Mapping[str, Any]]) -> None:
	"""The same for the rows of a child table, whose fields that must be filled stand in its doctype."""
	fields = frappe.get_meta(doctype).get("fields", {"reqd": 1})
	for number, row in enumerate(rows, start=1):
		for field in fields:
			if row.get(field.fieldname) in (None, ""):
				raise Refused(field.fieldname, missing(field), number, table, "required")


def missing(field) -> str:
	"""Frappe's sentence for a mandatory field without a value."""
	return _("Error: Value missing for {0}: {1}").format(_(field.parent), _(field.label))


def not_found(label: str, value: str) -> str:
	"""Frappe's sentence for a link to what does not exist."""
	return _("Could not find {0}").format(f"{label}: {escape_html(value)}")


def _linked(records: Records, field, known: Mapping[str, str], value: str) -> str:
	name = known.get(str(value).casefold())
	if name is None:
		raise Refused(field.fieldname, not_found(records.label(field.fieldname), str(value)), code="not_found")
	return name


def _only_one(records: Records, field, known: Mapping[str, str | None], value: str) -> str:
	"""The one document that fits; a phone of a household or an old plate may fit several."""
	if known.get(value.casefold(), "") is None:
		message = _("{0} fits several documents of the type {1}; name the one that is meant by its number.")
		raise Refused(field.fieldname, message.format(escape_html(value), _(field.options)))
	return _linked(records, field, known, value)


def _choices(field) -> dict[str, str]:
	"""The options by what people may write for them: the option itself or its translation."""
	options = [option for option in (field.options or "").split("\n") if option]
	translated = {_(option, LANGUAGE_OF_SHEETS).casefold(): option for option in options}
	return translated | {option.casefold(): option for option in options}


def _choice(records: Records, field, choices: Mapping[str, str], value: Any) -> str:
	text = values.as_text(value)
	chosen = choices.get(text.casefold())
	if chosen is None:
		options = '", "'.join(_(option) for option in (field.options or "").split("\n"))
		raise Refused(
			field.fieldname,
			_('{0} {1} cannot be "{2}". It should be one of "{3}"').format(
				"", records.label(field.fieldname), escape_html(text), options
			).strip(),
		)
	return chosen


def _checked_text(records: Records, field, value: Any) -> str | None:
	text = values.as_text(value)
	if "<" in text or ">" in text:
		text = sanitize_html(text)
	if field.fieldtype == "Data":
		longest = cint(field.length) or frappe.db.VARCHAR_LEN
		if len(text) > longest:
			raise Problem("{value} is too long; at most {longest} characters fit.", value=f"{text[:40]}…", longest=longest)
		if field.options == "Email":
			_check_email(text)
	return text or None


def _check_email(text: str) -> None:
	for address in split_emails(text):
		if not validate_email_address(address):
			raise Refused(None, _("{0} is not a valid Email Address").format(escape_html(address)))


def _converted(records: Records, field, value: Any) -> Any:
	converted = CONVERTERS[field.fieldtype](value)
	if field.non_negative and field.fieldtype != "Percent" and converted < 0:
		raise Refused(
			field.fieldname,
			_("Value cannot be negative for {0}: {1}").format(_(field.parent), frappe.bold(_(field.label))),
		)
	return converted


def refuse_set_once(meta, stored: Mapping[str, Any], row: dict, fieldname: str) -> None:
	"""A value that is entered once stays; another way to write the same is taken as the stored one."""
	before, after = stored[fieldname], row[fieldname]
	if before and str(before).casefold() != str(after or "").casefold():
		raise Refused(fieldname, _("Value cannot be changed for {0}").format(_(meta.get_label(fieldname))))
	row[fieldname] = before or after


def differs(before: Any, after: Any) -> bool:
	"""Whether a value changed, as the database sees it: no text is an empty text, and numbers have nine decimals."""
	if before == after or (before in (None, "") and after in (None, "")):
		return False
	if isinstance(before, float) or isinstance(after, float):
		return round(float(before or 0), 9) != round(float(after or 0), 9)
	return True


def labelled(meta, fieldnames: Iterable[str]) -> str:
	"""The fields by the names that people know."""
	return ", ".join(_(meta.get_label(fieldname)) for fieldname in fieldnames)
