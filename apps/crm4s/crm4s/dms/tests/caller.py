"""A link's requests without a server: the method is called as Frappe calls it, with a request around it."""

import json
from typing import Any

import frappe
from frappe.utils import get_url
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request, Response

from crm4s.tests.local_values import local_values_as_they_were
from crm4s.tests.people import as_user


def call(user: str, method: str, /, *, key: str | None = None, address: str = "203.0.113.7", body: bytes | None = None, media: str = "application/json", http: str = "", **arguments: Any) -> Response:
	"""The response of `v1.<method>` to that user.

	Args:
		key: of idempotency.
		body: instead of the arguments as JSON, which are given beside it then.
	"""
	through = frappe.get_attr(f"crm4s.dms.v1.{method}")
	data = body if body is not None else json.dumps(arguments, default=str).encode()
	posted = http == "POST" or bool(key) or body is not None
	builder = EnvironBuilder(
		path=f"/api/method/crm4s.dms.v1.{method}",
		base_url=get_url(),
		method=http or ("POST" if posted else "GET"),
		data=data if posted else None,
		content_type=media if posted else None,
		headers={"Idempotency-Key": key} if key else {},
	)
	with local_values_as_they_were("request", "request_ip"), as_user(user):
		frappe.local.request, frappe.local.request_ip = Request(builder.get_environ()), address
		return frappe.call(through, **arguments, cmd=f"crm4s.dms.v1.{method}")


def said(response: Response) -> Any:
	return json.loads(response.get_data())
