"""A customer in the audience of a campaign. Who is in it, in which group and since when is written by campaigns/ only; people note interviews."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate, nowdate

from crm4s.access.customers import dealing_condition, has_dealing_permission

MEMBER = "C4S Campaign Member"
INTERVIEW = ("interviewed_on", "interviewed_by", "interview_note")


class C4SCampaignMember(Document):
	def validate(self):
		self.keep_facts()
		self.note_interview()

	def on_trash(self):
		if self.counted_from:
			frappe.throw(_("The campaign has reached this customer; the figures need the row."))

	def keep_facts(self):
		before = self.get_doc_before_save()
		if not before:
			frappe.throw(_("The audience is made by the button Prepare Audience of the campaign."))
		for field in self.meta.fields:
			if field.fieldname not in INTERVIEW and field.fieldtype not in ("Section Break", "Column Break"):
				self.set(field.fieldname, before.get(field.fieldname))

	def note_interview(self):
		if not (self.interview_note or "").strip():
			return
		self.interviewed_on = self.interviewed_on or nowdate()
		self.interviewed_by = self.interviewed_by or frappe.session.user
		if getdate(self.interviewed_on) > getdate(nowdate()):
			frappe.throw(_("An interview is noted after it was held."))


def get_permission_query_conditions(user: str | None = None) -> str:
	return dealing_condition(MEMBER, user)


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	return has_dealing_permission(doc, ptype, user)


def on_doctype_update() -> None:
	frappe.db.add_unique(MEMBER, ["campaign", "customer"])
	# Whose turn it is; to which campaign a response belongs; figures by store.
	frappe.db.add_index(MEMBER, ["campaign", "counted_from", "customer"])
	frappe.db.add_index(MEMBER, ["customer", "counted_from", "campaign"])
	frappe.db.add_index(MEMBER, ["campaign", "dealership", "arm"])
	frappe.db.add_index(MEMBER, ["dealership", "modified"])
