"""What customers did, as figures that conditions compare: each a set query over one table, by an index that it names."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import frappe
from frappe import _
from frappe.query_builder import CustomFunction
from frappe.query_builder.functions import Count, Max, Sum
from frappe.utils import add_days, add_months, cint, escape_html, nowdate

from crm4s.segments.conditions import COMPARED, IN, NOT_IN, NOT_SET, SET, values_of
from crm4s.settings import setting
from crm4s.value.satisfaction import EXPERIENCE

NUMBER, MONEY, CHOICE = "Number", "Money", "Choice"
DAYS = "Days"
OPPOSITE = {"=": "!=", "!=": "=", ">": "<=", "<=": ">", "<": ">=", ">=": "<", IN: NOT_IN, NOT_IN: IN}
DateDiff = CustomFunction("datediff", ["later", "earlier"])


@dataclass(frozen=True)
class Measure:
	"""A figure of each customer, or for a choice the values that a customer has.

	Attributes:
		label: what people read; English, translated where it is shown.
		kind: of the figure.
		doctype: where its rows are; all have a column `customer`.
		index: the columns by which the rows of a range of customers are read.
		counts: criterion over the table: which rows count.
		figure: the aggregate that is compared; of a choice the column.
		happened: column with the moment of a row, where the figure can be limited to the last months or days.
		absent: the figure of who has no row; None: none, it meets no comparison.
		of_store: whether rows belong to a store; a store's segment counts its own, unless stores share their dealings.
		options: of a choice the document type of its values.
	"""

	label: str
	kind: str
	doctype: str
	index: tuple[str, ...]
	counts: Callable[[Any], Any]
	figure: Callable[[Any], Any]
	happened: str | None = None
	absent: float | None = 0
	of_store: bool = True
	options: str | None = None


def _everything(table):
	return table.customer.isnotnull()


def _settled(visit):
	return (visit.status == "Settled") & visit.customer.isnotnull()


def _still_valid(coupon):
	return (coupon.status == "Usable") & (coupon.valid_until.isnull() | (coupon.valid_until >= nowdate()))


def _last_answer(response):
	"""The customer's latest answer with a score about what he or she met with; without a rating the score stands at 0 and says nothing."""
	later = frappe.qb.DocType("C4S Survey Response").as_("later_response")
	latest = frappe.qb.from_(later).select(Max(later.responded_on)).where((later.customer == response.customer) & _is_experience(later))
	return _is_experience(response) & (response.responded_on == latest)


def _is_experience(response):
	return (response.rated_answers > 0) & response.survey_kind.isin(EXPERIENCE)


VISIT = "C4S Service Visit"
MEASURES: dict[str, Measure] = {
	"workshop_visits": Measure(
		"Workshop Visits", NUMBER, VISIT, ("customer", "settled_on"),
		lambda visit: _settled(visit) & (visit.visit_kind == "Workshop"), lambda visit: Count(visit.name), "settled_on",
	),
	"service_spending": Measure(
		"Service Spending", MONEY, VISIT, ("customer", "settled_on"), _settled, lambda visit: Sum(visit.customer_amount), "settled_on",
	),
	"days_since_visit": Measure(
		"Days Since the Last Workshop Visit", NUMBER, VISIT, ("customer", "settled_on"),
		lambda visit: _settled(visit) & (visit.visit_kind == "Workshop"), lambda visit: DateDiff(nowdate(), Max(visit.settled_on)), absent=None,
	),
	"delivered_deals": Measure(
		"Cars Delivered", NUMBER, "C4S Deal", ("customer",), lambda deal: deal.status == "Delivered", lambda deal: Count(deal.name), "delivered_on",
	),
	"open_leads": Measure("Open Leads", NUMBER, "C4S Lead", ("customer",), lambda lead: lead.status == "Open", lambda lead: Count(lead.name)),
	"open_complaints": Measure(
		"Open Complaints", NUMBER, "C4S Complaint", ("customer",), lambda complaint: complaint.status == "Open", lambda complaint: Count(complaint.name),
	),
	"complaints": Measure(
		"Complaints", NUMBER, "C4S Complaint", ("customer",), _everything, lambda complaint: Count(complaint.name), "received_on",
	),
	"last_score": Measure(
		"Last Survey Score", NUMBER, "C4S Survey Response", ("customer",), _last_answer, lambda response: Max(response.score), "responded_on", None,
	),
	"points_balance": Measure(
		"Points Balance", NUMBER, "C4S Membership", ("customer",), lambda member: member.status == "Active", lambda member: Sum(member.balance),
		of_store=False,
	),
	"membership_tier": Measure(
		"Membership Tier", CHOICE, "C4S Membership", ("customer",), lambda member: member.status == "Active", lambda member: member.tier,
		absent=None, of_store=False, options="C4S Membership Tier",
	),
	"unused_coupons": Measure(
		"Unused Coupons", NUMBER, "C4S Coupon", ("customer",), _still_valid, lambda coupon: Count(coupon.name),
	),
	"messages": Measure(
		"Messages Received", NUMBER, "C4S Message", ("customer", "sent_on"), lambda message: message.status.isin(("Sent", "Received by Customer")),
		lambda message: Count(message.name), "sent_on",
	),
	"events_attended": Measure(
		"Events Attended", NUMBER, "C4S Event Registration", ("customer",), lambda registration: registration.status == "Attended",
		lambda registration: Count(registration.name), "attended_on",
	),
	"attended_campaign": Measure(
		"Attended the Campaign", CHOICE, "C4S Event Registration", ("customer",), lambda registration: registration.status == "Attended",
		lambda registration: registration.campaign, "attended_on", absent=None, options="C4S Campaign",
	),
	"owner_club": Measure(
		"Owner Club", CHOICE, "C4S Owner Club Member", ("customer",),
		lambda member: member.until.isnull() | (member.until >= nowdate()), lambda member: member.club,
		absent=None, of_store=False, options="C4S Owner Club",
	),
}


def measure_of(row) -> Measure:
	if row.fieldname not in MEASURES:
		frappe.throw(_("{0} is nothing that is counted of customers.").format(escape_html(row.fieldname or "")))
	return MEASURES[row.fieldname]


def validate(row) -> None:
	"""Refuse what is not counted, or compared with something that it cannot be."""
	row.fieldname = (row.fieldname or "").strip()
	measure = measure_of(row)
	if not measure.happened:
		row.within = 0
	if row.operator in (SET, NOT_SET):
		row.value = None
		return
	if not (row.value or "").strip():
		frappe.throw(_("The condition on {0} needs a value.").format(_(measure.label)))
	if measure.kind == CHOICE:
		if row.operator not in ("=", "!=", IN, NOT_IN):
			frappe.throw(_("{0} can be equal or not, but not more or less.").format(_(measure.label)))
		for value in values_of(row):
			if not frappe.db.exists(measure.options, value):
				frappe.throw(_("{0} is no value of {1}.").format(escape_html(value), _(measure.label)))
		return
	try:
		[float(value) for value in values_of(row)]
	except ValueError:
		frappe.throw(_("{0} is no value of {1}.").format(escape_html(row.value), _(measure.label)))


def condition(customer, row, stores: Sequence[str] | None = None, between: tuple[str, str] | None = None):
	"""The row as a criterion over `customer`, a column with names of customers.

	Args:
		stores: whose rows count; None: all.
		between: first and last name of the customers that are asked about, so that no more is read.
	"""
	measure = measure_of(row)
	table, query = _rows(measure, row, stores, between)
	if row.operator in (SET, NOT_SET):
		found = customer.isin(_having_any(measure, table, query))
		return found if row.operator == SET else found.negate()
	if measure.kind == CHOICE:
		values = values_of(row)
		found = customer.isin(query.where(measure.figure(table).isin(values)).select(table.customer))
		return found.negate() if row.operator in ("!=", NOT_IN) else found
	# Who has no row is not in the table: where that meets the condition, those are left out who do not.
	if measure.absent is not None and _meets(measure.absent, row):
		missed = query.groupby(table.customer).having(_compared(measure.figure(table), row, OPPOSITE[row.operator])).select(table.customer)
		return customer.isin(missed).negate()
	return customer.isin(query.groupby(table.customer).having(_compared(measure.figure(table), row, row.operator)).select(table.customer))


def figures(row, customers: Sequence[str], stores: Sequence[str] | None = None) -> dict[str, Any]:
	"""The figure of each of a few customers, or its values with commas between them."""
	measure = measure_of(row)
	table, query = _rows(measure, row, stores, None)
	query = query.where(table.customer.isin(list(customers) or [""]))
	if measure.kind == CHOICE:
		found: dict[str, list] = {}
		for name, value in query.select(table.customer, measure.figure(table)).run():
			found.setdefault(name, []).append(value)
		return {name: found.get(name, []) for name in customers}
	known = dict(query.groupby(table.customer).select(table.customer, measure.figure(table)).run())
	return {name: known.get(name, measure.absent) for name in customers}


def stores_that_count(stores: Sequence[str] | None) -> Sequence[str] | None:
	"""A store's segment counts what the store itself deals, unless the group shares that."""
	return None if stores is None or setting("stores_share_dealings") else stores


def _rows(measure: Measure, row, stores, between):
	table = frappe.qb.DocType(measure.doctype)
	query = frappe.qb.from_(table).where(measure.counts(table)).where(table.customer.isnotnull())
	if between:
		query = query.where(table.customer[between[0] : between[1]])
	if stores is not None and measure.of_store:
		query = query.where(table.dealership.isin(list(stores) or [""]))
	if measure.happened and cint(row.within):
		query = query.where(table[measure.happened] >= _begin(row))
	return table, query


def _begin(row) -> str:
	"""The first day that counts."""
	ago = -cint(row.within)
	return str(add_days(nowdate(), ago) if row.within_unit == DAYS else add_months(nowdate(), ago))


def _having_any(measure: Measure, table, query):
	return query.where(measure.figure(table).isnotnull()).select(table.customer) if measure.kind == CHOICE else query.select(table.customer)


def _compared(figure, row, operator: str):
	numbers = [float(value) for value in values_of(row)]
	if operator in (IN, NOT_IN):
		return figure.isin(numbers) if operator == IN else figure.notin(numbers)
	return COMPARED[operator](figure, numbers[0])


def _meets(figure: float, row) -> bool:
	numbers = [float(value) for value in values_of(row)]
	if row.operator in (IN, NOT_IN):
		return (figure in numbers) == (row.operator == IN)
	return bool(COMPARED[row.operator](figure, numbers[0]))
