"""What became of the messages that were asked for in a time: sent, received, failed, held back, what they cost, what customers did next."""

import frappe
from frappe import _
from frappe.query_builder.functions import Count, Date, Sum
from pypika.terms import ExistsCriterion

from crm4s.access.chosen_stores import keep_stores
from crm4s.crm4s.report import shapes
from crm4s.crm4s.report.period import with_period
from crm4s.messages.decision import WITHOUT_CONSENT
from crm4s.reports.message_outcomes import outcomes

MESSAGE, APPOINTMENT, RESPONSE, INVITATION = "C4S Message", "C4S Service Appointment", "C4S Survey Response", "C4S Survey Invitation"
CHANNEL, TEMPLATE = "Channel", "Template"
VIEWS = {
	CHANNEL: shapes.Axis("channel_kind"),
	TEMPLATE: shapes.Axis("template", "C4S Message Template"),
	"Contact Purpose": shapes.Axis("purpose", "C4S Contact Purpose"),
	"Asked for By": shapes.Axis("reference_doctype"),
	"Store": shapes.STORE,
	shapes.MONTH: shapes.BY_MONTH,
}
FILTERS = ("channel_kind", "purpose", "template")
SENT, RECEIVED, UNDER_WAY, FAILED, SUPPRESSED = "Sent", "Received by Customer", ("To Be Sent", "Sending"), ("Not Delivered", "Dead"), "Suppressed"
# An appointment that is made within so many days is counted as the message's doing.
DAYS_TO_BOOK = 14


def execute(filters: dict | None = None):
	filters = with_period(filters, VIEWS, months=1)
	axis = VIEWS[filters.view]
	rows = shapes.read(outcomes([*read(filters, axis), *read_followed(filters, axis)]), axis, filters, FILTERS)
	together = outcomes([{**row, "key": ""} for row in rows])
	drawn = {"sent": _("Sent"), "received": _("Received"), "failed": _("Not Delivered"), "suppressed": _("Suppressed")}
	return columns(filters.view), rows, None, shapes.bars(rows, drawn), summary(together[0]) if together else []


def read(filters, axis: shapes.Axis) -> list[dict]:
	"""Counts and cost by key."""
	message = frappe.qb.DocType(MESSAGE)
	key, sent = axis.term(message, "creation"), message.status.isin([SENT, RECEIVED])
	query = frappe.qb.from_(message).select(
		key.as_("key"),
		Count("*").as_("asked"),
		shapes.count_if(message.status.isin(UNDER_WAY)).as_("waiting"),
		shapes.count_if(sent).as_("sent"),
		shapes.count_if(message.status == RECEIVED).as_("received"),
		shapes.count_if(message.status.isin(FAILED)).as_("failed"),
		shapes.count_if(message.status == SUPPRESSED).as_("suppressed"),
		shapes.count_if((message.status == SUPPRESSED) & message.reason_kind.isin(WITHOUT_CONSENT)).as_("without_consent"),
		Sum(message.cost).as_("cost"),
	)
	return _of_time(query, message, filters).groupby(key).run(as_dict=True)


def read_followed(filters, axis: shapes.Axis) -> list[dict]:
	"""Of the messages sent, by key: how many appointments customers made within two weeks, and how many invitations to surveys were answered.

	Of several messages before it the last one counts.
	"""
	return [*_booked(filters, axis), *_answered(filters, axis)]


def _booked(filters, axis: shapes.Axis) -> list[dict]:
	message, appointment, later = frappe.qb.DocType(MESSAGE), frappe.qb.DocType(APPOINTMENT), frappe.qb.DocType(MESSAGE).as_("later")
	days = frappe.qb.functions("datediff", Date(appointment.creation), Date(message.sent_on))
	# The planned hour lies after the making: the index of the customer's appointments begins there.
	made = (appointment.customer == message.customer) & (appointment.planned_from >= message.sent_on) & (appointment.creation >= message.sent_on)
	made &= (days <= DAYS_TO_BOOK) & (appointment.status != "Cancelled")
	key = axis.term(message, "creation")
	query = frappe.qb.from_(message).join(appointment).on(made).select(key.as_("key"), Count("*").as_("booked"))
	return _last_of(query, message, later, later.customer == message.customer, appointment.creation, filters).groupby(key).run(as_dict=True)


def _answered(filters, axis: shapes.Axis) -> list[dict]:
	message, response, later = frappe.qb.DocType(MESSAGE), frappe.qb.DocType(RESPONSE), frappe.qb.DocType(MESSAGE).as_("later")
	key, same = axis.term(message, "creation"), (later.reference_doctype == INVITATION) & (later.reference_name == message.reference_name)
	answered = (response.invitation == message.reference_name) & (response.creation >= message.sent_on)
	query = frappe.qb.from_(message).join(response).on(answered).select(key.as_("key"), Count("*").as_("answered"))
	query = query.where(message.reference_doctype == INVITATION)
	return _last_of(query, message, later, same, response.creation, filters).groupby(key).run(as_dict=True)


def _last_of(query, message, later, same, moment, filters):
	"""The query with those messages that were sent, and after which none of the `same` was sent up to the moment."""
	after = (later.sent_on > message.sent_on) | ((later.sent_on == message.sent_on) & (later.name > message.name))
	sent = later.status.isin([SENT, RECEIVED]) & (later.sent_on <= moment)
	others = frappe.qb.from_(later).select(later.name).where(same & after & sent)
	return _of_time(query.where(message.status.isin([SENT, RECEIVED]) & ExistsCriterion(others).negate()), message, filters)


def _of_time(query, message, filters):
	query = shapes.equal_to(query.where(shapes.within(message.creation, filters)), message, filters, FILTERS)
	return keep_stores(query, message.dealership, filters.dealership)


def columns(view: str) -> list[dict]:
	percent = {"fieldtype": "Percent", "width": 115}

	def opens(status, **only) -> dict:
		return shapes.opens(MESSAGE, "creation", status=status, **only)

	return [
		shapes.key_column(view, 220),
		shapes.column("asked", _("Messages"), width=105, **shapes.opens(MESSAGE, "creation")),
		shapes.column("waiting", _("To Be Sent"), width=105, **opens(["in", list(UNDER_WAY)])),
		shapes.column("sent", _("Sent"), width=90, **opens(["in", [SENT, RECEIVED]])),
		shapes.column("sent_percent", _("Sent %"), **percent),
		shapes.column("received", _("Received by Customer"), width=130, **opens(RECEIVED)),
		shapes.column("failed", _("Not Delivered"), width=90, **opens(["in", list(FAILED)])),
		shapes.column("failed_percent", _("Failed %"), **percent),
		shapes.column("suppressed", _("Suppressed"), **opens(SUPPRESSED)),
		shapes.column("without_consent", _("Without Consent"), width=130, **opens(SUPPRESSED, reason_kind=["in", list(WITHOUT_CONSENT)])),
		shapes.column("cost", _("Cost"), "Currency", 110),
		shapes.column("cost_each", _("Cost Each"), "Float", 105, precision=3),
		shapes.column("booked", _("Booked within {0} Days").format(DAYS_TO_BOOK), width=150),
		shapes.column("booked_percent", _("Booked Afterwards %"), **percent),
		shapes.column("cost_per_booking", _("Cost per Booking"), "Currency", 140),
		shapes.column("answered", _("Surveys Answered"), width=140),
	]


def summary(total: dict) -> list[dict]:
	return [
		shapes.figure(_("Sent"), total["sent"], indicator="Blue"),
		shapes.figure(_("Sent %"), total["sent_percent"], "Percent"),
		shapes.figure(_("Without Consent"), total["without_consent"], indicator="Orange"),
		shapes.figure(_("Cost"), total["cost"], "Currency"),
		shapes.figure(_("Booked Afterwards %"), total["booked_percent"], "Percent", "Green"),
	]
