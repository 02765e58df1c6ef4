"""An address of a connected system to which changes are sent; the engine is `crm4s.dms.webhooks`."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, escape_html, now_datetime

from crm4s import egress
from crm4s.change_feed.sequencing import head
from crm4s.dms.webhooks.secrets import new_secret

LONGEST_WAIT_SECONDS = 30
MOST_CHANGES = 500
DELIVERY = "C4S DMS Delivery"


class C4SDMSEndpoint(Document):
	def before_insert(self):
		# What was before is for a snapshot.
		self.position = head()
		self.flags.new_secret = self.secret = new_secret()
		self.secret_made_on = now_datetime()

	def validate(self):
		self.seconds = min(cint(self.seconds) or 10, LONGEST_WAIT_SECONDS)
		self.changes_of_one_delivery = min(cint(self.changes_of_one_delivery) or 100, MOST_CHANGES)
		self.validate_url()
		self.refuse_twice()

	def validate_url(self):
		"""Its form only: the name is resolved at each request, as it may lead elsewhere tomorrow."""
		reason = egress.why_not(self.url)
		if reason:
			frappe.throw(_("{0} is no address we may call: {1}").format(frappe.bold(escape_html(self.url)), reason))

	def refuse_twice(self):
		seen = set()
		for row in self.entities:
			if row.entity in seen:
				frappe.throw(_("{0} stands twice.").format(frappe.bold(_(row.entity))))
			seen.add(row.entity)

	def after_insert(self):
		show_secret(self.flags.new_secret)

	def on_update(self):
		if self.has_value_changed("url") or self.has_value_changed("enabled"):
			self.db_set({"connection": "Good", "failures": 0, "next_attempt_on": None, "last_error": None}, update_modified=False)

	def on_trash(self):
		frappe.db.delete(DELIVERY, {"endpoint": self.name})


def show_secret(secret: str) -> None:
	"""The one time that it is shown."""
	frappe.msgprint(
		_("This secret signs what we send; it is shown only now. Give it to the other side: {0}").format(f"<p><code>{escape_html(secret)}</code></p>"),
		title=_("Secret"),
		indicator="orange",
	)
