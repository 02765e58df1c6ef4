"""The list of one person: each kind of work is read with one query under that person's permissions, then all are put in order."""

from collections.abc import Iterable, Mapping

import frappe
from frappe import _
from frappe.utils import cstr, getdate, strip_html

from crm4s.access.customers import CUSTOMER
from crm4s.access.stores import stores_of
from crm4s.my_day.registry import all_work
from crm4s.my_day.urgency import is_late, moment_of, sort_key, urgency_of
from crm4s.my_day.work import Filters, Person, Work

SHOWN = 50
# Beyond that the page says "more than".
COUNTED = 1_000


def day_of(person: Person, shown: int = SHOWN) -> dict:
	"""`items` in the order in which they are to be done, `more` for each kind of which not all are shown, `doctypes` that were asked.

	Args:
		shown: at most so many of each kind.
	"""
	items, more, asked = [], [], set()
	readable = _readable({work.doctype for work in all_work()})
	for work in all_work():
		filters = filters_of(work, person) if work.doctype in readable else None
		if filters is None:
			continue
		asked.add(work.doctype)
		found = _read(work, filters, shown + 1)
		items += [_item(work, row, person) for row in found[:shown]]
		if len(found) > shown:
			more.append(_more(work, filters, shown))
	_follow_references(items)
	_name_customers(items)
	items.sort(key=lambda item: item.pop("order"))
	return {"items": items, "more": more, "doctypes": sorted(asked)}


def _readable(doctypes: Iterable[str]) -> set[str]:
	"""Those that the person may read. Asked once for each type: whoever may not is looked for among the shares each time."""
	return {doctype for doctype in doctypes if frappe.has_permission(doctype, "read")}


def filters_of(work: Work, person: Person) -> Filters | None:
	"""What to ask for; None where the person has no such work."""
	filters = work.filters(person)
	return None if filters is None else [*filters, *_of_own_stores(work.doctype)]


def _of_own_stores(doctype: str) -> Filters:
	"""What another store shares is read, not worked on."""
	stores = stores_of()
	if stores is None or not frappe.get_meta(doctype).has_field("dealership"):
		return []
	return [["dealership", "in", stores or [""]]]


def _read(work: Work, filters: Filters, limit: int) -> list[dict]:
	order = ", ".join(f"{name} asc" for name in (work.due, "name"))
	return frappe.get_list(work.doctype, filters=filters, fields=work.fields, order_by=order, limit_page_length=limit)


def _item(work: Work, row: Mapping, person: Person) -> dict:
	due = moment_of(row[work.due], row[work.due_time] if work.due_time else None)
	urgency = urgency_of(due, person.now) if work.urgency is None else work.urgency
	facts = [_(cstr(row[name])) if name in work.translated else cstr(row[name]) for name in work.facts if row.get(name)]
	return {
		"order": sort_key(urgency, due, row["name"]),
		"work": work.key,
		"doctype": work.doctype,
		"name": row["name"],
		"opens": [row[name] for name in work.opens] if work.opens and all(row[name] for name in work.opens) else None,
		"title": _title(work, row),
		"customer": row.get(work.customer) if work.customer else None,
		"phone": row.get(work.phone) if work.phone else None,
		"why": _(work.why),
		"facts": facts,
		"due": due,
		"day": getdate(due) if due else None,
		"is_late": is_late(due, person.now),
		"urgency": urgency.name,
		"action": work.action,
	}


def _title(work: Work, row: Mapping) -> str | None:
	field = frappe.get_meta(work.doctype).get_field(work.title)
	is_html = field and field.fieldtype == "Text Editor"
	return strip_html(row[work.title] or "") if is_html else row[work.title]


def _more(work: Work, filters: Filters, shown: int) -> dict:
	"""How many are not shown, and the filters of the list that shows them all."""
	names = frappe.get_list(work.doctype, filters=filters, pluck="name", order_by=None, limit_page_length=COUNTED + 1)
	return {
		"doctype": work.doctype,
		"why": _(work.why),
		"count": min(len(names), COUNTED) - shown,
		"is_at_least": len(names) > COUNTED,
		"filters": filters,
	}


def _follow_references(items: Iterable[dict]) -> None:
	"""Customer and phone of the documents behind tasks, as far as the reader sees these: one query for each type."""
	behind: dict[str, list[dict]] = {}
	for item in items:
		if item["opens"]:
			behind.setdefault(item["opens"][0], []).append(item)
	for doctype, tasks in behind.items():
		fields = [name for name in ("customer", "masked_phone") if frappe.get_meta(doctype).has_field(name)]
		if not fields or not frappe.has_permission(doctype, "read"):
			continue
		names = list({task["opens"][1] for task in tasks})
		found = frappe.get_list(doctype, filters={"name": ["in", names]}, fields=["name", *fields], limit_page_length=len(names))
		facts = {row.name: row for row in found}
		for task in tasks:
			row = facts.get(task["opens"][1], {})
			task.update({"customer": row.get("customer"), "phone": row.get("masked_phone")})


def _name_customers(items: Iterable[dict]) -> None:
	"""Name and masked phone of those customers whom the reader sees, in one query."""
	wanted = {item["customer"] for item in items if item["customer"]}
	if not wanted or not frappe.has_permission(CUSTOMER, "read"):
		return
	fields = ["name", "customer_name", "masked_phone"]
	files = {
		file.name: file
		for file in frappe.get_list(CUSTOMER, filters={"name": ["in", list(wanted)]}, fields=fields, limit_page_length=len(wanted))
	}
	for item in items:
		file = files.get(item["customer"])
		if file:
			item["title"] = item["title"] or file.customer_name
			item["phone"] = item["phone"] or file.masked_phone
