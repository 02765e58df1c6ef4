"""A connected system sends records and reads the change feed while web server, workers, MariaDB and Redis are killed (kill -9) at random: in the end
every record is there once in its newest state, and every change was heard once. The system is the simulator of the demo.

The short form kills a few times; `./run test --drills` two hundred times, while a job takes in a file of records beside.
"""

import gzip
import json
import os
import random
import shutil
import signal
import tempfile
import threading
import time
import unittest
from dataclasses import replace
from pathlib import Path

import requests

from embedded import processes, site, testing
from embedded.instance import TEST, free_port, write_private

DRILLS = bool(os.environ.get("CRM4S_DRILLS"))
KILLS = 200 if DRILLS else 6
RECORDS = 400 if DRILLS else 40
# A killed upload is found by the clock after some minutes: too long for the short form.
UPLOADED = 60_000 if DRILLS else 0
VICTIMS = ("web", "web", "worker_short", "worker_long", "scheduler", "database", "redis_cache", "redis_queue")
LONGEST_PAUSE = 2.0
SEED = 7
STORE = "DRILL-1"


class Mortal(processes.Processes):
	"""Processes that are killed and come back as they were."""

	def __init__(self, instance):
		super().__init__(instance)
		self.plans: dict[str, tuple[list[str], dict[str, str]]] = {}

	def spawn(self, name: str, command: list[str], **environment: str):
		self.plans[name] = (command, environment)
		return super().spawn(name, command, **environment)

	def kill(self, name: str) -> None:
		os.killpg(self.running[name].pid, signal.SIGKILL)
		self.running[name].wait()
		command, environment = self.plans[name]
		self.spawn(name, command, **environment)


class Administrator:
	"""The Administrator over REST; patient, as everything dies around."""

	def __init__(self, address: str, password: str):
		self.address, self.session = address, requests.Session()
		signed_in = self.session.post(f"{address}/api/method/login", data={"usr": "Administrator", "pwd": password}, timeout=60)
		signed_in.raise_for_status()

	def send(self, method: str, path: str, **values) -> dict:
		answer = self.session.request(method, f"{self.address}/api/{path}", timeout=60, **values)
		assert answer.ok, f"{path}: {answer.status_code} {answer.text[:2000]}"
		return answer.json()

	def make(self, doctype: str, **values) -> dict:
		return self.send("POST", f"resource/{doctype}", json=values)["data"]

	def count(self, doctype: str, **filters) -> int:
		return self.send("GET", "method/frappe.client.get_count", params={"doctype": doctype, "filters": json.dumps(filters)})["message"]

	def rows(self, doctype: str, *fields: str, **filters) -> list[dict]:
		asked = {"fields": json.dumps(fields), "filters": json.dumps(filters), "limit_page_length": 0}
		return self.send("GET", f"resource/{doctype}", params=asked)["data"]


class KilledAtRandom(unittest.TestCase):
	def setUp(self):
		if not (testing.CLEAN / site.MIGRATED).exists():
			self.skipTest("no clean site to copy: run ./run test")
		self.folder = Path(tempfile.mkdtemp(prefix="crm4s-dms-"))
		self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
		# Durable, else the database's own promise would be broken by the kill.
		self.instance = replace(TEST, name="test-dms", durable=True)
		self.instance.prepare()
		self.addCleanup(shutil.rmtree, self.instance.root, ignore_errors=True)
		write_private(self.instance.secrets_file, TEST.secrets_file.read_text())
		site.restore_clean_copy(self.instance, testing.CLEAN)
		port = free_port(taken=self.instance.ports.values())
		self.instance.write_common_config(port)
		self.processes = Mortal(self.instance)
		self.addCleanup(self.processes.stop)
		self.processes.start_stores()
		self.processes.start_application(port)
		self.address = f"http://127.0.0.1:{port}"
		self.administrator = Administrator(self.address, self.instance.secrets["administrator"])

	def open_link(self) -> dict:
		"""As an administrator does it in the desk."""
		group = self.administrator.make("C4S Dealership", dealership_code="DRILL", dealership_name="演练集团", node_kind="Group", is_group=1)
		region = self.administrator.make("C4S Dealership", dealership_code="DRILL-R", dealership_name="演练区", node_kind="Region", is_group=1, parent_c4s_dealership=group["name"])
		outlet = {"node_kind": "Outlet", "outlet_type": "4S Store", "city": "上海市", "parent_c4s_dealership": region["name"]}
		self.administrator.make("C4S Dealership", dealership_code=STORE, dealership_name="演练店", **outlet)
		account = self.administrator.send("POST", "method/crm4s.dms.api.open_account", json={"link_name": "Drill"})["message"]
		incoming = [{"entity": entity, "takes_in": 1} for entity in ("Customer", "Vehicle", "Part")]
		entities = [*incoming, {"entity": "Lead", "gives_out": 1}]
		self.administrator.make("C4S DMS Link", link_name="Drill", user=account["user"], requests_per_minute=0, entities=entities)
		return account

	def test_every_record_and_every_change_is_there_once(self):
		from crm4s.demo.dms_simulator import records
		from crm4s.demo.dms_simulator.book import Book
		from crm4s.demo.dms_simulator.system import System

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

	def wait_until_whole(self) -> None:
		self.processes.wait_for_stores()
		ends = time.monotonic() + 120
		while True:
			try:
				self.administrator = Administrator(self.address, self.instance.secrets["administrator"])
				return
			except (requests.RequestException, OSError):
				self.assertLess(time.monotonic(), ends, "the site does not come back")
				time.sleep(0.5)

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


class Showroom:
	"""People who enter leads meanwhile; what fails for them they leave."""

	def __init__(self, address: str, password: str):
		self.address, self.password = address, password
		self.ending, self.made, self.last_failure = threading.Event(), 0, ""
		self.thread = threading.Thread(target=self.work, daemon=True)

	def have_entered(self, leads: int, seconds: float = 120) -> bool:
		"""Wait for that many leads."""
		ends = time.monotonic() + seconds
		while self.made < leads and time.monotonic() < ends:
			time.sleep(0.2)
		return self.made >= leads

	def begin(self) -> None:
		self.thread.start()

	def end(self) -> None:
		self.ending.set()
		self.thread.join(120)

	def work(self) -> None:
		number, administrator = 0, None
		while not self.ending.is_set():
			number += 1
			try:
				administrator = administrator or Administrator(self.address, self.password)
				values = {"lead_name": f"客户{number}", "phone": f"137{number:08d}", "source": "Walk-in", "dealership": STORE}
				administrator.make("C4S Lead", received_on=time.strftime("%Y-%m-%d %H:%M:%S"), **values)
				self.made += 1
			except (requests.RequestException, AssertionError, OSError) as error:
				administrator, self.last_failure = None, str(error)
			self.ending.wait(0.2)
