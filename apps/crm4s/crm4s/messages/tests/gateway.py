"""A provider's server on this machine, which answers as a test says, and a mail server."""

import json
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler

from crm4s.tests.loopback import serving

Reply = tuple[int, dict, bytes]


def ok(number: str = "P1") -> Reply:
	return 200, {"Content-Type": "application/json"}, json.dumps({"code": 0, "msg": "ok", "data": {"id": number}}).encode()


def json_reply(status: int, content: dict, **headers) -> Reply:
	return status, {"Content-Type": "application/json", **headers}, json.dumps(content).encode()


class Gateway:
	"""Notes every request; `answer` makes the reply, and may sleep or raise ConnectionResetError to cut the line."""

	def __init__(self, answer: Callable[[dict], Reply] | None = None):
		self.requests: list[dict] = []
		self.answer = answer or (lambda request: ok(f"P{len(self.requests)}"))
		gateway = self

		class Handler(BaseHTTPRequestHandler):
			def handle_any(self):
				body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
				request = {"method": self.command, "path": self.path, "headers": dict(self.headers), "body": body}
				gateway.requests.append(request)
				try:
					status, headers, content = gateway.answer(request)
				except ConnectionResetError:
					self.close_connection = True
					self.connection.close()
					return
				self.send_response(status)
				for name, value in {"Content-Length": str(len(content)), **headers}.items():
					self.send_header(name, value)
				self.end_headers()
				try:
					self.wfile.write(content)
				except OSError:
					pass

			do_GET = do_POST = handle_any

			def log_message(self, *arguments):
				pass

		self.server = serving(Handler)

	@property
	def url(self) -> str:
		return f"http://127.0.0.1:{self.server.server_port}"

	def json_of(self, position: int = -1) -> dict:
		return json.loads(self.requests[position]["body"])

	def close(self) -> None:
		self.server.shutdown()
		self.server.server_close()


def slowly(seconds: float, reply: Reply) -> Callable[[dict], Reply]:
	def answer(_request: dict) -> Reply:
		time.sleep(seconds)
		return reply

	return answer


def cut(_request: dict) -> Reply:
	raise ConnectionResetError
