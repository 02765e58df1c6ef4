"""A KPI of a store, or of a person there, in a month. Written by crm4s.scorecard.results only."""

import frappe
from frappe.model.document import Document

from crm4s.access.stores import has_store_permission, store_condition
from crm4s.scorecard.who import answers_condition

RESULT = "C4S KPI Result"


class C4SKPIResult(Document):
	pass


def on_doctype_update() -> None:
	frappe.db.add_unique(RESULT, ["kpi", "dealership", "month", "person"], "one_of_each")
	frappe.db.add_index(RESULT, ["dealership", "month"])
	frappe.db.add_index(RESULT, ["month", "kpi"])


def get_permission_query_conditions(user: str | None = None) -> str:
	return " and ".join(part for part in (store_condition(RESULT, user), answers_condition(user)) if part)


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	user = user or frappe.session.user
	is_about_reader = doc.get("rests_on_answers") and doc.get("person") == user and user != "Administrator"
	return has_store_permission(doc, user) and not is_about_reader
