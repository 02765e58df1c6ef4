"""A running CRM whose parts are killed and come back, and people who work with it meanwhile."""

import json
import os
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

STORE = "DRILL-1"


class Mortal(processes.Processes):
	"""Processes that are killed and come back as they were."""

	def __init__(self, instance):
		super().__init__(instance)
		self.plans: dict[str, tuple[list[str], dict[str, str]]] = {}

	def spawn(self, name: str, command: list[str], **environment: str):
		self.plans[name] = (command, environment)
		return super().spawn(name, command, **environment)

	def end(self, name: str) -> None:
		"""By kill -9, with whatever it has started."""
		os.killpg(self.running[name].pid, signal.SIGKILL)
		self.running[name].wait()

	def begin(self, name: str) -> None:
		"""Once more, as it was."""
		command, environment = self.plans[name]
		self.spawn(name, command, **environment)

	def kill(self, name: str) -> None:
		self.end(name)
		self.begin(name)


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


class OwnInstance(unittest.TestCase):
	"""An instance of its own, with everything that `./run start` starts; its database keeps what it has confirmed."""

	NAME = "test-own"

	def setUp(self):
		if not (testing.CLEAN / site.MIGRATED).exists():
			self.skipTest("no clean site to copy: run ./run test")
		self.folder = Path(tempfile.mkdtemp(prefix="crm4s-own-"))
		self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
		# Durable, else the database's own promise would be broken by the kill.
		self.instance = replace(TEST, name=self.NAME, durable=True)
		self.make_room()
		self.instance.prepare()
		self.addCleanup(shutil.rmtree, self.instance.root, ignore_errors=True)
		write_private(self.instance.secrets_file, TEST.secrets_file.read_text())
		site.restore_clean_copy(self.instance, testing.CLEAN)
		port = free_port(taken=self.instance.ports.values())
		self.instance.write_common_config(port)
		self.processes = Mortal(self.instance)
		self.addCleanup(self.processes.stop)
		self.start_stores()
		self.processes.start_application(port)
		self.address = f"http://127.0.0.1:{port}"
		self.administrator = Administrator(self.address, self.instance.secrets["administrator"])

	def make_room(self) -> None:
		"""For those who need a disk of their own below the instance."""

	def start_stores(self) -> None:
		"""Other databases than the one of every instance are begun here."""
		self.processes.start_stores()

	def open_store(self) -> None:
		group = self.administrator.make("C4S Dealership", dealership_code="DRILL", dealership_name="演练集团", node_kind="Group", is_group=1)
		region = self.administrator.make("C4S Dealership", dealership_code="DRILL-R", dealership_name="演练区", node_kind="Region", is_group=1, parent_c4s_dealership=group["name"])
		outlet = {"node_kind": "Outlet", "outlet_type": "4S Store", "city": "上海市", "parent_c4s_dealership": region["name"]}
		self.administrator.make("C4S Dealership", dealership_code=STORE, dealership_name="演练店", **outlet)

	def open_link(self) -> dict:
		"""A connected system with its key, as an administrator opens it in the desk."""
		account = self.administrator.send("POST", "method/crm4s.dms.api.open_account", json={"link_name": "Drill"})["message"]
		incoming = [{"entity": entity, "takes_in": 1} for entity in ("Customer", "Vehicle", "Part")]
		entities = [*incoming, {"entity": "Lead", "gives_out": 1}]
		self.administrator.make("C4S DMS Link", link_name="Drill", user=account["user"], requests_per_minute=0, entities=entities)
		return account

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


class Showroom:
	"""People who enter leads meanwhile; what fails for them they leave and go on with the next."""

	def __init__(self, address: str, password: str):
		self.address, self.password = address, password
		self.ending, self.last_failure = threading.Event(), ""
		# Names of the leads that were confirmed, and how often it failed.
		self.confirmed: list[str] = []
		self.failures = 0
		self.thread = threading.Thread(target=self.work, daemon=True)

	@property
	def made(self) -> int:
		return len(self.confirmed)

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
				lead = administrator.make("C4S Lead", received_on=time.strftime("%Y-%m-%d %H:%M:%S"), **values)
				self.confirmed.append(lead["name"])
			except (requests.RequestException, AssertionError, OSError) as error:
				administrator, self.last_failure, self.failures = None, str(error), self.failures + 1
			self.ending.wait(0.2)
