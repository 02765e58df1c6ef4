"""One matter that a customer wrote about, or one complaint: what was said, where it stands, what is the customer's to do."""

import frappe
from frappe import _

from crm4s.interactions.actions import ANSWERED, CLOSED, INTERACTION, OPEN
from crm4s.portal import frame, matters, own, threads
from crm4s.portal.form import Form
from crm4s.portal.matters import Matter
from crm4s.portal.routes import action, page
from crm4s.portal.uploads import MOST, read_pictures
from crm4s.portal.viewer import Viewer
from crm4s.portal.voices import COMPLAINT, LONGEST_WORDS, REPORT

CONTACT_PATH, COMPLAINT_PATH = "my/threads/<contact>", "my/complaints/<complaint>"
FACTS = ("subject", "category", "status", "channel", "received_on", "respond_by", "responded_on", "resolve_by", "paused_since", "feedback_on", "closed_on", "satisfaction")


@page(CONTACT_PATH, "thread.html", contact=INTERACTION)
def contact(viewer: Viewer, context, contact: str):
	document = frappe.get_doc(INTERACTION, contact)
	standing, mark = threads.standing_of_contact(document)
	_fill(context, viewer, document, document.subject, threads.of_contact(document), standing, mark)
	context.update(may_settle=document.status == ANSWERED, may_rate=False, may_object=document.status != OPEN, closed=document.status == CLOSED)
	if document.manufacturer_report:
		[context["report"]] = own.rows(viewer, REPORT, "title", "status", "manufacturer_number", "manufacturer_answer", "answered_on", where=lambda table: table.name == document.manufacturer_report)


@page(COMPLAINT_PATH, "thread.html", complaint=COMPLAINT)
def complaint(viewer: Viewer, context, complaint: str):
	document = frappe.get_doc(COMPLAINT, complaint)
	standing, mark = threads.standing_of_complaint(document)
	told, is_open = threads.is_told(document), document.status not in ("Resolved", CLOSED)
	_fill(context, viewer, document, threads.title_of(document), threads.of_complaint(document), standing, mark)
	context.update(may_settle=False, may_rate=told and not document.satisfaction, may_object=told and not is_open, closed=document.status == CLOSED, stars=document.satisfaction)


def _fill(context, viewer: Viewer, document, title: str, entries: list, standing: str, mark: str) -> None:
	store = frappe.db.get_value("C4S Dealership", document.dealership, ["dealership_name", "phone"], as_dict=True)
	car = document.vehicle and frappe.db.get_value("C4S Vehicle", document.vehicle, "plate_number")
	context.update(
		tab="voice", title=title, number=document.name, entries=entries, standing=standing, mark=mark, store=store, car=car, received_on=document.received_on,
		photos=threads.photos(viewer, document.doctype, document.name), report=None, stars=0, longest=LONGEST_WORDS, most_photos=MOST,
	)


@action(CONTACT_PATH, "add", contact=INTERACTION)
def add_to_contact(viewer: Viewer, form: Form, contact: str):
	return _add(viewer, form, INTERACTION, contact)


@action(COMPLAINT_PATH, "add", complaint=COMPLAINT)
def add_to_complaint(viewer: Viewer, form: Form, complaint: str):
	return _add(viewer, form, COMPLAINT, complaint)


def _add(viewer: Viewer, form: Form, doctype: str, name: str) -> None:
	pictures = read_pictures(form.files, "photos")
	words = form.text("words") if pictures else form.must("words", _("Your words"), longest=LONGEST_WORDS)
	threads.add(viewer, doctype, name, words, pictures)
	frame.say(viewer, _("Thank you, we have added it."))


@action(CONTACT_PATH, "object", contact=INTERACTION)
def object_to_answer(viewer: Viewer, form: Form, contact: str):
	return _object(viewer, form, INTERACTION, contact)


@action(COMPLAINT_PATH, "object", complaint=COMPLAINT)
def object_to_solution(viewer: Viewer, form: Form, complaint: str):
	return _object(viewer, form, COMPLAINT, complaint)


def _object(viewer: Viewer, form: Form, doctype: str, name: str) -> None:
	threads.not_settled(viewer, doctype, name, form.must("why", _("What is missing"), longest=LONGEST_WORDS))
	frame.say(viewer, _("It is open again; we look into it."))


@action(CONTACT_PATH, "settle", contact=INTERACTION)
def settle_contact(viewer: Viewer, form: Form, contact: str):
	threads.settle_contact(contact)
	frame.say(viewer, _("Thank you, the matter is closed."))


@action(COMPLAINT_PATH, "settle", complaint=COMPLAINT)
def settle_complaint(viewer: Viewer, form: Form, complaint: str):
	threads.settle_complaint(viewer, complaint, form.number("stars"), form.text("note"))
	frame.say(viewer, _("Thank you for your word."))


@matters.matters
def solutions_to_judge(viewer: Viewer) -> list[Matter]:
	"""Complaints that wait for the customer, then those under way."""
	found = own.rows(viewer, COMPLAINT, *FACTS, where=lambda table: table.status != CLOSED, order_by="received_on", newest_first=True, limit=20)
	return [
		Matter(threads.title_of(row), f"/my/complaints/{row.name}", threads.standing_of_complaint(row)[0], row.resolve_by, asks=bool(threads.is_told(row) or row.paused_since))
		for row in found
	]


@matters.matters
def answers_to_read(viewer: Viewer) -> list[Matter]:
	"""Words of the customer that were answered, and those that wait for an answer."""
	fields = ("subject", "status", "due_on", "manufacturer_report", "answered_on")
	found = own.rows(viewer, INTERACTION, *fields, where=lambda table: table.status != CLOSED, order_by="received_on", newest_first=True, limit=20)
	return [Matter(row.subject, f"/my/threads/{row.name}", threads.standing_of_contact(row)[0], row.due_on, asks=row.status == ANSWERED) for row in found]
