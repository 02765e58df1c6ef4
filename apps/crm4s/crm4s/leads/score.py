"""A lead's score and why: the sum of the C4S Lead Score Rules that hold. The only writer of score and score_explanation.

The rules become one SQL statement, for one lead when it is saved and for all open ones every night, as days since a date go by by themselves.
"""

from collections.abc import Iterable

import frappe
from frappe import _
from pypika import Case
from pypika.terms import Criterion, Term, ValueWrapper

from crm4s.rows.ranges import names_in_slices
from crm4s.runs import commit

LEAD, RULE = "C4S Lead", "C4S Lead Score Rule"
BATCH = 20_000
COMPARE = {
	"=": lambda field, value: field == value,
	"!=": lambda field, value: (field != value) | field.isnull(),
	">": lambda field, value: field > value,
	">=": lambda field, value: field >= value,
	"<": lambda field, value: field < value,
	"<=": lambda field, value: field <= value,
}
NUMBERS = ("Int", "Currency", "Float", "Percent", "Check", "Rating", "Duration")
DATES = ("Date", "Datetime")


def recompute(names: Iterable[str]) -> None:
	"""Write the scores of these leads, without touching when they were modified."""
	table = frappe.qb.DocType(LEAD)
	_write(table, table.name.isin(list(names)))


def recompute_open_leads() -> None:
	"""All open leads, every night; each batch is a transaction of its own."""
	table = frappe.qb.DocType(LEAD)
	for names in names_in_slices(frappe.qb.from_(table).where(table.status == "Open"), table.name, BATCH):
		_write(table, (table.status == "Open") & table.name[names[0] : names[-1]])
		commit()


def field_of_rule(fieldname: str):
	"""The lead's field that a rule may look at; None for one that is no plain fact."""
	field = frappe.get_meta(LEAD).get_field(fieldname)
	plain = field and field.fieldtype in (*NUMBERS, *DATES, "Data", "Select", "Link", "Small Text", "Time")
	return field if plain and fieldname not in ("score", "score_explanation") else None


def _write(table, which: Criterion) -> None:
	score, lines = _terms(table)
	frappe.qb.update(table).set(table.score, score).set(table.score_explanation, lines).where(which).run()


def _terms(table) -> tuple[Term, Term]:
	"""SQL of the sum and of its lines; a rule that looks at a field which is gone counts nothing."""
	rules = frappe.get_all(RULE, {"enabled": 1}, ["rule_label", "points", "condition_kind", "field_name", "operator", "value"], order_by="points desc, name")
	total, lines = ValueWrapper(0), []
	for rule in rules:
		field = field_of_rule(rule.field_name)
		if not field:
			continue
		holds = _criterion(table, field, rule)
		total = total + Case().when(holds, rule.points).else_(0)
		lines.append(Case().when(holds, f"{rule.points:+d} {rule.rule_label}").else_(None))
	if not lines:
		return total, ValueWrapper(None)
	return total, frappe.qb.functions("concat_ws", "\n", *lines)


def _criterion(table, field, rule) -> Criterion:
	column = table[field.fieldname]
	if rule.operator in ("is set", "is not set"):
		filled = (column != 0) if field.fieldtype in NUMBERS else column.isnotnull() if field.fieldtype in (*DATES, "Time") else (column != "")
		filled = filled & column.isnotnull()
		return filled if rule.operator == "is set" else filled.negate()
	compare = COMPARE[rule.operator]
	if rule.condition_kind == "Field":
		return compare(column, frappe.utils.flt(rule.value) if field.fieldtype in NUMBERS else rule.value)
	# Of the site: the database may live in another time zone.
	today = ValueWrapper(frappe.utils.nowdate())
	pair = (today, column) if rule.condition_kind == "Days Since" else (column, today)
	return column.isnotnull() & compare(frappe.qb.functions("datediff", *pair), frappe.utils.cint(rule.value))


def refuse_unknown_field(rule) -> None:
	"""For the rule's own check: the field exists, and dates are counted from dates."""
	field = field_of_rule(rule.field_name)
	if not field:
		frappe.throw(_("A lead has no field {0} that a rule can look at.").format(frappe.bold(frappe.utils.escape_html(rule.field_name))))
	if rule.condition_kind != "Field" and field.fieldtype not in DATES:
		frappe.throw(_("{0} is no date; days are counted from a date only.").format(frappe.bold(_(field.label))))
