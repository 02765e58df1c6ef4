"""What a member of an owner club wrote for the others in the portal. Staff publish it or refuse it; the others read what is published."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import strip_html

from crm4s.access.rows import seen_parents_condition
from crm4s.segments.club_posts import POST, WAITING, is_member
from crm4s.segments.clubs import CLUB

FACTS = ("status", "reason", "decided_on", "decided_by", "reports", "reported_by", "photo")
TITLE_LENGTH = 60


class C4SClubPost(Document):
	def before_insert(self):
		self.status = WAITING
		self.update({"reason": None, "decided_on": None, "decided_by": None, "reports": 0, "reported_by": None})

	def validate(self):
		self.keep_facts()
		if self.is_new() and not is_member(self.club, self.customer):
			frappe.throw(_("Only members write in this club."))
		self.title = " ".join(strip_html(self.text or "").split())[:TITLE_LENGTH]

	def keep_facts(self):
		"""Take back what a form or a request sent along: only publishing, refusing and reporting write them."""
		before = self.get_doc_before_save()
		if before and not self.flags.writes_facts:
			self.update({field: before.get(field) for field in FACTS})

	def save_facts(self):
		"""Save what an action wrote; who may was asked there."""
		self.flags.writes_facts = True
		return self.save(ignore_permissions=True)


def get_permission_query_conditions(user: str | None = None) -> str:
	return seen_parents_condition(POST, "club", CLUB, user)


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	"""Posts of clubs that the user sees."""
	return not doc.club or bool(frappe.has_permission(CLUB, "read", doc=doc.club, user=user))


def on_doctype_update() -> None:
	frappe.db.add_index(POST, ["club", "status", "creation"])
