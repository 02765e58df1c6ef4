"""The standard classifications of a dealership's customers, computed over all of them at once.

Shapes: `facts` has one row a customer with the columns of `FACTS`; the result has the same index and the columns of
`CLASSES`, each cell the English name of a class or "" where the class has no meaning for the customer.
Money is CNY, dates are `datetime64` without time, missing dates NaT.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

FACTS = (
	"customer_kind",
	"purchase_purpose",
	"first_visit_on",
	"last_visit_on",
	"visits_of_year",
	"spent_in_year",
	"margin_of_year",
	"open_complaints",
	"open_leads",
)
SERVICE_FACTS = ("service_count", "last_visit_on", "average_visit_interval_days", "total_spent")
PURCHASES = ("customer", "bought_on", "given_up_on", "is_used")
CLASSES = (
	"age_class",
	"purchase_class",
	"buyer_class",
	"use_class",
	"spending_level",
	"value_level",
	"loyalty_class",
	"service_need_class",
)
# What an organisation uses its cars for where nobody asked.
_USE_OF_KIND = {
	"Private": "Home",
	"Company": "Business",
	"Government": "Business",
	"Distributor": "Business",
	"Taxi": "Commercial",
	"Rental": "Commercial",
}


@dataclass(frozen=True)
class Limits:
	"""The thresholds of C4S Settings, under the same names."""

	new_customer_days: int
	replacement_window_days: int
	high_spending_from: float
	middle_spending_from: float
	high_value_from: float
	middle_value_from: float
	loyal_visits_per_year: int
	disloyal_after_days: int


def classify(facts: pd.DataFrame, purchases: pd.DataFrame, limits: Limits, today: date) -> pd.DataFrame:
	"""Classes of every customer in `facts`.

	Args:
		facts: indexed by customer, columns `FACTS`.
		purchases: one row a car that a customer came to own, columns `PURCHASES`; a missing `given_up_on` means it is still owned.
	"""
	now = pd.Timestamp(today)
	cars = summarise_purchases(purchases, limits.replacement_window_days).reindex(facts.index)
	count = cars["count"].fillna(0)
	is_known = facts["first_visit_on"].notna() | (count > 0)
	return pd.DataFrame(
		{
			"age_class": _age(facts, cars, is_known, limits, now),
			"purchase_class": np.select([count > 1, count == 1], ["Several Purchases", "One Purchase"], ""),
			"buyer_class": cars["buyer_class"].fillna(""),
			"use_class": _use(facts),
			"spending_level": _level(facts["spent_in_year"], limits.high_spending_from, limits.middle_spending_from, is_known),
			"value_level": _level(facts["margin_of_year"], limits.high_value_from, limits.middle_value_from, is_known),
			"loyalty_class": _loyalty(facts, cars, is_known, limits, now),
			"service_need_class": np.select(
				[facts["open_complaints"] > 0, facts["open_leads"] > 0, cars["owned"].fillna(0) > 0],
				["Complaint", "Buying a Car", "Maintenance"],
				"",
			),
		},
		index=facts.index,
	)[list(CLASSES)]


def service_facts(visits: pd.DataFrame) -> pd.DataFrame:
	"""What a customer file shows of the visits, columns `SERVICE_FACTS`.

	Args:
		visits: one row a customer with `visits`, `first_on` and `last_visit_on` of the workshop, and `total_spent` on visits of every kind; a
			customer without visits has missing values.
	"""
	count = visits["visits"].fillna(0).astype(int)
	days = (visits["last_visit_on"] - visits["first_on"]).dt.days
	return pd.DataFrame(
		{
			"service_count": count,
			"last_visit_on": visits["last_visit_on"],
			"average_visit_interval_days": (days / (count - 1).where(count > 1)).round().fillna(0).astype(int),
			"total_spent": visits["total_spent"].fillna(0).round(2),
		},
		index=visits.index,
	)


def summarise_purchases(purchases: pd.DataFrame, replacement_window_days: int) -> pd.DataFrame:
	"""Per customer: `count` of cars ever owned, `owned` now, `first_on`, `latest_on` and the `buyer_class` of the latest purchase.

	The latest purchase is of a used car if the car had an owner before; else the first if there was none before it; else additional if
	an earlier car is kept for longer than the window; else a replacement.
	"""
	rows = purchases.sort_values(["customer", "bought_on"], na_position="first", kind="stable")
	customer = rows["customer"]
	latest = rows.drop_duplicates("customer", keep="last").set_index("customer")
	until = customer.map(latest["bought_on"]) + pd.to_timedelta(replacement_window_days, unit="D")
	is_latest = ~customer.duplicated(keep="last")
	is_kept = ~is_latest & (rows["given_up_on"].isna() | (rows["given_up_on"] > until))
	groups = pd.DataFrame(
		{"customer": customer, "is_kept": is_kept, "owned": rows["given_up_on"].isna(), "bought_on": rows["bought_on"]}
	).groupby("customer")
	summary = groups.agg(
		count=("owned", "size"),
		owned=("owned", "sum"),
		keeps_earlier=("is_kept", "any"),
		first_on=("bought_on", "min"),
		latest_on=("bought_on", "max"),
	)
	summary["buyer_class"] = np.select(
		[latest["is_used"].reindex(summary.index).astype(bool), summary["count"] == 1, summary["keeps_earlier"].astype(bool)],
		["Used Car Buyer", "First Buyer", "Additional Buyer"],
		"Replacement Buyer",
	)
	return summary


def _age(facts: pd.DataFrame, cars: pd.DataFrame, is_known: pd.Series, limits: Limits, now: pd.Timestamp) -> np.ndarray:
	since = pd.concat([facts["first_visit_on"], cars["first_on"]], axis=1).min(axis=1)
	is_new = (now - since).dt.days <= limits.new_customer_days
	return np.select([~is_known, is_new], ["Potential Customer", "New Customer"], "Old Customer")


def _use(facts: pd.DataFrame) -> pd.Series:
	said = facts["purchase_purpose"].fillna("")
	return said.where(said != "", facts["customer_kind"].map(_USE_OF_KIND).fillna(""))


def _level(amounts: pd.Series, high: float, middle: float, is_known: pd.Series) -> np.ndarray:
	amounts = amounts.fillna(0)
	return np.select([~is_known, amounts >= high, amounts >= middle], ["", "High", "Middle"], "Low")


def _loyalty(facts: pd.DataFrame, cars: pd.DataFrame, is_known: pd.Series, limits: Limits, now: pd.Timestamp) -> np.ndarray:
	last_seen = pd.concat([facts["last_visit_on"], cars["latest_on"]], axis=1).max(axis=1)
	is_recent = (now - last_seen).dt.days <= limits.disloyal_after_days
	return np.select(
		[~is_known, facts["visits_of_year"].fillna(0) >= limits.loyal_visits_per_year, is_recent],
		["", "Loyal", "Potentially Loyal"],
		"Disloyal",
	)
