"""The simulated dealer management system: its records are right ones, its book loses nothing, its server believes nobody without a signature."""

import base64
import hashlib
import hmac
import time
from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import TestCase
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from crm4s.demo.dms_simulator import receiver, records, system
from crm4s.demo.dms_simulator.book import Book
from crm4s.dms.contract.registry import ENTITIES
from crm4s.identifiers.vin import has_valid_check_digit

SECRET = "whsec_" + base64.b64encode(b"a secret of the simulator's own.").decode()


class SimulatorTestCase(TestCase):
	def setUp(self):
		folder = TemporaryDirectory()
		self.addCleanup(folder.cleanup)
		self.path = Path(folder.name) / "book.sqlite"
		self.book = Book(self.path)
		self.addCleanup(lambda: self.book.close())


class TestRecords(SimulatorTestCase):
	def test_the_same_seed_sends_the_same_and_another_one_something_else(self):
		self.assertEqual(list(records.requests(3, 20, "SH-1")), list(records.requests(3, 20, "SH-1")))
		self.assertNotEqual(list(records.requests(3, 20, "SH-1")), list(records.requests(4, 20, "SH-1")))

	def test_each_record_comes_in_every_version_under_keys_that_are_used_once(self):
		versions, keys = defaultdict(set), []
		for entity, sent, key in records.requests(3, 20, "SH-1"):
			keys.append(key)
			for record in sent:
				versions[entity, record["external_id"]].add(record["version"])
		self.assertEqual({frozenset({1, 2, 3})}, {frozenset(found) for found in versions.values()})
		self.assertEqual(60, len(versions))
		self.assertEqual(len(keys), len(set(keys)))

	def test_the_contract_takes_them(self):
		for entity in records.ENTITIES:
			for number in range(30):
				record = records.record(3, entity, number, 2, "SH-1")
				ENTITIES[entity].model.model_validate(record)
				self.assertTrue("vin" not in record or has_valid_check_digit(record["vin"]), record)


class TestBook(SimulatorTestCase):
	def test_a_request_waits_until_it_is_answered_even_if_the_system_dies_meanwhile(self):
		self.book.plan([("part", [{"external_id": "P1"}], "k1"), ("part", [{"external_id": "P2"}], "k2")])
		self.book.close()
		self.book = Book(self.path)
		self.assertEqual((1, "part", [{"external_id": "P1"}], "k1"), self.book.next_request())
		self.book.answered(1, {"results": []})
		self.assertEqual("k2", self.book.next_request()[3])
		self.book.answered(2, {})
		self.assertIsNone(self.book.next_request())

	def test_entries_are_kept_with_the_place_behind_them_and_repetitions_counted(self):
		entry = {"position": 5, "entity": "lead", "action": "created", "id": "LD-1"}
		self.book.take_in("feed", [entry], "A")
		self.book.take_in("feed", [entry, {**entry, "position": 6}], "B")
		self.assertEqual([(5, "lead", "created", "LD-1", 2), (6, "lead", "created", "LD-1", 1)], self.book.entries())
		self.assertEqual("B", self.book.cursor("feed"))


class TestReceiver(SimulatorTestCase):
	def setUp(self):
		super().setUp()
		self.clock = system.Clock()
		self.receiver = receiver.Receiver(self.book, [SECRET], system.example_client().is_genuine, self.clock)
		self.receiver.begin()
		self.addCleanup(self.receiver.end)

	def sent(self, number: str = "d-1", secret: str = SECRET, body: bytes = b"{}", at: int | None = None) -> int:
		at = int(time.time()) if at is None else at
		digest = hmac.new(base64.b64decode(secret.removeprefix("whsec_")), f"{number}.{at}.".encode() + body, hashlib.sha256).digest()
		headers = {"webhook-id": number, "webhook-timestamp": str(at), "webhook-signature": "v1," + base64.b64encode(digest).decode()}
		try:
			with urlopen(Request(self.receiver.url, body, headers), timeout=20) as answer:
				return answer.status
		except HTTPError as refusal:
			return refusal.code

	def test_a_delivery_is_taken_once_however_often_it_comes(self):
		self.assertEqual([204, 204], [self.sent(body=b'{"a": 1}'), self.sent(body=b'{"a": 1}')])
		self.assertEqual([("d-1", {"a": 1}, 2)], self.book.deliveries())

	def test_a_wrong_signature_and_a_wrong_clock_are_not_believed(self):
		self.assertEqual(401, self.sent(secret="whsec_" + base64.b64encode(b"another").decode()))
		self.assertEqual(401, self.sent(at=int(time.time()) - 3600))
		self.clock.ahead = 3600
		self.assertEqual(401, self.sent())
		self.assertEqual((3, []), (self.receiver.forged, self.book.deliveries()))

	def test_its_moods(self):
		for mood, status in ((receiver.FAILING, 500), (receiver.REFUSING, 422), (receiver.GOOD, 204)):
			self.receiver.mood = mood
			self.assertEqual(status, self.sent(f"d-{mood}"))
		self.assertEqual(["d-good"], [number for number, _said, _times in self.book.deliveries()])


class TestClock(TestCase):
	def test_a_day_passes_in_a_moment_where_its_clock_runs_fast(self):
		fast = system.Clock(speed=1_000_000)
		began = fast()
		fast.sleep(86_400)
		self.assertGreaterEqual(fast() - began, 86_400)
