"""A client of the CRM4S DMS link in one file, with nothing but Python's own library: copy it and change what you like.

    crm = Client("https://crm.example.com", "KEY", "SECRET")
    for result in crm.push("customer", records):
        if result["state"] == "rejected":
            print(result["external_id"], result["errors"])

    for page in crm.changes(cursor):
        take_in(page["entries"])
        keep(page["cursor"])
"""

import base64
import hashlib
import hmac
import json
import random
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

PATH = "/api/method/crm4s.dms.v1."
MOST_RECORDS = 1000
# What passes by itself: the same request, with the same key, succeeds later.
PASSING = (408, 409, 429, 500, 502, 503, 504)
LONGEST_PAUSE = 300
# A webhook older than this is not believed: somebody may have kept it.
MOST_SECONDS_OLD = 300


class Refused(Exception):
	"""The CRM refused a request; `problem` is its problem object, `code` the word for programs."""

	def __init__(self, status: int, problem: dict):
		super().__init__(f"{status} {problem.get('code')}: {problem.get('detail')}")
		self.status, self.problem, self.code = status, problem, problem.get("code")


class Client:
	"""One link.

	Args:
		patience: seconds for which a request is repeated while the CRM is away.
		sleep: how it waits, so that a test need not.
	"""

	def __init__(self, site: str, key: str, secret: str, *, timeout: float = 60, patience: float = 86_400, sleep: Callable[[float], Any] = time.sleep):
		self.site, self.timeout, self.patience, self.sleep = site.rstrip("/"), timeout, patience, sleep
		self.headers = {"Authorization": f"token {key}:{secret}", "Accept": "application/json"}

	def push(self, entity: str, records: Iterable[dict]) -> Iterator[dict]:
		"""Send records, as many as there are; what became of each, in their order.

		Raises:
			Refused: a whole request was refused. What was sent before it stays.
		"""
		records = iter(records)
		while batch := list(islice(records, MOST_RECORDS)):
			yield from self.push_once(entity, batch, str(uuid.uuid4()))["results"]

	def push_once(self, entity: str, records: list[dict], key: str) -> dict:
		"""One request. Keep `key` with your records until you have the answer: after a crash of your own, send both again."""
		return self.call("POST", "push", {"entity": entity, "records": records}, key)

	def changes(self, cursor: str | None = None, **choice: Any) -> Iterator[dict]:
		"""Pages of the change feed from the cursor to its end. Take in "entries" and keep "cursor" together, then ask for the next page."""
		while True:
			page = self.call("GET", "changes", {**choice, **({"cursor": cursor} if cursor else {})})
			yield page
			cursor = page["cursor"]
			if not page["has_more"]:
				return

	def snapshot(self, entity: str) -> Iterator[dict]:
		"""Pages of all documents of an entity. The feed begins afterwards at the "changes_cursor" of the first page."""
		cursor = None
		while True:
			page = self.call("GET", "snapshot", {"entity": entity, **({"cursor": cursor} if cursor else {})})
			yield page
			cursor = page["cursor"]
			if not cursor:
				return

	def acknowledge(self, cursor: str) -> dict:
		"""Say that everything up to the cursor is taken in for good."""
		return self.call("POST", "acknowledge", {"cursor": cursor})

	def health(self) -> dict:
		return self.call("GET", "health")

	def call(self, http: str, method: str, values: dict | None = None, key: str | None = None) -> dict:
		"""The answer of a method; repeated with growing pauses while the CRM is away or busy.

		Raises:
			Refused: it would be refused again.
		"""
		ends = time.monotonic() + self.patience
		for pause in _pauses():
			try:
				return self._send(http, method, values or {}, key)
			except Refused as refused:
				if refused.status not in PASSING or refused.code == "key_used_otherwise" or time.monotonic() > ends:
					raise
				pause = float(refused.problem.get("retry_after") or pause)
			except (URLError, ConnectionError, TimeoutError):
				if time.monotonic() > ends:
					raise
			self.sleep(pause)
		raise AssertionError("pauses never end")

	def _send(self, http: str, method: str, values: dict, key: str | None) -> dict:
		headers, url, body = dict(self.headers), self.site + PATH + method, None
		if http == "GET":
			url += f"?{urlencode(values)}" if values else ""
		else:
			headers["Content-Type"] = "application/json"
			body = json.dumps(values, ensure_ascii=False).encode()
		if key:
			headers["Idempotency-Key"] = key
		try:
			with urlopen(Request(url, body, headers, method=http), timeout=self.timeout) as answer:
				return json.load(answer)
		except HTTPError as refusal:
			raise Refused(refusal.code, {"retry_after": refusal.headers.get("Retry-After"), **_problem(refusal)}) from None


def is_genuine(secrets: Iterable[str], headers: Mapping[str, str], body: bytes, now: float | None = None) -> bool:
	"""Whether a webhook comes from the CRM and is fresh, as the convention of Standard Webhooks says.

	Args:
		secrets: the endpoint's; two while one replaces the other.
		headers: of the request, names in small letters.
		body: as it came, before anything reads it.
	"""
	sent_at = headers.get("webhook-timestamp", "")
	if not sent_at.isdigit() or abs((time.time() if now is None else now) - int(sent_at)) > MOST_SECONDS_OLD:
		return False
	signed = f"{headers.get('webhook-id', '')}.{sent_at}.".encode() + body
	given = headers.get("webhook-signature", "").split()
	return any(hmac.compare_digest(_signature(secret, signed).encode(), one.encode()) for secret in secrets for one in given)


def _signature(secret: str, signed: bytes) -> str:
	key = base64.b64decode(secret.removeprefix("whsec_"))
	return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def _pauses() -> Iterator[float]:
	"""1, 2, 4 … seconds with some chance in them, so that not everybody comes back at once."""
	pause = 1.0
	while True:
		yield pause * random.uniform(0.5, 1.0)
		pause = min(pause * 2, LONGEST_PAUSE)


def _problem(refusal: HTTPError) -> dict:
	try:
		return json.loads(refusal.read())
	except (ValueError, OSError):
		return {"code": "", "detail": refusal.reason}
