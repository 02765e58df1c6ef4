"""Set-up that is killed in the midst of a stage, or runs out of disk in it, is continued by the next start.

The stages are the real ones; the programs that they call are stand-ins (stand_in.py), so that all of this takes seconds.
test_drills.py does the same with the real programs.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

from embedded import framework, layout
from embedded.instance import free_port
from embedded.tests.stand_in import resize
from embedded.tests.test_commands import is_alive

# The short form fills the disk in three stages only.
DRILLS = bool(os.environ.get("CRM4S_DRILLS"))
# `./run start` with a Python that stands in for this one, and without servers.
START = """
import sys
sys.executable = {python!r}
from embedded import cli, processes
class NoServers(processes.Processes):
	def start_stores(self): pass
	def start_application(self, port): pass
	def watch(self, meanwhile): pass
processes.Processes = NoServers
sys.exit(cli.main(["start", "--port", "{port}"]))
"""


class StandIns(unittest.TestCase):
	def setUp(self):
		self.programs = Path(tempfile.mkdtemp(prefix="crm4s-programs-"))
		self.addCleanup(shutil.rmtree, self.programs, ignore_errors=True)
		self.state = self.programs / "state"
		self.state.mkdir()
		stand_in = (layout.EMBEDDED / "tests" / "stand_in.py").read_text()
		(self.programs / "stand_in.py").write_text(f"#!{sys.executable} -IS\n{stand_in}")
		(self.programs / "stand_in.py").chmod(0o755)
		(self.programs / "bin").mkdir()
		for name in ("python3", "npm", "node", "mariadb-install-db"):
			(self.programs / "bin" / name).symlink_to(self.programs / "stand_in.py")

	def start(self, **plan: str) -> subprocess.Popen:
		plan["wheel"] = str(layout.DOWNLOADS / framework.WHEEL)
		(self.programs / "plan.json").write_text(json.dumps(plan))
		for left in ("steps", "hanging"):
			(self.programs / left).unlink(missing_ok=True)
		programs = self.programs / "bin"
		code = START.format(python=str(programs / "python3"), port=free_port(taken=()))
		return subprocess.Popen(
			[sys.executable, "-c", code],
			cwd=layout.REPOSITORY,
			env={
				"PATH": f"{programs}:{os.environ['PATH']}",
				"CRM4S_STATE": str(self.state),
				"CRM4S_MARIADB_INSTALL_DB": str(programs / "mariadb-install-db"),
			},
			stdout=subprocess.PIPE,
			stderr=subprocess.STDOUT,
			text=True,
		)

	def finish(self, **plan: str) -> tuple[int, str]:
		starter = self.start(**plan)
		said = starter.communicate(timeout=60)[0]
		self.assertNotIn("Traceback", said)
		return starter.returncode, said

	def steps(self) -> list[str]:
		notes = self.programs / "steps"
		return notes.read_text().split() if notes.exists() else []

	def wait_until(self, condition, what: str):
		deadline = time.monotonic() + 30
		while not (found := condition()):
			self.assertLess(time.monotonic(), deadline, what)
			time.sleep(0.005)
		return found

	def marker(self, name: str) -> Path:
		return self.state / "markers" / name

	def kill_in(self, step: str, *meanwhile: str) -> list[str]:
		"""Kill a start within `step`, when the stages `meanwhile` (that run beside it) are over; return the steps taken."""
		starter = self.start(hang=step)
		hanging = self.wait_until((self.programs / "hanging").exists, f"{step} is not reached") and self.programs / "hanging"
		tool = int(self.wait_until(hanging.read_text, "the stand-in tells its number"))
		for name in meanwhile:
			self.wait_until(self.marker(name).exists, f"{name} does not end")
		self.end(starter)
		self.wait_until(lambda: not is_alive(tool), f"the tool of {step} outlives its start")
		return self.steps()

	def end(self, starter: subprocess.Popen) -> None:
		starter.kill()
		starter.communicate()


class Killed(StandIns):
	def test_a_start_killed_in_any_stage_goes_on_with_that_stage(self):
		self.assertEqual({"venv", "npm"}, set(self.kill_in("venv", "node")))
		self.assertEqual(["venv", "uv"], self.kill_in("uv"))
		self.assertEqual(["venv", "uv", "packages"], self.kill_in("packages"))
		self.assertFalse(self.marker("python").exists())
		self.assertEqual(["venv", "uv", "packages", "download"], self.kill_in("download"))
		self.assertTrue(self.marker("python").exists())

		starter = self.start()
		self.wait_until((self.state / "bench" / "apps" / "frappe.new" / "frappe").exists, "Frappe is not unpacked")
		self.end(starter)
		self.assertEqual(["download"], self.steps())
		self.assertFalse(self.marker("frappe").exists())

		self.marker("node").unlink()
		self.assertEqual(["npm"], self.kill_in("npm", "frappe"))
		self.assertTrue((self.state / "bench" / "apps" / "frappe" / "frappe" / "__init__.py").exists())
		self.assertEqual(["npm", "bundles"], self.kill_in("bundles"))
		self.assertEqual(["bundles", "database"], self.kill_in("database"))
		self.assertEqual(["database", "site"], self.kill_in("site"))
		self.assertEqual(["site", "demo"], self.kill_in("demo"))
		code, said = self.finish()
		self.assertEqual((0, ["demo"]), (code, self.steps()), said)
		self.assertIn("CRM4S is running", said)
		code, said = self.finish()
		self.assertEqual((0, []), (code, self.steps()), said)
		halves = [str(path.relative_to(self.state)) for path in self.state.glob("**/half")]
		self.assertEqual(["live/sites/demo/half"], halves, "only the demo is continued, all else is made anew")


class FullDisk(StandIns):
	"""The state lies on a small disk of its own; a stage makes it smaller and fills it."""

	ROOM = 3500 * 2**20

	def setUp(self):
		super().setUp()
		mount = ["mount", "-t", "tmpfs", "-o", f"size={self.ROOM}", "crm4s-test", str(self.state)]
		if os.geteuid() or subprocess.run(mount, capture_output=True).returncode:
			self.skipTest("only root may mount a small disk, and not in every container")
		self.addCleanup(subprocess.run, ["umount", "--lazy", str(self.state)], check=True)

	def assert_refused_as_full(self, code: int, said: str):
		self.assertEqual(1, code, said)
		self.assertIn(f"The disk of {self.state} is full: free some space, then start again", said)
		resize(str(self.state), self.ROOM)

	def test_a_disk_that_is_too_small_is_refused_before_anything_is_fetched(self):
		resize(str(self.state), 2**30)
		code, said = self.finish()
		self.assertEqual((1, []), (code, self.steps()))
		self.assertIn(f"GB are free on the disk of {self.state}, a first start needs 3 GB", said)

	def test_a_disk_that_is_full_in_a_stage_is_named_and_the_next_start_goes_on(self):
		for step in ("venv", "uv", "packages", "download") if DRILLS else ("packages",):
			with self.subTest(step):
				self.assert_refused_as_full(*self.finish(fill=step, disk=str(self.state)))

		starter = self.start()
		self.wait_until((self.state / "bench" / "apps" / "frappe.new" / "frappe").exists, "Frappe is not unpacked")
		resize(str(self.state), shutil.disk_usage(self.state).used + 2**20)
		self.assert_refused_as_full(starter.wait(60), starter.communicate()[0])
		self.assertFalse(self.marker("frappe").exists())

		self.marker("node").unlink()
		for step in ("npm", "bundles", "database", "site", "demo") if DRILLS else ("npm", "demo"):
			with self.subTest(step):
				self.assert_refused_as_full(*self.finish(fill=step, disk=str(self.state)))
				self.assertEqual(step, self.steps()[-1])
		code, said = self.finish()
		self.assertEqual((0, ["demo"]), (code, self.steps()), said)

	def test_a_tool_that_waits_for_space_is_ended_with_what_it_started(self):
		for step in ("database", "site"):
			with self.subTest(step):
				self.assert_refused_as_full(*self.finish(wait=step, disk=str(self.state)))
				self.assertEqual(step, self.steps()[-1])
