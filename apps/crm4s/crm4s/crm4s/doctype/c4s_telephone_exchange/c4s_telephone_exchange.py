"""How a telephone exchange, or a provider of social accounts, tells us of calls and messages, and how it dials for us."""

import json
from urllib.parse import quote

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, escape_html, get_url

from crm4s.messages.adapters import web
from crm4s.messages.adapters.http import ChannelBrokenError, headers_of

SHORTEST_SECRET = 16
LONGEST_WINDOW_SECONDS = 3600


class C4STelephoneExchange(Document):
	def validate(self):
		self.events_address = get_url(f"/api/method/crm4s.interactions.exchange.receive?exchange={quote(self.exchange_name, safe='')}")
		self.window_seconds = min(cint(self.window_seconds) or 300, LONGEST_WINDOW_SECONDS)
		self.validate_secret()
		self.validate_calling_out()
		self.validate_extensions()

	def validate_secret(self):
		secret = self.get_password("secret", raise_exception=False) if self.secret and set(self.secret) == {"*"} else self.secret
		if self.enabled and len(secret or "") < SHORTEST_SECRET:
			frappe.throw(_("A secret needs at least {0} characters; whoever guesses it can feign calls.").format(SHORTEST_SECRET))

	def validate_calling_out(self):
		if self.call_url and not web.is_allowed(self.call_url):
			frappe.throw(_("{0} is not an address for calling out: it begins with https, or leads to this machine, and holds no password.").format(frappe.bold(escape_html(self.call_url))))
		try:
			body = json.loads(self.call_body or "{}")
		except ValueError as error:
			frappe.throw(_("The template of the body is not JSON: {0}").format(escape_html(str(error))))
		if not isinstance(body, dict):
			frappe.throw(_("The template of the body must be a JSON object."))
		if self.kind == "Messages" and self.call_url and not all(place in self.call_body for place in ("{account}", "{text}")):
			frappe.throw(_("The template of the body must hold {0} and {1}: an answer has a text and somebody who gets it.").format("{account}", "{text}"))
		try:
			headers_of(self.call_headers)
		except ChannelBrokenError as error:
			frappe.throw(_("{0} is no header: write the name, a colon and the value.").format(frappe.bold(escape_html(str(error)))))

	def validate_extensions(self):
		seen = set()
		for row in self.extensions:
			row.extension = row.extension.strip()
			if row.extension in seen:
				frappe.throw(_("Extension {0} stands twice; a call can ring at one agent only.").format(frappe.bold(escape_html(row.extension))))
			seen.add(row.extension)


def get_permission_query_conditions(user: str | None = None) -> str:
	"""That an exchange exists is no secret; how it is reached is read by administrators only, who work for the whole group."""
	return ""


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	return True
