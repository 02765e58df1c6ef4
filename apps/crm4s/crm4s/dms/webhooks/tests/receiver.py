"""A system that receives: a real server on loopback that checks signatures and does as it is told."""

import json
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler

from crm4s.dms.webhooks.secrets import signature
from crm4s.tests.loopback import serving


class Receiver:
	"""`answers` are statuses or functions of the handler, worked off in turn; afterwards everything is taken.

	Attributes:
		taken: (delivery id, body) of what was answered with 2xx, pings left out.
		asked: every request's delivery id.
	"""

	def __init__(self):
		self.answers: list[int | Callable] = []
		self.secret = ""
		self.taken, self.asked, self.wrong_signatures, self.clock_shift = [], [], 0, 0
		receiver = self

		class Handler(BaseHTTPRequestHandler):
			def do_POST(self):
				receiver.receive(self, self.rfile.read(int(self.headers["Content-Length"])))

			def log_message(self, *_words):
				"""Quiet."""

		self.server = serving(Handler)
		self.url = f"http://127.0.0.1:{self.server.server_port}/changes"
		self.host = f"127.0.0.1:{self.server.server_port}"

	def close(self) -> None:
		self.server.shutdown()
		self.server.server_close()

	def receive(self, handler: BaseHTTPRequestHandler, body: bytes) -> None:
		number, stamp = handler.headers["webhook-id"], int(handler.headers["webhook-timestamp"])
		self.asked.append(number)
		if signature(self.secret, number, stamp, body) not in handler.headers["webhook-signature"].split() or abs(time.time() + self.clock_shift - stamp) > 300:
			self.wrong_signatures += 1
			return self.answer(handler, 401)
		said = self.answers.pop(0) if self.answers else 200
		if callable(said):
			return said(handler)
		if said < 300 and not number.startswith("ping-"):
			self.taken.append((number, json.loads(body)))
		return self.answer(handler, said)

	@staticmethod
	def answer(handler: BaseHTTPRequestHandler, status: int, **headers: str) -> None:
		handler.send_response(status)
		for name, value in headers.items():
			handler.send_header(name.replace("_", "-"), value)
		handler.send_header("Content-Length", "0")
		handler.end_headers()

	def told(self) -> list[str]:
		"""Our names of what was told, in the order in which it came."""
		return [entry["id"] for _number, body in self.taken for entry in body["entries"]]
