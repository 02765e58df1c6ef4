"""A contact written down from outside the lead's form."""

import frappe

LEAD = "C4S Lead"


@frappe.whitelist(methods=["POST"])
def log_contact(
	lead: str,
	channel: str,
	summary: str,
	contacted_on: str | None = None,
	outcome: str | None = None,
	next_contact_on: str | None = None,
	grade: str | None = None,
) -> None:
	"""Add a row to the lead's contacts, as the form does; for those who may write the lead. Without a time the contact was now."""
	document = frappe.get_doc(LEAD, lead)
	document.check_permission("write")
	contact = {"channel": channel, "summary": summary, "outcome": outcome or None, "next_contact_on": next_contact_on or None}
	document.append("contacts", {**contact, "contacted_on": contacted_on or frappe.utils.now_datetime()})
	if grade:
		document.grade = grade
	document.save()
