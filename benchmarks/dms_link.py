"""A connected system's side of the link over HTTP, on a connection that it keeps; for benchmarks/dms.py."""

import http.client
import json
import time
import uuid
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

PATH = "/api/method/crm4s.dms.v1."
# Each question costs the web server some milliseconds.
ASK_EVERY_SECONDS = 0.5
DONE = ("finished", "failed")


def body_of(entity: str, records: list[dict]) -> bytes:
	"""What a request that brings these records says."""
	return json.dumps({"entity": entity, "records": records}, ensure_ascii=False).encode()


class Link:
	"""
	Args:
		account: {"key", "secret"} of the link's user.
	"""

	def __init__(self, site: str, account: dict[str, str]):
		parts = urlsplit(site)
		kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
		self.connection = kind(parts.hostname, parts.port, timeout=600)
		self.headers = {"Authorization": f"token {account['key']}:{account['secret']}", "Accept": "application/json"}

	def ask(self, verb: str, path: str, body: bytes | None = None, media: str = "application/json") -> Any:
		headers = {**self.headers, "Idempotency-Key": str(uuid.uuid4()), "Content-Type": media}
		self.connection.request(verb, path, body, headers)
		answer = self.connection.getresponse()
		text = answer.read()
		if answer.status != 200:
			raise AssertionError(f"{verb} {path}: {answer.status} {text[:500].decode(errors='replace')}")
		return json.loads(text)

	def push(self, entity: str, records: list[dict]) -> dict:
		return self.push_body(body_of(entity, records))

	def push_body(self, body: bytes) -> dict:
		return self.ask("POST", f"{PATH}push", body)

	def upload(self, entity: str, file: bytes) -> str:
		"""The number of the upload, which a job works off. On a new connection: the server has ended one that rested while the file was made."""
		self.connection.close()
		return self.ask("POST", f"{PATH}upload?entity={entity}", file, "application/gzip")["upload"]

	def wait_for(self, uploads: Iterable[str]) -> dict[str, int]:
		"""How many records came to which state, once all files are worked off."""
		counts: dict[str, int] = {}
		for upload in uploads:
			while (state := self.ask("GET", f"{PATH}upload_state?{urlencode({'upload': upload})}"))["status"] not in DONE:
				time.sleep(ASK_EVERY_SECONDS)
			if state["status"] == "failed":
				raise AssertionError(state["message"])
			counts = {each: counts.get(each, 0) + number for each, number in state["counts"].items()}
		return counts

	def insert(self, doctype: str, values: dict) -> str:
		"""One document by the framework's own REST; its name."""
		return self.ask("POST", f"/api/resource/{quote(doctype)}", json.dumps(values, ensure_ascii=False).encode())["data"]["name"]
