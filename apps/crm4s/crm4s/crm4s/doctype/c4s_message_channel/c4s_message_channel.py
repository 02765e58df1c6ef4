"""By which way and through whom customers are written or called."""

import json
from urllib.parse import quote

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, escape_html, get_url

from crm4s.messages import texts
from crm4s.messages.adapters import web
from crm4s.messages.adapters.http import ChannelBrokenError, forget_token, headers_of
from crm4s.messages.kinds import OVER_HTTP

LONGEST_TIMEOUT_SECONDS = web.LONGEST_SECONDS


class C4SMessageChannel(Document):
	def validate(self):
		self.set_receipts_address()
		self.validate_wording()
		if self.channel_kind in OVER_HTTP:
			self.validate_addresses()
			self.validate_body()
			self.validate_headers()
			self.validate_timeout()

	def on_update(self):
		forget_token(self.name)

	def set_receipts_address(self):
		is_provider = self.channel_kind in OVER_HTTP
		path = f"/api/method/crm4s.messages.receipts.receive?channel={quote(self.channel_name, safe='')}"
		self.receipts_address = get_url(path) if is_provider else None

	def validate_wording(self):
		for text in (self.signature, self.unsubscribe_line):
			wrong = texts.stray_braces(text) or next(iter(sorted(texts.names_in(text) - set(texts.COMMON))), None)
			if wrong:
				frappe.throw(_("{0} is no placeholder that is always there.").format(frappe.bold(escape_html(wrong))))

	def validate_addresses(self):
		if self.enabled and not self.url:
			frappe.throw(_("Enter the address of the provider before you switch the channel on."), frappe.MandatoryError)
		for url in filter(None, (self.url, self.token_url)):
			if not web.is_allowed(url):
				frappe.throw(
					_("{0} is not an address for messages: it begins with https, or leads to this machine, and holds no password.").format(
						frappe.bold(escape_html(url))
					)
				)

	def validate_body(self):
		try:
			body = json.loads(self.body or "{}")
		except ValueError as error:
			frappe.throw(_("The template of the body is not JSON: {0}").format(escape_html(str(error))))
		if not isinstance(body, dict):
			frappe.throw(_("The template of the body must be a JSON object."))

	def validate_headers(self):
		try:
			headers_of(self.headers)
		except ChannelBrokenError as error:
			frappe.throw(_("{0} is no header: write the name, a colon and the value.").format(frappe.bold(escape_html(str(error)))))

	def validate_timeout(self):
		self.timeout_seconds = min(cint(self.timeout_seconds) or 10, LONGEST_TIMEOUT_SECONDS)


def get_permission_query_conditions(user: str | None = None) -> str:
	"""That a channel exists is no secret; how its provider is reached is read by administrators only, who work for the whole group."""
	return ""


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	return True
