"""Rules, people and pools for the tests of leads."""

import frappe

from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.tests.people import make_user

LEAD_TABLES = ("C4S Lead Contact", "C4S Lead Interest", "C4S Lead Defeat")


def make_rule(store: str, *users: str, **values):
	"""A rule of the store that gives leads to these users in turn."""
	members = [{"user": user, "max_open_leads": values.pop("max_open_leads", 0)} for user in users]
	rule = {"doctype": "C4S Lead Assignment Rule", "rule_name": f"{store} {frappe.generate_hash(length=6)}", "dealership": store}
	return frappe.get_doc({**rule, "method": "Round Robin", "members": members, **values}).insert()


def make_consultants(store: str, count: int) -> list[str]:
	return [make_user("Sales Consultant", [store]) for _ in range(count)]


def make_store(code: str) -> str:
	return make_dealership(code).name


def remove_store(store: str, *users: str) -> None:
	"""Take away what other connections had to see, hence was committed."""
	frappe.db.rollback()
	leads = frappe.get_all("C4S Lead", {"dealership": store}, pluck="name")
	for table in LEAD_TABLES:
		frappe.db.delete(table, {"parent": ["in", leads or [""]]})
	frappe.db.delete("C4S State Passage", {"document_name": ["in", leads or [""]]})
	frappe.db.delete("Notification Log", {"document_name": ["in", leads or [""]]})
	frappe.db.delete("Notification Log", {"for_user": ["in", users or [""]]})
	for doctype in ("C4S Lead", "C4S Lead Movement", "C4S Quarantined Lead"):
		frappe.db.delete(doctype, {"dealership": store})
	for rule in frappe.get_all("C4S Lead Assignment Rule", {"dealership": store}, pluck="name"):
		frappe.delete_doc("C4S Lead Assignment Rule", rule, force=True)
	for user in users:
		frappe.db.delete("User Permission", {"user": user})
		frappe.delete_doc("User", user, force=True)
	frappe.delete_doc("C4S Dealership", store, force=True)
	frappe.db.commit()
