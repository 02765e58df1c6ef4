"""The worker: for each endpoint one sender at a time, one delivery after the other, until nothing waits or the time is over.

A delivery is there, committed, before it is sent, and its number stays the same: a sender that is killed in between leaves it waiting, and the
receiver knows it again. Whoever sends holds a lock of the database's connection, which is gone with the process.
"""

import json
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from email.utils import parsedate_to_datetime

import frappe
from frappe import _
from frappe.utils import get_datetime, now_datetime

from crm4s import egress
from crm4s.change_feed.sequencing import sequence
from crm4s.dms.webhooks import secrets
from crm4s.dms.webhooks.decision import BROKEN, DELIVERED, TAKEN, State, after_answer, after_attempt, after_failure, meaning
from crm4s.dms.webhooks.outbox import DELIVERY, ENDPOINT, body_of, link_of_endpoint, next_delivery
from crm4s.messages.adapters.web import ADDRESS, CERTIFICATE, LENGTH, TIME, Answer, NoAnswerError, NotReachedError
from crm4s.runs import commit, guarded

RUN_SECONDS = 50
LONGEST_ERROR = 300
# Answers of who does not believe that a message is ours.
UNBELIEVED = frozenset((401, 403))
# A message older than this is not believed, as the convention of Standard Webhooks says.
SECONDS_BELIEVED = 5 * 60


def send_due() -> int:
	"""Every minute, and after a commit: a job for each endpoint that is due; how many."""
	sequence()
	names = due_endpoints()
	for name in names:
		frappe.enqueue(
			"crm4s.dms.webhooks.sending.send_endpoint",
			queue="short",
			job_id=f"c4s_dms_endpoint::{name}",
			deduplicate=True,
			now=frappe.flags.in_test,
			endpoint=name,
		)
	return len(names)


def due_endpoints() -> list[str]:
	endpoint = frappe.qb.DocType(ENDPOINT)
	is_due = endpoint.next_attempt_on.isnull() | (endpoint.next_attempt_on <= now_datetime())
	return frappe.qb.from_(endpoint).select(endpoint.name).where((endpoint.enabled == 1) & is_due).orderby(endpoint.name).run(pluck=True)


def send_endpoint(endpoint: str, seconds: float = RUN_SECONDS) -> int:
	"""Send what waits for one endpoint; how many deliveries were taken. Nothing where another sender is at it."""
	with _only_one(endpoint) as is_mine:
		if not is_mine:
			return 0
		return guarded(lambda: _work_off(endpoint, time.monotonic() + seconds), f"DMS endpoint {endpoint}") or 0


def _work_off(name: str, deadline: float) -> int:
	count = 0
	while time.monotonic() < deadline:
		commit()
		endpoint = frappe.get_doc(ENDPOINT, name)
		link = link_of_endpoint(endpoint)
		if not (link and endpoint.enabled and _is_due(endpoint.next_attempt_on)):
			break
		delivery = next_delivery(endpoint, link)
		commit()
		if not delivery or not _is_due(delivery.next_attempt_on):
			break
		if endpoint.connection == BROKEN and not _is_back(endpoint):
			break
		count += _send(endpoint, link, delivery)
	commit()
	return count


def _send(endpoint, link, delivery) -> bool:
	"""Send one delivery and keep what came of it; whether it was taken."""
	body = body_of(endpoint, link, delivery)
	if body is None:
		_keep_delivery(delivery, State(status=DELIVERED), None, _("Nothing of it concerns the link any more."))
		return False
	status, error, wished = _post(endpoint, delivery.name, body)
	state = after_attempt(_state(endpoint, delivery), status, now_datetime(), random.random(), wished)
	_keep_delivery(delivery, state, status, error)
	_keep_endpoint(endpoint, state, error)
	commit()
	return state.status == DELIVERED


def _is_back(endpoint) -> bool:
	"""A receiver that was left alone is asked first whether it is there, with a message that says nothing."""
	number = f"ping-{frappe.generate_hash(length=10)}"
	status, error, wished = _post(endpoint, number, json.dumps({"type": "ping", "delivery": number}).encode())
	is_back = meaning(status) == TAKEN
	state = _state(endpoint)
	state = after_answer(state, now_datetime()) if is_back else after_failure(state, now_datetime(), random.random(), wished)
	_keep_endpoint(endpoint, state, error)
	commit()
	return is_back


def _post(endpoint, number: str, body: bytes) -> tuple[int | None, str | None, float | None]:
	"""The status of the answer, None where there was none; what was wrong; the seconds that the receiver asked us to wait."""
	headers = secrets.headers(_secrets(endpoint), number, int(time.time()), body)
	# Nothing is kept open while the other side takes its time.
	commit()
	try:
		answer = egress.request("POST", endpoint.url, headers=headers, data=body, seconds=endpoint.seconds)
	except (NotReachedError, NoAnswerError) as error:
		return None, _why(str(error)), None
	return answer.status, None if meaning(answer.status) == TAKEN else _said(answer), _wished(answer)


def _secrets(endpoint) -> list[str]:
	found = [endpoint.get_password("secret")]
	if endpoint.secret_before_until and get_datetime(endpoint.secret_before_until) > now_datetime():
		found.append(endpoint.get_password("secret_before"))
	return found


def _why(reason: str) -> str:
	return {
		ADDRESS: _("Its address is not one we may call."),
		CERTIFICATE: _("Its certificate is not accepted."),
		TIME: _("It did not answer in time."),
		LENGTH: _("Its answer is too long."),
	}.get(reason) or _("It was not reached.")


def _said(answer: Answer) -> str:
	words = answer.body.decode("utf-8", "replace").strip()
	said = _("It answered {0}: {1}").format(answer.status, words)
	return " ".join(filter(None, (_why_unbelieved(answer), said)))[:LONGEST_ERROR]


def _why_unbelieved(answer: Answer) -> str | None:
	"""What a person looks at first where the receiver does not believe us; a clock that is wrong shows in its answers."""
	if answer.status not in UNBELIEVED:
		return None
	seconds = _seconds_ahead(answer.headers.get("Date"))
	if abs(seconds) <= SECONDS_BELIEVED:
		return _("It does not accept our signature: compare the secret that it has with that of this endpoint.")
	minutes = round(abs(seconds) / 60)
	if seconds > 0:
		return _("It does not accept our time stamp: its clock is {0} minutes ahead of ours.").format(minutes)
	return _("It does not accept our time stamp: its clock is {0} minutes behind ours.").format(minutes)


def _seconds_ahead(date: str | None) -> float:
	"""By how much the receiver's clock is ahead of ours; 0 where it does not say."""
	try:
		return parsedate_to_datetime(date or "").timestamp() - time.time()
	except (ValueError, TypeError):
		return 0.0


def _wished(answer: Answer) -> float | None:
	said = answer.headers.get("Retry-After") or ""
	if said.isdigit():
		return float(said)
	try:
		return max(parsedate_to_datetime(said).timestamp() - time.time(), 0)
	except (ValueError, TypeError):
		return None


def _is_due(moment: datetime | str | None) -> bool:
	return not moment or get_datetime(moment) <= now_datetime()


def _state(endpoint, delivery=None) -> State:
	state = State(failures=endpoint.failures or 0, last_success_on=endpoint.last_success_on and get_datetime(endpoint.last_success_on))
	if not delivery:
		return state
	return State(failures=state.failures, last_success_on=state.last_success_on, tries=delivery.tries or 0, attempted_on=delivery.attempted_on and get_datetime(delivery.attempted_on))


def _keep_delivery(delivery, state: State, status: int | None, error: str | None) -> None:
	values = {
		"status": state.status,
		"tries": state.tries,
		"attempts": (delivery.attempts or 0) + 1,
		"attempted_on": state.attempted_on,
		"next_attempt_on": state.delivery_waits_until,
		"delivered_on": now_datetime() if state.status == DELIVERED else None,
		"http_status": status or 0,
		"error": error,
	}
	frappe.db.set_value(DELIVERY, delivery.name, values)


def _keep_endpoint(endpoint, state: State, error: str | None) -> None:
	values = {
		"failures": state.failures,
		"connection": state.connection,
		"next_attempt_on": state.endpoint_waits_until,
		"last_success_on": state.last_success_on,
		"last_error": error if state.failures else None,
	}
	frappe.db.set_value(ENDPOINT, endpoint.name, values, update_modified=False)


@contextmanager
def _only_one(endpoint: str) -> Iterator[bool]:
	"""Whether we are the one sender; the lock belongs to the connection, so that nothing is left of a sender that was killed."""
	key = f"c4s_dms:{frappe.local.site}:{endpoint}"[:64]
	is_mine = bool(frappe.db.sql("select get_lock(%s, 0)", key)[0][0])
	try:
		yield is_mine
	finally:
		if is_mine:
			frappe.db.sql("select release_lock(%s)", key)
