"""A customer whom we may lose, or have lost: from the plan over contact and objections to won back or ended."""

import frappe
from frappe import _
from frappe.utils import get_link_to_form, getdate, now_datetime

from crm4s.access.customers import dealing_condition, has_dealing_permission
from crm4s.access.links import ensure_links_within_reach, ensure_not_taken_from_other_store
from crm4s.access.own_store import take_own_store
from crm4s.access.own_work import entered_by
from crm4s.workflows.states import ProcessDocument

OPEN, WON_BACK, ENDED = "Open", "Won Back", "Ended"


class C4SRetentionCase(ProcessDocument):
	def before_insert(self):
		take_own_store(self)
		self.handler = self.handler or entered_by("C4S CRM Specialist", "C4S Customer Service Representative")

	def validate(self):
		ensure_not_taken_from_other_store(self)
		ensure_links_within_reach(self, "customer", "vehicle")
		self.validate_one_open_case()
		self.validate_next_contact()
		self.keep_time_of_outcome()
		self.validate_outcome()
		self.set_title()

	def validate_one_open_case(self):
		"""Nobody wants to be called by two colleagues about coming back."""
		if self.status != OPEN:
			return
		other = frappe.db.get_value(
			"C4S Retention Case",
			{"customer": self.customer, "dealership": self.dealership, "status": OPEN, "name": ["!=", self.name or ""]},
		)
		if other:
			frappe.throw(
				_("This customer has an open case in this store already: {0}").format(get_link_to_form(self.doctype, other))
			)

	def validate_next_contact(self):
		if self.status != OPEN:
			self.next_contact_on = None
		elif self.next_contact_on and self.has_value_changed("next_contact_on") and getdate(self.next_contact_on) < getdate():
			frappe.throw(_("Next Contact On must not be in the past."))

	def keep_time_of_outcome(self):
		self.won_back_on = (self.won_back_on or now_datetime()) if self.status == WON_BACK else None
		self.ended_on = (self.ended_on or now_datetime()) if self.status == ENDED else None

	def validate_outcome(self):
		if self.status != OPEN and not (self.outcome or "").strip():
			frappe.throw(_("A case that is won back or ended needs its outcome: what brought the customer back, or why not."))

	def set_title(self):
		name = frappe.db.get_value("C4S Customer", self.customer, "customer_name")
		plate = self.vehicle and frappe.db.get_value("C4S Vehicle", self.vehicle, "plate_number")
		self.title = " · ".join(part for part in (name, plate) if part)


def on_doctype_update():
	frappe.db.add_index("C4S Retention Case", ["dealership", "modified"])
	frappe.db.add_index("C4S Retention Case", ["dealership", "status", "next_contact_on"])
	frappe.db.add_index("C4S Retention Case", ["dealership", "workflow_state", "modified"])


def get_permission_query_conditions(user: str | None = None) -> str:
	return dealing_condition("C4S Retention Case", user)


def has_permission(doc, ptype=None, user=None) -> bool:
	return has_dealing_permission(doc, ptype, user)
