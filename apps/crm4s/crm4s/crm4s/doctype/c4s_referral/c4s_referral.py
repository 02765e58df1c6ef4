"""Who brought whom. A person is brought once, and the one who brought him is rewarded once; see membership/referrals.py."""

import frappe
from frappe import _
from frappe.model.document import Document

from crm4s.access.customers import dealing_condition, has_dealing_permission
from crm4s.access.links import ensure_links_within_reach, ensure_not_taken_from_other_store
from crm4s.access.own_store import take_own_store
from crm4s.documents import OwnFacts
from crm4s.exceptions import ReferralError
from crm4s.membership import referrals

FACTS = ("status", "deal", "won_on", "rewarded_on", "rewarded_points")
WHO = ("referrer", "lead", "referred_customer")


class C4SReferral(OwnFacts, Document):
	def before_insert(self):
		take_own_store(self)

	def validate(self):
		ensure_not_taken_from_other_store(self)
		ensure_links_within_reach(self, *WHO)
		self.keep_facts()
		self.validate_who()
		self.set_title()

	def on_trash(self):
		if self.status != referrals.OPEN:
			frappe.throw(_("A referral that has brought a customer cannot be deleted."), ReferralError)

	def keep_facts(self):
		if self.flags.writes_facts:
			return
		before = self.get_doc_before_save()
		self.update({field: before.get(field) if before else None for field in FACTS})
		self.status = self.status or referrals.OPEN

	def validate_who(self):
		before = self.get_doc_before_save()
		if before and before.status != referrals.OPEN and any(before.get(field) != self.get(field) for field in WHO[:1]):
			frappe.throw(_("Who brought the customer cannot change after the reward is earned."), ReferralError)
		self.lead, self.referred_customer = self.lead or None, self.referred_customer or None
		if not self.lead and not self.referred_customer:
			frappe.throw(_("Say who was brought: a lead or a customer."), frappe.MandatoryError)
		if not before or any(before.get(field) != self.get(field) for field in WHO):
			referrals.validate_new(self)
			referrals.validate_source(self)

	def set_title(self):
		names = [
			frappe.db.get_value("C4S Customer", self.referrer, "customer_name"),
			frappe.db.get_value("C4S Customer", self.referred_customer, "customer_name")
			if self.referred_customer
			else frappe.db.get_value("C4S Lead", self.lead, "lead_name"),
		]
		self.title = " → ".join(name or "?" for name in names)


def get_permission_query_conditions(user: str | None = None) -> str:
	return dealing_condition("C4S Referral", user, "referrer")


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	return has_dealing_permission(doc, ptype, user, "referrer")


def on_doctype_update() -> None:
	frappe.db.add_index("C4S Referral", ["dealership", "modified"])
	frappe.db.add_index("C4S Referral", ["status", "modified"])
