"""What administrators press in the desk: a new secret, a trial, what is sent again."""

import frappe
from frappe import _
from frappe.utils import add_to_date, cint, now_datetime

from crm4s.access.required import require_permission
from crm4s.change_feed.sequencing import sequence
from crm4s.dms.webhooks.decision import DEAD, GOOD, WAITING
from crm4s.dms.webhooks.outbox import DELIVERY, ENDPOINT, send_again
from crm4s.dms.webhooks.secrets import new_secret


@frappe.whitelist(methods=["POST"])
def rotate_secret(endpoint: str) -> str:
	"""A new secret, shown this once; the one before signs as well for the hours that the endpoint says. For those who may write endpoints."""
	require_permission(ENDPOINT, "write")
	document = frappe.get_doc(ENDPOINT, endpoint)
	document.secret_before = document.get_password("secret")
	document.secret_before_until = add_to_date(now_datetime(), hours=cint(document.overlap_hours))
	document.secret, document.secret_made_on = new_secret(), now_datetime()
	secret = document.secret
	document.save()
	return secret


@frappe.whitelist(methods=["POST"])
def replay(endpoint: str, deliveries: list[str] | str | None = None) -> int:
	"""Dead deliveries wait again, these or all of the endpoint; how many. For those who may write endpoints."""
	require_permission(ENDPOINT, "write")
	names = frappe.parse_json(deliveries) if isinstance(deliveries, str) else deliveries
	which = {"endpoint": endpoint, "status": DEAD, **({"name": ["in", names or [""]]} if names is not None else {})}
	found = frappe.get_all(DELIVERY, which, pluck="name", limit_page_length=0)
	if found:
		frappe.db.set_value(DELIVERY, {"name": ["in", found]}, {"status": WAITING, "tries": 0, "next_attempt_on": now_datetime(), "error": None})
		_send_soon(endpoint)
	return len(found)


@frappe.whitelist(methods=["POST"])
def resend(endpoint: str, first_position: int, last_position: int) -> int:
	"""Send a range of the feed once more; how many deliveries that makes. For those who may write endpoints."""
	require_permission(ENDPOINT, "write")
	first, last = cint(first_position), cint(last_position)
	if first < 1 or last < first:
		frappe.throw(_("Enter a first and a last position, the last not before the first."))
	sequence()
	count = send_again(endpoint, first, last)
	if count:
		_send_soon(endpoint)
	return count


@frappe.whitelist(methods=["POST"])
def send_now(endpoint: str) -> None:
	"""Do not wait any longer. For those who may write endpoints."""
	require_permission(ENDPOINT, "write")
	_send_soon(endpoint)


def _send_soon(endpoint: str) -> None:
	frappe.db.set_value(ENDPOINT, endpoint, {"next_attempt_on": None, "failures": 0, "connection": GOOD}, update_modified=False)
	frappe.db.set_value(DELIVERY, {"endpoint": endpoint, "status": WAITING}, "next_attempt_on", now_datetime(), update_modified=False)
	if not frappe.flags.in_test:
		frappe.enqueue("crm4s.dms.webhooks.sending.send_due", queue="short", enqueue_after_commit=True)
