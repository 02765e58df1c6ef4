"""What of a deal a save may not change: the facts that only actions write, and what was agreed once the deal is closed."""

import frappe
from frappe import _
from frappe.model import display_fieldtypes, table_fields
from frappe.utils import flt

from crm4s.crm4s.doctype.c4s_deal.status import CANCELLED, DELIVERED, ORDERED

# Read-only in the form, but written by each save.
FOLLOWS = {"status", "workflow_state", "title", "external_key", "naming_series"}
AGREED = (
	*("dealership", "customer", "deal_kind", "model", "list_price", "discount_amount", "trade_in_vehicle", "trade_in_value", "trade_in_appraisal"),
	*("payment_method", "finance_offer", "down_payment"),
)
AGREED_OF_ITEM = ("option", "item_name", "quantity", "unit_price")
OF_THE_CAR = ("dealership", "deal_kind", "model")


def keep_facts(deal) -> None:
	"""Take back what a form or a request sent along for fields that are read-only; only the deal's actions write them."""
	if deal.flags.writes_facts:
		return
	before = deal.get_doc_before_save()
	for field in deal.meta.fields:
		if not field.read_only or field.fetch_from or field.fieldname in FOLLOWS or field.fieldtype in display_fieldtypes:
			continue
		deal.set(field.fieldname, before.get(field.fieldname) if before else [] if field.fieldtype in table_fields else None)


def validate_frozen(deal) -> None:
	before = deal.get_doc_before_save()
	if not before:
		return
	if before.status in (DELIVERED, CANCELLED) and deal.status == before.status:
		_refuse_change(deal, before, AGREED, _("{0} cannot change any more: the deal is {1}."))
		if _items(deal) != _items(before):
			frappe.throw(_("The items cannot change any more: the deal is {0}.").format(_(deal.status)))
	if before.status == ORDERED and deal.status == ORDERED and before.vehicle and deal.vehicle:
		_refuse_change(deal, before, OF_THE_CAR, _("Release the allocated car before you change {0}."))


def _refuse_change(deal, before, fieldnames: tuple, sentence: str) -> None:
	for fieldname in fieldnames:
		if _comparable(deal, fieldname) != _comparable(before, fieldname):
			frappe.throw(sentence.format(_(deal.meta.get_label(fieldname)), _(deal.status)))


def _comparable(deal, fieldname: str):
	value = deal.get(fieldname)
	return flt(value, 2) if deal.meta.get_field(fieldname).fieldtype == "Currency" else value or None


def _items(deal) -> list[tuple]:
	return [
		tuple(flt(row.get(field), 6) if field in ("quantity", "unit_price") else row.get(field) or None for field in AGREED_OF_ITEM)
		for row in deal.items
	]
