"""What the framework itself refuses on the way to `v1`: its answers become problem objects as well.

A body beyond the site's `max_file_size` is refused before any hook is asked, and a request beyond the web server's by that: both with 413 in their own words.
"""

import json

import frappe
from frappe import _

from crm4s.dms.problems import MIME, Problem, busy, not_signed_in, problem

PATH = "/api/method/crm4s.dms.v1."
UNREADABLE = ("JSONDecodeError", "RecursionError", "UnicodeDecodeError")


def speak_as_problem(request, response) -> None:
	"""After a request: the framework's own refusals of these methods become problem objects as well."""
	if not request.path.startswith(PATH) or response is None or response.status_code < 400 or response.mimetype == MIME:
		return
	found = _of_framework(request, response.status_code, _kind(response))
	response.status_code = found.status
	response.data = json.dumps(found.body(), ensure_ascii=False)
	response.content_type = MIME
	response.headers.update(found.headers)


def _kind(response) -> str:
	try:
		return (json.loads(response.get_data(as_text=True)) or {}).get("exc_type") or ""
	except (ValueError, AttributeError):
		return ""


def _of_framework(request, status: int, kind: str) -> Problem:
	if kind in UNREADABLE:
		return problem("bad_json", _("The body must be one JSON object."))
	method = _method(request.path[len(PATH) :].strip("/"))
	if status == 401 or (status == 403 and frappe.session.user == "Guest"):
		return not_signed_in()
	if not method:
		return problem("method_not_found", _("The methods are named in the OpenAPI description."))
	if request.method not in method.http:
		allowed = ", ".join(method.http)
		return problem("method_not_allowed", _("Please use {0}.").format(allowed), headers={"Allow": allowed})
	if status == 403:
		return problem("not_permitted", _("The link's user may not do this."))
	if status < 500:
		return problem("bad_request", _("The request must be one JSON object or a form that the method knows."))
	return busy() if status in (503, 508) else problem("failed", _("It was noted; please send the same request again later, with the same key."))


def _method(name: str):
	# Not at the top: this is asked after every request, and most never come near the link.
	from crm4s.dms import gate, v1

	return gate.METHODS.get(name) if hasattr(v1, name) else None
