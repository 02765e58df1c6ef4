"""The snapshot of a month: how many customers of each store, model and class were worth how much. Past months are never written again."""

from datetime import date

import frappe
from frappe.utils import now

MONTH, VALUE = "C4S Value Month", "C4S Customer Value"
KEYS = ("dealership", "is_whole", "main_model", "value_class", "abc_class", "lifecycle")
SUMS = {
	"customers": "count(*)", "visits": "sum(visits)", "revenue": "sum(revenue)", "margin": "sum(margin)", "positive_margin": "sum(greatest(margin_after_cost, 0))", "relationship_cost": "sum(relationship_cost)",
	"expected_visits": "sum(expected_visits)", "yearly_margin": "sum(yearly_margin)", "lifetime_value": "sum(lifetime_value)", "risk_sum": "sum(risk) / 100",
}


def take(month: date) -> None:
	"""Write the month anew from the rows as they stand, in the caller's transaction. `month`: its first day."""
	frappe.db.delete(MONTH, {"month": month})
	keys, sums = ", ".join(f"`{key}`" for key in KEYS), ", ".join(f"{figure} as `{field}`" for field, figure in SUMS.items())
	figures = ", ".join(f"`{field}`" for field in SUMS)
	# One statement inside the database; the builder has no insert of a grouped select with constants.
	frappe.db.sql(
		f"""insert into `tab{MONTH}` (name, creation, modified, owner, modified_by, month, {keys}, {figures})
		select concat(%(label)s, '-', substr(md5(concat_ws('|', {keys})), 1, 20)), %(now)s, %(now)s, %(user)s, %(user)s, %(month)s, {keys}, {figures}
		from (select {keys}, {sums} from `tab{VALUE}` group by {keys}) counted""",
		{"label": f"{month:%Y%m}", "now": now(), "user": frappe.session.user, "month": month},
	)
