"""Counts every night what is to be mended: the one writer of C4S Data Quality Month. A row a month, store and check; those of this month are written anew."""

import frappe
from frappe.utils import cint, get_first_day, nowdate

from crm4s.access.stores import DEALERSHIP
from crm4s.crm4s.doctype.c4s_data_quality_month.c4s_data_quality_month import QUALITY
from crm4s.data_quality import completeness, duplicates
from crm4s.data_quality.checks import CHECKS, CUSTOMER, KINDS, SAME_BIRTHDAY, SAME_PHONE, Check, days
from crm4s.data_quality.duplicates import RELATIONSHIP
from crm4s.rows.writer import Writes
from crm4s.runs import commit
from crm4s.turns import turn

# A customer who is known to several stores counts once here.
WHOLE = ""
# Seconds for which a second count waits for the first.
WAIT = 600


def recount() -> int:
	"""How many rows there are of this month; two at once take turns."""
	with turn("data_quality", WAIT) as is_mine:
		if not is_mine:
			return 0
		completeness.recompute()
		return _recount()


def _recount() -> int:
	found = {(store, check): figures for doctype in dict.fromkeys(check.doctype for check in CHECKS) for (store, check), figures in _count(doctype).items()}
	customers = {store: figures[1] for (store, check), figures in found.items() if check == CHECKS[0].name}
	for check in (SAME_PHONE, SAME_BIRTHDAY):
		counts = duplicates.count(check)
		found |= {(store, check): (counts.get(store, 0), looked_at) for store, looked_at in customers.items()}
	_write(str(get_first_day(nowdate())), found)
	return len(found)


def _count(doctype: str) -> dict[tuple[str, str], tuple[int, int]]:
	"""(Store, check) → how many are to be mended of how many, in one pass over the documents."""
	checks = [check for check in CHECKS if check.doctype == doctype]
	sums = ", ".join(part for check in checks for part in _sums(check))
	values = {key: str(day) for key, day in days().items()}
	if doctype == CUSTOMER:
		active = "`row`.disabled = 0"
		rows = frappe.db.sql(f"select tie.dealership, {sums} from `tab{RELATIONSHIP}` tie join `tab{CUSTOMER}` `row` on `row`.name = tie.customer where {active} group by tie.dealership", values)
		whole = frappe.db.sql(f"select '{WHOLE}', {sums} from `tab{CUSTOMER}` `row` where {active}", values)
	else:
		rows = frappe.db.sql(f"select coalesce(`row`.dealership, ''), {sums} from `tab{doctype}` `row` group by 1", values)
		whole = [(WHOLE, *(sum(cint(row[place]) for row in rows) for place in range(1, 2 * len(checks) + 1)))]
		rows = [row for row in rows if row[0]]
	return {(row[0], check.name): (cint(row[2 * place + 1]), cint(row[2 * place + 2])) for row in (*rows, *whole) for place, check in enumerate(checks)}


def _sums(check: Check) -> list[str]:
	return [f"sum(case when ({check.looked_at}) and ({check.affected}) then 1 else 0 end)", f"sum(case when {check.looked_at} then 1 else 0 end)"]


def _write(month: str, found: dict[tuple[str, str], tuple[int, int]]) -> None:
	frappe.db.delete(QUALITY, {"month": month})
	writes = Writes()
	root = frappe.get_all(DEALERSHIP, {"node_kind": "Group"}, pluck="name", order_by="lft", limit=1)
	for (store, check), (affected, looked_at) in sorted(found.items()):
		values = {"month": month, "check_name": check, "kind": KINDS[check], "affected": affected, "looked_at": looked_at}
		writes.insert(QUALITY, {**values, "dealership": store or (root[0] if root else None), "is_whole": 0 if store else 1})
	writes.flush()
	commit()
