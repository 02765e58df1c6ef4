"""A customer, car or document that must not be erased for now. Released, not deleted: who held what, and why, can be read later."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate, now_datetime

from crm4s.access.customers import require_customer
from crm4s.access.required import require_document
from crm4s.access.stores import stores_of
from crm4s.privacy import retention

HOLD = "C4S Legal Hold"


class C4SLegalHold(Document):
	def before_insert(self):
		self.placed_by, self.placed_on = frappe.session.user, now_datetime()
		self.released_by = self.released_on = None

	def validate(self):
		self.validate_subject()
		self.validate_day()
		self.keep_release()

	def validate_subject(self) -> None:
		if not (self.customer or self.vehicle or self.document):
			frappe.throw(_("Name the customer, the vehicle or the document that is held."), frappe.MandatoryError)
		if self.is_new():
			require_customer(self.customer)

	def validate_day(self) -> None:
		if self.has_value_changed("held_until") and self.held_until and getdate(self.held_until) < getdate():
			frappe.throw(_("Held Until must not lie in the past."))

	def keep_release(self) -> None:
		"""Released by its button only."""
		before = self.get_doc_before_save()
		if before and not self.flags.by_release:
			self.released_on, self.released_by = before.released_on, before.released_by

	def on_trash(self):
		frappe.throw(_("A legal hold is released, not deleted."))


@frappe.whitelist(methods=["POST"])
def release(hold: str) -> None:
	"""End the hold; what its periods would have done meanwhile is done the next night. For those who may write holds."""
	document = require_document(HOLD, hold)
	if document.released_on:
		frappe.throw(_("This hold is released already."))
	document.update({"released_on": now_datetime(), "released_by": frappe.session.user})
	document.flags.by_release = True
	document.save()
	retention.released()


def get_permission_query_conditions(user: str | None = None) -> str:
	"""What is held of other stores' customers is not everybody's to know: holds are for those who work for the whole group, and who placed them."""
	if stores_of(user) is None:
		return ""
	return f"`tab{HOLD}`.`placed_by` = {frappe.db.escape(user or frappe.session.user)}"


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	return doc.is_new() or stores_of(user) is None or doc.placed_by == (user or frappe.session.user)
