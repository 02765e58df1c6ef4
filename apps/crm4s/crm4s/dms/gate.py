"""Who may come in. Each method of `v1` stands behind `@opened`, which finds the link of the user, keeps out who may not, answers every
failure with a problem object, and writes one row of the log.

	@frappe.whitelist(methods=["POST"])
	@gate.opened(once=True)
	def push(link: Link, entity: str, records: list) -> dict: …

What a method returns is the answer's body: a dict, bytes of JSON, or a whole Response.
"""

import inspect
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timezone
from email.utils import formatdate
from functools import partial
from ipaddress import ip_address, ip_network
from time import perf_counter, time
from typing import Any

import frappe
from frappe import _
from pydantic import BaseModel, ConfigDict, create_model
from redis.exceptions import RedisError
from werkzeug.wrappers import Response

from crm4s.counting import count
from crm4s.dms import answers, problems
from crm4s.dms.links import LINK, Link, link_of
from crm4s.runs import commit, rollback

JSON = "application/json"
MINUTE = 60


@dataclass(frozen=True)
class Method:
	"""A method of the link.

	Attributes:
		once: needs an Idempotency-Key; the same key gives the same answer.
		media: what a body may be.
		http: the HTTP methods by which it is called.
		arguments: what it takes, as a pydantic model.
		answer: what it answers, for the description of the contract; `gives` in which form.
		old_since, ends_on: days, where it is to go; told in each answer as RFC 9745 and RFC 8594 say.
	"""

	name: str
	function: Callable
	once: bool
	media: tuple[str, ...]
	http: tuple[str, ...]
	arguments: type[BaseModel]
	answer: type[BaseModel] | None = None
	gives: str = JSON
	old_since: date | None = None
	ends_on: date | None = None


METHODS: dict[str, Method] = {}


def opened(function: Callable | None = None, *, once: bool = False, media: tuple[str, ...] = (JSON,), http: tuple[str, ...] = (), **more: Any):
	"""Let links call the function; it gets the link as its first argument and the rest by name.

	Args:
		once: the call changes something and needs an Idempotency-Key.
		http: how it is called; POST where `once` is said, else GET.
		more: further attributes of `Method`.
	"""
	if function is None:
		return partial(opened, once=once, media=media, http=http, **more)
	http = http or (("POST",) if once else ("GET",))
	method = METHODS[function.__name__] = Method(function.__name__, function, once, media, http, _arguments(function), **more)

	# No annotations of the function: arguments are looked at here, so that what is wrong with them is told as a problem.
	def through(**given):
		return _visit(method, given)

	through.__name__, through.__qualname__, through.__module__, through.__doc__ = function.__name__, function.__qualname__, function.__module__, function.__doc__
	return through


def _arguments(function: Callable) -> type[BaseModel]:
	"""The function's arguments but the link; one that is not known is refused, so that a misspelt one is never lost in silence."""
	parameters = list(inspect.signature(function, eval_str=True).parameters.values())[1:]
	fields = {one.name: (one.annotation, ... if one.default is one.empty else one.default) for one in parameters}
	return create_model(f"{function.__name__.title()}Arguments", __config__=ConfigDict(extra="forbid"), **fields)


@dataclass
class Visit:
	"""One request and what is noted of it."""

	method: Method
	began: float = field(default_factory=perf_counter)
	link: Link | None = None
	entity: str | None = None

	def note(self, status: int, **facts: Any) -> None:
		if self.link:
			milliseconds = round((perf_counter() - self.began) * 1000)
			answers.note(self.link, self.method.name, entity=self.entity, http_status=status, milliseconds=milliseconds, **facts)


def _visit(method: Method, given: Mapping[str, Any]) -> Response:
	visit = Visit(method)
	try:
		visit.link = _enter(method)
		arguments = _looked_at(method, given)
		visit.entity = arguments.get("entity")
		response = _answered_once(visit, arguments) if method.once else _answered(visit, arguments)
	except Exception as error:
		response = _refused(visit, error)
	return _with_end(method, response)


def _with_end(method: Method, response: Response) -> Response:
	"""Who calls a method that is to go learns it from every answer."""
	if method.old_since:
		response.headers["Deprecation"] = f"@{_midnight(method.old_since):.0f}"
	if method.ends_on:
		response.headers["Sunset"] = formatdate(_midnight(method.ends_on), usegmt=True)
	return response


def _midnight(day: date) -> float:
	return datetime(day.year, day.month, day.day, tzinfo=timezone.utc).timestamp()


def _answered(visit: Visit, arguments: Mapping[str, Any]) -> Response:
	response = as_response(visit.method.function(visit.link, **arguments))
	visit.note(response.status_code)
	commit()
	return response


def _answered_once(visit: Visit, arguments: Mapping[str, Any]) -> Response:
	"""The answer is stored in the transaction of what it tells of, so that a kill leaves both or neither."""
	with answers.asked(visit.link, visit.method.name) as asked:
		if asked.stored is not None:
			response = as_response(asked.stored)
			response.headers["Idempotency-Replayed"] = "true"
			visit.note(response.status_code, replayed=1)
		else:
			value = visit.method.function(visit.link, **arguments)
			response = as_response(value)
			visit.note(response.status_code, **asked.kept(response), **answers.counted(value))
		commit()
		return response


def _refused(visit: Visit, error: Exception) -> Response:
	"""Nothing that the request did stays; what was wrong is noted."""
	found = problems.of_error(error)
	try:
		rollback()
		if found.code == "failed":
			frappe.log_error(title=f"DMS link: {visit.method.name}", message=frappe.get_traceback())
		visit.note(found.status, problem=found.code)
		commit()
	except Exception as worse:
		# The database is away: there is nowhere to note it.
		frappe.logger("crm4s").error(f"DMS link: {visit.method.name}: {type(worse).__name__}")
	return found.response()


def as_response(value: Any) -> Response:
	if isinstance(value, Response):
		return value
	if not isinstance(value, bytes):
		value = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_plain).encode()
	return Response(value, status=200, content_type=JSON)


def _plain(value: Any) -> Any:
	if hasattr(value, "isoformat"):
		return value.isoformat()
	if isinstance(value, BaseModel):
		return value.model_dump(mode="json")
	return float(value) if hasattr(value, "as_tuple") else str(value)


# The door
# --------


def _enter(method: Method) -> Link:
	"""
	Raises:
		Problem: the user is no link's, or this link may not come in now or from here.
	"""
	if frappe.session.user == "Guest":
		raise problems.not_signed_in()
	link = link_of()
	if not link:
		raise problems.problem("no_link", _("Only the user of a C4S DMS Link may call this; set one up in the desk."))
	_require_enabled(link)
	_require_address(link)
	_require_rate(link)
	_require_media(method)
	return link


def _require_enabled(link: Link) -> None:
	"""Asked of the database each time, so that the kill switch is not as slow as a cache."""
	table, user = frappe.qb.DocType(LINK), frappe.qb.DocType("User")
	query = frappe.qb.from_(table).inner_join(user).on(user.name == link.user).select(table.name)
	if not query.where((table.name == link.name) & (table.enabled == 1) & (user.enabled == 1)).run():
		raise problems.problem("link_disabled", _("An administrator has switched this link off; ask the contact of the other side."))


def _require_address(link: Link) -> None:
	if link.allowed_addresses and not is_allowed(frappe.local.request_ip, link.allowed_addresses):
		raise problems.problem("address_refused", _("The address from which the request came is not among those of the link."))


def is_allowed(address: str | None, allowed: tuple[str, ...]) -> bool:
	"""Whether an address lies in one of the networks; IPv4 in IPv6 clothes counts as IPv4."""
	try:
		asked = ip_address(address or "")
	except ValueError:
		return False
	asked = getattr(asked, "ipv4_mapped", None) or asked
	return any(asked in ip_network(network, strict=False) for network in allowed)


def _require_rate(link: Link) -> None:
	"""So many requests in each minute of the clock. While Redis is away nobody is counted: the link goes on."""
	if not link.requests_per_minute:
		return
	now = time()
	try:
		visits = count(f"c4s_dms_rate:{link.name}:{int(now // MINUTE)}", 2 * MINUTE)
	except RedisError:
		return
	if visits > link.requests_per_minute:
		wait = str(int(MINUTE - now % MINUTE) + 1)
		detail = _("The link may send {0} requests a minute; send more records in each.").format(link.requests_per_minute)
		raise problems.problem("too_many_requests", detail, headers={"Retry-After": wait})


def _require_media(method: Method) -> None:
	request = frappe.local.request
	if request.method in ("POST", "PUT") and request.mimetype not in method.media:
		raise problems.problem("media_type", _("Please send {0}.").format(", ".join(method.media)))


def _looked_at(method: Method, given: Mapping[str, Any]) -> dict[str, Any]:
	given = {name: value for name, value in given.items() if name != "cmd"}
	read = method.arguments.model_validate(given)
	return {name: getattr(read, name) for name in method.arguments.model_fields}
