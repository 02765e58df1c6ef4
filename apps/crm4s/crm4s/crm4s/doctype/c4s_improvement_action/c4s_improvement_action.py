"""What is done so that something does not go wrong again, or goes better: by whom, until when, and whether it helped."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import add_days, getdate, nowdate

from crm4s.access.links import ensure_not_taken_from_other_store
from crm4s.access.own_store import take_own_store
from crm4s.access.stores import has_store_permission, store_condition

OPEN, DONE, CHECKED, CANCELLED = "Open", "Done", "Checked", "Cancelled"
# From where to where; what was done in vain is taken up again.
STEPS = {OPEN: (DONE, CANCELLED), DONE: (CHECKED, OPEN), CHECKED: (OPEN,), CANCELLED: (OPEN,)}
CHECK_AFTER_DAYS = 30


class C4SImprovementAction(Document):
	def before_insert(self):
		take_own_store(self)
		self.status = OPEN

	def validate(self):
		ensure_not_taken_from_other_store(self)
		self.validate_about()
		self.validate_responsible()
		self.validate_step()
		self.keep_days()

	def validate_about(self):
		"""What one may not read one does not act upon: its name would tell that it is there."""
		if not self.document_name or not self.is_new() or self.flags.ignore_permissions:
			return
		if not frappe.has_permission(self.document_type, "read", doc=self.document_name):
			frappe.throw(_("You may not read {0} {1}.").format(_(self.document_type), self.document_name), frappe.PermissionError)

	def validate_responsible(self):
		if self.has_value_changed("responsible") and not frappe.db.get_value("User", self.responsible, "enabled"):
			frappe.throw(_("{0} does not work here any more; choose somebody else.").format(frappe.bold(frappe.utils.escape_html(self.responsible))))

	def validate_step(self):
		before = self.get_doc_before_save()
		was = before.status if before else OPEN
		if self.status != was and self.status not in STEPS[was]:
			frappe.throw(_("An improvement action that is {0} cannot become {1}.").format(_(was), _(self.status)))
		if self.status in (DONE, CHECKED) and not (self.what_was_done or "").strip():
			frappe.throw(_("Say what was done."), frappe.MandatoryError)
		if self.status == CHECKED and not self.effect:
			frappe.throw(_("Say whether it helped."), frappe.MandatoryError)
		if self.status == CANCELLED and not (self.cancel_reason or "").strip():
			frappe.throw(_("Say why nobody does it."), frappe.MandatoryError)

	def keep_days(self):
		"""The days of doing and checking, and who checked, follow from the status; opened again they are gone."""
		before = self.get_doc_before_save() or frappe._dict()
		self.done_on = (before.done_on or getdate(nowdate())) if self.status in (DONE, CHECKED) else None
		is_checked = self.status == CHECKED
		self.checked_on = (before.checked_on or getdate(nowdate())) if is_checked else None
		self.checked_by = (before.checked_by or frappe.session.user) if is_checked else None
		if not is_checked:
			self.effect = None
		if self.status == DONE:
			self.check_on = self.check_on or add_days(self.done_on, CHECK_AFTER_DAYS)


def on_doctype_update() -> None:
	frappe.db.add_index("C4S Improvement Action", ["dealership", "modified"])
	frappe.db.add_index("C4S Improvement Action", ["document_name", "document_type"])
	# What is somebody's to do, and whose effect is to be looked at.
	frappe.db.add_index("C4S Improvement Action", ["responsible", "status", "due_on"])
	frappe.db.add_index("C4S Improvement Action", ["owner", "status", "check_on"])


def get_permission_query_conditions(user: str | None = None) -> str:
	return store_condition("C4S Improvement Action", user)


def has_permission(doc, ptype=None, user=None) -> bool:
	if ptype == "create" and not doc.get("dealership"):
		# It gets the own store before it is saved.
		return True
	return has_store_permission(doc, user)
