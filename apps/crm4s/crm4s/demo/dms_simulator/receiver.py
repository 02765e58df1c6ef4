"""The system's server for webhooks. Its mood says how it answers: well, slowly, with 500, or not at all for a time."""

import threading
import time
from collections.abc import Callable, Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from crm4s.demo.dms_simulator.book import Book

GOOD, SLOW, FAILING, REFUSING = "good", "slow", "failing", "refusing"
SLOW_SECONDS = 3.0


class Receiver(ThreadingHTTPServer):
	"""
	Args:
		is_genuine: of the client; says whether a webhook is ours.
		clock: seconds since 1970 as the system believes.
	"""

	daemon_threads = True

	def __init__(self, book: Book, secrets: Iterable[str], is_genuine: Callable, clock: Callable[[], float] = time.time, port: int = 0):
		super().__init__(("127.0.0.1", port), _Handler)
		self.book, self.secrets, self.is_genuine, self.clock = book, list(secrets), is_genuine, clock
		self.mood, self.forged = GOOD, 0
		self.thread = threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True)

	@property
	def url(self) -> str:
		return f"http://127.0.0.1:{self.server_port}/crm"

	def begin(self) -> None:
		self.thread.start()

	def end(self) -> None:
		self.shutdown()
		self.server_close()

	def handle_error(self, request, client_address):
		"""Who waits no longer for our answer is no fault of ours."""

	def status_for(self, headers: dict[str, str], body: bytes) -> int:
		"""Take in a webhook; the status of the answer."""
		if self.mood == SLOW:
			time.sleep(SLOW_SECONDS)
		if self.mood in (FAILING, REFUSING):
			return 500 if self.mood == FAILING else 422
		if not self.is_genuine(self.secrets, headers, body, self.clock()):
			self.forged += 1
			return 401
		self.book.deliver(headers["webhook-id"], body)
		return 204


class _Handler(BaseHTTPRequestHandler):
	server: Receiver

	def do_POST(self):
		body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
		status = self.server.status_for({name.lower(): value for name, value in self.headers.items()}, body)
		self.send_response(status)
		self.send_header("Content-Length", "0")
		self.end_headers()

	def date_time_string(self, timestamp=None):
		"""The head of an answer says what time it is here."""
		return super().date_time_string(self.server.clock() if timestamp is None else timestamp)

	def log_message(self, *words):
		pass
