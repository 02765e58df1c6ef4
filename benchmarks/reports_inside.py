"""What benchmarks/reports.py asks for inside Frappe: two readers, and the reports that each may open."""

import frappe
from frappe.utils.password import update_password

READERS = {"group manager": "C4S Group Manager", "manager of a store": "C4S Dealer Manager"}


def readers(password: str) -> dict:
	"""Reports by reader: {"group manager": {"user", "reports": [names]}}. The store is the one with the most visits."""
	# The framework puts a report that took long aside, to be prepared by a job: an earlier run would answer for this one.
	frappe.db.set_value("Report", {"module": "CRM4S"}, "prepared_report", 0)
	return {who: {"user": _user(role, password), "reports": _reports(role)} for who, role in READERS.items()}


def rows() -> dict[str, int]:
	"""How many documents the figures come from."""
	counted = ("C4S Customer", "C4S Vehicle", "C4S Service Visit", "C4S Deal", "C4S Lead", "C4S Complaint", "C4S Survey Response", "C4S Interaction", "C4S Message")
	return {doctype: frappe.db.count(doctype) for doctype in counted}


def _user(role: str, password: str) -> str:
	name = f"reads-reports-{frappe.scrub(role)}@example.com"
	if not frappe.db.exists("User", name):
		user = frappe.get_doc({"doctype": "User", "email": name, "first_name": role, "send_welcome_email": 0, "language": "en", "roles": [{"role": role}]})
		user.flags.ignore_password_policy = True
		user.insert()
		if role != "C4S Group Manager":
			frappe.get_doc({"doctype": "User Permission", "user": name, "allow": "C4S Dealership", "for_value": _largest_store(), "is_default": 1}).insert()
	update_password(name, password)
	frappe.db.commit()
	return name


def _largest_store() -> str:
	visit = frappe.qb.DocType("C4S Service Visit")
	return frappe.qb.from_(visit).select(visit.dealership).groupby(visit.dealership).orderby(frappe.qb.functions("COUNT", "*"), order=frappe.qb.desc).limit(1).run()[0][0]


def _reports(role: str) -> list[str]:
	allowed = frappe.get_all("Has Role", {"parenttype": "Report", "role": role}, pluck="parent")
	return sorted(frappe.get_all("Report", {"module": "CRM4S", "disabled": 0, "name": ["in", allowed]}, pluck="name"))
