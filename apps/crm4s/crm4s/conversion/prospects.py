"""What a prospect said, read from the document in which it was noted."""

from collections.abc import Callable
from dataclasses import dataclass

import frappe
from frappe import _

from crm4s.edge import plain_refusal
from crm4s.identifiers.phone import normalise_phone
from crm4s.settings import setting


@dataclass(frozen=True)
class Prospect:
	"""A person who is to become a customer; `phone` is E.164 or None, `dealership` the store that takes him or her up."""

	customer_name: str | None
	phone: str | None
	dealership: str
	sex: str | None = None
	wechat: str | None = None
	source: str | None = None
	purchase_purpose: str | None = None
	purchase_need: str | None = None

	def as_file(self) -> dict:
		"""The values of a new customer's file. Whoever converts has the person before him or on the phone, so the number counts as verified."""
		phones = [{"phone": self.phone, "kind": "Mobile", "is_primary": 1, "is_verified": 1}] if self.phone else []
		return {
			"doctype": "C4S Customer",
			"customer_kind": "Private",
			"phones": phones,
			**{
				field: getattr(self, field)
				for field in ("customer_name", "dealership", "sex", "wechat", "source", "purchase_purpose", "purchase_need")
			},
		}


def of_lead(lead) -> Prospect:
	return Prospect(
		customer_name=lead.lead_name,
		phone=lead.phone,
		dealership=lead.dealership,
		wechat=lead.wechat,
		source=lead.source,
		purchase_purpose=lead.purpose,
		purchase_need=lead.needs,
	)


def of_showroom_visit(visit) -> Prospect:
	return Prospect(
		customer_name=visit.visitor_name,
		phone=visit.phone,
		dealership=visit.dealership,
		sex=visit.sex,
		source=setting("walk_in_source"),
	)


SOURCES: dict[str, Callable[..., Prospect]] = {"C4S Lead": of_lead, "C4S Showroom Visit": of_showroom_visit}


def prospect_of(document) -> Prospect:
	"""The prospect of a lead or showroom visit; refuses other documents, and a prospect without a name."""
	require_source(document.doctype)
	prospect = SOURCES[document.doctype](document)
	if not prospect.customer_name:
		frappe.throw(_("Enter the visitor's name first; a customer's file needs one."))
	return prospect


def require_source(doctype: str) -> None:
	if doctype not in SOURCES:
		frappe.throw(_("A customer is made from a lead or a showroom visit, not from {0}.").format(_(doctype)))


def direct_entry(customer_name: str, phone: str | None, dealership: str, sex: str | None = None) -> Prospect:
	"""The prospect whom somebody enters without any document before."""
	if phone:
		with plain_refusal():
			phone = normalise_phone(phone, setting("default_region"))
	return Prospect(customer_name=customer_name, phone=phone or None, dealership=dealership, sex=sex)
