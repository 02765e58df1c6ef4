"""A field that is ours and that a connected system says otherwise. Found by crm4s.dms.intake.conflicts; a person decides."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import now_datetime

from crm4s.access.required import require_permission
from crm4s.dms.intake.conflicts import CONFLICT, OPEN, OURS, THEIRS, apply_theirs


class C4SDMSConflict(Document):
	def validate(self):
		self.keep_what_was_found()

	def keep_what_was_found(self):
		"""People decide by the buttons; nothing else of it is theirs to write."""
		if not self.flags.by_button:
			frappe.throw(_("Decide by the buttons Keep Ours and Take Theirs."))

	def decide(self, state: str) -> None:
		self.flags.by_button = True
		self.update({"state": state, "decided_by": frappe.session.user, "decided_on": now_datetime()})
		self.save()


@frappe.whitelist(methods=["POST"])
def decide(name: str, theirs: int) -> None:
	"""Which value is right; with `theirs` our document gets the system's one. For those who may write both."""
	conflict = frappe.get_doc(CONFLICT, name)
	conflict.check_permission("write")
	require_permission(conflict.document_type, "write", conflict.document)
	if conflict.state != OPEN:
		frappe.throw(_("Somebody has decided this already; load the page again."))
	if frappe.utils.cint(theirs):
		apply_theirs(conflict)
	conflict.decide(THEIRS if frappe.utils.cint(theirs) else OURS)


def on_doctype_update() -> None:
	frappe.db.add_unique(CONFLICT, ["link", "document_type", "document", "field"], "link_document_field")
	frappe.db.add_index(CONFLICT, ["document", "link"])
