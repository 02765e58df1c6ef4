"""An ordered car: how far it is, when it comes, what its price is made of, what is paid."""

import frappe
from frappe import _
from frappe.utils import flt, getdate

from crm4s.crm4s.doctype.c4s_deal.status import CANCELLED, ORDERED, QUOTED
from crm4s.portal import frame, own, sheets
from crm4s.portal.matters import Matter, matters
from crm4s.portal.named import titles_of
from crm4s.portal.routes import page
from crm4s.portal.viewer import Viewer

DEAL = "C4S Deal"
FIELDS = (
	*("status", "dealership", "model", "exterior_colour", "interior_colour", "vehicle", "vin", "deal_kind", "sales_consultant"),
	*("quoted_on", "ordered_on", "promised_on", "allocated_on", "pdi_signed_on", "delivery_signed_on", "delivered_on", "cancelled_on"),
	*("list_price", "discount_amount", "coupon_amount", "trade_in_value", "trade_in_subsidy", "customisation_amount", "services_amount"),
	*("price_amount", "total_amount", "paid_amount", "balance_due", "refund_due", "quotation_valid_until", "last_quotation", "creation"),
)
OPEN = (QUOTED, ORDERED)


@own.rule(DEAL)
def _deals(viewer: Viewer, table):
	"""Deals of the viewer, and of organisations whose matters are the viewer's. A quotation is shown once it was handed out, as a copy of it is."""
	return own.of_customers(viewer, table) & ((table.status != QUOTED) | table.quoted_on.notnull())


@page("my/orders/<deal>", "order.html", deal=DEAL)
def order(viewer: Viewer, context, deal: str):
	document, asked = frappe.get_doc(DEAL, deal), frappe.form_dict.get(sheets.PAPER)
	if asked and frappe.request.method == "GET":
		return sheets.answer(document, asked)
	found = own.rows(viewer, DEAL, *FIELDS, where=lambda table: table.name == deal)[0]
	model = frappe.db.get_value("C4S Vehicle Model", found.model, ["model_title", "image as picture"], as_dict=True) if found.model else None
	store = frappe.db.get_value("C4S Dealership", found.dealership, ["dealership_name", "phone", "address_line"], as_dict=True)
	found.update(title=model.model_title if model else _("Your car"), picture=model.picture if model else None)
	context.update(
		tab="home", title=found.title, order=found, store=store, steps=_steps(found), promises=_promises(deal), services=_services(deal), payments=_payments(deal),
		lines=_price_lines(found), consultant=frappe.db.get_value("User", found.sales_consultant, "full_name") if found.sales_consultant else "",
		quotation=_quotation(found) if found.status == QUOTED else None, papers=sheets.addresses(document, f"/my/orders/{deal}"),
	)


@matters
def open_orders(viewer: Viewer) -> list[Matter]:
	found = own.rows(viewer, DEAL, *FIELDS, where=lambda table: table.status.isin(OPEN), order_by="creation", newest_first=True)
	titles = titles_of("C4S Vehicle Model", (row.model for row in found), "model_title")
	return [Matter(titles.get(row.model) or _("Your car"), f"/my/orders/{row.name}", _state(row), row.promised_on if row.status == ORDERED else None) for row in found]


def _state(deal) -> str:
	if deal.status == QUOTED:
		return _("Quotation, valid until {0}").format(frame.day(deal.quotation_valid_until)) if deal.quotation_valid_until else _("Quotation")
	step = next((step["label"] for step in reversed(_steps(deal)) if step["on"]), _("Ordered"))
	return _("{0} · promised for {1}").format(step, frame.day(deal.promised_on)) if deal.promised_on else step


def _steps(deal) -> list[dict]:
	"""From the quotation to the key: label, the day of those that are done, and which is next."""
	steps = [
		(_("Quotation"), deal.quoted_on or deal.creation),
		(_("Ordered"), deal.ordered_on),
		(_("Car assigned"), deal.allocated_on),
		(_("Inspected before delivery"), deal.pdi_signed_on),
		(_("Handed over"), deal.delivered_on),
	]
	rows = [{"label": label, "on": getdate(on) if on else None, "next": False} for label, on in steps]
	following = next((row for row in rows if not row["on"]), None)
	if following and deal.status != CANCELLED:
		following["next"] = True
	return rows


def _promises(deal: str) -> list:
	"""Delivery days that were moved, with the reason that the customer was told."""
	return frappe.get_all("C4S Deal Promise", {"parent": deal, "parenttype": DEAL, "customer_informed": 1}, ["promised_before", "promised_on", "reason", "moved_on"], order_by="idx desc")


def _services(deal: str) -> list:
	"""What the store sees to besides: plates, insurance, finance. What it costs the store is not shown."""
	return frappe.get_all("C4S Deal Service", {"deal": deal, "status": ["!=", "Cancelled"]}, ["kind", "status", "due_on", "done_on", "charged_amount"], order_by="creation")


def _payments(deal: str) -> list:
	return frappe.get_all("C4S Deal Payment", {"parent": deal, "parenttype": DEAL}, ["paid_on", "kind", "amount", "method"], order_by="idx")


def _quotation(deal) -> list | None:
	"""The lines as they were handed out: what the store changes since then is shown when it is handed out."""
	if not deal.last_quotation:
		return None
	return frappe.get_all("C4S Quotation Line", {"parent": deal.last_quotation, "parenttype": "C4S Quotation Version"}, ["description", "amount"], order_by="idx")


def _price_lines(deal) -> list[tuple[str, float]]:
	"""Label and amount of what the price is made of, without lines of zero. An internal approval, cost or margin is none of them."""
	lines = [
		(_("Car"), flt(deal.list_price)),
		(_("Options and accessories"), flt(deal.customisation_amount)),
		(_("Plates, insurance and other services"), flt(deal.services_amount)),
		(_("Discount"), -flt(deal.discount_amount)),
		(_("Your car in payment"), -flt(deal.trade_in_value)),
		(_("Subsidy for your car"), -flt(deal.trade_in_subsidy)),
	]
	return [(label, amount) for label, amount in lines if amount]
