"""An address that gets no messages, whoever has it; its digest is kept, not the address."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import now_datetime

from crm4s.messages.suppression import key_of, masked, normalised

SUPPRESSED = "C4S Suppressed Address"


class C4SSuppressedAddress(Document):
	def before_insert(self):
		self.keep_digest()
		self.suppressed_on = now_datetime()

	def validate(self):
		if not self.is_new():
			self.keep_all_but_remark()

	def keep_all_but_remark(self):
		"""Another address, or another channel, is another row."""
		before = self.get_doc_before_save()
		for field in ("address_key", "masked_address", "channel_kind", "suppressed_on"):
			self.set(field, before.get(field))
		self.address = None

	def keep_digest(self):
		if not (self.address or "").strip():
			frappe.throw(_("Enter the address that shall get no messages."), frappe.MandatoryError)
		address = normalised(self.address, self.channel_kind)
		self.address_key, self.masked_address, self.address = key_of(address, self.channel_kind), masked(address), None
		if frappe.db.exists(SUPPRESSED, {"address_key": self.address_key}):
			frappe.throw(_("{0} is on the list already.").format(self.masked_address), frappe.UniqueValidationError)
