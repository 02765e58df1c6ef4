"""What probes and monitoring systems call, and the form of the settings."""

import json

import frappe
from werkzeug.wrappers import Response

from crm4s.access.required import require_permission
from crm4s.health import accounts
from crm4s.health.figures import gathered
from crm4s.health.metrics import METRICS, as_text
from crm4s.health.reach import DATABASE, answering

UP, DOWN = "up", "down"
ASKED_BY_PROBES = tuple(f"/api/method/{__name__}.{method}" for method in ("live", "ready"))


# nosemgrep: guests-without-limit -- one word, and it must come while the cache that would count callers is away
@frappe.whitelist(allow_guest=True)
def live() -> str:
	"""That the process serves this site. Guests learn no more."""
	return only_up_or_down(True)


# nosemgrep: guests-without-limit -- one word for three pings, and it must come while the cache that would count callers is away
@frappe.whitelist(allow_guest=True)
def ready() -> str:
	"""Whether people can be sent here: database, cache and queue answer; else with status 503. Guests learn no more."""
	return only_up_or_down(_do_all_answer())


def only_up_or_down(is_up: bool) -> str:
	"""All that strangers hear; with status 503 where it is down."""
	if not is_up:
		frappe.local.response["http_status_code"] = 503
	return UP if is_up else DOWN


def _do_all_answer() -> bool:
	found = answering()
	if not found[DATABASE]:
		_let_go_of_database()
	return all(found.values())


def _let_go_of_database() -> None:
	"""At the end of a request the framework rolls back, for which it would connect, fail, and answer with an error page. Of people it keeps their session."""
	if frappe.request and frappe.session.user == "Guest":
		frappe.db.close()
		frappe.local.db = None


def answer_for_framework(response, request) -> None:
	"""Hook after_request: where the framework fails before a method of ours runs, as with the database away, its error page gives way to the one word."""
	if response is None or response.status_code < 500 or request.path.rstrip("/") not in ASKED_BY_PROBES:
		return
	response.status_code = 503
	response.content_type = "application/json"
	response.data = json.dumps({"message": DOWN})


@frappe.whitelist()
def metrics() -> Response:
	"""All figures in Prometheus' text format."""
	accounts.require_reader()
	return Response(as_text(gathered()), content_type="text/plain; version=0.0.4; charset=utf-8", headers={"Cache-Control": "no-store"})


@frappe.whitelist()
def standing() -> dict:
	"""{"ok", "parts": {part: whether it is within its limits}, "figures": {metric: [{its labels …, "value"}]}}"""
	accounts.require_reader()
	found = gathered()
	parts = {part: bool(ok) for (part,), ok in found["crm4s_part_ok"].items()}
	return {"ok": all(parts.values()), "parts": parts, "figures": {name: _rows(name, values) for name, values in found.items()}}


@frappe.whitelist(methods=["POST"])
def open_account() -> dict:
	"""The account's key and a new secret, shown this once."""
	require_permission(accounts.SETTINGS, "write")
	return accounts.open_account()


def _rows(name: str, values) -> list[dict]:
	return [{**dict(zip(METRICS[name].labels, labels)), "value": value} for labels, value in values.items()]
