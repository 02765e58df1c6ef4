"""The command line under good and bad conditions, run as a person runs it: as a process, judged by what it prints."""

import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request
from pathlib import Path
from unittest.mock import patch

from embedded import layout, testing
from embedded.instance import LIVE, TEST, free_port

RUN = str(layout.REPOSITORY / "run")


def run(*words: str, state: Path, seconds: float = 120, **environment: str) -> subprocess.CompletedProcess:
	return subprocess.run(
		[RUN, *words],
		env={"PATH": os.environ["PATH"], "CRM4S_STATE": str(state)} | environment,
		stdin=subprocess.DEVNULL,
		stdout=subprocess.PIPE,
		stderr=subprocess.STDOUT,
		text=True,
		timeout=seconds,
	)


def is_alive(number: int) -> bool:
	try:
		return Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
	except FileNotFoundError:
		return False


def borrow(state: Path, *folders: str) -> None:
	"""Let `state` use these folders of this very state, as if its own set-up had made them."""
	markers = {"env": "python", "node": "node", "bench": "frappe", "assets": "bundles"}
	(state / "markers").mkdir(exist_ok=True)
	for folder in folders:
		(state / folder).symlink_to(layout.STATE / folder)
		if folder in markers:
			shutil.copy(layout.MARKERS / markers[folder], state / "markers")


def borrow_site(state: Path) -> None:
	"""Let `state` have a site already: the one that the tests begin with. Making one takes a minute; the drills do."""
	live = state / "live"
	live.mkdir(mode=0o700)
	shutil.copytree(testing.CLEAN / "mariadb", live / "mariadb")
	shutil.copytree(testing.CLEAN / TEST.site, live / "sites" / LIVE.site)


def fake_program(folder: Path, name: str, says: str) -> None:
	program = folder / name
	program.write_text(f"#!/bin/sh\necho '{says}'\n")
	program.chmod(program.stat().st_mode | stat.S_IXUSR)


class TestBenchRun(unittest.TestCase):
	def test_a_bench_that_has_all_packages_is_asked_for_its_password(self):
		with tempfile.TemporaryDirectory() as folder:
			bench = Path(folder)
			python = bench / "env" / "bin" / "python"
			python.parent.mkdir(parents=True)
			python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
			python.chmod(0o755)
			(bench / "sites" / "a.test").mkdir(parents=True)
			(bench / "sites" / "a.test" / "site_config.json").write_text("{}")
			told = run("test", "--bench", folder, "--site", "a.test", state=bench / "state")
		self.assertNotEqual(0, told.returncode)
		self.assertIn("CRM4S_TEST_ADMINISTRATOR_PASSWORD", told.stdout)


class TestRefusals(unittest.TestCase):
	def setUp(self):
		self.state = Path(tempfile.mkdtemp(prefix="crm4s-state-"))
		self.addCleanup(shutil.rmtree, self.state, ignore_errors=True)

	def assert_refused(self, done: subprocess.CompletedProcess, sentence: str):
		self.assertNotEqual(0, done.returncode)
		self.assertNotIn("Traceback", done.stdout)
		self.assertIn(sentence, done.stdout)

	def test_a_taken_port_is_named_with_a_way_out(self):
		with socket.socket() as taken:
			taken.bind(("127.0.0.1", 0))
			taken.listen()
			port = taken.getsockname()[1]
			done = run("start", "--port", str(port), state=self.state)
		self.assert_refused(done, f"Port {port} is taken by another program")
		self.assertIn(f"--port {port + 1}", done.stdout)

	def test_an_older_python_is_refused(self):
		programs = Path(tempfile.mkdtemp())
		self.addCleanup(shutil.rmtree, programs)
		for name in ("sh", "dirname", "readlink"):
			(programs / name).symlink_to(shutil.which(name))
		for name in ("python3", "python3.11", "python3.12", "python3.13"):
			(programs / name).write_text('#!/bin/sh\n[ "$1" = --version ] && echo Python 3.9.2 && exit 0\nexit 1\n')
			(programs / name).chmod(0o755)
		done = subprocess.run([RUN, "start"], env={"PATH": str(programs)}, capture_output=True, text=True)
		self.assertEqual(1, done.returncode)
		self.assertIn("needs Python 3.11 or newer, found: Python 3.9.2", done.stderr)

	def test_an_older_node_is_refused(self):
		programs = Path(tempfile.mkdtemp())
		self.addCleanup(shutil.rmtree, programs)
		fake_program(programs, "node", "v16.20.2")
		done = run("start", state=self.state, PATH=f"{programs}:{os.environ['PATH']}")
		self.assert_refused(done, "CRM4S needs Node.js 20 or newer, found v16.20.2")

	def test_a_program_named_in_the_environment_must_exist(self):
		done = run("start", state=self.state, CRM4S_MARIADBD="/nowhere/mariadbd")
		self.assert_refused(done, "CRM4S_MARIADBD names /nowhere/mariadbd, which is not a program")

	def test_who_is_not_root_is_told_what_to_install(self):
		script = (
			"import os, sys\n"
			"from embedded import machine\n"
			"from embedded.console import Refusal\n"
			"os.geteuid = lambda: 1000\n"
			"try:\n\tmachine.install_packages(['mariadb-server', 'redis-server'])\n"
			"except Refusal as refusal:\n\tprint(refusal)\n"
		)
		done = subprocess.run(["python3", "-c", script], cwd=layout.REPOSITORY, capture_output=True, text=True)
		self.assertIn("run `apt-get install mariadb-server redis-server` as root", done.stdout)

	def test_an_unreachable_package_index_is_named(self):
		borrow(self.state, "node")
		nobody = f"http://127.0.0.1:{free_port(taken=())}/simple"
		done = run("start", state=self.state, PIP_INDEX_URL=nobody, PIP_RETRIES="0")
		self.assert_refused(done, "The Python package index could not be used")
		self.assertFalse((self.state / "markers" / "python").exists())

	def test_an_unreachable_npm_registry_is_named(self):
		borrow(self.state, "env", "bench")
		nobody = f"http://127.0.0.1:{free_port(taken=())}"
		done = run("start", state=self.state, npm_config_registry=nobody, npm_config_fetch_retries="0", npm_config_cache=str(self.state / "npm"))
		self.assert_refused(done, "The npm registry could not be used")
		self.assertFalse((self.state / "markers" / "node").exists())

	def test_without_a_site_bench_says_how_to_get_one(self):
		self.assert_refused(run("bench", "migrate", state=self.state), "make it with ./run start")

	def test_every_command_helps_with_an_example(self):
		for word in ("start", "stop", "status", "bench", "backup", "restore", "reset", "test"):
			done = run(word, "--help", state=self.state)
			self.assertEqual(0, done.returncode)
			self.assertIn(f"example: ./run {word}", done.stdout)

	def test_status_and_stop_know_that_nothing_runs(self):
		self.assertIn("not running", run("status", state=self.state).stdout)
		self.assertIn("not running", run("stop", state=self.state).stdout)


class TestWorkers(unittest.TestCase):
	def test_a_whole_run_has_three_workers_for_two_cores(self):
		for cores, workers in ((1, 1), (2, 3), (3, 4), (16, 4)):
			with self.subTest(cores), patch.object(os, "sched_getaffinity", return_value=range(cores)):
				self.assertEqual(workers, testing.workers([]))

	def test_a_choice_of_tests_runs_in_one_process(self):
		whole = testing.workers([])
		for words, expected in (
			("", whole),
			("-v --durations=60", whole),
			("-q", whole),
			("-n 3", 3),
			("-n0", 1),
			("--numprocesses=5 -k lead", 5),
			("-k lead", 1),
			("-klead", 1),
			("-x", 1),
			("-vx", 1),
			("--pdb", 1),
			("--collect-only", 1),
			("embedded/tests/test_commands.py::TestWorkers", 1),
			("-p no:randomly", whole),
		):
			with self.subTest(words):
				self.assertEqual(expected, testing.workers(words.split()))


class TestRunning(unittest.TestCase):
	"""One real start on a state that borrows the packages and the first site of this one."""

	@classmethod
	def setUpClass(cls):
		cls.state = Path(tempfile.mkdtemp(prefix="crm4s-state-"))
		cls.addClassCleanup(shutil.rmtree, cls.state, ignore_errors=True)
		borrow(cls.state, "env", "node", "bench", "assets", "downloads")
		borrow_site(cls.state)
		cls.port = free_port(taken=())
		cls.starter, cls.said = cls.start()
		cls.addClassCleanup(lambda: cls.starter.kill())

	@classmethod
	def start(cls) -> tuple[subprocess.Popen, str]:
		starter = subprocess.Popen(
			[RUN, "start", "--no-demo", "--lang", "en", "--port", str(cls.port)],
			env={"PATH": os.environ["PATH"], "CRM4S_STATE": str(cls.state)},
			stdout=subprocess.PIPE,
			stderr=subprocess.STDOUT,
			text=True,
		)
		said = ""
		for line in starter.stdout:
			said += line
			if "Ctrl-C" in line:
				return starter, said
		raise AssertionError(f"start ended with {starter.wait()}:\n{said}")

	def processes(self) -> dict[str, int]:
		return json.loads((self.state / "live" / "run" / "processes.json").read_text())

	def get(self, path: str, **headers: str):
		request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers=headers)
		return urllib.request.urlopen(request, timeout=20)

	def test_1_it_says_where_it_runs_and_shows_the_password_once(self):
		password = json.loads((self.state / "live" / "secrets.json").read_text())["administrator"]
		self.assertIn(f"http://localhost:{self.port}", self.said)
		self.assertIn(password, self.said)

	def test_2_secrets_are_readable_by_the_owner_only(self):
		live = self.state / "live"
		for path in (live / "secrets.json", live / "sites" / "common_site_config.json", *live.glob("sites/*/site_config.json")):
			self.assertEqual(0o600, stat.S_IMODE(path.stat().st_mode), path)

	def test_3_it_listens_on_loopback_only(self):
		listening = Path("/proc/net/tcp").read_text().splitlines()[1:]
		ours = {self.port, *json.loads((self.state / "live" / "run" / "ports.json").read_text()).values()}
		for line in listening:
			address, port = line.split()[1].split(":")
			if int(port, 16) in ours and line.split()[3] == "0A":
				self.assertEqual("0100007F", address, port)

	def test_4_the_login_page_and_a_compressed_bundle_are_served(self):
		with self.get("/login") as page:
			self.assertEqual(200, page.status)
		bundle = json.loads((layout.ASSETS / "assets.json").read_text())["desk.bundle.js"]
		with self.get(bundle, **{"Accept-Encoding": "gzip"}) as answer:
			self.assertEqual("gzip", answer.headers["Content-Encoding"])
			self.assertIn("immutable", answer.headers["Cache-Control"])

	def test_5_another_host_name_is_turned_away(self):
		with self.assertRaises(urllib.error.HTTPError) as refused:
			self.get("/login", Host="crm.example.com")
		self.assertEqual(421, refused.exception.code)

	def test_6_a_second_start_is_refused(self):
		done = run("start", "--port", str(free_port(taken=())), state=self.state)
		self.assertEqual(1, done.returncode)
		self.assertIn(f"already starting or running (process {self.starter.pid})", done.stdout)

	def test_7_status_lists_each_process_with_port_and_memory(self):
		said = run("status", state=self.state).stdout
		for name in ("database", "redis_cache", "redis_queue", "web", "worker_short", "worker_long", "scheduler", "gateway"):
			self.assertRegex(said, rf"(?m)^{name} +\d+ .*\d+ MB$")

	def test_8_bench_commands_run_on_the_site(self):
		self.assertIn("crm4s", run("bench", "list-apps", state=self.state).stdout)

	def test_9_a_killed_starter_takes_everything_with_it_and_the_next_start_works(self):
		cls = type(self)
		children = [number for name, number in self.processes().items() if name != "starter"]
		self.assertTrue(all(map(is_alive, children)))
		cls.starter.send_signal(signal.SIGKILL)
		cls.starter.wait()
		deadline = time.monotonic() + 20
		while any(map(is_alive, children)) and time.monotonic() < deadline:
			time.sleep(0.1)
		self.assertEqual([], [number for number in children if is_alive(number)])
		cls.starter, cls.said = self.start()
		with self.get("/login") as page:
			self.assertEqual(200, page.status)
		cls.starter.send_signal(signal.SIGINT)
		self.assertEqual(130, cls.starter.wait(30))
		self.assertFalse((self.state / "live" / "run" / "processes.json").exists())
