"""The example client against a server of its own that answers as a bad day would: it repeats with the same key, and believes no forged webhook."""

import importlib.util
import json
import unittest
from http.server import BaseHTTPRequestHandler
from pathlib import Path

from crm4s.tests.loopback import listening

FILE = Path(__file__).resolve().parents[1] / "docs" / "examples" / "dms_client.py"
SPECIFICATION = importlib.util.spec_from_file_location("dms_client", FILE)
dms_client = importlib.util.module_from_spec(SPECIFICATION)
SPECIFICATION.loader.exec_module(dms_client)


class Answering(BaseHTTPRequestHandler):
	def do_GET(self):
		self.answer(None)

	def do_POST(self):
		self.answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

	def answer(self, body):
		self.server.seen.append((self.path, self.headers.get("Idempotency-Key"), body))
		planned = self.server.plan.pop(0) if self.server.plan else 200
		if planned == "hang up":
			self.connection.close()
			return
		status, headers, said = planned if isinstance(planned, tuple) else (planned, {}, None)
		said = said if said is not None else self.usual(body, status)
		data = json.dumps(said).encode()
		self.send_response(status)
		for name, value in {"Content-Length": str(len(data)), **headers}.items():
			self.send_header(name, value)
		self.end_headers()
		self.wfile.write(data)

	@staticmethod
	def usual(body, status: int) -> dict:
		if status != 200:
			return {"code": "busy", "detail": "later"}
		return {"results": [{"external_id": one["external_id"], "state": "created"} for one in (body or {}).get("records", ())]}

	def log_message(self, *words):
		pass


class TestClient(unittest.TestCase):
	def setUp(self):
		self.server = listening(self, Answering)
		self.server.plan, self.server.seen, self.slept = [], [], []
		address = f"http://127.0.0.1:{self.server.server_port}"
		self.client = dms_client.Client(address, "key", "secret", sleep=self.slept.append)

	def test_what_passes_is_repeated_with_the_same_key(self):
		self.server.plan = [503, "hang up", (409, {"Retry-After": "7"}, {"code": "key_under_way"}), 200]
		results = list(self.client.push("part", [{"external_id": "P1"}]))
		self.assertEqual(["created"], [result["state"] for result in results])
		self.assertEqual(1, len({key for _path, key, _body in self.server.seen}))
		self.assertEqual(4, len(self.server.seen))
		self.assertEqual(7, self.slept[2])

	def test_what_would_be_refused_again_is_told(self):
		for status, code in ((422, "invalid"), (401, "not_signed_in"), (409, "key_used_otherwise"), (410, "cursor_expired")):
			self.server.plan = [(status, {}, {"code": code})]
			with self.subTest(code), self.assertRaises(dms_client.Refused) as caught:
				self.client.health()
			self.assertEqual(code, caught.exception.code)
		self.assertEqual([], self.slept)

	def test_patience_has_an_end(self):
		self.client.patience = -1
		self.server.plan = [503]
		self.assertRaises(dms_client.Refused, self.client.health)

	def test_many_records_are_several_requests_with_keys_of_their_own(self):
		results = list(self.client.push("part", ({"external_id": str(number)} for number in range(2500))))
		self.assertEqual([str(number) for number in range(2500)], [result["external_id"] for result in results])
		self.assertEqual([1000, 1000, 500], [len(body["records"]) for _path, _key, body in self.server.seen])
		self.assertEqual(3, len({key for _path, key, _body in self.server.seen}))

	def test_the_feed_is_read_to_its_end(self):
		self.server.plan = [(200, {}, {"entries": [1], "cursor": "A", "has_more": True}), (200, {}, {"entries": [2], "cursor": "B", "has_more": False})]
		self.assertEqual(["A", "B"], [page["cursor"] for page in self.client.changes(entity="lead")])
		self.assertEqual(["entity=lead", "entity=lead&cursor=A"], [path.partition("?")[2] for path, _key, _body in self.server.seen])


class TestSignature(unittest.TestCase):
	"""The example of the convention's own page, so that it is theirs and not only ours."""

	SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	BODY = b'{"test": 2432232314}'
	HEADERS = {"webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek", "webhook-timestamp": "1614265330", "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="}
	NOW = 1_614_265_330

	def is_genuine(self, secrets=(SECRET,), body: bytes = BODY, now: float = NOW, **headers: str) -> bool:
		changed = {name.replace("_", "-"): value for name, value in headers.items()}
		return dms_client.is_genuine(secrets, {**self.HEADERS, **changed}, body, now)

	def test_the_right_one_is_believed(self):
		self.assertTrue(self.is_genuine())
		self.assertTrue(self.is_genuine(secrets=("whsec_bmV3", self.SECRET)))
		self.assertTrue(self.is_genuine(webhook_signature=f"v1,bmV3 {self.HEADERS['webhook-signature']}"))

	def test_no_other_is(self):
		self.assertFalse(self.is_genuine(secrets=("whsec_bmV3",)))
		self.assertFalse(self.is_genuine(body=self.BODY + b" "))
		self.assertFalse(self.is_genuine(webhook_id="msg_2"))
		self.assertFalse(self.is_genuine(webhook_signature=""))
		self.assertFalse(self.is_genuine(webhook_timestamp="soon"))
		self.assertFalse(self.is_genuine(webhook_timestamp="1614265331"))

	def test_an_old_one_is_not(self):
		self.assertTrue(self.is_genuine(now=self.NOW + 299))
		self.assertFalse(self.is_genuine(now=self.NOW + 301))
		self.assertFalse(self.is_genuine(now=self.NOW - 301))
