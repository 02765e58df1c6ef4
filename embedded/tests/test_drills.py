"""The long drills of set-up, with the real programs and registries: `./run test --drills`. test_interrupted.py is the short form."""

import json
import os
import shutil
import subprocess
import tempfile
import time
import unittest
import urllib.parse
import urllib.request
from contextlib import suppress
from pathlib import Path

import pytest

from embedded.instance import LIVE, free_port
from embedded.tests.stand_in import resize
from embedded.tests.test_commands import RUN

SITE = f"live/sites/{LIVE.site}"
# Stage → the path whose appearance says that it is under way, how long to let it go on (in seconds), and the marker of
# having done it before
STAGES = {
	"Python packages": ("env-*/bin/uv", 1.0, "python"),
	"Node packages": ("node.new/node_modules/*", 1.0, "node"),
	"Frappe's source": ("bench/apps/frappe.new/frappe/*", 0.2, "frappe"),
	"bundles": ("assets.new", 1.0, "bundles"),
	"database folder": ("live/mariadb-*.new/*", 0.2, None),
	"database": ("live/run/processes.json", 0.0, None),
	"site, its beginning": (f"{SITE}/site_config.json", 0.5, None),
	"site, half of it": (f"{SITE}/site_config.json", 8.0, None),
	"demo": (f"{SITE}/.migrated", 5.0, None),
	"web server": (f"{SITE}/.demo", 0.1, None),
}


@pytest.mark.drill
class Drill(unittest.TestCase):
	def setUp(self):
		self.folder = Path(tempfile.mkdtemp(prefix="crm4s-drill-"))
		self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
		self.state = self.folder / "state"
		self.state.mkdir()
		self.port = free_port(taken=())

	def start(self) -> subprocess.Popen:
		return subprocess.Popen(
			[RUN, "start", "--port", str(self.port)],
			env={name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ} | {"CRM4S_STATE": str(self.state)},
			stdout=subprocess.PIPE,
			stderr=subprocess.STDOUT,
			text=True,
		)

	def start_until(self, pattern: str, seconds: float, marker: str | None) -> subprocess.Popen:
		"""A start that is `seconds` past the moment when a path of this `pattern` came into being."""
		if marker:
			(self.state / "markers" / marker).unlink(missing_ok=True)
		for left in self.state.glob(pattern):
			# What the attempt before left: this one makes its own.
			shutil.rmtree(left, ignore_errors=True) if left.is_dir() else left.unlink()
		starter = self.start()
		deadline = time.monotonic() + 300
		while not next(self.state.glob(pattern), None):
			self.assertIsNone(starter.poll(), "the start ended")
			self.assertLess(time.monotonic(), deadline, f"{pattern} does not appear")
			time.sleep(0.01)
		time.sleep(seconds)
		self.assertIsNone(starter.poll(), "the start was over too early")
		return starter

	def left_running(self) -> list[str]:
		"""Processes that were called with, or work in, the state folder."""
		found = []
		for process in Path("/proc").glob("[0-9]*"):
			try:
				called = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
				if str(self.state) in called or os.readlink(process / "cwd").startswith(str(self.state)):
					found.append(called)
			except OSError:
				continue
		return found

	def assert_nothing_is_left_running(self):
		deadline = time.monotonic() + 30
		while self.left_running() and time.monotonic() < deadline:
			time.sleep(0.1)
		self.assertEqual([], self.left_running())

	def assert_it_runs_and_stops(self):
		starter = self.start()
		said = ""
		for line in starter.stdout:
			said += line
			if "Ctrl-C" in line:
				break
		self.addCleanup(starter.kill)
		self.assertIn(f"http://localhost:{self.port}", said)
		people = json.loads((self.state / SITE / "demo_people.json").read_text())
		passwords = json.loads((self.state / "live" / "secrets.json").read_text())
		for user, password in (("admin@example.com", passwords["administrator"]), (people[0]["user"], passwords["demo"])):
			form = urllib.parse.urlencode({"usr": user, "pwd": password}).encode()
			with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/api/method/login", data=form, timeout=60) as answer:
				self.assertEqual(200, answer.status, user)
		stopped = subprocess.run([RUN, "stop"], env=os.environ | {"CRM4S_STATE": str(self.state)}, capture_output=True, text=True)
		self.assertEqual(0, stopped.returncode, stopped.stdout)
		starter.communicate(timeout=60)
		self.assert_nothing_is_left_running()


class Killed(Drill):
	def test_killed_in_every_stage_in_turn_it_runs_in_the_end(self):
		for stage, inside in STAGES.items():
			with self.subTest(stage):
				starter = self.start_until(*inside)
				starter.kill()
				starter.communicate()
				self.assert_nothing_is_left_running()
		self.assert_it_runs_and_stops()


class FullDisk(Drill):
	ROOM = 8 * 2**30

	def setUp(self):
		super().setUp()
		mount = ["mount", "-t", "tmpfs", "-o", f"size={self.ROOM}", "crm4s-drill", str(self.state)]
		if os.geteuid() or subprocess.run(mount, capture_output=True).returncode:
			self.skipTest("only root may mount a small disk, and not in every container")
		self.addCleanup(subprocess.run, ["umount", "--lazy", str(self.state)], check=True)

	def leave_no_room(self):
		for _attempt in range(50):
			# The start goes on writing meanwhile, and a disk cannot be made smaller than what is on it.
			with suppress(subprocess.CalledProcessError):
				return resize(str(self.state), shutil.disk_usage(self.state).used + 2**18)
		self.fail("the disk cannot be made smaller")

	def test_full_in_every_stage_in_turn_it_says_so_and_runs_in_the_end(self):
		for stage, inside in STAGES.items():
			if stage in ("database", "web server"):
				# What these write is not worth a disk.
				continue
			with self.subTest(stage):
				starter = self.start_until(*inside)
				try:
					self.leave_no_room()
					said = starter.communicate(timeout=300)[0]
				finally:
					starter.kill()
					resize(str(self.state), self.ROOM)
				self.assertIn(f"The disk of {self.state} is full: free some space, then start again", said)
				self.assertNotIn("Traceback", said)
				self.assertEqual(1, starter.returncode)
				self.assert_nothing_is_left_running()
		self.assert_it_runs_and_stops()

