"""Two hosts behind nginx, each with web server and workers and folders of its own: a person, a booking, a file, a setting and a job are the same at
both, and (with `--drills`) one that is killed takes nothing with it. deploy/nginx is used as it is written. Needs nginx on the PATH or in CRM4S_NGINX.
"""

import json
import os
import re
import shutil
import subprocess
import time
import unittest
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, timedelta
from threading import Barrier, Event

import pymysql
import requests

from embedded.instance import free_port
from embedded.processes import bench_command, frappe_environment
from embedded.tests import test_nginx
from embedded.tests.hosts import further_host
from embedded.tests.mortal import STORE, Administrator, OwnInstance, Showroom
from embedded.tests.test_realtime import Socket

AT_ONCE = 12
DRILLS = bool(os.environ.get("CRM4S_DRILLS"))
# Leads that are confirmed before, while and after a host is away.
LEADS = 10
PATIENCE = 180
LEFT_OUT_SECONDS = int(re.search(r"fail_timeout=(\d+)s", (test_nginx.FOLDER / "crm4s.conf").read_text())[1])


@unittest.skipUnless(test_nginx.NGINX, "needs nginx: install it, or name it in CRM4S_NGINX")
class TwoHosts(OwnInstance):
	NAME = "test-hosts"

	def setUp(self):
		super().setUp()
		self.second = further_host(self.instance)
		self.addCleanup(shutil.rmtree, self.second.instance.root, ignore_errors=True)
		self.addCleanup(self.second.stop)
		self.second.spawn_web()
		self.second.wait_for_web()
		hosts = [f"127.0.0.1:{instance.ports['application']}" for instance in (self.instance, self.second.instance)]
		self.one, self.other = (f"http://{host}" for host in hosts)
		self.front = f"http://127.0.0.1:{self.begin_nginx(hosts)}"
		self.session = self.administrator.session
		self.open_store()

	def begin_nginx(self, hosts: list[str]) -> int:
		folder, port = self.folder / "nginx", free_port(taken=())
		folder.mkdir()
		# As it stands above a CRM that nobody reaches from elsewhere: without TLS.
		test_nginx.configure(folder, self.instance.site_folder, port, hosts, self.address.removeprefix("http://"), tls=False)
		self.folder.chmod(0o755)
		server = test_nginx.begin(folder)
		self.addCleanup(server.wait)
		self.addCleanup(server.terminate)
		return port

	def test_two_hosts(self):
		# One instance for all: it takes half a minute to start.
		parts = [
			self.a_session_of_one_is_known_to_the_other, self.a_setting_changed_at_one_counts_at_the_other, self.a_file_sent_to_one_is_had_from_the_other,
			self.of_bookings_at_both_one_wins, self.who_listens_hears_what_the_other_saved,
		]
		if DRILLS:
			parts += [self.a_job_goes_on_at_the_other_host, self.a_host_killed_under_load_takes_nothing_with_it]
		for part in parts:
			with self.subTest(part.__name__):
				part()

	def get(self, host: str, path: str, **params):
		answer = self.session.get(f"{host}/api/{path}", params=params, timeout=60)
		self.assertEqual(200, answer.status_code, answer.text[-600:])
		return answer.json()

	# What both know
	# --------------

	def a_session_of_one_is_known_to_the_other(self):
		person = requests.Session()
		signed_in = person.post(f"{self.one}/api/method/login", data={"usr": "Administrator", "pwd": self.instance.secrets["administrator"]}, timeout=60)
		self.assertEqual(200, signed_in.status_code)
		token = person.get(f"{self.one}/app", timeout=60).text.partition('csrf_token = "')[2].partition('"')[0]
		self.assertTrue(token)

		def note(host: str, said: str) -> int:
			return person.post(f"{host}/api/resource/Note", json={"title": f"{host} {said}"}, headers={"X-Frappe-CSRF-Token": said}, timeout=60).status_code

		self.assertEqual([200, 200, 400], [note(self.other, token), note(self.front, token), note(self.other, "guessed")])
		person.get(f"{self.other}/api/method/logout", timeout=60)
		self.assertEqual("Guest", person.get(f"{self.one}/api/method/frappe.realtime.get_user_info", timeout=60).json().get("message", {}).get("user", "Guest"))
		self.assertEqual(403, person.get(f"{self.one}/api/resource/Note", timeout=60).status_code)

	def a_setting_changed_at_one_counts_at_the_other(self):
		for turn, (here, there) in enumerate(((self.one, self.other), (self.other, self.one), (self.one, self.other))):
			minutes = 35 + turn
			self.get(there, "method/crm4s.appointments.api.get_choices")
			self.session.put(f"{here}/api/resource/C4S Settings/C4S Settings", json={"appointment_minutes": minutes}, timeout=60).raise_for_status()
			self.assertEqual(minutes, self.get(there, "method/crm4s.appointments.api.get_choices")["message"]["minutes"])
			label = {"doc_type": "C4S Lead", "doctype_or_field": "DocField", "field_name": "phone", "property": "label", "property_type": "Data", "value": f"Label {turn}"}
			self.session.post(f"{here}/api/resource/Property Setter", json=label, timeout=60).raise_for_status()
			self.assertIn(f"Label {turn}", json.dumps(self.get(there, "method/frappe.desk.form.load.getdoctype", doctype="C4S Lead")))

	def a_file_sent_to_one_is_had_from_the_other(self):
		for number, (here, there) in enumerate(((self.one, self.other), (self.other, self.one), (self.front, self.front))):
			for private in ("1", "0"):
				sent = self.session.post(f"{here}/api/method/upload_file", data={"is_private": private}, files={"file": (f"host-{number}{private}.txt", f"one {number}{private}".encode())}, timeout=60)
				self.assertEqual(200, sent.status_code, sent.text[-600:])
				file = sent.json()["message"]
				for host in (there, self.front):
					self.assertEqual(f"one {number}{private}", self.session.get(host + file["file_url"], timeout=60).text)
				self.session.delete(f"{there}/api/resource/File/{file['name']}", timeout=60).raise_for_status()
				self.assertIn(self.session.get(here + file["file_url"], timeout=60).status_code, (403, 404))

	def of_bookings_at_both_one_wins(self):
		store = self.administrator.rows("C4S Dealership", "name", dealership_code=STORE)[0]["name"]
		bay = self.administrator.make("C4S Resource", kind="Bay", resource_name="1号工位", dealership=store, opening_hours_only=0)["name"]
		day, together = date.today() + timedelta(days=2), Barrier(AT_ONCE, timeout=60)
		values = {"resource": bay, "starts_at": f"{day} 10:00:00", "ends_at": f"{day} 11:00:00", "status": "Booked", "dealership": store}

		def book(number: int) -> str:
			person = requests.Session()
			person.cookies.update(self.session.cookies)
			together.wait()
			answer = person.post(f"{(self.one, self.other)[number % 2]}/api/resource/C4S Booking", json=values, timeout=120)
			return "won" if answer.status_code == 200 else answer.json().get("exc_type", answer.text[-300:])

		with ThreadPoolExecutor(AT_ONCE) as pool:
			outcomes = Counter(pool.map(book, range(AT_ONCE)))
		self.assertEqual({"won": 1, "SlotTakenError": AT_ONCE - 1}, dict(outcomes))
		self.assertEqual(1, self.administrator.count("C4S Booking", resource=bay))

	def who_listens_hears_what_the_other_saved(self):
		listener = Socket(Administrator(self.front, self.instance.secrets["administrator"]), self.front, self.instance.site)
		listener.ask_in()
		self.assertTrue(listener.hear(f"40{listener.namespace},"))
		listener.send(f'42{listener.namespace},["doctype_subscribe","Note"]')
		with ThreadPoolExecutor(1) as pool:
			heard = pool.submit(listener.hear, "list_update", 60)
			while not heard.done():
				# Whether the listener may hear it is asked before the first one counts.
				self.session.post(f"{self.other}/api/resource/Note", json={"title": f"heard {time.monotonic()}"}, timeout=60).raise_for_status()
				time.sleep(0.5)
		self.assertTrue(heard.result(), "what the second host saved did not come")

	# What is killed
	# --------------

	def a_job_goes_on_at_the_other_host(self):
		"""A file that one host's web server took is worked off by the other's worker, which is killed in it; the first one's goes on."""
		from crm4s.dms.intake.upload import CHUNK, QUIET_MINUTES

		for name in ("worker_short", "worker_long"):
			self.processes.end(name)
		self.account = self.open_link()
		lines = 2 * CHUNK + 1
		with self.held_at(CHUNK):
			upload = self.send_upload(lines)
			self.second.spawn_workers()
			self.wait_until(lambda: self.upload_of(upload)["lines_done"] == CHUNK)
			for name in ("worker_short", "worker_long"):
				self.second.end(name)
			self.assertEqual(("Under Way", CHUNK), (self.upload_of(upload)["status"], self.upload_of(upload)["lines_done"]))
		for name in ("worker_short", "worker_long"):
			self.processes.begin(name)
		self.sql(f"update `tabC4S DMS Upload` set modified = modified - interval {QUIET_MINUTES + 1} minute where name = %s", upload)
		resume = bench_command("--site", self.instance.site, "execute", "crm4s.dms.intake.upload.resume_all")
		subprocess.run(resume, cwd=self.instance.sites, env=frappe_environment(self.instance), check=True, capture_output=True)
		self.wait_until(lambda: self.upload_of(upload)["status"] == "Finished")
		self.assertEqual(lines, self.upload_of(upload)["created_count"])
		self.assertEqual([(lines,)], self.sql("select count(distinct document) from `tabC4S DMS Record`"))

	def a_host_killed_under_load_takes_nothing_with_it(self):
		self.headers = {"Authorization": f"token {self.account['key']}:{self.account['secret']}"}
		people, ending = Showroom(self.front, self.instance.secrets["administrator"]), Event()
		people.begin()
		with ThreadPoolExecutor(6) as pool:
			senders = [pool.submit(self.send_parts, number, ending) for number in range(4)]
			readers = [pool.submit(self.read_on, ending) for _reader in range(2)]
			for host in (self.second, self.processes):
				self.assertTrue(people.have_entered(people.made + LEADS, PATIENCE), people.last_failure)
				host.end("web")
				# On one host everything goes on.
				self.assertTrue(people.have_entered(people.made + LEADS, PATIENCE), people.last_failure)
				host.begin("web")
				host.wait_for_web()
				# nginx leaves a host out for a while after it was gone.
				time.sleep(LEFT_OUT_SECONDS + 1)
			self.assertTrue(people.have_entered(people.made + LEADS, PATIENCE), people.last_failure)
			ending.set()
			sent = [part for sender in senders for part in sender.result()]
			read = [status for reader in readers for status in reader.result()]
		people.end()
		self.assertEqual({200}, set(read), "a reader noticed the kill")
		self.assert_each_part_is_there_once(sent)
		self.assert_each_lead_is_there_once(people.confirmed)

	def send_parts(self, sender: int, ending: Event) -> list[str]:
		"""One part after the other, each with a key of its own, again with the same key where the answer did not come."""
		confirmed = []
		while not ending.is_set():
			number = f"HOST-{sender}-{len(confirmed)}"
			part = {"external_id": number, "version": 1, "part_number": number, "part_name": "机油滤清器"}
			body, headers = {"entity": "part", "records": [part]}, {**self.headers, "Idempotency-Key": number}
			while True:
				try:
					answer = requests.post(f"{self.front}/api/method/crm4s.dms.v1.push", json=body, headers=headers, timeout=60)
				except requests.RequestException:
					continue
				if answer.status_code == 200:
					break
				assert answer.status_code in (409, 500, 502, 503, 504), answer.text[-600:]
				time.sleep(0.1)
			assert answer.json()["counts"]["rejected"] == 0, answer.text
			confirmed.append(number)
		return confirmed

	def read_on(self, ending: Event) -> list[int]:
		found = []
		while not ending.is_set():
			found.append(requests.get(f"{self.front}/api/method/crm4s.dms.v1.health", headers=self.headers, timeout=60).status_code)
			time.sleep(0.05)
		return found

	def assert_each_part_is_there_once(self, sent: list[str]) -> None:
		self.assertGreater(len(sent), LEADS)
		known = Counter(number for (number,) in self.sql("select external_id from `tabC4S DMS Record` where external_id like 'HOST-%%'"))
		parts = Counter(number for (number,) in self.sql("select part_number from `tabC4S Part` where part_number like 'HOST-%%'"))
		self.assertEqual((set(sent), {1}), (set(sent) & set(known), set(known.values())))
		self.assertEqual(known, parts)

	def assert_each_lead_is_there_once(self, confirmed: list[str]) -> None:
		names = {name for (name,) in self.sql("select name from `tabC4S Lead`")}
		self.assertEqual(set(), set(confirmed) - names)
		self.assertEqual([], self.sql("select lead_name, count(*) from `tabC4S Lead` group by lead_name having count(*) > 1"))

	# What they go by
	# ---------------

	def send_upload(self, lines: int) -> str:
		from crm4s.demo.dms_simulator import records

		body = "\n".join(json.dumps(records.record(1, "part", number, 1, "")) for number in range(lines)).encode()
		headers = {"Authorization": f"token {self.account['key']}:{self.account['secret']}", "Content-Type": "application/x-ndjson", "Idempotency-Key": "hosts"}
		sent = requests.post(f"{self.one}/api/method/crm4s.dms.v1.upload", params={"entity": "part"}, data=body, headers=headers, timeout=60)
		self.assertEqual(200, sent.status_code, sent.text)
		return sent.json()["upload"]

	@contextmanager
	def held_at(self, number: int) -> Iterator[None]:
		"""Inside the block nobody comes beyond this part: another one is about to enter it."""
		from crm4s.demo.dms_simulator import records

		row = ("held", "Drill", "Part", records.external_id("part", number))
		with self.database() as other, other.cursor() as cursor:
			cursor.execute("insert into `tabC4S DMS Record` (name, link, entity, external_id) values (%s, %s, %s, %s)", row)
			try:
				yield
			finally:
				other.rollback()

	def upload_of(self, name: str) -> dict:
		found = self.sql("select status, lines_done, created_count from `tabC4S DMS Upload` where name = %s", name)[0]
		return dict(zip(("status", "lines_done", "created_count"), found, strict=True))

	def wait_until(self, condition) -> None:
		ends = time.monotonic() + PATIENCE
		while not condition():
			self.assertLess(time.monotonic(), ends, "it does not come to that")
			time.sleep(0.2)

	def database(self, **more):
		config = json.loads((self.instance.site_folder / "site_config.json").read_text())
		reach = {"user": config["db_name"], "password": config["db_password"], "database": config["db_name"]}
		return pymysql.connect(host="127.0.0.1", port=self.instance.ports["database"], ssl_disabled=True, **reach, **more)

	def sql(self, statement: str, *values) -> list[tuple]:
		with self.database(autocommit=True) as connection, connection.cursor() as cursor:
			cursor.execute(statement, values)
			return list(cursor.fetchall())
