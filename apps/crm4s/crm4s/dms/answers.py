"""The log of requests, and the answers kept by idempotency key so that a repeated request gets the same one byte for byte."""

import base64
import hashlib
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import frappe
from frappe import _
from frappe.utils import add_days, now_datetime
from werkzeug.wrappers import Response

from crm4s.dms import problems
from crm4s.dms.links import LINK, Link
from crm4s.runs import commit, rollback
from crm4s.turns import turn

REQUEST = "C4S DMS Request"
HEADER = "Idempotency-Key"
LONGEST_KEY = 200
STATES = ("created", "updated", "unchanged", "waiting", "rejected")
AT_ONCE = 10_000


@dataclass(frozen=True)
class Asked:
	"""A request under its key; `stored` is the answer that it got before."""

	key: str
	body_hash: str
	stored: bytes | None

	def kept(self, response: Response) -> dict:
		"""What the log's row needs so that this answer is given again."""
		packed = base64.b85encode(zlib.compress(response.get_data())).decode()
		return {"idempotency_key": self.key, "body_hash": self.body_hash, "answer": packed}


@contextmanager
def asked(link: Link, method: str) -> Iterator[Asked]:
	"""The request of the session, for whose key nobody else works meanwhile; commit inside.

	Raises:
		Problem: no key, one that was used for another request, or one whose first request is under way.
	"""
	key = required_key()
	body_hash = hashlib.sha256(method.encode() + b"\n" + frappe.local.request.get_data()).hexdigest()
	digest = hashlib.sha256(f"{link.name}\n{key}".encode()).hexdigest()[:24]
	with turn(f"dms.{digest}") as mine:
		if not mine:
			headers = {"Retry-After": str(problems.RETRY_SECONDS)}
			raise problems.problem("key_under_way", _("Ask again with the same key to get its answer."), headers=headers)
		# What another one committed while we came in is to be seen.
		rollback()
		yield Asked(key, body_hash, _stored(link, key, body_hash))


def required_key() -> str:
	key = (frappe.get_request_header(HEADER) or "").strip()
	if not key or len(key) > LONGEST_KEY or not key.isascii():
		detail = _("Send a key of your own in the header Idempotency-Key, new for each request and the same when it is repeated; at most {0} letters and digits.")
		raise problems.problem("key_missing", detail.format(LONGEST_KEY))
	return key


def _stored(link: Link, key: str, body_hash: str) -> bytes | None:
	row = frappe.db.get_value(REQUEST, {"link": link.name, "idempotency_key": key}, ["body_hash", "answer"], as_dict=True)
	if not row:
		return None
	if row.body_hash != body_hash:
		raise problems.problem("key_used_otherwise", _("This key belongs to a request with another body; send a new key."))
	return zlib.decompress(base64.b85decode(row.answer))


def counted(value: Any) -> dict[str, int]:
	"""How many records came to which end, for the log."""
	counts = value.get("counts") if isinstance(value, Mapping) else None
	return {state: counts.get(state) or 0 for state in STATES} if isinstance(counts, Mapping) else {}


def note(link: Link, method: str, **facts: Any) -> None:
	"""Write the row of the log. Nothing personal: neither bodies nor addresses of pages are in it."""
	moment, user = now_datetime(), frappe.session.user
	row = {"name": frappe.generate_hash(length=10), "owner": user, "modified_by": user, "creation": moment, "modified": moment}
	row |= {"link": link.name, "method": method, "remote_address": getattr(frappe.local, "request_ip", None), **facts}
	row["entity"] = (row.get("entity") or "")[:40] or None
	# Not as a document: to make one takes longer than the answer to a system that asks whether there is anything new.
	frappe.db.bulk_insert(REQUEST, list(row), [tuple(row.values())])


def forget_old() -> None:
	"""At night: answers are kept as long as each link says, and so is the log."""
	for link in frappe.get_all(LINK, fields=["name", "keep_answers_days", "keep_log_days"]):
		_forget(link.name, link.keep_log_days, link.keep_answers_days)


def _forget(link: str, log_days: int, answer_days: int) -> None:
	table, now = frappe.qb.DocType(REQUEST), now_datetime()
	old_answer, old_row = add_days(now, -answer_days), add_days(now, -log_days)
	of_link = table.link == link
	# A row whose answer is still given stays, however short the log is kept.
	gone = frappe.qb.from_(table).delete().where(of_link & (table.creation < old_row) & (table.answer.isnull() | (table.creation < old_answer)))
	bare = frappe.qb.update(table).set(table.answer, None).set(table.body_hash, None).set(table.idempotency_key, None)
	for query in (gone, bare.where(of_link & table.answer.notnull() & (table.creation < old_answer))):
		while True:
			query.limit(AT_ONCE).run()
			touched = frappe.db.sql("select row_count()")[0][0]
			commit()
			if touched < AT_ONCE:
				break
