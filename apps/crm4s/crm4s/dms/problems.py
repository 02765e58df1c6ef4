"""What is said when a request cannot be answered: problem objects as RFC 9457 describes them, and the faults of single fields.

`code` is for programs and never changes; `title` and `detail` are for people and are translated.
"""

import json
from collections.abc import Mapping
from typing import Any

import frappe
from frappe import _
from pydantic import ValidationError
from werkzeug.wrappers import Response

MIME = "application/problem+json"
RETRY_SECONDS = 5

# Every code with its status; the titles stand in `title_of`.
STATUS: Mapping[str, int] = {
	"bad_json": 400,
	"bad_request": 400,
	"bad_cursor": 400,
	"key_missing": 400,
	"not_signed_in": 401,
	"no_link": 403,
	"link_disabled": 403,
	"address_refused": 403,
	"entity_refused": 403,
	"not_permitted": 403,
	"method_not_found": 404,
	"not_found": 404,
	"method_not_allowed": 405,
	"key_used_otherwise": 409,
	"key_under_way": 409,
	"cursor_expired": 410,
	"too_large": 413,
	"media_type": 415,
	"invalid": 422,
	"unknown_entity": 422,
	"too_many_requests": 429,
	"failed": 500,
	"busy": 503,
}


class Problem(Exception):
	"""A request that is not answered as asked.

	Args:
		more: further members of the object, such as `errors`, a list of {"code", "field", "message"}.
	"""

	def __init__(self, status: int, code: str, title: str, detail: str, *, headers: Mapping[str, str] | None = None, **more: Any):
		super().__init__(detail)
		self.status, self.code, self.title, self.detail = status, code, title, detail
		self.headers, self.more = dict(headers or {}), more

	@classmethod
	def known(cls, code: str, detail: str, headers: Mapping[str, str] | None, more: Mapping[str, Any]) -> "Problem":
		return cls(STATUS[code], code, title_of(code), detail, headers=headers, **more)

	def body(self) -> dict:
		said = {"type": f"urn:crm4s:problem:{self.code}", "title": self.title, "status": self.status, "detail": self.detail, "code": self.code}
		return {**said, **self.more}

	def response(self) -> Response:
		text = json.dumps(self.body(), ensure_ascii=False, default=str)
		return Response(text, status=self.status, headers=self.headers, content_type=MIME)


def problem(code: str, detail: str, *, headers: Mapping[str, str] | None = None, **more: Any) -> Problem:
	"""One of the problems that are known by their code."""
	return Problem.known(code, detail, headers, more)


def title_of(code: str) -> str:
	titles = {
		"bad_json": _("The body is not JSON"),
		"bad_request": _("The request cannot be read"),
		"bad_cursor": _("The cursor is not right"),
		"key_missing": _("The header Idempotency-Key is missing"),
		"not_signed_in": _("Nobody is signed in"),
		"no_link": _("This user has no link"),
		"link_disabled": _("The link is switched off"),
		"address_refused": _("The address is not allowed"),
		"entity_refused": _("The link may not do this"),
		"not_permitted": _("The user may not do this"),
		"method_not_found": _("There is no such method"),
		"not_found": _("Not found"),
		"method_not_allowed": _("The HTTP method is another one"),
		"key_used_otherwise": _("The key was used for another request"),
		"key_under_way": _("The same request is still under way"),
		"cursor_expired": _("The cursor is too old"),
		"too_large": _("The request is too large"),
		"media_type": _("The kind of the body is another one"),
		"invalid": _("The request is not right"),
		"unknown_entity": _("This entity is not known"),
		"too_many_requests": _("Too many requests"),
		"failed": _("Something went wrong on our side"),
		"busy": _("Busy for the moment"),
	}
	return titles[code]


def of_error(error: Exception) -> Problem:
	"""What a failure is to the caller. Nothing of the server's insides is told."""
	if isinstance(error, Problem):
		return error
	if isinstance(error, ValidationError):
		return problem("invalid", _("Some values are missing or wrong; see errors."), errors=faults_of(error))
	if isinstance(error, frappe.PermissionError):
		return problem("not_permitted", _sentence(error) or _("The link's user may not do this."))
	if isinstance(error, frappe.DoesNotExistError):
		return problem("not_found", _sentence(error) or _("What was asked for does not exist."))
	if is_busy(error):
		return busy()
	if isinstance(error, frappe.ValidationError):
		return problem("invalid", _sentence(error) or _("The request is not right."))
	return problem("failed", _("It was noted; please send the same request again later, with the same key."))


def not_signed_in() -> Problem:
	return problem("not_signed_in", _("Send the header Authorization: token KEY:SECRET."), headers={"WWW-Authenticate": "token"})


def busy() -> Problem:
	return problem("busy", _("Please send the same request again, with the same key."), headers={"Retry-After": str(RETRY_SECONDS)})


def is_busy(error: Exception) -> bool:
	"""Another transaction was faster, or the database or Redis is away: the same request succeeds later."""
	if isinstance(error, (frappe.QueryDeadlockError, frappe.QueryTimeoutError)):
		return True
	return type(error).__name__ in ("OperationalError", "InterfaceError", "ConnectionError", "BusyLoadingError")


def _sentence(error: Exception) -> str:
	"""The error's own words without marks; those that Frappe threw are its message."""
	return frappe.utils.strip_html(str(error)).strip()


# Faults of fields
# ----------------


def faults_of(error: ValidationError) -> list[dict]:
	"""What pydantic found, as {"code", "field", "message"}; the values themselves are not repeated, as they may be personal."""
	return [_fault(found) for found in error.errors(include_url=False, include_input=False)]


def _fault(found: Mapping[str, Any]) -> dict:
	code, message = _said(found["type"], found.get("ctx") or {})
	return {"code": code, "field": ".".join(str(step) for step in found["loc"]), "message": message or found["msg"]}


def _said(kind: str, about: Mapping[str, Any]) -> tuple[str, str]:
	"""Our code, and a sentence; pydantic's own words where we have none."""
	if kind == "missing":
		return "required", _("This field is needed.")
	if kind == "extra_forbidden":
		return "unknown_field", _("This field is not known; check its spelling.")
	if kind in ("string_too_short", "too_short"):
		return "too_short", _("At least {0} are needed.").format(about.get("min_length"))
	if kind in ("string_too_long", "too_long"):
		return "too_long", _("At most {0} are allowed.").format(about.get("max_length"))
	if kind in ("literal_error", "enum"):
		return "wrong_value", _("It must be one of {0}.").format(about.get("expected"))
	if kind in ("greater_than", "greater_than_equal", "less_than", "less_than_equal"):
		return "wrong_value", _limit(about)
	return _wrong_type(kind)


def _limit(about: Mapping[str, Any]) -> str:
	for bound, sentence in (("ge", _("It must be at least {0}.")), ("le", _("It must be at most {0}.")), ("gt", _("It must be more than {0}.")), ("lt", _("It must be less than {0}."))):
		if bound in about:
			return sentence.format(about[bound])
	return ""


def _wrong_type(kind: str) -> tuple[str, str]:
	for begins, sentence in (
		("string", _("It must be a text.")),
		("int", _("It must be a whole number.")),
		("float", _("It must be a number.")),
		("decimal", _("It must be a number.")),
		("finite", _("It must be a number.")),
		("bool", _("It must be true or false.")),
		("datetime", _("It must be a time such as 2026-01-31T09:30:00.")),
		("timezone", _("It must be a time such as 2026-01-31T09:30:00.")),
		("date", _("It must be a date such as 2026-01-31.")),
		("time", _("It must be a time of day such as 09:30:00.")),
		("list", _("It must be a list.")),
		("dict", _("It must be an object.")),
		("model", _("It must be an object.")),
	):
		if kind.startswith(begins):
			return "wrong_type", sentence
	return "wrong_value", ""
