"""Quotations: each one that the customer gets is kept as it was given."""

import frappe
from frappe import _
from frappe.utils import add_days, flt, getdate, now_datetime, nowdate

from crm4s.crm4s.doctype.c4s_deal import finance
from crm4s.crm4s.doctype.c4s_deal.status import QUOTED
from crm4s.crm4s.doctype.c4s_deal_service.c4s_deal_service import charged_services
from crm4s.settings import setting
from crm4s.value.quotations import differences

VERSION = "C4S Quotation Version"
COPIED = (
	*("customer", "customer_name", "dealership", "sales_consultant", "model", "exterior_colour", "interior_colour"),
	*("total_amount", "agreed_deposit", "promised_on", "payment_method"),
)
COMPARED = ("total_amount", "payment_method", "agreed_deposit", "promised_on", "valid_until")


def quote(deal, valid_until: str | None = None, remark: str | None = None) -> str:
	"""Name of the version that was made of the deal as it stands."""
	_validate(deal, valid_until)
	version = frappe.get_doc(
		{
			"doctype": VERSION,
			"deal": deal.name,
			"version_number": deal.quotation_count + 1,
			"quoted_on": now_datetime(),
			"valid_until": valid_until or add_days(nowdate(), setting("quotation_valid_days")),
			"model_title": frappe.get_cached_value("C4S Vehicle Model", deal.model, "model_title") if deal.model else None,
			"masked_phone": frappe.db.get_value("C4S Customer", deal.customer, "masked_phone"),
			"lines": lines_of(deal),
			"finance_offers": finance.compare(deal),
			"remark": remark,
			**{field: deal.get(field) for field in COPIED},
		}
	).insert(ignore_permissions=True)
	deal.update(
		{
			"quotation_count": version.version_number,
			"last_quotation": version.name,
			"quoted_on": version.quoted_on,
			"quotation_valid_until": version.valid_until,
		}
	)
	deal.save_facts()
	return version.name


def lines_of(deal) -> list[dict]:
	"""What the customer pays for, line by line; the amounts add up to what is to pay."""
	car = frappe.get_cached_value("C4S Vehicle Model", deal.model, "model_title") if deal.model else _("Used Car")
	lines = [_line("Car", car, deal.list_price)]
	lines += [_line("Customisation", row.item_name, row.amount, row.quantity, row.unit_price) for row in deal.items]
	lines += [
		_line("One-Stop Service", " · ".join(filter(None, (_(row.kind), row.provider))), row.charged_amount)
		for row in charged_services(deal.name)
		if flt(row.charged_amount)
	]
	if flt(deal.discount_amount):
		lines.append(_line("Discount", _("Our discount"), -deal.discount_amount))
	if flt(deal.trade_in_value):
		lines.append(_line("Trade-In", _("Your car in payment"), -deal.trade_in_value))
	if flt(deal.trade_in_subsidy):
		lines.append(_line("Trade-In", _("Replacement subsidy"), -deal.trade_in_subsidy))
	return lines


def _line(kind: str, description: str, amount: float, quantity: float = 1, unit_price: float | None = None) -> dict:
	return {
		"line_kind": kind,
		"description": description,
		"quantity": quantity,
		"unit_price": amount if unit_price is None else unit_price,
		"amount": amount,
	}


def _validate(deal, valid_until: str | None) -> None:
	if deal.status != QUOTED:
		frappe.throw(_("A quotation is given before the order; the deal is {0}.").format(_(deal.status)))
	if not flt(deal.list_price):
		frappe.throw(_("A quotation needs the list price of the car."))
	if deal.discount_needs_approval:
		frappe.throw(_("The discount of {0} waits for approval.").format(frappe.format(deal.discount_amount, "Currency")))
	if valid_until and getdate(valid_until) < getdate(nowdate()):
		frappe.throw(_("Valid Until must not lie in the past."))


def versions(deal: str) -> list[dict]:
	"""The quotations of a deal that the user sees, latest first."""
	fields = ["name", "version_number", "quoted_on", "valid_until", "total_amount", "payment_method", "owner"]
	return frappe.get_list(VERSION, filters={"deal": deal}, fields=fields, order_by="version_number desc", limit_page_length=100)


def compare(deal: str, before: str, after: str) -> dict:
	"""Two quotations of the deal side by side: `lines` with what changed, and `facts` (field, before, after) that differ."""
	old, new = (frappe.get_doc(VERSION, name) for name in (before, after))
	for version in (old, new):
		version.check_permission("read")
		if version.deal != deal:
			frappe.throw(_("Quotation {0} belongs to another deal.").format(frappe.bold(version.name)))
	rows = differences(_triples(old), _triples(new))
	return {
		"before": old.version_number,
		"after": new.version_number,
		"lines": [
			{
				"kind": row.kind,
				"description": row.description,
				"before": None if row.before is None else float(row.before),
				"after": None if row.after is None else float(row.after),
				"change": row.change,
			}
			for row in rows
		],
		"facts": [
			{"label": old.meta.get_label(field), "before": old.get_formatted(field), "after": new.get_formatted(field)}
			for field in COMPARED
			if old.get(field) != new.get(field)
		],
	}


def _triples(version) -> list[tuple]:
	return [(row.line_kind, row.description, row.amount) for row in version.lines]
