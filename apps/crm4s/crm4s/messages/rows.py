"""The rows of C4S Message as the worker reads and writes them."""

from collections.abc import Callable, Mapping
from typing import Any

import frappe
from frappe import _
from frappe.utils import now_datetime

from crm4s.messages.decision import Broken, Reason, Verdict, Wait, kind_of
from crm4s.messages.outbox import DEAD, MESSAGE, SENDING, SUPPRESSED, WAITING
from crm4s.runs import commit

MOST_ATTEMPTS = 5
FIELDS = (
	*("name", "creation", "status", "claim", "customer", "purpose", "template", "channels", "tried_channels", "values_json", "dealership"),
	*("vehicle", "reference_doctype", "reference_name", "not_before", "not_after", "attempts", "channel_kind", "channel", "send_key", "replays"),
)


def read(names: list[str], locking: bool = False) -> list:
	message = frappe.qb.DocType(MESSAGE)
	query = frappe.qb.from_(message).select(*[message[field] for field in FIELDS]).where(message.name.isin(names or [""]))
	return (query.for_update() if locking else query).run(as_dict=True)


def write(name: str, **values) -> None:
	frappe.db.set_value(MESSAGE, name, values)


def write_all(names: list[str], own_claim: str | None = None, not_begun: bool = False, **values) -> None:
	"""Those that are still being sent; where asked for, those of one claim, and those that were not handed over."""
	if not names:
		return
	values["modified"] = now_datetime()
	conditions = ["name in %(names)s", "status = %(sending)s"]
	conditions += ["claim = %(own_claim)s"] if own_claim else []
	conditions += ["call_began_on is null"] if not_begun else []
	# By name only: over the index of states it would wait for the rows that other workers hold.
	frappe.db.sql(
		f"update `tab{MESSAGE}` force index (primary) set {', '.join(f'`{field}` = %(new_{field})s' for field in values)}"
		f" where {' and '.join(conditions)}",
		{"names": tuple(names), "sending": SENDING, "own_claim": own_claim, **{f"new_{field}": value for field, value in values.items()}},
	)


def surely(step: Callable[[], Any]) -> Any:
	"""The result of a step that is a transaction of its own; repeated where two workers stood in each other's way."""
	for attempt in range(MOST_ATTEMPTS):
		try:
			result = step()
			commit()
			return result
		except frappe.QueryDeadlockError:
			if attempt == MOST_ATTEMPTS - 1:
				raise
			frappe.db.rollback()


def settle(verdicts: Mapping[str, Verdict], claim: str) -> None:
	"""Write what becomes of messages that are not sent now, those alike at once."""
	alike: dict[tuple, list[str]] = {}
	for name, verdict in verdicts.items():
		if isinstance(verdict, Wait):
			key = (WAITING, verdict.until, sentence(verdict.reason), None)
		elif isinstance(verdict, Broken):
			key = (DEAD, None, sentence(verdict.reason), None)
		else:
			key = (SUPPRESSED, None, " ".join(map(sentence, verdict.reasons)), kind_of(verdict.reasons))
		alike.setdefault(key, []).append(name)
	for (status, until, reason, kind), names in alike.items():
		write_all(names, claim, status=status, reason=reason, reason_kind=kind, claim=None, **({"next_attempt_on": until} if until else {}))


def sentence(reason: Reason) -> str:
	"""In the language of whoever runs: for the worker that of the site, since the log is read by many."""
	values = {name: _(value) if name == "channel" else value for name, value in reason.values.items()}
	return _(reason.template).format(**values)


def log_error(name: str) -> None:
	# Without the values of variables, among which are addresses and secrets.
	frappe.log_error(title="C4S Message", message=frappe.get_traceback(), reference_doctype=MESSAGE, reference_name=name)
