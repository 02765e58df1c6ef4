"""What customers said: satisfaction, recommendation, complaints."""

import frappe
from frappe.query_builder.functions import Sum
from frappe.utils import now_datetime
from pypika import Case

from crm4s.scorecard.counting import Amounts, Window, count, in_window, ones, stores

RESPONSE, COMPLAINT = "C4S Survey Response", "C4S Complaint"
SATISFACTION = ("SSI", "CSI")
PROMOTER, DETRACTOR = "Promoter", "Detractor"
CLOSED = "Closed"
# Of 1 to 5: customers who are satisfied with how their complaint was handled.
SATISFIED_FROM = 4


def satisfaction_points(window: Window) -> Amounts:
	return _of_answers(window, lambda response: response.score, _rated)


def surveys_answered(window: Window) -> Amounts:
	return _of_answers(window, lambda response: ones(response.name.isnotnull()), _rated)


def promoters_less_detractors(window: Window) -> Amounts:
	return _of_answers(window, lambda response: Case().when(response.nps_group == PROMOTER, 1).when(response.nps_group == DETRACTOR, -1).else_(0), _recommended)


def recommendation_answers(window: Window) -> Amounts:
	return _of_answers(window, lambda response: ones(response.name.isnotnull()), _recommended)


def _rated(response):
	return response.survey_kind.isin(SATISFACTION) & (response.rated_answers > 0)


def _recommended(response):
	return response.nps_group.isnotnull() & (response.nps_group != "")


def _of_answers(window: Window, amount, where) -> Amounts:
	"""Of the person who is rated: the advisor after a service, the consultant after a purchase."""
	response = frappe.qb.DocType(RESPONSE)
	rated = Case().when(response.survey_kind == "SSI", response.sales_consultant).else_(response.service_advisor)
	rows = (
		frappe.qb.from_(response)
		.where(response.dealership.isin(stores()) & in_window(window, response.responded_on) & where(response))
		.groupby(response.dealership, rated)
		.select(response.dealership, rated, Sum(amount(response)))
		.run()
	)
	return [(store, person or "", float(sum_ or 0)) for store, person, sum_ in rows]


def complaints_due(window: Window) -> Amounts:
	"""Those that were to be resolved in the window, as far as it is over; one whose clock stands still is due when it goes on."""
	return count(COMPLAINT, window, "resolve_by", person="handler", where=_is_due)


def complaints_in_time(window: Window) -> Amounts:
	return count(COMPLAINT, window, "resolve_by", person="handler", where=lambda complaint: _is_due(complaint) & (complaint.resolved_on <= complaint.resolve_by))


def _is_due(complaint):
	return complaint.resolved_on.isnotnull() | ((complaint.resolve_by < now_datetime()) & complaint.paused_since.isnull())


def complaints_judged(window: Window) -> Amounts:
	"""Closed ones of which the customer said how satisfied he or she is with the handling."""
	return count(COMPLAINT, window, "closed_on", person="handler", where=_is_judged)


def complaints_effective(window: Window) -> Amounts:
	"""Of these, the satisfied ones that were not reopened."""
	return count(COMPLAINT, window, "closed_on", person="handler", where=lambda complaint: _is_judged(complaint) & (complaint.satisfaction >= SATISFIED_FROM) & (complaint.times_reopened == 0))


def _is_judged(complaint):
	return (complaint.status == CLOSED) & (complaint.satisfaction > 0)
