"""A connected system sends records and reads the change feed while web server, workers, MariaDB and Redis are killed (kill -9) at random: in the end
every record is there once in its newest state, and every change was heard once. The system is the simulator of the demo.

The short form kills a few times; `./run test --drills` two hundred times, while a job takes in a file of records beside.
"""

import gzip
import json
import os
import random
import time

import requests

from embedded.tests.mortal import STORE, OwnInstance, Showroom

DRILLS = bool(os.environ.get("CRM4S_DRILLS"))
KILLS = 200 if DRILLS else 6
RECORDS = 400 if DRILLS else 40
# A killed upload is found by the clock after some minutes: too long for the short form.
UPLOADED = 60_000 if DRILLS else 0
VICTIMS = ("web", "web", "worker_short", "worker_long", "scheduler", "database", "redis_cache", "redis_queue")
LONGEST_PAUSE = 2.0
SEED = 7


class KilledAtRandom(OwnInstance):
	NAME = "test-dms"

	def test_every_record_and_every_change_is_there_once(self):
		from crm4s.demo.dms_simulator import records
		from crm4s.demo.dms_simulator.book import Book
		from crm4s.demo.dms_simulator.system import System

		self.open_store()
		account = self.open_link()
		before = {doctype: self.administrator.count(doctype) for doctype in ("C4S Customer", "C4S Vehicle", "C4S Part")}
		book = Book(self.folder / "book.sqlite")
		self.addCleanup(book.close)
		book.plan(records.requests(SEED, RECORDS, STORE, size=10))
		system = System(self.address, account["key"], account["secret"], book)
		system.begin()
		upload = self.send_upload(account, records) if UPLOADED else None
		people = Showroom(self.address, self.instance.secrets["administrator"])
		people.begin()
		self.kill_at_random()
		self.wait_until_whole()
		self.assertTrue(people.have_entered(3), people.last_failure)
		people.end()
		self.assertTrue(system.send_all(600), f"still unsent; {system.failures[-3:]}")
		system.end()
		self.assertEqual([], self.refusals(book))
		if upload:
			self.check_upload(upload)
		self.check_records(before, records)
		if "/api/method/crm4s.dms.v1.changes" not in system.client.call("GET", "openapi")["paths"]:
			self.skipTest("every record is there once; the change feed is not there yet")
		self.check_changes(system, book)

	def send_upload(self, account: dict, records) -> str:
		"""The number of an upload of further parts; the clock goes on with it when its job was killed."""
		self.administrator.send("PUT", "resource/System Settings/System Settings", json={"enable_scheduler": 1})
		newest = (records.record(SEED + 1, "part", number, records.VERSIONS, STORE) for number in range(UPLOADED))
		lines = [json.dumps({**part, "external_id": f"UP-{number}"}) for number, part in enumerate(newest)]
		headers = {"Authorization": f"token {account['key']}:{account['secret']}", "Content-Type": "application/gzip", "Idempotency-Key": "drill"}
		body = gzip.compress("\n".join(lines).encode())
		sent = requests.post(f"{self.address}/api/method/crm4s.dms.v1.upload", params={"entity": "part"}, data=body, headers=headers, timeout=60)
		return sent.json()["upload"]

	def check_upload(self, upload: str) -> None:
		"""Its job was killed again and again; each line was taken in once."""
		ends = time.monotonic() + 1200
		while (found := self.administrator.send("GET", f"resource/C4S DMS Upload/{upload}")["data"])["status"] in ("Queued", "Under Way"):
			self.assertLess(time.monotonic(), ends, found)
			time.sleep(2)
		self.assertEqual(("Finished", UPLOADED, UPLOADED), (found["status"], found["lines_done"], found["created_count"]), found)

	def kill_at_random(self) -> None:
		chance = random.Random(SEED)
		for _kill in range(KILLS):
			time.sleep(chance.uniform(0.1, LONGEST_PAUSE))
			self.processes.kill(chance.choice(VICTIMS))

	def refusals(self, book) -> list[dict]:
		return [result for answer in book.answers() for result in answer["results"] if result["state"] == "rejected"]

	def check_records(self, before: dict[str, int], records) -> None:
		after = {doctype: self.administrator.count(doctype) - count for doctype, count in before.items()}
		self.assertEqual({doctype: RECORDS + (UPLOADED if doctype == "C4S Part" else 0) for doctype in before}, after)
		self.assertEqual(0, self.administrator.count("C4S DMS Waiting Record"))
		known = self.administrator.rows("C4S DMS Record", "entity", "external_id", "source_version", link="Drill")
		self.assertEqual(3 * RECORDS + UPLOADED, len({(row["entity"], row["external_id"]) for row in known}))
		self.assertEqual({records.VERSIONS}, {row["source_version"] for row in known})
		addresses = {row["customer_name"]: row["address_line"] for row in self.administrator.rows("C4S Customer", "customer_name", "address_line")}
		for number in range(RECORDS):
			newest = records.record(SEED, "customer", number, records.VERSIONS, STORE)
			self.assertEqual(newest["address_line"], addresses[newest["customer_name"]])

	def check_changes(self, system, book) -> None:
		"""What was heard in the midst of it is what a new consumer hears in peace."""
		system.read_on()
		heard = book.entries()
		self.assertEqual([], [entry for entry in heard if entry[-1] != 1])
		quiet = [one for page in system.client.changes() for one in page["entries"]]
		self.assertEqual([(one["position"], one["action"], one["id"]) for one in quiet], [(position, action, document) for position, _entity, action, document, _times in heard])
		leads = self.administrator.rows("C4S Lead", "name")
		created = [document for _position, entity, action, document, _times in heard if (entity, action) == ("lead", "created")]
		self.assertTrue(leads)
		self.assertEqual(sorted(row["name"] for row in leads), sorted(created))
