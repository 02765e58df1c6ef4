"""SMS, WeCom and WeChat: a provider's server over HTTP, described as data in C4S Message Channel."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import quote, urlencode

import frappe
from frappe.utils import cint
from frappe.utils.password import get_decrypted_password

from crm4s.messages.adapters import web
from crm4s.messages.adapters.outcome import Accepted, Later, Outcome, Parcel, Refused, Unknown
from crm4s.messages.decision import Reason

CHANNEL = "C4S Message Channel"
# The server understood, and says no to this message; every other refusal is about us, and can be mended.
REFUSED_STATUSES = (400, 410, 422)
# It says that it took nothing.
LATER_STATUSES = (408, 425, 429, 503)
LONGEST_ERROR = 140
NOT_REACHED = {
	web.ADDRESS: Reason("The address or a header of the channel is not allowed."),
	web.CERTIFICATE: Reason("The provider's certificate is not accepted."),
	web.TIME: Reason("The provider was not reached in time."),
	web.CONNECTION: Reason("The provider was not reached."),
}
NO_ANSWER = {
	web.TIME: Reason("The provider did not answer in time."),
	web.LENGTH: Reason("The provider's answer is too long."),
	web.CONNECTION: Reason("The connection to the provider was lost."),
}


class ChannelBrokenError(Exception):
	"""The channel's own data cannot be used."""


def send(parcel: Parcel) -> Outcome:
	"""Hand the message to the provider once."""
	channel = parcel.sending.channel
	try:
		answer = _ask(parcel, channel, _token(channel))
	except ChannelBrokenError as error:
		return Later(Reason("The channel {channel} is not set up right: {error}", {"channel": channel["name"], "error": str(error)}))
	except web.NotReachedError as error:
		return Later(NOT_REACHED.get(str(error), NOT_REACHED[web.CONNECTION]))
	except web.NoAnswerError as error:
		return Unknown(NO_ANSWER.get(str(error), NO_ANSWER[web.CONNECTION]))
	outcome = understood(channel, answer)
	if isinstance(outcome, Later):
		forget_token(channel["name"])
	return outcome


def understood(channel: Mapping, answer: web.Answer) -> Outcome:
	"""What an answer means by the rules of the channel."""
	status = answer.status
	if status in LATER_STATUSES:
		return Later(Reason("The provider asks to wait (HTTP {status}).", {"status": status}), _retry_after(answer))
	if status >= 500:
		return Unknown(Reason("The provider had an error (HTTP {status}).", {"status": status}))
	content = as_json(answer.body)
	if status in REFUSED_STATUSES:
		return Refused(_refusal(channel, content, status))
	if not 200 <= status < 300:
		return Later(Reason("The provider does not take our requests (HTTP {status}).", {"status": status}))
	return _by_content(channel, content)


def at(content: Any, path: str | None) -> Any:
	"""What stands at a path such as result.0.status; None if nothing does."""
	for part in (path or "").split(".") if path else ():
		if isinstance(content, Mapping):
			content = content.get(part)
		elif isinstance(content, list) and part.isdigit() and int(part) < len(content):
			content = content[int(part)]
		else:
			return None
	return content


def values_of(text: str | None) -> set[str]:
	"""The values of a field such as "0, OK", in small letters."""
	return {value.strip().lower() for value in (text or "").split(",") if value.strip()}


def as_text(value: Any) -> str:
	"""A value of an answer as it is compared: true, 0, ok."""
	return (json.dumps(value) if isinstance(value, bool) else "" if value is None else str(value)).strip().lower()


def as_json(body: bytes) -> Any:
	with suppress(ValueError):
		return json.loads(body)
	return None


def filled(template: Any, values: Mapping[str, Any]) -> Any:
	"""A JSON value with the placeholders in its texts filled in; a text that is one placeholder becomes the value itself."""
	if isinstance(template, Mapping):
		return {key: filled(value, values) for key, value in template.items()}
	if isinstance(template, list):
		return [filled(value, values) for value in template]
	if not isinstance(template, str):
		return template
	whole = template[1:-1] if template.startswith("{") and template.endswith("}") else None
	if whole in values:
		return values[whole]
	return in_text(template, values)


def in_text(text: str, values: Mapping[str, Any], escape=str) -> str:
	"""One pass over the text, so that a value with braces stays what it is."""
	pieces, rest = [], text
	while "{" in rest:
		before, _brace, rest = rest.partition("{")
		name, brace, behind = rest.partition("}")
		pieces.append(before)
		if brace and name in values:
			value = values[name]
			pieces.append(escape(json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else str(value)))
			rest = behind
		else:
			pieces.append("{")
	return "".join([*pieces, rest])


def forget_token(channel: str) -> None:
	frappe.cache().delete_value(_token_key(channel))


def _by_content(channel: Mapping, content: Any) -> Outcome:
	if not channel["success_path"]:
		return Accepted(_number(channel, content))
	if content is None:
		return Unknown(Reason("The provider's answer cannot be read."))
	said = as_text(at(content, channel["success_path"]))
	if said in values_of(channel["success_values"]):
		return Accepted(_number(channel, content))
	if said in values_of(channel["later_values"]):
		return Later(_refusal(channel, content, 200))
	if not said:
		return Unknown(Reason("The provider's answer cannot be read."))
	return Refused(_refusal(channel, content, 200))


def _refusal(channel: Mapping, content: Any, status: int) -> Reason:
	error = at(content, channel["error_path"]) if channel["error_path"] else at(content, channel["success_path"])
	if error in (None, "") or isinstance(error, (dict, list)):
		error = f"HTTP {status}"
	return Reason("The provider does not take it: {error}", {"error": str(error)[:LONGEST_ERROR]})


def _number(channel: Mapping, content: Any) -> str | None:
	number = at(content, channel["id_path"]) if channel["id_path"] else None
	return str(number)[:140] if number not in (None, "") and not isinstance(number, (dict, list)) else None


def _ask(parcel: Parcel, channel: Mapping, token: str) -> web.Answer:
	sending, secret = parcel.sending, _secret(channel["name"], "secret")
	values = {
		"address": sending.address,
		"national_address": sending.address.removeprefix("+86"),
		"text": sending.text,
		"subject": sending.subject,
		"provider_template": sending.provider_template or "",
		"values": dict(parcel.values),
		"account": channel["account"] or "",
		"secret": secret,
		"token": token,
		"key": parcel.key,
	}
	body = filled(_body(channel), values)
	headers, params, data = {}, None, None
	if channel["body_format"] == "JSON":
		data, headers["Content-Type"] = json.dumps(body, ensure_ascii=False).encode(), "application/json; charset=utf-8"
	elif channel["body_format"] == "Form":
		data, headers["Content-Type"] = urlencode(_flat(body)).encode(), "application/x-www-form-urlencoded; charset=utf-8"
	else:
		params = _flat(body)
	if channel["key_header"]:
		headers[channel["key_header"]] = parcel.key
	if channel["signature_header"]:
		headers[channel["signature_header"]] = hmac.new(secret.encode(), data or b"", hashlib.sha256).hexdigest()
	for name, value in headers_of(channel["headers"]):
		headers[name] = in_text(value, values, _one_line)
	return web.request(
		channel["method"] or "POST",
		in_text(channel["url"] or "", values, lambda value: quote(value, safe="")),
		headers={name: value.encode() for name, value in headers.items()},
		params=params,
		data=data,
		seconds=cint(channel["timeout_seconds"]) or 10,
	)


def headers_of(lines: str | None) -> list[tuple[str, str]]:
	"""(name, value) of each line.

	Raises:
		ChannelBrokenError: the line that is no header.
	"""
	found = []
	for line in filter(None, map(str.strip, (lines or "").splitlines())):
		name, colon, value = line.partition(":")
		if not colon or not name.strip().replace("-", "").replace("_", "").isalnum():
			raise ChannelBrokenError(line)
		found.append((name.strip(), value.strip()))
	return found


def _token(channel: Mapping) -> str:
	"""The access token of the channel, kept until it runs out; empty where none is needed."""
	if not channel["token_url"]:
		return ""
	kept = frappe.cache().get_value(_token_key(channel["name"]), expires=True)
	if kept:
		return kept
	values = {"account": channel["account"] or "", "secret": _secret(channel["name"], "secret")}
	url = in_text(channel["token_url"], values, lambda value: quote(value, safe=""))
	try:
		answer = web.request("GET", url, headers={}, seconds=cint(channel["timeout_seconds"]) or 10)
	except web.NoAnswerError as error:
		# No message was on its way yet.
		raise web.NotReachedError(str(error)) from error
	token = at(as_json(answer.body), channel["token_path"] or "access_token")
	if answer.status != 200 or not isinstance(token, str) or not token:
		raise ChannelBrokenError(frappe._("the provider gives no access token"))
	frappe.cache().set_value(_token_key(channel["name"]), token, expires_in_sec=cint(channel["token_seconds"]) or 7000)
	return token


def _token_key(channel: str) -> str:
	return f"c4s_channel_token:{channel}"


def _secret(channel: str, fieldname: str) -> str:
	return get_decrypted_password(CHANNEL, channel, fieldname, raise_exception=False) or ""


def _body(channel: Mapping) -> dict:
	try:
		body = json.loads(channel["body"] or "{}")
	except ValueError as error:
		raise ChannelBrokenError(str(error)) from error
	return body if isinstance(body, dict) else {}


def _flat(body: Mapping) -> dict[str, str]:
	return {
		key: json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else as_plain(value) for key, value in body.items()
	}


def as_plain(value: Any) -> str:
	return json.dumps(value) if isinstance(value, bool) or value is None else str(value)


def _one_line(value: str) -> str:
	return " ".join(value.split())


def _retry_after(answer: web.Answer) -> float | None:
	with suppress(TypeError, ValueError):
		return float(answer.headers.get("Retry-After"))
	return None
