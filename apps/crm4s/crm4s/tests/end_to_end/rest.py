"""Requests to the running server with a user's own key, as an integrator sends them."""

import json
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

import frappe
from frappe.utils.password import set_encrypted_password

from crm4s.tests.end_to_end.desk import ADDRESS


class Caller:
	"""One user's key at the running server."""

	def __init__(self, user: str):
		# As rows only, like the users of tests: to save each as a document takes half a second.
		key, secret = frappe.generate_hash(length=15), frappe.generate_hash(length=15)
		frappe.db.set_value("User", user, "api_key", key, update_modified=False)
		set_encrypted_password("User", user, secret, "api_secret")
		self.token = f"token {key}:{secret}"

	def send(self, method: str, path: str, body: dict | None = None) -> tuple[int, dict]:
		"""The status and the answer of one request."""
		headers = {"Authorization": self.token, "Content-Type": "application/json", "Accept": "application/json", "Accept-Language": "en"}
		request = Request(ADDRESS + path, json.dumps(body, default=str).encode() if body is not None else None, headers, method=method)
		try:
			with urlopen(request, timeout=60) as answer:
				return answer.status, json.load(answer)
		except HTTPError as refusal:
			return refusal.code, json.load(refusal)

	def call(self, method: str, /, **values):
		return self._good(self.send("POST", f"/api/method/{method}", values)).get("message")

	def insert(self, doctype: str, /, **values) -> dict:
		return self._good(self.send("POST", f"/api/resource/{quote(doctype)}", values))["data"]

	def read(self, doctype: str, name: str) -> dict:
		return self._good(self.send("GET", f"/api/resource/{quote(doctype)}/{quote(name)}"))["data"]

	def change(self, doctype: str, name: str, /, **values) -> dict:
		return self._good(self.send("PUT", f"/api/resource/{quote(doctype)}/{quote(name)}", values))["data"]

	def take_action(self, doctype: str, name: str, action: str, **values) -> None:
		self.call("crm4s.workflows.actions.take_action", document_type=doctype, document_name=name, action=action, values=values)

	def tick_mandatory(self, doctype: str, name: str) -> None:
		which = {"document_type": doctype, "document_name": name}
		for item in self.call("crm4s.workflows.actions.get_panel", **which)["items"]:
			if item["mandatory"]:
				self.call("crm4s.workflows.actions.set_tick", **which, item=item["name"], ticked=1)

	@staticmethod
	def _good(answered: tuple[int, dict]) -> dict:
		status, answer = answered
		assert status == 200, f"{status}: {answer.get('exception') or answer}"
		return answer
