"""The snapshot of a month: how many customers of each store, model and class were worth how much. Past months are never written again."""

from datetime import date
from hashlib import md5

import frappe
import pandas as pd
from frappe.utils import now

from crm4s.customer_value.literals import TEXT, literals

MONTH = "C4S Value Month"
KEYS = {"dealership": TEXT, "is_whole": 0, "main_model": TEXT, "value_class": TEXT, "abc_class": TEXT, "lifecycle": TEXT}
SUMS = {
	"customers": 0, "visits": 0, "revenue": 2, "margin": 2, "positive_margin": 2, "relationship_cost": 2,
	"expected_visits": 4, "yearly_margin": 2, "lifetime_value": 2, "risk_sum": 4,
}
AT_ONCE = 10_000


def take(month: date, rows: pd.DataFrame) -> None:
	"""Write the month anew, in the caller's transaction.

	Args:
		month: its first day.
		rows: of all customers, as `writing.rows_to_write` gives them.
	"""
	frappe.db.delete(MONTH, {"month": month})
	counted = summed(rows)
	counted["name"] = [f"{month:%Y%m}-{md5('|'.join(map(str, key)).encode()).hexdigest()[:20]}" for key in zip(*(counted[key] for key in KEYS), strict=True)]
	stamp = ",".join(frappe.db.escape(value) for value in (str(month), now(), now(), frappe.session.user, frappe.session.user))
	columns = ", ".join(f"`{column}`" for column in ("name", *KEYS, *SUMS, "month", "creation", "modified", "owner", "modified_by"))
	texts = literals(counted, {"name": TEXT, **KEYS, **SUMS}, stamp)
	for start in range(0, len(texts), AT_ONCE):
		frappe.db.sql(f"insert into `tab{MONTH}` ({columns}) values {','.join(texts[start : start + AT_ONCE])}")


def summed(rows: pd.DataFrame) -> pd.DataFrame:
	"""A row for each store, model and class of `KEYS` with `SUMS`: of the figures as they are stored, so that the month ties to the rows."""
	figures = {
		**{column: rows[column] for column in KEYS}, "customers": 1, "visits": rows["visits"],
		**{column: rows[column].round(2) for column in ("revenue", "margin", "relationship_cost", "yearly_margin", "lifetime_value")},
		"positive_margin": rows["margin_after_cost"].round(2).clip(lower=0), "expected_visits": rows["expected_visits"].round(4), "risk_sum": rows["risk"].round(2) / 100,
	}
	return pd.DataFrame(figures).groupby([*KEYS], sort=False, observed=True)[[*SUMS]].sum().reset_index()
