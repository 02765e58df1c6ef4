"""What customers say to the manufacturer: voices are joined to a report, the report is sent, and the answer goes to each customer."""

import frappe
from frappe import _
from frappe.utils import now_datetime

from crm4s.access.required import require_document, require_permission
from crm4s.interactions.actions import INTERACTION
from crm4s.messages.outbox import Wish, queue

REPORT = "C4S Manufacturer Report"
COLLECTING, SENT, ANSWERED, CLOSED = "Collecting", "Sent", "Answered", "Closed"
VOICES = ("Design Wish", "Safety Concern")
TEMPLATE, PURPOSE = "厂家答复", "Service Information"
CHANNELS = ("WeCom", "WeChat", "SMS", "E-Mail", "Desk Task")


@frappe.whitelist(methods=["POST"])
def join(interaction: str, report: str | None = None, title: str | None = None, description: str | None = None) -> str:
	"""The report that the contact's voice was joined to, or a new one; for those who may write the contact and the report."""
	require_permission(INTERACTION, "write", interaction)
	voice = require_document(INTERACTION, interaction)
	if voice.kind not in VOICES or not voice.model:
		frappe.throw(_("Choose a category for the manufacturer and the model first."))
	if voice.manufacturer_report:
		frappe.throw(_("It is in report {0} already.").format(voice.manufacturer_report))
	document = _report_to_join(report) if report else _new_report(voice, title, description)
	if (document.model, document.kind) != (voice.model, voice.kind):
		frappe.throw(_("The report is about {0}, {1}.").format(document.model, _(document.kind)))
	voice.manufacturer_report = document.name
	voice.flags.by_centre = True
	voice.save()
	_count(document)
	return document.name


@frappe.whitelist(methods=["POST"])
def send(name: str, number: str | None = None) -> None:
	"""It went to the manufacturer; for those who may write it."""
	require_permission(REPORT, "write", name)
	report = _in(name, COLLECTING, _("Only a report that collects voices is sent."))
	report.update({"status": SENT, "sent_on": now_datetime(), "sent_by": frappe.session.user, "manufacturer_number": number or report.manufacturer_number})
	_save(report)


@frappe.whitelist(methods=["POST"])
def take_answer(name: str, answer: str, tell: int = 1) -> int:
	"""The manufacturer has answered; how many customers are told. For those who may write the report."""
	require_permission(REPORT, "write", name)
	report = _in(name, SENT, _("Only a report that was sent is answered."))
	if not (answer or "").strip():
		frappe.throw(_("Say what the answer was."), frappe.MandatoryError)
	report.update({"status": ANSWERED, "answered_on": now_datetime(), "manufacturer_answer": answer.strip()})
	told = _tell(report) if tell else 0
	if tell:
		report.customers_told_on = now_datetime()
	_save(report)
	return told


@frappe.whitelist(methods=["POST"])
def close(name: str) -> None:
	"""Nothing more is to be done; for those who may write the report."""
	require_permission(REPORT, "write", name)
	report = _in(name, ANSWERED, _("Only a report that was answered is closed."))
	report.status = CLOSED
	_save(report)


def _tell(report) -> int:
	"""Each customer once for each report, whoever of them said it how often."""
	voices = frappe.get_all(INTERACTION, {"manufacturer_report": report.name, "customer": ["is", "set"]}, ["name", "customer", "dealership"], order_by="received_on", limit_page_length=0)
	wishes = {
		voice.customer: Wish(
			source_key=f"manufacturer:{report.name}:{voice.customer}", customer=voice.customer, purpose=PURPOSE, channels=CHANNELS, template=TEMPLATE,
			values={"title": report.title, "answer": report.manufacturer_answer}, dealership=voice.dealership,
			reference_doctype=INTERACTION, reference_name=voice.name,
		)
		for voice in voices
	}
	return queue(list(wishes.values()))


def _new_report(voice, title: str | None, description: str | None):
	require_permission(REPORT, "create")
	values = {"model": voice.model, "kind": voice.kind, "dealership": voice.dealership, "title": title or voice.subject, "description": description or voice.said}
	return frappe.get_doc({"doctype": REPORT, **values}).insert()


def _report_to_join(name: str):
	"""One of the group collects the voices of all stores, whoever of them may begin reports."""
	of_group = not frappe.db.get_value(REPORT, name, "dealership") and frappe.has_permission(REPORT, "create")
	report = _in(name, COLLECTING, _("This report was sent already; begin a new one."), "read" if of_group else "write")
	report.flags.ignore_permissions = bool(of_group)
	return report


def _in(name: str, status: str, otherwise: str, right: str = "write"):
	report = frappe.get_doc(REPORT, name, for_update=True)
	report.check_permission(right)
	if report.status != status:
		frappe.throw(otherwise)
	return report


def _count(report) -> None:
	report.voices = frappe.db.count(INTERACTION, {"manufacturer_report": report.name})
	_save(report)


def _save(report) -> None:
	report.flags.by_centre = True
	report.save()
