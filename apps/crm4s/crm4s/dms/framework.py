"""What the framework itself refuses on the way to `v1`: its answers become problem objects as well.

A body beyond the site's `max_file_size` is refused before any hook is asked, and a request beyond the web server's by that: both with 413 in their own words.
"""

import json

import frappe
from frappe import _

from crm4s.dms.problems import MIME, Problem, busy, not_signed_in, problem

PATH = "/api/method/crm4s.dms.v1."


def speak_as_problem(request, response) -> None:
	"""After a request: the framework's own refusals of these methods become problem objects as well."""
	if not request.path.startswith(PATH) or response is None or response.mimetype == MIME:
		return
	# A page is never ours; some failures come as one, with 200 on it.
	status = max(response.status_code, 400) if response.mimetype == "text/html" else response.status_code
	if status < 400:
		return
	found = _of_framework(request, status)
	response.status_code = found.status
	response.data = json.dumps(found.body(), ensure_ascii=False)
	response.content_type = MIME
	response.headers.update(found.headers)


def _of_framework(request, status: int) -> Problem:
	if not _is_readable(request):
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


def _is_readable(request) -> bool:
	"""The framework reads the body before anything else, and fails where it cannot."""
	if "application/json" not in (request.content_type or "") or not request.get_data():
		return True
	try:
		json.loads(request.get_data(as_text=True))
	except (ValueError, RecursionError):
		return False
	return True
