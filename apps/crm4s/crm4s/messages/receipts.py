"""What providers send us: receipts of messages, and customers' replies that end them. Signed, and harmless when it comes twice."""

import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import frappe
from frappe import _
from frappe.utils import cint, now_datetime
from frappe.utils.password import get_decrypted_password

from crm4s.identifiers.phone import normalise_phone
from crm4s.identifiers.problem import value_or_none
from crm4s.messages import consent
from crm4s.messages.adapters.http import as_text, at, values_of
from crm4s.messages.kinds import SMS
from crm4s.messages.outbox import DELIVERED, FAILED, MESSAGE, SENT
from crm4s.messages.standing import WITHDRAWN
from crm4s.messages.suppression import suppress
from crm4s.settings import setting

CHANNEL = "C4S Message Channel"
LONGEST_BODY_BYTES = 256 * 1024
MOST_ROWS = 1000
LONGEST_AGE_SECONDS = 300


@frappe.whitelist(allow_guest=True, methods=["POST"])
def receive() -> dict:
	"""Take receipts and replies of one channel, named in the address; for the provider that knows the channel's secret.

	Answers with how many were known; 404 while none is, so that the provider sends them again: a receipt may be faster than our own commit.
	"""
	channel = require_signed_request()
	done = take(channel, _content(frappe.request.get_data()))
	if not done["known"] and done["unknown"]:
		frappe.local.response["http_status_code"] = 404
	return done


def require_signed_request() -> Mapping:
	"""The channel of the request, whose secret signed it.

	Raises:
		frappe.PermissionError: unknown channel, no secret set, wrong or old signature; the answer does not tell which.
	"""
	request = frappe.request
	name = request.args.get("channel") or ""
	channel = frappe.db.get_value(CHANNEL, name, ["*"], as_dict=True) if name else None
	secret = channel and get_decrypted_password(CHANNEL, channel.name, "receipt_secret", raise_exception=False)
	if (request.content_length or 0) > LONGEST_BODY_BYTES or not secret or not _is_signed(channel, secret, request):
		raise frappe.PermissionError(_("The signature is not right."))
	return channel


def signature(secret: str, body: bytes, stamp: str | None) -> str:
	"""The HMAC-SHA256 in hexadecimal digits of the time stamp, a dot and the body; of the body alone without a stamp."""
	signed = body if stamp is None else stamp.encode() + b"." + body
	return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def take(channel: Mapping, content: Any) -> dict:
	"""Note what the rows say: `known` and `unknown` messages, `stopped` customers' addresses.

	Args:
		content: the body; one row, or with the rows at the channel's path.
	"""
	rows = at(content, channel["receipts_path"])
	rows = [row for row in (rows if isinstance(rows, list) else [rows]) if isinstance(row, Mapping)][:MOST_ROWS]
	stopped = sum(_stop(channel, row) for row in rows if _is_stop(channel, row))
	known, unknown = _note_receipts(channel, [row for row in rows if at(row, channel["receipt_id_path"]) not in (None, "")])
	return {"known": known, "unknown": unknown, "stopped": stopped}


def _note_receipts(channel: Mapping, rows: list[Mapping]) -> tuple[int, int]:
	said = {str(at(row, channel["receipt_id_path"])): as_text(at(row, channel["receipt_status_path"])) for row in rows}
	filters = {"channel": channel["name"], "provider_id": ["in", list(said) or [""]]}
	names = frappe.get_all(MESSAGE, filters, ["name", "provider_id"], limit_page_length=0)
	by_status: dict[str, list[str]] = {}
	for row in names:
		by_status.setdefault(said[row.provider_id], []).append(row.name)
	for status, messages in by_status.items():
		if status in values_of(channel["delivered_values"]):
			_move(messages, (SENT, FAILED), DELIVERED, None)
		elif status in values_of(channel["failed_values"]):
			_move(messages, (SENT,), FAILED, _("The provider could not deliver it: {0}").format(status))
	known = {row.provider_id for row in names}
	return len(known), len(set(said) - known)


def _move(names: list[str], only_in: tuple[str, ...], status: str, reason: str | None) -> None:
	"""A receipt that comes again, or after a better one, changes nothing."""
	message, now = frappe.qb.DocType(MESSAGE), now_datetime()
	query = frappe.qb.update(message).set(message.status, status).set(message.reason, reason).set(message.modified, now)
	if status == DELIVERED:
		query = query.set(message.delivered_on, now)
	query.where(message.name.isin(names) & message.status.isin(only_in)).run()


def _is_stop(channel: Mapping, row: Mapping) -> bool:
	text = at(row, channel["reply_text_path"])
	return isinstance(text, str) and text.strip(" .。!！").lower() in values_of(channel["stop_words"])


def _stop(channel: Mapping, row: Mapping) -> int:
	"""The address gets nothing more by this kind of channel, and every customer who has it has withdrawn the consent."""
	sender = at(row, channel["reply_from_path"])
	kind = channel["channel_kind"]
	address = value_or_none(normalise_phone, str(sender), setting("default_region")) if kind == SMS else str(sender or "")
	if not address:
		return 0
	suppress(address, kind, "Reply")
	consent.note(
		[
			consent.Decision(customer, WITHDRAWN, "Reply", channel_kind=kind, evidence=str(at(row, channel["reply_text_path"]))[:140])
			for customer in _customers_with(kind, address)
		]
	)
	return 1


def _customers_with(kind: str, address: str) -> list[str]:
	field = {"SMS": "primary_phone", "WeCom": "wecom_contact", "WeChat": "wechat_open_id"}[kind]
	names = set(frappe.get_all("C4S Customer", {field: address}, pluck="name", limit_page_length=100))
	if kind == SMS:
		rows = {"phone": address, "parenttype": "C4S Customer"}
		names |= set(frappe.get_all("C4S Customer Phone", rows, pluck="parent", limit_page_length=100))
	withdrawn = {
		name
		for name, rows in consent.decisions_of(names).items()
		if rows and rows[-1].decision == WITHDRAWN and not rows[-1].purpose and rows[-1].channel_kind == kind
	}
	return sorted(names - withdrawn)


def _is_signed(channel: Mapping, secret: str, request) -> bool:
	given = request.headers.get(channel.receipt_signature_header or "X-Signature") or ""
	stamp = None
	if channel.receipt_time_header:
		stamp = request.headers.get(channel.receipt_time_header) or ""
		if abs(time.time() - cint(stamp)) > LONGEST_AGE_SECONDS:
			return False
	expected = signature(secret, request.get_data(), stamp)
	return hmac.compare_digest(expected.encode(), given.removeprefix("sha256=").lower().encode())


def _content(body: bytes) -> Any:
	try:
		return json.loads(body)
	except ValueError:
		return dict(parse_qsl(body.decode("utf-8", "replace")))
