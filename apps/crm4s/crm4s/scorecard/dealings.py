"""What stores sold and served, what it brought, and what was spent on customers."""

import frappe
from frappe.query_builder.functions import Coalesce, Count, Min, Sum
from frappe.utils.nestedset import get_root_of

from crm4s.access.stores import DEALERSHIP
from crm4s.scorecard.counting import Amounts, Window, count, in_window, stores

VISIT, LEAD, DEAL, COST, REFERRAL = "C4S Service Visit", "C4S Lead", "C4S Deal", "C4S Customer Cost", "C4S Referral"
SETTLED, DELIVERED, WON = "Settled", "Delivered", "Won"


def visits_settled(window: Window) -> Amounts:
	return count(VISIT, window, "settled_on", person="service_advisor", where=_settled)


def comebacks(window: Window) -> Amounts:
	return count(VISIT, window, "settled_on", person="service_advisor", where=lambda visit: _settled(visit) & visit.comeback_of.isnotnull() & (visit.comeback_of != ""))


def _settled(visit):
	return visit.status == SETTLED


def leads_received(window: Window) -> Amounts:
	return count(LEAD, window, "received_on", person="sales_consultant")


def leads_won(window: Window) -> Amounts:
	return count(LEAD, window, "won_on", person="sales_consultant", where=lambda lead: lead.status == WON)


def cars_delivered(window: Window) -> Amounts:
	return count(DEAL, window, "delivered_on", person="sales_consultant", where=_delivered)


def _delivered(deal):
	return deal.status == DELIVERED


def cars_bought_again(window: Window) -> Amounts:
	"""Those that replace a car of the customer or come beside it, as the deal says."""
	return count(DEAL, window, "delivered_on", person="sales_consultant", where=lambda deal: _delivered(deal) & deal.purchase_kind.isin(["Replacement", "Additional"]))


def cars_delivered_to_known(window: Window) -> Amounts:
	"""To customers who had bought or had a car served in the group on a day before that of the delivery."""
	deal, earlier, visit = frappe.qb.DocType(DEAL), frappe.qb.DocType(DEAL).as_("earlier"), frappe.qb.DocType(VISIT)
	rows = _deals(deal, window).select(deal.name, deal.dealership, Coalesce(deal.sales_consultant, ""), deal.customer, deal.delivered_on).run()
	customers = sorted({row[3] for row in rows if row[3]}) or [""]
	first_deal = frappe.qb.from_(earlier).where(earlier.customer.isin(customers) & (earlier.status == DELIVERED)).groupby(earlier.customer)
	first_visit = frappe.qb.from_(visit).where(visit.customer.isin(customers) & visit.settled_on.isnotnull()).groupby(visit.customer)
	moments = [*first_deal.select(earlier.customer, Min(earlier.delivered_on)).run(), *first_visit.select(visit.customer, Min(visit.settled_on)).run()]
	known: dict[str, list] = {}
	for customer, moment in moments:
		if moment:
			known.setdefault(customer, []).append(moment.date())
	return [(store, person, 1.0) for _name, store, person, customer, day in rows if any(since < day.date() for since in known.get(customer, ()))]


def cars_delivered_on_recommendation(window: Window) -> Amounts:
	"""Those that a referral names as the deal by which it was won."""
	deal, referral = frappe.qb.DocType(DEAL), frappe.qb.DocType(REFERRAL)
	query = _deals(deal, window).join(referral).on(referral.deal == deal.name).groupby(deal.dealership, deal.sales_consultant)
	return [(store, person or "", float(number)) for store, person, number in query.select(deal.dealership, deal.sales_consultant, Count(deal.name).distinct()).run()]


def _deals(deal, window: Window):
	return frappe.qb.from_(deal).where(deal.dealership.isin(stores()) & in_window(window, deal.delivered_on) & _delivered(deal))


def margin_earned(window: Window) -> Amounts:
	"""Of settled visits and delivered cars; whose work brought it is not said, as several had a part in it."""
	visits = count(VISIT, window, "settled_on", amount=lambda visit: visit.margin, where=_settled)
	return visits + count(DEAL, window, "delivered_on", amount=lambda deal: deal.margin, where=_delivered)


def relationship_cost(window: Window) -> Amounts:
	"""What was spent on customers; what no store spent is the group's."""
	cost = frappe.qb.DocType(COST)
	rows = frappe.qb.from_(cost).where(in_window(window, cost.incurred_on)).groupby(cost.dealership).select(cost.dealership, Sum(cost.amount)).run()
	return [(store or get_root_of(DEALERSHIP), "", float(sum_ or 0)) for store, sum_ in rows]
