"""What a customer said about being written or called. Nothing is changed: who thinks otherwise says so in a new row."""

import frappe
from frappe import _
from frappe.utils import get_datetime, now_datetime

from crm4s.access.customers import related_condition, require_customer, sees_customer
from crm4s.access.own_store import take_own_store
from crm4s.append_only import AppendOnlyDocument

CONSENT = "C4S Consent"


class C4SConsent(AppendOnlyDocument):
	def before_insert(self):
		take_own_store(self)
		self.noted_by = frappe.session.user
		self.decided_on = self.decided_on or now_datetime()

	def validate(self):
		super().validate()
		require_customer(self.customer)
		self.validate_time()
		self.validate_evidence()

	def validate_time(self):
		# The latest decision counts: one that lies in the future would silence those in between.
		if get_datetime(self.decided_on) > now_datetime():
			frappe.throw(_("Decided On must not lie in the future."))

	def validate_evidence(self):
		if self.decision == "Given" and not (self.evidence or "").strip() and not self.evidence_file:
			frappe.throw(_("Say what the customer said or signed, or attach the paper: a consent needs evidence."), frappe.MandatoryError)


def on_doctype_update() -> None:
	frappe.db.add_index(CONSENT, ["customer", "decided_on"])


def get_permission_query_conditions(user: str | None = None) -> str:
	"""Consent belongs to the customer, who has one file in the group."""
	return related_condition(f"`tab{CONSENT}`.`customer`", user)


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	return not doc.customer or sees_customer(doc.customer, user)
