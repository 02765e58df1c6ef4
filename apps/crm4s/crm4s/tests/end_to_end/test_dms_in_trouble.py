"""The simulated dealer management system at the running server while things go wrong: it is away for a day, slow, answers 500, does not believe us,
its clock is wrong, an upload's job is killed. In the end everything is there once.

Our workers send; that time passes is told to them by moving what they have noted back.
"""

import gzip
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import SkipTest
from urllib.request import Request, urlopen

import frappe
import psutil
from frappe.utils import add_to_date, get_datetime, now_datetime
from frappe.utils.background_jobs import get_queue, get_workers

from crm4s.change_feed.sequencing import sequence
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_dms_endpoint.test_c4s_dms_endpoint import ENDPOINT, make_endpoint
from crm4s.crm4s.doctype.c4s_dms_link.test_c4s_dms_link import make_link
from crm4s.crm4s.doctype.c4s_lead.test_c4s_lead import make_lead
from crm4s.crm4s.doctype.c4s_settings.test_c4s_settings import change_settings
from crm4s.demo.dms_simulator import receiver as moods
from crm4s.demo.dms_simulator import records
from crm4s.demo.dms_simulator.book import Book
from crm4s.demo.dms_simulator.receiver import Receiver
from crm4s.demo.dms_simulator.system import Clock, System, example_client
from crm4s.dms import health
from crm4s.dms.intake import upload
from crm4s.dms.links import link_of
from crm4s.dms.webhooks.decision import DEAD, DELIVERED, FAILURES_UNTIL_BROKEN, LONGEST_PAUSE_SECONDS, MOST_TRIES, WAITING
from crm4s.dms.webhooks.outbox import DELIVERY
from crm4s.tests.end_to_end.browser import CommittingTestCase
from crm4s.tests.end_to_end.desk import ADDRESS
from crm4s.tests.end_to_end.rest import Caller
from crm4s.tests.people import make_user

NOTED = {ENDPOINT: ("next_attempt_on", "last_success_on"), DELIVERY: ("next_attempt_on", "attempted_on")}
PATIENCE = 180
SEED = 11


class DmsTestCase(CommittingTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		if not get_workers():
			raise SkipTest("no worker is running")

	def setUp(self):
		folder = TemporaryDirectory()
		self.addCleanup(folder.cleanup)
		self.addCleanup(frappe.cache.delete_value, "c4s_dms_links")
		self.book = Book(Path(folder.name) / "book.sqlite")
		self.addCleanup(self.book.close)
		self.link = make_link(entities=["Customer", "Vehicle", "Part", "Lead"], requests_per_minute=0)
		self.caller = Caller(self.link.user)
		key, secret = self.caller.token.removeprefix("token ").split(":")
		self.system = System(ADDRESS, key, secret, self.book)
		frappe.db.commit()
		# What was before this test is no concern of it.
		self.system.read_on()
		self.began = max((position for position, *_rest in self.book.entries()), default=0)

	def heard(self) -> list[tuple[int, str, str, str, int]]:
		"""Entries of the feed, read now: (position, entity, action, document, how many times it came)."""
		self.system.read_on()
		return [entry for entry in self.book.entries() if entry[0] > self.began]

	def eventually(self, holds: Callable[[], bool], meanwhile: Callable[[], None] = lambda: time.sleep(0.2)) -> bool:
		"""Whether something comes to hold that other processes bring about."""
		ends = time.monotonic() + PATIENCE
		while not holds():
			if time.monotonic() > ends:
				return False
			meanwhile()
			frappe.db.rollback()
		return True


class TestReceiverInTrouble(DmsTestCase):
	def setUp(self):
		super().setUp()
		self.clock = Clock()
		self.open_receiver()
		self.allow(f"127.0.0.1:{self.receiver.server_port}")
		self.endpoint = make_endpoint(link=self.link.name, url=self.receiver.url, seconds=1, changes_of_one_delivery=2, entities=[{"entity": "Lead"}]).name
		self.secret = frappe.get_doc(ENDPOINT, self.endpoint).get_password("secret")
		self.receiver.secrets = [self.secret]
		self.addCleanup(self.close_endpoint)
		frappe.db.commit()

	def open_receiver(self, port: int = 0) -> None:
		self.receiver = Receiver(self.book, [getattr(self, "secret", "")], example_client().is_genuine, self.clock, port)
		self.receiver.begin()
		self.addCleanup(self.receiver.end)

	def allow(self, host: str) -> None:
		before = frappe.db.get_single_value("C4S Settings", "allowed_hosts")
		change_settings(allowed_hosts=host)

		def forbid():
			frappe.db.set_single_value("C4S Settings", "allowed_hosts", before)
			frappe.db.commit()
			frappe.clear_document_cache("C4S Settings", "C4S Settings")

		self.addCleanup(forbid)

	def close_endpoint(self) -> None:
		frappe.db.rollback()
		frappe.delete_doc(ENDPOINT, self.endpoint)
		frappe.db.commit()

	# What is done

	def enter_leads(self, count: int) -> list[str]:
		names = [make_lead().name for _turn in range(count)]
		frappe.db.commit()
		return names

	def let_pass(self, **time_passed: float) -> None:
		"""So much later workers come by, until one has tried: one that finds another at work goes away again."""
		frappe.db.rollback()
		for doctype, columns in NOTED.items():
			for row in frappe.get_all(doctype, {"endpoint" if doctype == DELIVERY else "name": self.endpoint}, ["name", *columns]):
				moved = {column: get_datetime(row[column]) - timedelta(**time_passed) for column in columns if row[column]}
				frappe.db.set_value(doctype, row.name, moved, update_modified=False)
		before = self.attempts()
		frappe.db.commit()
		self.assertTrue(self.eventually(lambda: self.attempts() != before, self.visit), before)

	def visit(self) -> None:
		"""The clock comes by: what is noted gets its position, a worker sends."""
		sequence()
		frappe.db.commit()
		job = frappe.enqueue("crm4s.dms.webhooks.sending.send_endpoint", queue="short", endpoint=self.endpoint)
		self.assertTrue(self.eventually(lambda: job.get_status(refresh=True) in ("finished", "failed")), "no worker comes by")
		frappe.db.rollback()

	# What is seen

	def of_endpoint(self, field: str):
		return frappe.db.get_value(ENDPOINT, self.endpoint, field)

	def attempts(self) -> tuple:
		"""What each attempt changes."""
		return self.of_endpoint("failures"), self.of_endpoint("last_success_on"), self.deliveries("attempts")

	def deliveries(self, field: str, **which) -> list:
		return frappe.get_all(DELIVERY, {"endpoint": self.endpoint, **which}, pluck=field, order_by="first_position")

	def is_told(self, count: int) -> bool:
		return len({entry["id"] for entry in self.told() if entry["action"] == "created"}) >= count

	def told(self) -> list[dict]:
		"""Entries of deliveries, each delivery once."""
		return [entry for _number, said, _times in self.book.deliveries() if said["type"] == "changes" for entry in said["entries"]]

	def assert_told_once(self, leads: list[str]) -> None:
		"""Every change that the feed knows was told once, in its order, and nothing is left."""
		self.assertTrue(self.eventually(lambda: self.is_told(len(leads)), self.visit), (self.told(), self.of_endpoint("last_error")))
		heard = self.heard()
		self.assertEqual([position for position, *_rest in heard], [entry["position"] for entry in self.told()])
		self.assertEqual({1}, {times for *_rest, times in heard})
		self.assertEqual(leads, [document for _position, _entity, action, document, _times in heard if action == "created"])
		self.assertTrue(self.eventually(lambda: set(self.deliveries("status")) == {DELIVERED}))
		self.assertEqual(("Good", 0, None), tuple(self.of_endpoint(field) for field in ("connection", "failures", "last_error")))

	def assert_error(self, sentence: str) -> None:
		self.assertTrue(self.eventually(lambda: bool(self.of_endpoint("last_error")), self.visit))
		self.assertRegex(self.of_endpoint("last_error"), sentence)

	# Trouble

	def test_away_for_a_day(self):
		leads, port = self.enter_leads(1), self.receiver.server_port
		self.assertTrue(self.eventually(lambda: self.deliveries("status") == [DELIVERED], self.visit))
		self.receiver.end()
		for _turn in range(6):
			leads += self.enter_leads(1)
			self.let_pass(hours=4)
			self.assertLessEqual(get_datetime(self.of_endpoint("next_attempt_on")), now_datetime() + timedelta(seconds=LONGEST_PAUSE_SECONDS))
		# The circuit is open: nothing is sent any more, it is asked whether it is there.
		self.assertEqual(("Broken", True), (self.of_endpoint("connection"), self.of_endpoint("failures") >= 6))
		self.assertEqual([FAILURES_UNTIL_BROKEN], self.deliveries("attempts", status=WAITING))
		self.assertEqual([0], self.deliveries("tries", status=WAITING))
		self.assertEqual(("failing", 1), (health.of_link(link_of(self.link.user))["state"], health.of_link(link_of(self.link.user))["endpoints_away"]))
		self.open_receiver(port)
		self.let_pass(minutes=15)
		self.assert_told_once(leads)
		self.assertEqual("ping", self.book.deliveries()[1][1]["type"])

	def test_a_system_that_comes_back_sends_what_it_kept_and_reads_what_it_missed(self):
		store = make_dealership("DMS-AWAY").name
		leads = self.enter_leads(3)
		self.book.plan(records.requests(SEED, 4, store, size=5))
		# Its own time passes fast: the waits of a day are none.
		self.system.clock.speed = 1_000_000
		self.system.client.site = "http://127.0.0.1:9"
		self.system.begin()
		time.sleep(1)
		self.assertTrue(self.book.next_request())
		self.system.client.site = ADDRESS
		self.assertTrue(self.system.send_all(PATIENCE), self.system.failures[-3:])
		self.system.end()
		frappe.db.rollback()
		for title in ("Customer", "Vehicle", "Part"):
			known = frappe.get_all("C4S DMS Record", {"link": self.link.name, "entity": title}, ["document", "source_version"])
			self.assertEqual((4, {records.VERSIONS}), (len({row.document for row in known}), {row.source_version for row in known}), title)
		self.assertEqual([], [result for answer in self.book.answers() for result in answer["results"] if result["state"] == "rejected"])
		self.assertEqual(leads, [document for _position, entity, _action, document, _times in self.heard() if entity == "lead"])

	def test_slow(self):
		self.receiver.mood = moods.SLOW
		leads = self.enter_leads(1)
		self.assert_error("did not answer in time")
		self.receiver.mood = moods.GOOD
		self.let_pass(minutes=5)
		self.assert_told_once(leads)
		# It took it in at last, and took the second one for what it is.
		self.assertTrue(self.eventually(lambda: [2] == [times for _number, _said, times in self.book.deliveries()]), self.book.deliveries())

	def test_answering_500(self):
		self.receiver.mood = moods.FAILING
		leads = self.enter_leads(3)
		self.assert_error("It answered 500")
		self.let_pass(hours=1)
		self.assertEqual(2, self.of_endpoint("failures"))
		self.receiver.mood = moods.GOOD
		self.let_pass(hours=1)
		self.assert_told_once(leads)

	def test_a_signature_that_is_not_believed(self):
		self.receiver.secrets = ["whsec_AAAA"]
		leads = self.enter_leads(1)
		self.assert_error("does not accept our signature: compare the secret")
		self.assertEqual((True, []), (self.receiver.forged > 0, self.book.deliveries()))
		self.receiver.secrets = [self.secret]
		self.let_pass(hours=1)
		self.assert_told_once(leads)

	def test_a_clock_that_is_wrong(self):
		self.clock.ahead = 3600
		leads = self.enter_leads(1)
		self.assert_error("its clock is 60 minutes ahead of ours")
		self.clock.ahead = -3600
		self.let_pass(hours=1)
		self.assertRegex(self.of_endpoint("last_error"), "its clock is 60 minutes behind ours")
		self.clock.ahead = 0
		self.let_pass(hours=1)
		self.assert_told_once(leads)

	def test_what_is_refused_again_and_again_waits_for_a_person(self):
		self.receiver.mood = moods.REFUSING
		leads, waits = self.enter_leads(1), []
		self.assertTrue(self.eventually(lambda: self.deliveries("tries") == [1], self.visit))
		for _turn in range(MOST_TRIES - 1):
			((until, since),) = zip(self.deliveries("next_attempt_on"), self.deliveries("attempted_on"))
			waits.append((until - since).total_seconds() / 3600)
			self.let_pass(hours=25)
		self.assertEqual(([DEAD], [MOST_TRIES]), (self.deliveries("status"), self.deliveries("tries")))
		self.assertEqual((True, True), (waits[0] < 0.05, 8 < max(waits) <= 24), waits)
		self.receiver.mood = moods.GOOD
		administrator = Caller(make_user("Administrator"))
		frappe.db.commit()
		self.assertEqual(1, administrator.call("crm4s.dms.webhooks.api.replay", endpoint=self.endpoint))
		self.assert_told_once(leads)


class TestUploadWhoseWorkerIsKilled(DmsTestCase):
	LINES = 2 * upload.CHUNK + 1

	def sent(self) -> str:
		"""The number of an upload, sent over HTTP."""
		body = gzip.compress("\n".join(json.dumps(records.record(SEED, "part", number, 1, "")) for number in range(self.LINES)).encode())
		headers = {"Authorization": self.caller.token, "Content-Type": "application/gzip", "Idempotency-Key": "killed"}
		with urlopen(Request(f"{ADDRESS}/api/method/crm4s.dms.v1.upload?entity=part", body, headers), timeout=60) as answer:
			name = json.load(answer)["upload"]
		self.addCleanup(self.take_away, name)
		return name

	def take_away(self, name: str) -> None:
		frappe.db.rollback()
		frappe.delete_doc(upload.UPLOAD, name)
		frappe.db.commit()

	def state(self, name: str) -> dict:
		return self.system.client.call("GET", "upload_state", {"upload": name})

	def answers(self, name: str) -> list[dict]:
		request = Request(f"{ADDRESS}/api/method/crm4s.dms.v1.upload_answers?upload={name}", headers={"Authorization": self.caller.token})
		with urlopen(request, timeout=60) as answer:
			return [json.loads(line) for line in gzip.decompress(answer.read()).splitlines()]

	@contextmanager
	def held_at(self, number: int) -> Iterator[None]:
		"""Inside the block nobody comes beyond this part: another one is about to enter it."""
		conf = frappe.conf
		other = frappe.database.get_db(host=conf.db_host, port=conf.db_port, user=conf.db_name, password=conf.db_password)
		row = ("held", self.link.name, "Part", records.external_id("part", number))
		other.sql("insert into `tabC4S DMS Record` (name, link, entity, external_id) values (%s, %s, %s, %s)", row)
		try:
			yield
		finally:
			other.rollback()
			other.close()

	def kill_at(self, name: str, lines: int) -> None:
		"""Kill -9 the process that takes it in, which is held, once so many lines are kept."""
		def is_held() -> bool:
			state = self.state(name)
			return (state["status"], state["lines"]) == ("under_way", lines) and bool(self.processes(name))

		self.assertTrue(self.eventually(is_held, lambda: self.go_on(name)), self.what_is_known(name))
		processes = self.processes(name)
		self.assertTrue(processes, self.what_is_known(name))
		for process in processes:
			process.kill()
		psutil.wait_procs(processes, timeout=PATIENCE)
		self.assertEqual(("under_way", lines), (self.state(name)["status"], self.state(name)["lines"]))

	def what_is_known(self, name: str) -> tuple[dict, list[str]]:
		frappe.db.rollback()
		return self.state(name), frappe.get_all("Error Log", {"method": ["like", f"%{name}%"]}, pluck="error")

	def processes(self, name: str) -> list[psutil.Process]:
		workers = [worker for worker in get_workers() if (job := worker.get_current_job()) and name in str(job.kwargs)]
		return [process for worker in workers for process in psutil.Process(worker.pid).children()]

	def is_queued(self, name: str) -> bool:
		return any(name in str(job.kwargs) for job in get_queue("long").jobs)

	def go_on(self, name: str) -> None:
		"""The clock finds it quiet; again and again, as the lock of a process that was killed may stay for a moment."""
		time.sleep(0.2)
		if self.processes(name) or self.is_queued(name):
			return
		frappe.db.rollback()
		frappe.db.set_value(upload.UPLOAD, name, "modified", add_to_date(now_datetime(), minutes=-upload.QUIET_MINUTES - 1), update_modified=False)
		frappe.db.commit()
		upload.resume_all()
		frappe.db.commit()

	def test_it_goes_on_and_every_line_is_taken_in_once(self):
		with self.held_at(0):
			name = self.sent()
			self.kill_at(name, 0)
		with self.held_at(upload.CHUNK):
			self.kill_at(name, upload.CHUNK)
		self.assertTrue(self.eventually(lambda: self.state(name)["status"] == "finished", lambda: self.go_on(name)), self.what_is_known(name))
		self.assertEqual({"created": self.LINES, "updated": 0, "unchanged": 0, "waiting": 0, "rejected": 0}, self.state(name)["counts"])
		self.assertEqual(list(range(1, self.LINES + 1)), [answer["line"] for answer in self.answers(name)])
		frappe.db.rollback()
		documents = frappe.get_all("C4S DMS Record", {"link": self.link.name}, pluck="document")
		self.assertEqual((self.LINES, self.LINES), (len(documents), len(set(documents))))
