"""All that the store keeps of a person, in plain words; what may be changed at once, what is asked for, and asking to be erased."""

import frappe
from frappe import _

from crm4s.portal import frame, own, personal, requests
from crm4s.portal.routes import action, page
from crm4s.portal.viewer import Viewer

CUSTOMER = "C4S Customer"
ADDRESS = (("province", "Province"), ("city", "City"), ("district", "District"), ("address_line", "Address"), ("postal_code", "Postal Code"))
KEPT = (
	("C4S Service Visit", "Service visits"),
	("C4S Service Appointment", "Appointments"),
	("C4S Deal", "Orders and purchases"),
	("C4S Complaint", "Complaints"),
	("C4S Interaction", "Enquiries and conversations"),
	("C4S Survey Response", "Answered surveys"),
	("C4S Message", "Messages we sent"),
	("C4S Insurance Policy", "Insurance policies"),
	("C4S Consent", "Consents and withdrawals"),
)


@own.rule(requests.REQUEST)
def _requests(viewer: Viewer, table):
	"""The own ones only: what an organisation's file says is asked by the organisation."""
	return table.customer == viewer.customer


@page("my/me/data", "my_data.html")
def my_data(viewer: Viewer, context):
	file = frappe.get_doc(CUSTOMER, viewer.customer)
	context.update(
		tab="me",
		title=_("My data"),
		file=file,
		facts=_facts(file),
		kept=_kept(viewer.customer),
		address=[(field, _(label), file.get(field) or "") for field, label in ADDRESS],
		interests=personal.interests_on_offer(),
		chosen={row.interest for row in file.interests},
		document_types=_document_types(),
		correction=_shown(viewer, requests.CORRECTION),
		erasure=_shown(viewer, requests.ERASURE),
	)


@action("my/me/data", "save")
def save(viewer: Viewer, form):
	values = {field: form.text(field, 140) for field, _label in ADDRESS}
	chosen = [name for name in personal.interests_on_offer() if form.ticked(f"interest-{name}")]
	personal.save(viewer.customer, values, chosen)
	frame.say(viewer, _("Saved."))


@action("my/me/data", "correct")
def correct(viewer: Viewer, form):
	wished = {field: form.text(field, 140) for field in requests.FIELDS}
	if wished["identity_document_type"] and not wished["identity_number"]:
		wished["identity_document_type"] = ""
	requests.ask_correction(viewer.customer, wished, form.text("words", 500))
	frame.say(viewer, _("Thank you. A colleague looks at it and writes the change; you see the state here."))


@action("my/me/data", "erase")
def erase(viewer: Viewer, form):
	if not form.ticked("sure"):
		frappe.throw(_("Please tick that you have read what is erased and what stays."))
	requests.ask_erasure(viewer.customer, form.text("words", 500))
	frame.say(viewer, _("We have your request. You see the state here, and can withdraw it until it is carried out."))


@action("my/me/data", "withdraw", request=requests.REQUEST)
def withdraw(viewer: Viewer, form, request: str | None):
	if not request:
		raise own.NotYoursError
	requests.withdraw(request)
	frame.say(viewer, _("The request is withdrawn."))


def _facts(file) -> list[tuple[str, str]]:
	birthday = file.lunar_birthday_text if file.birthday_calendar == "Lunar" else frame.day(file.birthday)
	facts = (
		(_("Customer Name"), file.customer_name),
		(_("Sex"), _(file.sex) if file.sex else ""),
		(_("Birthday"), birthday),
		(_(file.identity_document_type or "Document Number"), file.masked_identity_number),
		(_("Primary Phone"), file.masked_phone),
		(_("E-mail"), file.email),
		(_("WeChat"), file.wechat),
		(_("Occupation"), _(file.occupation) if file.occupation else ""),
		(_("People in the household"), file.household_size),
		(_("Purpose of the car"), _(file.purchase_purpose) if file.purchase_purpose else ""),
		(_("Family on file"), ", ".join(_(row.relation) for row in file.relations)),
	)
	return [(label, str(value)) for label, value in facts if value]


def _kept(customer: str) -> list[tuple[str, int]]:
	"""How much of what is kept besides; one count each, by index."""
	counts = ((_(label), frappe.db.count(doctype, {"customer": customer})) for doctype, label in KEPT)
	return [(label, count) for label, count in counts if count]


def _document_types() -> list[tuple[str, str]]:
	options = frappe.get_meta(CUSTOMER).get_field("identity_document_type").options.split("\n")
	return [(option, _(option)) for option in options if option]


def _shown(viewer: Viewer, kind: str):
	"""The last request of a kind, with `is_open`, `state` and the wished values."""
	found = requests.latest(viewer.customer, kind)
	if not found:
		return None
	rows = frappe.get_all("C4S Data Request Change", {"parent": found.name}, ["field_label", "masked_wished"], order_by="idx")
	found.update(is_open=found.status == requests.OPEN, state=_(found.status), changes=[(_(row.field_label), _(row.masked_wished)) for row in rows])
	return found
