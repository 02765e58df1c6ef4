"""The end of a complaint: the customer is told how it was settled, says whether that is enough, and opens it again if not."""

import frappe
from frappe import _
from frappe.utils import escape_html, now_datetime

from crm4s.messages import outbox, purposes
from crm4s.settings import setting
from crm4s.workflows import events, states

OPEN, RESOLVED, CLOSED = "Open", "Resolved", "Closed"
MESSAGE, CALL = "Message", "Call"
CALL_HOOK = "c4s_open_call"
CALLER = "C4S CRM Specialist"


def tell_customer(complaint, by: str) -> None:
	"""Let the customer know how the complaint was settled, once a round: by a message, or by somebody who calls.

	The process goes on to the state that waits for this, if nothing mandatory is open.
	"""
	if complaint.status != RESOLVED:
		frappe.throw(_("The customer is told when there is a solution."))
	if complaint.feedback_on:
		frappe.throw(_("The customer was told already, on {0}.").format(frappe.format_value(complaint.feedback_on, "Datetime")))
	{MESSAGE: _send, CALL: _have_called}[by](complaint)
	complaint.update({"feedback_on": now_datetime(), "feedback_by": by})
	complaint.flags.writes_facts = True
	complaint.save(ignore_permissions=True)
	events.happened(complaint, "Customer Told")


def reopen_for_customer(name: str, words: str) -> bool:
	"""The customer is not content: the complaint is opened again, with what he or she said; False for one that is open.

	For callers with the system's rights, such as the portal or an answer to a survey; staff use the action of the workflow.
	"""
	complaint = frappe.get_doc("C4S Complaint", name, for_update=True)
	if complaint.status == OPEN:
		return False
	if not events.happened(complaint, "Customer Objected"):
		states.move(complaint, OPEN, _("Customer Objected"))
	complaint.add_comment("Comment", escape_html(words or ""))
	return True


def hear_customer(complaint) -> bool:
	"""The customer said more: a complaint that waits for that goes on, as its process says; whether it did. For callers with the system's rights."""
	return bool(complaint.paused_since) and events.happened(complaint, "Customer Answered")


def _send(complaint) -> None:
	way = purposes.way_of(setting("complaint_template"))
	if not way:
		frappe.throw(_("There is no template for this message, or it is switched off; an administrator sets it in CRM4S Settings. Or let somebody call."))
	wish = outbox.Wish(
		source_key=_key(complaint), customer=complaint.customer, purpose=way.purpose, channels=way.channels, template=way.template,
		values={"number": complaint.name, "subject": complaint.subject, "solution": complaint.solution}, dealership=complaint.dealership,
		vehicle=complaint.vehicle, reference_doctype=complaint.doctype, reference_name=complaint.name,
	)
	outbox.queue([wish])


def _have_called(complaint) -> None:
	paths = frappe.get_hooks(CALL_HOOK)
	if not paths:
		frappe.throw(_("Nobody takes calls here; send a message."))
	frappe.get_attr(paths[-1])(
		source_key=_key(complaint), customer=complaint.customer, dealership=complaint.dealership, vehicle=complaint.vehicle, owner_role=CALLER,
		why=_("Tell how the complaint was settled and ask whether the customer is content: {0}").format(complaint.subject),
		reference_doctype=complaint.doctype, reference_name=complaint.name,
	)


def _key(complaint) -> str:
	return f"complaint|{complaint.name}|{complaint.times_reopened or 0}"
