"""Every ten minutes the steps that are due are taken: each tells somebody, once, also where two runs meet or one is killed."""

import frappe
from frappe import _
from frappe.translate import get_user_lang
from frappe.utils import now_datetime

from crm4s.escalation import people
from crm4s.escalation.clocks import RESPONSE
from crm4s.escalation.planning import DONE, ESCALATION, PLANNED, STEP, follow_changed_steps
from crm4s.escalation.telling import tell
from crm4s.runs import commit, guarded

SLICE = 500
FIELDS = ["name", "step", "percent", "deadline", "due_on", "dealership"]


def climb() -> int:
	"""Take all steps that are due; how many those were. A document with its steps is a transaction of its own."""
	follow_changed_steps()
	now, count, after = now_datetime(), 0, ""
	while documents := _documents_due(now, after):
		for document_type, document_name in documents:
			count += guarded(lambda pair=(document_type, document_name): _climb(*pair, now), f"escalation {document_name}") or 0
			commit()
		after = documents[-1][1]
	return count


def _documents_due(now, after: str) -> list[tuple[str, str]]:
	row = frappe.qb.DocType(ESCALATION)
	query = frappe.qb.from_(row).select(row.document_type, row.document_name).distinct()
	return query.where((row.status == PLANNED) & (row.planned_on <= now) & (row.document_name > after)).orderby(row.document_name).limit(SLICE).run()


def _climb(document_type: str, document_name: str, now) -> int:
	# As whoever saves it does: first the document, then its steps.
	if not frappe.db.get_value(document_type, document_name, for_update=True):
		frappe.db.delete(ESCALATION, {"document_type": document_type, "document_name": document_name})
		return 0
	about = {"document_type": document_type, "document_name": document_name}
	names = frappe.get_all(ESCALATION, {**about, "status": PLANNED, "planned_on": ["<=", now]}, pluck="name", order_by="percent")
	rows = [row for name in names if (row := frappe.db.get_value(ESCALATION, {"name": name, "status": PLANNED}, FIELDS, as_dict=True, for_update=True))]
	if not rows:
		return 0
	document = frappe.get_doc(document_type, document_name)
	heard: dict[tuple[str, str], dict] = {}
	for row in rows:
		step = frappe.db.get_value(STEP, row.step, ["to_whom", "role", "user", "channel", "enabled"], as_dict=True) or frappe._dict()
		told = people.whom(step, document) if step.enabled else []
		for user in told:
			# After a night without a job one hears the gravest of what is due, not each.
			heard[user, step.channel] = row
		frappe.db.set_value(ESCALATION, row.name, {"status": DONE, "told_on": now_datetime(), "told": "\n".join(told)}, update_modified=False)
	for (user, channel), row in heard.items():
		tell(user, channel, document, _sentence(document, row, get_user_lang(user)))
	return len(rows)


def _sentence(document, row, language: str) -> str:
	what, title = _(document.doctype, language), document.get_title() or document.name
	due = frappe.format_value(row.due_on, "Datetime")
	if row.percent >= 100:
		said = _("{0} {1}: should have been answered by {2}.", language) if row.deadline == RESPONSE else _("{0} {1}: should have been settled by {2}.", language)
	else:
		said = _("{0} {1}: to be answered by {2}.", language) if row.deadline == RESPONSE else _("{0} {1}: to be settled by {2}.", language)
	return said.format(what, title, due)
