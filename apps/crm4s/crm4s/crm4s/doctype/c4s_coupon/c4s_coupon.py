"""A coupon: given once, redeemed once. What happens to it stands in membership/coupons.py."""

import frappe
from frappe import _
from frappe.model.document import Document

from crm4s.access.customers import dealing_condition, has_dealing_permission
from crm4s.access.links import ensure_links_within_reach, ensure_not_taken_from_other_store
from crm4s.access.own_store import take_own_store
from crm4s.documents import OwnFacts
from crm4s.exceptions import CouponError
from crm4s.membership import coupons

FACTS = ("code", "status", "redeemed_on", "redeemed_by", "redeemed_at", "amount", "reference_doctype", "reference_name", "source_key")


class C4SCoupon(OwnFacts, Document):
	def before_insert(self):
		take_own_store(self)
		if not self.flags.writes_facts:
			self.update(dict.fromkeys(FACTS))
		self.code, self.status = coupons.new_code(), coupons.USABLE
		coupons.complete(self)

	def validate(self):
		ensure_not_taken_from_other_store(self)
		ensure_links_within_reach(self, "customer")
		self.keep_facts()
		coupons.validate_days(self)

	def on_trash(self):
		if self.status == coupons.REDEEMED:
			frappe.throw(_("A redeemed coupon cannot be deleted."), CouponError)

	def keep_facts(self):
		before = self.get_doc_before_save()
		if before and not self.flags.writes_facts:
			self.update({field: before.get(field) for field in FACTS})


def get_permission_query_conditions(user: str | None = None) -> str:
	return dealing_condition("C4S Coupon", user)


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	return has_dealing_permission(doc, ptype, user)


def on_doctype_update() -> None:
	frappe.db.add_index("C4S Coupon", ["dealership", "modified"])
	frappe.db.add_index("C4S Coupon", ["offer", "customer"])
	frappe.db.add_index("C4S Coupon", ["dealership", "status", "valid_until"])
