"""What became of the retention cases that were opened in a time, by month, store, person, reason or offer. Sums are made in SQL."""

import frappe
import pandas as pd
from frappe import _
from frappe.query_builder.functions import Coalesce, Count, Sum
from frappe.utils import add_days
from pypika import Case
from pypika.terms import ExistsCriterion

from crm4s.access.chosen_stores import keep_stores
from crm4s.crm4s.report.period import with_period
from crm4s.reports.win_back import COUNTS, total_of, win_back
from crm4s.retention.cases import CASE, CONTACT, ENDED, VISIT, WON_BACK
from crm4s.retention.contacts import SPOKEN

COUPON, MONTH = "C4S Coupon", "Month of Opening"
# View: the field by which it groups, and to what that links.
VIEWS = {
	MONTH: (None, None),
	"Store": ("dealership", "C4S Dealership"),
	"Handler": ("handler", "User"),
	"Reason": ("reason", "C4S Retention Reason"),
	"Kind of Offer": ("offer_kind", None),
	"Churn Stage": ("churn_stage", "C4S Churn Stage"),
	"Why It Ended": ("end_reason", "C4S Retention Reason"),
}
MONTHS = 12


def execute(filters: dict | None = None):
	filters = with_period(filters, VIEWS, MONTHS)
	table = win_back(read_cases(filters), read_coupons(filters), read_revenue(filters))
	rows = [{**row, "label": _label(filters.view, row["key"])} for row in table.to_dict("records")]
	total = total_of(table)
	return columns(filters.view), rows, None, chart(filters.view, rows), summary(total)


def read_cases(filters) -> pd.DataFrame:
	case, contact = frappe.qb.DocType(CASE), frappe.qb.DocType(CONTACT)
	spoken = frappe.qb.from_(contact).select(contact.name).where((contact.parent == case.name) & contact.outcome.isin(SPOKEN))
	given = case.offer_given_on.isnotnull() & case.coupon.isnull()
	key = _key(case, filters)
	query = frappe.qb.from_(case).select(
		key,
		Count("*"),
		Sum(Case().when(ExistsCriterion(spoken), 1).else_(0)),
		Sum(Case().when(case.status == WON_BACK, 1).else_(0)),
		Sum(Case().when(case.status == ENDED, 1).else_(0)),
		Count(case.repurchase_deal),
		Sum(Case().when(given, case.offer_cost).else_(0)),
	)
	return pd.DataFrame(list(_opened(query, case, filters).groupby(key).run()), columns=["key", *COUNTS, "cost"])


def read_coupons(filters) -> pd.DataFrame:
	"""What coupons of these cases took off bills."""
	case, coupon = frappe.qb.DocType(CASE), frappe.qb.DocType(COUPON)
	key = _key(case, filters)
	query = frappe.qb.from_(case).join(coupon).on((coupon.name == case.coupon) & (coupon.status == "Redeemed")).select(key, Sum(coupon.amount))
	return pd.DataFrame(list(_opened(query, case, filters).groupby(key).run()), columns=["key", "cost"])


def read_revenue(filters) -> pd.DataFrame:
	"""What the cars that were won back brought since, the visit that won them included; each visit for the case that was won last before it."""
	case, visit, other = frappe.qb.DocType(CASE), frappe.qb.DocType(VISIT), frappe.qb.DocType(CASE).as_("other")
	won = frappe.qb.from_(other).select(other.name).where((other.status == WON_BACK) & (other.won_back_on <= visit.settled_on))
	of_car = won.where(other.vehicle == visit.vehicle)
	of_customer = won.where((other.customer == visit.customer) & other.vehicle.isnull() & (other.won_back_on > case.won_back_on))
	key = _key(case, filters)
	# Two queries, for an index serves one way of looking only.
	ways = (
		((visit.vehicle == case.vehicle) & case.vehicle.isnotnull(), [of_car.where(other.won_back_on > case.won_back_on)]),
		((visit.customer == case.customer) & case.vehicle.isnull(), [of_car, of_customer]),
	)
	rows = []
	for same, later_cases in ways:
		query = (
			frappe.qb.from_(case)
			.join(visit)
			.on(same & (visit.settled_on >= case.won_back_on) & (visit.status == "Settled"))
			.where(case.status == WON_BACK)
			.select(key, Sum(visit.total_amount))
		)
		for later in later_cases:
			query = query.where(ExistsCriterion(later).negate())
		rows += _opened(query, case, filters).groupby(key).run()
	return pd.DataFrame(list(rows), columns=["key", "revenue"])


def _opened(query, case, filters):
	query = query.where((case.opened_on >= filters.from_date) & (case.opened_on < add_days(filters.to_date, 1)))
	for field in ("reason", "handler"):
		if filters.get(field):
			query = query.where(case[field] == filters.get(field))
	return keep_stores(query, case.dealership, filters.dealership)


def _key(case, filters):
	field = VIEWS[filters.view][0]
	if field:
		# An expression, as the database groups by a column along its index and reads all cases of all times for it.
		return Coalesce(case[field], "")
	return frappe.qb.functions("year", case.opened_on) * 100 + frappe.qb.functions("month", case.opened_on)


def _label(view: str, key) -> str:
	if view == MONTH:
		return f"{int(key) // 100:04}-{int(key) % 100:02}"
	return str(key) if VIEWS[view][1] in ("User", "C4S Dealership") else _(str(key)) if key else ""


def columns(view: str) -> list[dict]:
	count, money = {"fieldtype": "Int", "width": 100}, {"fieldtype": "Currency", "width": 130}
	return [
		{"fieldname": "label", "label": _(view), "fieldtype": "Data", "width": 190},
		{"fieldname": "opened", "label": _("Cases Opened"), "fieldtype": "Int", "width": 125},
		{"fieldname": "contacted", "label": _("Spoken With"), "fieldtype": "Int", "width": 125},
		{"fieldname": "won_back", "label": _("Won Back"), **count},
		{"fieldname": "ended", "label": _("Ended"), **count},
		{"fieldname": "open", "label": _("Still Open"), **count},
		{"fieldname": "win_back_percent", "label": _("Win-Back Rate %"), "fieldtype": "Percent", "width": 145},
		{"fieldname": "decided_percent", "label": _("Of Those Decided %"), "fieldtype": "Percent", "width": 165},
		{"fieldname": "cost", "label": _("Cost of Offers"), **money},
		{"fieldname": "revenue", "label": _("Revenue Since"), **money},
		{"fieldname": "bought_again", "label": _("Bought Again"), **count},
	]


def chart(view: str, rows: list[dict]) -> dict | None:
	if not rows:
		return None
	shown = rows if view == MONTH else sorted(rows, key=lambda row: -row["opened"])[:12]
	return {
		"type": "bar",
		"fieldtype": "Int",
		"colors": ["#2490EF", "#29CD42", "#7C7C7C"],
		"data": {
			"labels": [row["label"] or _("None") for row in shown],
			"datasets": [{"name": _(label), "values": [row[name] for row in shown]} for name, label in (("opened", "Cases Opened"), ("won_back", "Won Back"), ("ended", "Ended"))],
		},
	}


def summary(total: dict) -> list[dict]:
	return [
		{"label": _("Cases Opened"), "value": int(total["opened"]), "datatype": "Int"},
		{"label": _("Won Back"), "value": int(total["won_back"]), "datatype": "Int", "indicator": "Green"},
		{"label": _("Win-Back Rate %"), "value": total["win_back_percent"], "datatype": "Percent", "indicator": "Blue"},
		{"label": _("Cost of Offers"), "value": total["cost"], "datatype": "Currency"},
		{"label": _("Revenue Since"), "value": total["revenue"], "datatype": "Currency", "indicator": "Green"},
	]
