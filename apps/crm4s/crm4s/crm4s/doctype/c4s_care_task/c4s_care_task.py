"""A customer to be contacted, and why. Made by a rule, by a message that reached nobody, or by hand; closed by what came of the call."""

import frappe
from frappe import _
from frappe.model.document import Document

from crm4s.access.customers import dealing_condition, has_dealing_permission
from crm4s.access.links import ensure_links_within_reach, ensure_not_taken_from_other_store
from crm4s.access.own_store import take_own_store
from crm4s.access.own_work import entered_by
from crm4s.documents import keep_stored
from crm4s.masked_twins import plate_in_title

TASK = "C4S Care Task"
OPEN, MESSAGE, DONE, CANCELLED = "Open", "Message", "Done", "Cancelled"
# What crm4s.care writes, not a form.
WRITTEN = (
	*("rule", "status", "next_call_on", "attempts", "escalated_on", "outcome", "closed_on", "closed_by"),
	*("reference_doctype", "reference_name", "facts", "due_key"),
)


class C4SCareTask(Document):
	def before_insert(self):
		take_own_store(self)
		self.assigned_to = self.assigned_to or entered_by("C4S CRM Specialist", "C4S Customer Service Representative", "C4S Service Advisor", "C4S Sales Consultant")

	def validate(self):
		ensure_not_taken_from_other_store(self)
		ensure_links_within_reach(self, "customer", "vehicle")
		self.keep_what_is_written()
		self.set_title()

	def keep_what_is_written(self):
		if self.flags.by_care:
			return
		keep_stored(self, WRITTEN)
		before = self.get_doc_before_save()
		self.status = self.status or OPEN
		self.attempts = self.attempts or 0
		self.set("attempts_made", before.attempts_made if before else [])

	def set_title(self):
		name = frappe.db.get_value("C4S Customer", self.customer, "customer_name")
		plate = self.vehicle and frappe.db.get_value("C4S Vehicle", self.vehicle, "plate_number")
		self.title = " · ".join(part for part in (name, plate_in_title(plate)) if part)
		if not (self.why or "").strip():
			frappe.throw(_("Say why this customer is to be contacted."), frappe.MandatoryError)


def on_doctype_update() -> None:
	frappe.db.add_index(TASK, ["dealership", "status", "due_on"])
	frappe.db.add_index(TASK, ["dealership", "modified"])
	frappe.db.add_index(TASK, ["assigned_to", "status", "due_on"])
	# What else is due for a customer, and what was of late.
	frappe.db.add_index(TASK, ["customer", "due_on"])
	frappe.db.add_index(TASK, ["status", "due_on"])
	frappe.db.add_index(TASK, ["reference_doctype", "reference_name"])


def get_permission_query_conditions(user: str | None = None) -> str:
	return dealing_condition(TASK, user)


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	return has_dealing_permission(doc, ptype, user)
