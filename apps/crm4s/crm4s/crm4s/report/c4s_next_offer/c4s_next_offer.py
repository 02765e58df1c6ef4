"""Next offers: what customers who have one thing often have as well, how many lack it, and who of the reader's stores these are.

The rules and their shares are the group's; how many have or lack something is told of the group to who sees all of it, else of the own customers.
"""

from collections.abc import Iterator

import frappe
import pandas as pd
from frappe import _
from frappe.utils import flt

from crm4s.access.chosen_stores import sees_all, stores_to_count
from crm4s.access.required import require_permission
from crm4s.cells import harmless_in
from crm4s.crm4s.doctype.c4s_offer_rule.c4s_offer_rule import OFFER_RULE
from crm4s.crm4s.report.period import with_view
from crm4s.crm4s.report.shapes import bars, column, figure
from crm4s.offers.baskets import item_of, read_baskets
from crm4s.rows.writer import slices
from crm4s.value.customers.associations import count

RULES, CUSTOMERS = "Rules", "Customers"
VIEWS = (RULES, CUSTOMERS)
CUSTOMER, RELATIONSHIP = "C4S Customer", "C4S Store Relationship"
MOST_RULES, LOOKED_AT, BATCH = 200, 4000, 1000
FIELDS = ["name", "if_kind", "if_item", "then_kind", "then_item", "customers", "if_customers", "lacking", "support", "confidence", "lift"]


def execute(filters: dict | None = None):
	filters = with_view(filters, VIEWS)
	return by_rule(filters) if filters.view == RULES else by_customer(filters)


def by_rule(filters):
	rows, told = _counted(read_rules(filters), filters.dealership)
	for row in rows:
		row["label"] = f"{_(row['if_item'])} → {_(row['then_item'])}"
	head = [
		column("if_item", _("Who Has"), "Data", 190),
		column("then_item", _("Often Has as Well"), "Data", 190),
		column("confidence", _("Of These Have It %"), "Percent", 150),
		column("lift", _("Times the Usual"), "Float", 130, precision=1),
		column("support", _("Of All Have Both %"), "Percent", 150),
		column("customers", _("Have Both"), width=110),
		column("lacking", _("Lack It Yet"), width=120),
		column("then_kind", _("What Is Offered"), "Data", 140),
	]
	figures = [figure(_("Rules"), len(rows)), figure(_("Customers Who Lack the Best Offer"), rows[0]["lacking"], indicator="Green")] if rows else None
	for row in rows:
		row["if_words"], row["then_words"] = _(row["if_item"]), _(row["then_item"])
		row["then_kind_words"] = _(row["then_kind"])
	harmless_in(rows, "if_words", "then_words")
	shown = {"if_item": "if_words", "then_item": "then_words", "then_kind": "then_kind_words"}
	return [{**one, "fieldname": shown.get(one["fieldname"], one["fieldname"])} for one in head], rows, told, bars(rows, {"lacking": _("Lack It Yet")}, most=10), figures


def by_customer(filters):
	"""Customers of the reader's stores who have the left side of a rule and lack the right one."""
	head = [
		column("customer", _("Customer"), "Link", 140, options=CUSTOMER),
		column("customer_name", _("Customer Name"), "Data", 180),
		column("masked_phone", _("Phone"), "Data", 140),
		column("value_class", _("Value Class"), "Data", 180),
		column("last_visit_on", _("Last Visit"), "Date", 130),
	]
	rules = read_rules(frappe._dict(if_item=filters.if_item, then_item=filters.then_item)) if filters.if_item and filters.then_item else []
	if not rules:
		return head, [], _("Choose a rule: click the number of those who lack the offer."), None, None
	require_permission(CUSTOMER, "read")
	rule = rules[0]
	names = _lacking(rule, filters)
	fields = ["name as customer", "customer_name", "masked_phone", "value_class", "last_visit_on"]
	rows = frappe.get_list(CUSTOMER, {"name": ["in", names or [""]]}, fields, order_by="last_visit_on desc, name", limit_page_length=LOOKED_AT)
	for row in rows:
		row["value_class"] = _(row["value_class"]) if row["value_class"] else ""
	harmless_in(rows, "customer_name")
	told = _("Of the {0} customers who came last: those who have {1} and not {2}.").format(LOOKED_AT, _(rule["if_item"]), _(rule["then_item"]))
	return head, rows, told, None, [figure(_("Customers"), len(rows), indicator="Green")]


def read_rules(filters) -> list[dict]:
	chosen = {field: filters[field] for field in ("if_kind", "then_kind", "if_item", "then_item") if filters.get(field)}
	if flt(filters.least_confidence):
		chosen["confidence"] = [">=", flt(filters.least_confidence)]
	rules = frappe.get_all(OFFER_RULE, chosen, FIELDS, order_by="confidence desc, lift desc, if_item, then_item")
	return _best_first(rules)[:MOST_RULES]


def _best_first(rules: list[dict]) -> list[dict]:
	"""Those by whom most would be won if they were like the others; who has everything needs no offer."""
	return sorted((rule for rule in rules if rule.lacking), key=lambda rule: -rule.lacking * rule.confidence)


def _counted(rules: list[dict], chosen: str | None) -> tuple[list[dict], str]:
	"""The rules with the counts that the reader may have, and what these are."""
	told = _("Rules are of the whole group and are learned every night; those of few customers are left out.")
	if sees_all(chosen):
		return rules, told
	own = count(pd.concat([read_baskets([]), *_baskets(chosen)]), [_sides(rule) for rule in rules])
	for rule, (both, left) in zip(rules, own, strict=True):
		rule.update(customers=both, if_customers=left, lacking=left - both)
	counted = _("The shares are the group's; how many have both or lack the offer is counted among the {0} customers of the store who came last.")
	return _best_first(rules), f"{told} {counted.format(LOOKED_AT)}"


def _lacking(rule: dict, filters) -> list[str]:
	found = []
	for baskets in _baskets(filters.dealership):
		with_left, with_right = (set(baskets.loc[baskets["item"] == item, "customer"]) for item in _sides(rule))
		found += sorted(with_left - with_right)
	return found


def _sides(rule: dict) -> tuple[str, str]:
	return item_of(rule["if_kind"], rule["if_item"]), item_of(rule["then_kind"], rule["then_item"])


def _baskets(chosen: str | None) -> Iterator[pd.DataFrame]:
	"""What the customers who came last have, of the stores to count, some at a time."""
	stores = stores_to_count(chosen, frappe.session.user)
	for names in slices(_customers(stores), BATCH):
		yield read_baskets(names, stores)


def _customers(stores: list[str] | None) -> list[str]:
	"""Those who came last, of the stores."""
	customer, tie = frappe.qb.DocType(CUSTOMER), frappe.qb.DocType(RELATIONSHIP)
	query = frappe.qb.from_(customer).select(customer.name).where(customer.last_visit_on.isnotnull()).orderby(customer.last_visit_on, order=frappe.qb.desc).limit(LOOKED_AT)
	if stores is not None:
		known = frappe.qb.from_(tie).select(tie.customer).where(tie.dealership.isin(stores or [""]))
		query = query.where(customer.name.isin(known))
	return query.run(pluck=True)
