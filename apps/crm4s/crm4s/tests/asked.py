"""Requests as they come in from outside, answered within the test's own process: the framework's road from the hook that looks at a request to its answer.

Two hundred times faster than over HTTP, for what is asked thousands of times. What is written is rolled back; a class that asks so has to commit what
it made before.
"""

from collections.abc import Callable
from dataclasses import dataclass

import frappe
import frappe.handler
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request, Response

from crm4s.tests.local_values import local_values_as_they_were

REFUSALS = range(400, 500)


@dataclass(frozen=True)
class Answer:
	"""What came back, as its reader sees it: with its messages."""

	status: int
	text: str
	error: Exception | None = None

	@property
	def refused(self) -> bool:
		return self.status in REFUSALS

	@property
	def forbidden(self) -> bool:
		"""Whether it was refused for want of a right, not because something about the request was wrong."""
		return self.status in (401, 403)


def ask(user: str, method: str, /, *, look: Callable[[], None] | None = None, http: str = "POST", **values) -> Answer:
	"""The answer to a call of a whitelisted method by `user`; its transaction is rolled back, after `look` has seen what it did."""
	with local_values_as_they_were("request", "request_ip", "response", "form_dict"):
		_begin(user, method, values, http)
		try:
			return _answer(method)
		except Exception as error:
			return Answer(getattr(error, "http_status_code", 500), _with_messages(str(error)), error)
		finally:
			if look:
				look()
			frappe.set_user("Administrator")
			frappe.db.rollback()


def _answer(method: str) -> Answer:
	for hook in frappe.get_hooks("auth_hooks"):
		frappe.get_attr(hook)()
	message = frappe.handler.execute_cmd(method)
	# Some answer with a Response of their own.
	if isinstance(message, Response):
		return Answer(message.status_code, message.get_data(as_text=True))
	return Answer(200, _with_messages(frappe.as_json({**frappe.local.response, "message": message})))


def _begin(user: str, method: str, values: dict, http: str) -> None:
	frappe.set_user(user)
	builder = EnvironBuilder(method=http, path=f"/api/method/{method}", json=values)
	frappe.local.request, frappe.local.request_ip = Request(builder.get_environ()), "127.0.0.1"
	frappe.local.response, frappe.local.message_log = frappe._dict(docs=[]), []
	frappe.local.form_dict = frappe._dict(values, cmd=method)


def _with_messages(text: str) -> str:
	return "\n".join([text, *(str(message) for message in frappe.local.message_log)])
