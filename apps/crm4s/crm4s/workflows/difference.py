"""What is different between a document as it is here and as we ship it, in words that a person reads."""

from difflib import SequenceMatcher

from frappe import _
from frappe.utils import cint

from crm4s.workflows.standards import fields_of, tables_of
from crm4s.workflows.wording import in_own_language


def difference(doctype: str, here: dict, ours: dict) -> list[dict]:
	"""Each field that differs, then each row of a table: `label`, `here` and `ours`, None where one side has no such row.

	Args:
		here, ours: contents as `standards.content_of` gives them.
	"""
	found = [
		{"label": _(field.label), "here": _shown(field, here), "ours": _shown(field, ours)}
		for field in fields_of(doctype)
		if here.get(field.fieldname) != ours.get(field.fieldname)
	]
	for table in tables_of(doctype):
		texts = [[_row(table.options, row) for row in side.get(table.fieldname, [])] for side in (here, ours)]
		found += [{"label": _(table.label), "here": mine, "ours": theirs} for mine, theirs in _changed_rows(*texts)]
	return found


def _changed_rows(here: list[str], ours: list[str]) -> list[tuple[str | None, str | None]]:
	pairs: list[tuple[str | None, str | None]] = []
	for change, a, b, c, d in SequenceMatcher(None, here, ours, autojunk=False).get_opcodes():
		if change == "equal":
			continue
		for position in range(max(b - a, d - c)):
			pairs.append((here[a + position] if a + position < b else None, ours[c + position] if c + position < d else None))
	return pairs


def _row(doctype: str, row: dict) -> str:
	return " · ".join(
		_(field.label) if field.fieldtype == "Check" else f"{_(field.label)}: {_shown(field, row)}"
		for field in fields_of(doctype)
		if field.fieldname in row and not (field.fieldtype == "Check" and not row[field.fieldname])
	)


def _shown(field, content: dict) -> str:
	value = content.get(field.fieldname, field.default)
	if field.fieldtype == "Check":
		return _("Yes") if cint(value) else _("No")
	if isinstance(value, float):
		return f"{value:g}" if value % 1 else f"{int(value)}"
	if field.fieldtype in ("Select", "Link") and value:
		return _(str(value))
	return in_own_language(str(value or ""))
