"""What docs/operations.md promises for bad hours, tried while people enter leads: `./run test --drills`.

A full disk, a database and Redis that restart or forget everything, two schedulers: each time whatever
was confirmed is there once, and work goes on without a restart of the whole. test_dms_drill.py kills each of them at random.
"""

import json
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pymysql
import pytest
import redis
import requests

from embedded.processes import bench_command
from embedded.tests.mortal import STORE, OwnInstance, Showroom
from embedded.tests.stand_in import resize


class Stress(OwnInstance):
	NAME = "test-stress"

	def setUp(self):
		super().setUp()
		self.open_store()
		self.people = Showroom(self.address, self.instance.secrets["administrator"])
		self.people.begin()
		self.addCleanup(self.people.end)
		self.assert_they_go_on()

	def assert_they_go_on(self, leads: int = 5):
		self.assertTrue(self.people.have_entered(self.people.made + leads, 240), self.people.last_failure)

	def assert_nothing_confirmed_is_lost(self):
		self.people.end()
		names = [name for (name,) in self.sql("select name from `tabC4S Lead` where dealership = %s", STORE)]
		self.assertEqual([], sorted(set(self.people.confirmed) - set(names)))
		self.assertEqual([], self.sql("select lead_name, count(*) from `tabC4S Lead` where dealership = %s group by lead_name having count(*) > 1", STORE))

	def sql(self, statement: str, *values) -> list[tuple]:
		config = json.loads((self.instance.site_folder / "site_config.json").read_text())
		reach = {"user": config["db_name"], "password": config["db_password"], "database": config["db_name"]}
		with pymysql.connect(host="127.0.0.1", port=self.instance.ports["database"], ssl_disabled=True, autocommit=True, **reach) as connection, connection.cursor() as cursor:
			cursor.execute(statement, values)
			return list(cursor.fetchall())

	def wait_until(self, condition, what: str, seconds: float = 240):
		ends = time.monotonic() + seconds
		while not (found := condition()):
			self.assertLess(time.monotonic(), ends, what)
			time.sleep(0.5)
		return found

	def turn_on_scheduler(self) -> None:
		self.administrator.send("PUT", "resource/System Settings/System Settings", json={"enable_scheduler": 1})

	def ended(self) -> list[str]:
		return [name for name, process in self.processes.running.items() if process.poll() is not None]


@pytest.mark.drill
class Restarts(Stress):
	def test_a_database_that_is_restarted_loses_nothing_that_was_confirmed(self):
		command, environment = self.processes.plans["database"]
		for ending in (signal.SIGTERM, signal.SIGKILL):
			self.processes.running["database"].send_signal(ending)
			self.processes.running["database"].wait(60)
			time.sleep(2)
			self.processes.spawn("database", command, **environment)
			self.assert_they_go_on()
		self.assertGreater(self.people.failures, 0, "nobody noticed: the drill tried nothing")
		self.assert_nothing_confirmed_is_lost()

	def test_redis_that_forgets_everything_signs_nobody_out_and_jobs_are_begun_anew(self):
		self.turn_on_scheduler()
		for name in ("worker_short", "worker_long"):
			os.killpg(self.processes.running[name].pid, signal.SIGKILL)
		upload = self.send_upload()
		for role in ("cache", "queue"):
			redis.Redis.from_url(self.instance.redis_url(role)).flushall()
		self.assertGreater(self.administrator.count("C4S Lead"), 0)
		for name in ("worker_short", "worker_long", "redis_cache", "redis_queue"):
			self.processes.kill(name) if name.startswith("redis") else self.processes.spawn(name, *self.processes.plans[name][:1])
		self.assert_they_go_on()
		self.wait_until(lambda: self.sql("select name from `tabC4S DMS Upload` where name = %s and status = 'Finished'", upload), "the upload is forgotten", 480)
		self.assertEqual([(20,)], self.sql("select count(*) from `tabC4S Part`"))
		self.assert_nothing_confirmed_is_lost()

	def send_upload(self) -> str:
		from crm4s.demo.dms_simulator import records

		account = self.open_link()
		parts = "\n".join(json.dumps({**records.record(1, "part", number, records.VERSIONS, STORE), "external_id": f"UP-{number}"}) for number in range(20))
		headers = {"Authorization": f"token {account['key']}:{account['secret']}", "Content-Type": "application/x-ndjson", "Idempotency-Key": "stress"}
		sent = requests.post(f"{self.address}/api/method/crm4s.dms.v1.upload", params={"entity": "part"}, data=parts.encode(), headers=headers, timeout=60)
		self.assertTrue(sent.ok, sent.text)
		return sent.json()["upload"]


@pytest.mark.drill
class FullDisk(Stress):
	ROOM = 3 * 2**30

	def make_room(self) -> None:
		disk = self.instance.root
		disk.mkdir(exist_ok=True)
		if os.geteuid() or subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={self.ROOM}", "crm4s-stress", str(disk)], capture_output=True).returncode:
			self.skipTest("only root may mount a small disk, and not in every container")
		self.addCleanup(shutil.rmtree, disk, ignore_errors=True)
		self.addCleanup(subprocess.run, ["umount", "--lazy", str(disk)], check=True)

	def test_on_a_full_disk_people_are_told_and_with_room_they_go_on(self):
		disk = str(self.instance.root)
		before = self.people.failures
		filler = self.instance.root / "filler"
		self.fill(filler)
		ends = time.monotonic() + 60
		while time.monotonic() < ends and self.people.failures < before + 3:
			time.sleep(1)
		ended = self.ended()
		filler.unlink()
		resize(disk, self.ROOM)
		self.assertGreater(self.people.failures, before, "nobody noticed: the drill tried nothing")
		self.assertEqual([], ended)
		self.assert_they_go_on()
		self.assert_nothing_confirmed_is_lost()

	def fill(self, filler: Path) -> None:
		resize(str(self.instance.root), shutil.disk_usage(self.instance.root).used + 2**20)
		with open(filler, "wb", buffering=0) as file:
			try:
				while True:
					file.write(b"0" * 4096)
			except OSError:
				pass


@pytest.mark.drill
class TwoSchedulers(Stress):
	def test_two_schedulers_run_each_nightly_job_once(self):
		self.processes.spawn("scheduler_2", bench_command("schedule"))
		self.sql("update `tabScheduled Job Type` set last_execution = '2026-01-01'")
		self.turn_on_scheduler()
		nightly = [name for (name,) in self.sql("select name from `tabScheduled Job Type` where method like 'crm4s.%%' and frequency like 'Daily%%' and stopped = 0")]
		self.assertGreater(len(nightly), 20)
		self.wait_until(lambda: self.completed() >= set(nightly), "not all nightly jobs ran", 480)
		self.assert_they_go_on()
		self.assertEqual([], self.sql("select scheduled_job_type, status, left(details, 300) from `tabScheduled Job Log` where status = 'Failed' and scheduled_job_type like '%%crm4s%%'"))
		twice = "select scheduled_job_type from `tabScheduled Job Log` where status = 'Complete' group by scheduled_job_type having count(*) > 1"
		self.assertEqual(set(), {name for (name,) in self.sql(twice)} & set(nightly))
		self.assertEqual([], self.sql("select method, left(error, 300) from `tabError Log`"))
		self.assert_nothing_confirmed_is_lost()

	def completed(self) -> set[str]:
		return {name for (name,) in self.sql("select distinct scheduled_job_type from `tabScheduled Job Log` where status = 'Complete'")}
