"""What a customer is worth, figure by figure, each with the sentence that says why."""

from collections.abc import Callable, Iterator

import frappe
from frappe import _
from frappe.utils import flt, fmt_money, getdate

from crm4s.value.customers import thin
from crm4s.value.customers.classes import HIGH_AT_RISK, HIGH_STABLE, IMPROVE, LET_GO, LOW_AT_RISK, MAINTAIN, NO_VALUE, VIP
from crm4s.value.customers.evaluate import DAYS_OF_YEAR, ONE_VISIT, ONLY_CAR, TOO_THIN
from crm4s.value.customers.lifecycle import ACQUISITION, DECLINE, ENDED, GROWTH, MATURITY

VALUE, RUN, VISIT = "C4S Customer Value", "C4S Value Run", "C4S Service Visit"
LAST_VISITS = 60
LEAST_DIFFERENCE = 0.011


def of_customer(customer: str) -> list[dict]:
	"""A dict a row of values that the reader sees, the whole customer first: classes, `figures` (label, value, why), note, strategy and history."""
	rows = frappe.get_list(VALUE, {"customer": customer}, ["*"], order_by="is_whole desc, dealership", limit_page_length=0)
	run = last_run()
	several = len(rows) > 1 or any(not row.is_whole for row in rows)
	return [_told(row, run, several) for row in rows] if run else []


def last_run() -> dict | None:
	"""What the last finished computation found of all customers; it says nothing about a single one."""
	rows = frappe.get_all(RUN, {"status": "Done"}, ["*"], order_by="ended_on desc", limit_page_length=1)
	return rows[0] if rows else None


def of_run(run) -> list[str]:
	"""What was found of all customers, a sentence each."""
	said = [
		_("The middle one of the customers who come again does so every {0} days; after {1} times that, or times the own interval where that is longer, nobody is waited for.").format(_number(run.usual_interval_days), _number(run.given_up_factor)),
		_("High value begins at {0} for as long as a customer keeps coming: there the values divide best, or by the share that the settings name.").format(_money(run.value_cut)),
		_("At risk is who leaves with at least {0} probability.").format(_percent(run.risk_cut)),
		_("Whoever is within {0} of one of these two cuts keeps the class of the day before.").format(_percent(run.class_margin)),
		_("Class A begins at {0} of margin after cost, class B at {1}.").format(_money(run.abc_a_from), _money(run.abc_b_from)),
		_("Out of 100 customers {0} buy another car in a year.").format(_number(100 * run.repurchase_rate)),
	]
	return [*([_thin(run.thin)] if run.thin else []), *said]


def _told(row, run, several: bool) -> dict:
	return {
		"title": (_("All stores") if row.is_whole else frappe.db.get_value("C4S Dealership", row.dealership, "dealership_name")) if several else None,
		"value_class": row.value_class,
		"strategy": row.strategy,
		"suggestion": _suggestion(row.strategy),
		"note": _note(row, run),
		"computed_on": row.computed_on,
		"figures": [{"label": label, "value": value, "why": why} for label, value, why in _figures(row, run)],
		"history": _history(row),
		"expected_visits": row.expected_visits,
	}


def _figures(row, run) -> Iterator[tuple[str, str, str]]:
	yield _("Value Class"), _(row.value_class), _class(row, run)
	yield (
		_("Lifetime Value"),
		_money(row.lifetime_value),
		_("Margin expected in the next {0} years less the yearly cost; money of later years counts {1} % a year less.").format(run.years, _number(run.interest_rate)),
	)
	yield _("Lifecycle Stage"), _(row.lifecycle), _stage(row, run)
	yield _("Probability to Come Again"), _percent(row.probability_alive), _coming(row, run)
	yield (
		_("Margin in 12 Months"),
		_money(row.yearly_margin),
		_("{0} visits are expected, each with a margin of {1}; the rest is the chance of another car.").format(_number(row.expected_visits), _money(row.expected_margin_per_visit)),
	)
	yield (
		_("Margin so Far"),
		_money(row.margin_after_cost),
		_("Revenue {0}, margin {1}, less {2} for messages, gifts, coupons and campaigns.").format(_money(row.revenue), _money(row.margin), _money(row.relationship_cost)),
	)
	yield _("ABC Class"), row.abc_class, _abc(row, run)
	yield (
		_("RFM"),
		f"{row.rfm_recency}-{row.rfm_frequency}-{row.rfm_monetary}",
		_("Among all customers in fifths, 5 being the best: how lately {0}, how often {1}, how much money {2}.").format(row.rfm_recency, row.rfm_frequency, row.rfm_monetary),
	)


def _class(row, run) -> str:
	if row.value_class == NO_VALUE:
		if row.lifecycle == ENDED:
			return _("Away for more than {0} times the interval, the own or the usual one, whichever is longer; so no visit is expected any more.").format(_number(run.given_up_factor))
		return _("The cost of keeping this customer is higher than the margin that is expected.")
	said = _("Worth {0} for as long as he or she keeps coming: high value begins at {1}. Leaves with {2} probability: at risk begins at {3}.").format(
		*_apart(_money, row.value_if_staying, run.value_cut), *_apart(_percent, row.risk, run.risk_cut)
	)
	return f"{said} {_kept(run)}" if _is_kept(row, run) else said


def _is_kept(row, run) -> bool:
	"""Whether the class is still that of the day before, where the cuts alone would say another."""
	is_high, is_at_risk = row.value_class in (HIGH_STABLE, HIGH_AT_RISK), row.value_class in (HIGH_AT_RISK, LOW_AT_RISK)
	# A cut of 0 is one that nobody reaches.
	over_value, over_risk = _over(row.value_if_staying, run.value_cut or float("inf"), is_high), _over(row.risk, run.risk_cut, is_at_risk)
	return run.class_margin > 0 and (over_value != is_high or over_risk != is_at_risk)


def _over(measured: float, cut: float, was_over: bool) -> bool:
	"""What is the same to the hundredth that is kept says nothing against the class."""
	return was_over if abs(measured - cut) < LEAST_DIFFERENCE else measured > cut


def _kept(run) -> str:
	return _("The class of the day before stays, as the cut is less than {0} away.").format(_percent(run.class_margin))


def _stage(row, run) -> str:
	return {
		ACQUISITION: _("Came once, or has only bought a car, and is still within the usual time."),
		GROWTH: _("Comes again and still has fewer than {0} days with a visit.").format(run.mature_from),
		MATURITY: _("Has come on {0} days and keeps to the rhythm.").format(row.visits),
		DECLINE: _("Has been away for longer than the rhythm says, or has more likely left than not."),
		ENDED: _("Has been away for more than {0} times the interval, the own or the usual one, whichever is longer.").format(_number(run.given_up_factor)),
	}.get(row.lifecycle, "")


def _coming(row, run) -> str:
	if not row.visits:
		return _("Bought a car and has not come for service yet; customers usually come every {0} days.").format(_number(run.usual_interval_days, 0))
	away = _away(row)
	if row.visits == 1:
		return _("Came once, {0} days ago; customers usually come again after {1} days and are given up after {2}.").format(
			away, _number(run.usual_interval_days, 0), _number(run.usual_interval_days * run.given_up_factor, 0)
		)
	known = (getdate(row.last_on) - getdate(row.first_on)).days
	return _("Came on {0} days in {1} years, on average every {2} days; last {3} days ago.").format(
		row.visits, _number(known / DAYS_OF_YEAR), _number(known / row.frequency, 0), away
	)


def _abc(row, run) -> str:
	if row.margin_after_cost <= 0:
		return _("No margin is left after the cost, so the customer is among the last.")
	return _("Class A begins at {0} and class B at {1} of margin after cost.").format(_money(run.abc_a_from), _money(run.abc_b_from))


def _note(row, run) -> str | None:
	return {
		ONE_VISIT: _("There is one visit only: how often and whether this customer comes is what is usual, not what he or she does."),
		ONLY_CAR: _("There is no visit yet: all that is expected is what is usual of customers."),
		TOO_THIN: run.thin and _thin(run.thin),
	}.get(row.basis)


def _thin(sentence: str) -> str:
	return {
		thin.NOBODY: _("There are no customers with a purchase yet."),
		thin.FEW: _("There are too few customers for a forecast yet."),
		thin.NO_REPEATS: _("Too few customers have come a second time yet, so nothing can be said about who comes again."),
		thin.NO_AMOUNTS: _("Too few customers with repeated purchases have a positive amount, so nothing can be said about how much a purchase brings."),
		thin.ALL_EQUAL: _("All customers are alike, so nothing can be told from their differences."),
	}.get(sentence, _("No forecast could be computed from these data."))


def _suggestion(strategy: str | None) -> str | None:
	return {
		VIP: _("Keep what is good: a personal adviser, early appointments, invitations. No discounts needed."),
		IMPROVE: _("Most can be won here: call, ask what was missing, offer a package or a plan that fits the next service."),
		MAINTAIN: _("Care at little cost: reminders by message, usual offers."),
		LET_GO: _("No paid care. Only what is owed by law or courtesy, such as recalls, and an answer when the customer calls."),
	}.get(strategy)


def _history(row) -> dict:
	"""Days of the last visits that the reader sees, the oldest first, and between which days to draw them."""
	if not frappe.has_permission(VISIT, "read"):
		return {"days": []}
	filters = {"customer": row.customer, "status": "Settled", "settled_on": ["<", row.computed_on]}
	if not row.is_whole:
		filters["dealership"] = row.dealership
	days = frappe.get_list(VISIT, filters, pluck="settled_on", order_by="settled_on desc", limit_page_length=LAST_VISITS)
	return {"days": sorted({str(getdate(day)) for day in days}), "until": str(row.computed_on)}


def _away(row) -> int:
	return (getdate(row.computed_on) - getdate(row.last_on)).days


def _apart(show: Callable, one: float, other: float) -> tuple[str, str]:
	"""Both in whole numbers; with hundredths where the two would look the same, since which is more decides the class."""
	whole = show(one), show(other)
	return whole if whole[0] != whole[1] else (show(one, 2), show(other, 2))


def _money(amount: float, places: int = 0) -> str:
	return fmt_money(flt(amount), precision=places, currency=frappe.db.get_default("currency"))


def _percent(percent: float, places: int = 0) -> str:
	return f"{_number(percent, places)} %"


def _number(value: float, places: int = 1) -> str:
	return f"{flt(value, places):,.{places}f}".removesuffix(".0")
