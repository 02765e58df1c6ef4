"""New documents of ERPNext as both visits and deals need them: heading, taxes, lines, and the pair that is written with them."""

from collections.abc import Iterable, Mapping

import frappe
from frappe.utils import getdate

from crm4s.erpnext_link import pairs
from crm4s.erpnext_link.invoice_rows import Bill
from crm4s.erpnext_link.plan import Plan, Store


def selling(doctype: str, customer: str, store: Store, plan: Plan, asked: Bill):
	"""An order, delivery note or invoice over what is asked, not saved yet; `store` says where it is booked, empty where ERPNext decides."""
	document = frappe.new_doc(doctype)
	document.update(
		{
			**{"company": store.company, "customer": customer, "selling_price_list": plan.price_list or None, "ignore_pricing_rule": 1},
			**{"cost_center": store.cost_center or None, "disable_rounded_total": 1},
			**{"apply_discount_on": "Net Total", "discount_amount": float(asked.discount)},
		}
	)
	document.set("items", lines(asked.lines, store))
	if store.tax_template:
		document.taxes_and_charges = store.tax_template
		document.append_taxes_from_master()
	return document


def lines(rows: Iterable[Mapping], store: Store) -> list[dict]:
	own = {"cost_center": store.cost_center, "income_account": store.income_account}
	return [{**row, **{field: value for field, value in own.items() if value}} for row in rows]


def posted_on(moment) -> dict:
	"""The day of the dealing, not that of the job."""
	return {"set_posting_time": 1, "posting_date": getdate(moment)}


def insert(document, document_type: str, name: str, part: str = "", **facts) -> None:
	"""Save it as a draft together with its pair, in one transaction."""
	document.insert()
	pairs.say_origin(document, document_type, name)
	pairs.connect(document_type, name, document.doctype, document.name, part, their_status=None, **facts)
