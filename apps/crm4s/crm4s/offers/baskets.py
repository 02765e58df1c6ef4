"""What customers have: work done, packages, services and accessories with the car, insurance. One row a customer and thing."""

from collections.abc import Sequence

import frappe
import pandas as pd
from frappe.utils import add_months, nowdate

KINDS = SERVICE_ITEM, SERVICE_PACKAGE, DEAL_SERVICE, ACCESSORY, INSURANCE = ("Service Item", "Service Package", "Deal Service", "Accessory", "Insurance")
# What was done longer ago says little about what is wanted now.
MONTHS = 36
SEPARATOR = "\x1f"
# A thing as one text, by which rules compare.
_ITEM = f"concat(kind, '{SEPARATOR}', thing)"
_HAVE = {
	# A package is one thing, not its lines; a part and its fitting are two things that the rules take for one.
	"visits": f"""select visit.customer, visit.dealership, if(item.package > '', '{SERVICE_PACKAGE}', '{SERVICE_ITEM}') kind,
		if(item.package > '', item.package, item.item_name) thing
		from `tabC4S Service Visit` visit join `tabC4S Service Item` item on item.parent = visit.name and item.parenttype = 'C4S Service Visit'
		where visit.customer in %(customers)s and visit.settled_on >= %(since)s and visit.status = 'Settled' and item.payer = 'Customer' and item.approval = 'Approved'""",
	"services": f"""select service.customer, service.dealership, '{DEAL_SERVICE}' kind, service.kind thing from `tabC4S Deal Service` service
		join `tabC4S Deal Service Kind` service_kind on service_kind.name = service.kind
		where service.customer in %(customers)s and service.creation >= %(since)s and service.status != 'Cancelled' and service_kind.mandatory = 0""",
	"accessories": f"""select deal.customer, deal.dealership, '{ACCESSORY}' kind, item.item_name thing from `tabC4S Deal` deal
		join `tabC4S Deal Item` item on item.parent = deal.name and item.parenttype = 'C4S Deal'
		where deal.customer in %(customers)s and deal.delivered_on >= %(since)s and deal.status = 'Delivered'""",
	"policies": f"""select policy.customer, policy.dealership, '{INSURANCE}' kind, policy.policy_kind thing from `tabC4S Insurance Policy` policy
		where policy.customer in %(customers)s and policy.valid_from >= %(since)s and policy.sold_by_us = 1""",
}


def read_baskets(customers: Sequence[str], stores: Sequence[str] | None = None) -> pd.DataFrame:
	"""Columns customer, item (kind and thing as one text), each once.

	Args:
		customers: by their names; as many as a statement may hold.
		stores: whose dealings count; None for all.
	"""
	if not customers:
		return pd.DataFrame(columns=["customer", "item"])
	words = {"customers": tuple(customers), "since": add_months(nowdate(), -MONTHS), "stores": tuple(stores or [""])}
	where = "" if stores is None else " and dealership in %(stores)s"
	parts = [f"select distinct customer, {_ITEM} from ({have}) have where thing > ''{where}" for have in _HAVE.values()]
	# Four tables that say the same in their own words; the builder would hide what is alike in them.
	return pd.DataFrame(frappe.db.sql(" union all ".join(parts), words), columns=["customer", "item"])


def kind_and_thing(item: str) -> tuple[str, str]:
	kind, _separator, thing = item.partition(SEPARATOR)
	return kind, thing


def item_of(kind: str, thing: str) -> str:
	return f"{kind}{SEPARATOR}{thing}"
