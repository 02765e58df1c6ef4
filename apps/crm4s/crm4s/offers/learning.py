"""Learns, every night, what goes with what: the one writer of C4S Offer Rule.

Rules are of the whole group: what goes together differs little between stores, and a single store has too few customers to tell. Of very many customers
an even part is looked at, which tells shares to a fraction of a per cent. All rules are replaced in one transaction.
"""

import frappe
import pandas as pd
from frappe.utils import cint, flt, now

from crm4s.crm4s.doctype.c4s_offer_rule.c4s_offer_rule import OFFER_RULE
from crm4s.offers.baskets import kind_and_thing, read_baskets
from crm4s.rows.writer import insert_unless_known, slices
from crm4s.runs import commit
from crm4s.settings import setting
from crm4s.value.customers.associations import rules

CUSTOMER = "C4S Customer"
LOOKED_AT, BATCH, MOST_RULES = 60_000, 2_000, 500
COLUMNS = (
	*("name", "owner", "modified_by", "creation", "modified", "docstatus", "idx", "if_kind", "if_item", "then_kind", "then_item"),
	*("customers", "if_customers", "lacking", "support", "confidence", "lift", "computed_on"),
)


def learn() -> int:
	"""How many rules there are now."""
	customers, one_in = _customers()
	baskets = pd.concat([read_baskets([]), *(read_baskets(part) for part in slices(customers, BATCH))], ignore_index=True)
	limits = cint(setting("offer_least_customers")), flt(setting("offer_least_confidence")) / 100, flt(setting("offer_least_lift"))
	found = rules(baskets, *limits)[:MOST_RULES]
	rows = [_row(rule, one_in) for rule in found.itertuples()]
	frappe.db.delete(OFFER_RULE)
	if rows:
		# Two at once write the same: the second one waits for the first and takes its rules away, or finds the key taken.
		insert_unless_known(OFFER_RULE, COLUMNS, rows)
	commit()
	return len(rows)


def _customers() -> tuple[list[str], int]:
	"""Names of an even part of all customers, and that it is one in so many."""
	one_in = max(-(-frappe.db.count(CUSTOMER) // LOOKED_AT), 1)
	# The builder knows no checksum.
	return [row[0] for row in frappe.db.sql(f"select name from `tab{CUSTOMER}` where crc32(name) %% %s = 0 order by name", one_in)], one_in


def _row(rule, one_in: int) -> tuple:
	stamp = now()
	figures = (rule.customers * one_in, rule.left_customers * one_in, rule.lacking * one_in, 100 * rule.support, 100 * rule.confidence, rule.lift)
	return (
		*(frappe.generate_hash(length=10), "Administrator", "Administrator", stamp, stamp, 0, 0),
		*(*kind_and_thing(rule.left), *kind_and_thing(rule.right), *figures, stamp),
	)
