"""Health over HTTP, on a running CRM whose Redis and scheduler go away."""

import json
import time

import requests
from prometheus_client.parser import text_string_to_metric_families

from embedded.instance import write_private
from embedded.tests.mortal import OwnInstance


class Health(OwnInstance):
	NAME = "test-health"

	def setUp(self):
		super().setUp()
		account = self.administrator.send("POST", "method/crm4s.health.api.open_account")["message"]
		self.headers = {"Authorization": f"token {account['key']}:{account['secret']}"}

	def call(self, method: str, headers: dict | None = None) -> requests.Response:
		return requests.get(f"{self.address}/api/method/crm4s.health.api.{method}", headers=headers, timeout=60)

	def figures(self) -> dict[tuple, float]:
		answer = self.call("metrics", self.headers)
		self.assertEqual(200, answer.status_code, answer.text[:600])
		families = text_string_to_metric_families(answer.text)
		return {(sample.name, *sample.labels.values()): sample.value for family in families for sample in family.samples}

	def wait_for(self, name: tuple, value: float, seconds: float = 120) -> None:
		ends = time.monotonic() + seconds
		while (found := self.figures().get(name)) != value:
			self.assertLess(time.monotonic(), ends, f"{name} is {found}")
			time.sleep(0.5)

	def test_health(self):
		# One instance for all: it takes half a minute to start.
		for part in (self.guests_learn_up_or_down, self.the_account_reads_figures_and_nothing_else, self.a_lost_database_is_told, self.a_lost_queue_is_told, self.a_lost_cache_is_told, self.a_scheduler_that_stopped_is_told, self.lines_say_what_was_asked_and_ran):
			with self.subTest(part.__name__):
				part()

	def guests_learn_up_or_down(self):
		for method in ("live", "ready"):
			answer = self.call(method)
			self.assertEqual((200, {"message": "up"}), (answer.status_code, answer.json()))
		for method in ("metrics", "standing"):
			answer = self.call(method)
			self.assertEqual(403, answer.status_code)
			self.assertNotIn("crm4s_", answer.text.replace("crm4s.", ""))

	def the_account_reads_figures_and_nothing_else(self):
		answer = self.call("metrics", self.headers)
		self.assertTrue(answer.headers["Content-Type"].startswith("text/plain"))
		self.assertEqual("no-store", answer.headers["Cache-Control"])
		figures = self.figures()
		self.assertEqual([1, 1, 1], [figures["crm4s_up", part] for part in ("database", "cache", "queue")])
		self.assertGreater(figures["crm4s_queue_workers", "default"], 0)
		for path in ("resource/C4S Customer", "resource/C4S Monitoring/C4S Monitoring", "resource/Error Log", "method/frappe.client.get_list?doctype=C4S Lead"):
			self.assertEqual(403, requests.get(f"{self.address}/api/{path}", headers=self.headers, timeout=60).status_code, path)
		wrong = {"Authorization": self.headers["Authorization"][:-1] + "!"}
		self.assertIn(self.call("metrics", wrong).status_code, (401, 403))

	def a_lost_queue_is_told(self):
		self.loses("redis_queue", "queue")

	def a_lost_cache_is_told(self):
		self.loses("redis_cache", "cache")

	def loses(self, process: str, part: str) -> None:
		self.processes.end(process)
		answer = self.call("ready")
		self.assertEqual((503, {"message": "down"}), (answer.status_code, answer.json()))
		figures = self.figures()
		self.assertEqual((0, 0, 1), (figures["crm4s_up", part], figures["crm4s_part_ok", part], figures["crm4s_up", "database"]))
		self.assertIn(("crm4s_messages_due",), figures)
		self.processes.begin(process)
		self.processes.wait_for_stores()
		self.wait_for(("crm4s_up", part), 1)
		self.assertEqual(200, self.call("ready").status_code)

	def a_lost_database_is_told(self):
		"""While the cache still knows what Frappe asks first."""
		self.processes.end("database")
		told = self.call("ready")
		self.processes.begin("database")
		self.processes.wait_for_stores()
		self.assertEqual((503, {"message": "down"}), (told.status_code, told.json()))
		self.assertEqual(200, self.call("ready").status_code)

	def a_scheduler_that_stopped_is_told(self):
		self.let_the_clock_tick_each_second()
		self.administrator.send("PUT", "resource/System Settings/System Settings", json={"enable_scheduler": 1})
		self.processes.end("scheduler")
		self.long_ago()
		self.assertEqual(0, self.figures()["crm4s_part_ok", "scheduler"])
		for worker in ("worker_short", "worker_long"):
			self.processes.end(worker)
			self.processes.begin(worker)
		self.processes.begin("scheduler")
		self.wait_for(("crm4s_part_ok", "scheduler"), 1)
		self.administrator.send("PUT", "resource/System Settings/System Settings", json={"enable_scheduler": 0})
		self.assertEqual(0, self.figures()["crm4s_part_ok", "scheduler"])

	def lines_say_what_was_asked_and_ran(self):
		answer = self.call("live", {"X-Frappe-Request-Id": "abcdef0123456789"})
		self.assertEqual("abcdef0123456789", answer.headers["X-Request-Id"])
		(asked,) = self.lines_of(id="abcdef0123456789")
		self.assertEqual(("request", "/api/method/crm4s.health.api.live", 200), (asked["kind"], asked["way"], asked["status"]))
		ran = self.lines_of(kind="job")[0]
		self.assertRegex(ran["method"], r"^(crm4s|frappe)\.\w+\.")
		self.assertIn(ran["queue"], ("short", "default", "long"))

	def lines_of(self, **like: str) -> list[dict]:
		"""Those that say so; waited for, as a job that began has not ended."""
		ends = time.monotonic() + 60
		while True:
			lines = [json.loads(line) for line in (self.instance.logs / "crm4s.json.log").read_text().splitlines()]
			if found := [line for line in lines if like.items() <= line.items()]:
				return found
			self.assertLess(time.monotonic(), ends, f"no line says {like}")
			time.sleep(0.5)

	def let_the_clock_tick_each_second(self) -> None:
		self.configure(scheduler_tick_interval=1, crm4s_log_lines=1)

	def configure(self, **settings) -> None:
		file = self.instance.sites / "common_site_config.json"
		write_private(file, json.dumps(json.loads(file.read_text()) | settings))

	def long_ago(self) -> None:
		for job in self.administrator.rows("Scheduled Job Type", "name"):
			self.administrator.send("PUT", f"resource/Scheduled Job Type/{job['name']}", json={"last_execution": "2026-01-01 00:00:00"})
