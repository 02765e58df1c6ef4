"""What to offer one customer next, and why, in words."""

import frappe
import pandas as pd
from frappe import _

from crm4s.access.stores import stores_of
from crm4s.crm4s.doctype.c4s_offer_rule.c4s_offer_rule import OFFER_RULE
from crm4s.offers.baskets import item_of, kind_and_thing, read_baskets
from crm4s.value.customers.associations import next_offers

MOST = 3
FIELDS = ("if_kind", "if_item", "then_kind", "then_item", "customers", "support", "confidence", "lift")


def offers_of(customer: str, most: int = MOST) -> list[dict]:
	"""The best offers, by what the customer has from the reader's stores: kind, offer, because, support and confidence in per cent, lift, why (a sentence).

	Whoever calls this asks before whether the reader may see the customer.
	"""
	known = _rules()
	offers = next_offers(read_baskets([customer], stores_of()), known, most)
	return [_told(offer) for offer in offers.itertuples()]


def _rules() -> pd.DataFrame:
	# They say nothing about a single customer; what they are asked for is the reader's own.
	rows = frappe.get_all(OFFER_RULE, fields=FIELDS, order_by="confidence desc, lift desc, if_item, then_item")
	told = [(item_of(row.if_kind, row.if_item), item_of(row.then_kind, row.then_item), row.support, row.confidence, row.lift) for row in rows]
	return pd.DataFrame(told, columns=["left", "right", "support", "confidence", "lift"])


def _told(offer) -> dict:
	(kind, thing), because = kind_and_thing(offer.offer), kind_and_thing(offer.because)[1]
	thing, because = _(thing), _(because)
	why = _("Of 100 customers who have {0}, {1} have {2} as well: {3} times as many as among all customers. {4} of 100 customers have both.").format(
		because, f"{offer.confidence:.0f}", thing, f"{offer.lift:.1f}", f"{offer.support:.1f}"
	)
	return {"kind": kind, "offer": thing, "because": because, "support": offer.support, "confidence": offer.confidence, "lift": offer.lift, "why": why}
