"""Backups of a real site and their way back, run as a person runs them."""

import argparse
import io
import json
import os
import shutil
import stat
import subprocess
import sys
import tarfile
import tempfile
import threading
import unittest
from datetime import datetime
from pathlib import Path
from unittest.mock import patch

import pymysql

from embedded import backup, layout, nightly, testing
from embedded.backup import forget_older
from embedded.instance import LIVE, write_private
from embedded.nightly import Nightly, moment
from embedded.tests.test_commands import borrow, borrow_site, run

LETTER = "private/files/letter.txt"


class TestBackup(unittest.TestCase):
	"""On a state of its own that borrows the packages and the first site of this one."""

	@classmethod
	def setUpClass(cls):
		if not testing.CLEAN.exists():
			raise unittest.SkipTest("needs the site that ./run test begins with")
		cls.state = Path(tempfile.mkdtemp(prefix="crm4s-state-"))
		cls.addClassCleanup(shutil.rmtree, cls.state, ignore_errors=True)
		borrow(cls.state, "env", "node", "bench", "assets", "downloads")
		borrow_site(cls.state)
		shutil.copy(testing.TEST.secrets_file, cls.state / "live" / "secrets.json")
		cls.site_folder = cls.state / "live" / "sites" / LIVE.site
		(cls.site_folder / LETTER).write_text("一封信\n")
		(cls.site_folder / "private" / "backups").mkdir(exist_ok=True)
		(cls.site_folder / "private" / "backups" / "old.sql").write_text("of another time")
		config = cls.site_folder / "site_config.json"
		config.write_text(json.dumps({**json.loads(config.read_text()), "encryption_key": "of the passwords that are kept here"}))
		cls.folder = cls.state / "kept"
		cls.made = cls.make_while_people_write()
		assert not cls.made.returncode, cls.made.stdout
		cls.file = cls.newest()

	@classmethod
	def make(cls, *words: str):
		return run("backup", "--to", str(cls.folder), *words, state=cls.state)

	@classmethod
	def make_while_people_write(cls):
		"""A backup that takes rows of a moment only could not be equal to what it counted."""
		with RunningDatabase(cls.state, json.loads((cls.site_folder / "site_config.json").read_text())["db_name"]) as connect:
			over = threading.Event()
			writer = threading.Thread(target=write_pairs, args=(connect, over))
			writer.start()
			try:
				return cls.make()
			finally:
				over.set()
				writer.join()

	@classmethod
	def newest(cls) -> Path:
		return max(cls.folder.iterdir(), key=lambda path: path.stat().st_mtime_ns)

	def restore(self, file: Path, *words: str):
		done = run("restore", str(file), *words, state=self.state)
		self.assertNotIn("Traceback", done.stdout)
		return done

	def places(self) -> list[Path]:
		return sorted(self.state.glob("restored-*"))

	def tearDown(self):
		for place in self.places():
			shutil.rmtree(place)

	def assert_refused(self, done, sentence: str):
		self.assertIn(sentence, done.stdout)
		self.assertNotEqual(0, done.returncode)
		self.assertEqual([], self.places(), "a place that is not proven stays behind")

	def test_the_file_is_sealed_and_only_the_owner_s_and_the_key_is_told_once(self):
		self.assertIn("Keep a copy of", self.made.stdout)
		self.assertNotIn("AGE-SECRET-KEY", self.made.stdout)
		for path in (self.file, self.state / "live" / "backup-key.txt"):
			self.assertEqual(0o600, stat.S_IMODE(path.stat().st_mode), path)
		content = self.file.read_bytes()
		self.assertTrue(content.startswith(b"age-encryption.org/v1"))
		self.assertNotIn("一封信".encode(), content)
		again = self.make()
		self.assertEqual(0, again.returncode, again.stdout)
		self.assertIn(str(self.newest()), run("status", state=self.state).stdout)
		self.assertNotIn("Keep a copy", again.stdout)
		self.assertEqual([], [path.name for path in self.folder.iterdir() if not nightly.NAME.fullmatch(path.name)])

	def test_it_comes_back_in_a_new_place_and_is_proven_equal(self):
		done = self.restore(self.file)
		self.assertEqual(0, done.returncode, done.stdout)
		self.assertRegex(done.stdout, r"\d{3} tables compared: rows and check sums are equal")
		(place,) = self.places()
		restored = place / "sites" / LIVE.site
		self.assertEqual("一封信\n", (restored / LETTER).read_text())
		self.assertFalse((restored / "private" / "backups").exists())
		for file in (place / "secrets.json", restored / "site_config.json"):
			self.assertEqual(0o600, stat.S_IMODE(file.stat().st_mode), file)
		self.assertIn("of the passwords that are kept here", (restored / "site_config.json").read_text())
		self.assertFalse((place / "parts").exists(), "the opened parts lie about")
		self.assertIn(f"--place {place.name}", done.stdout)

	def test_a_damaged_cut_or_foreign_file_is_refused(self):
		content = bytearray(self.file.read_bytes())
		content[len(content) // 2] ^= 1
		for bad, what in ((bytes(content), "damaged"), (self.file.read_bytes()[:-5000], "damaged"), (b"no archive at all", "damaged")):
			with self.subTest(what):
				file = self.state / "bad.tar.age"
				file.write_bytes(bad)
				self.assert_refused(self.restore(file), "The backup cannot be restored: the file")
		key = self.state / "other.txt"
		key.write_text(backup.archive("no key", work="key")["private"])
		self.assert_refused(self.restore(self.file, "--key", str(key)), "was sealed for another key")
		key.write_text("no key\n")
		self.assert_refused(self.restore(self.file, "--key", str(key)), "holds no key")
		self.assert_refused(self.restore(self.state / "nowhere.tar"), "There is no file")

	def test_a_part_that_was_changed_and_a_table_that_differs_are_found(self):
		self.assertIn("It is not sealed", self.make("--open").stdout)
		opened = self.newest()
		self.addCleanup(opened.unlink)
		self.assert_refused(self.restore(self.changed(opened, "files/" + LETTER, lambda text: text.replace("一".encode(), "二".encode()))), "1 parts differ from what was packed")

		def one_row_more(text: bytes) -> bytes:
			manifest = json.loads(text)
			manifest["tables"]["tabUser"]["rows"] += 1
			return json.dumps(manifest).encode()

		self.assert_refused(self.restore(self.changed(opened, "manifest.json", one_row_more)), "1 tables differ from what was packed, the first is tabUser")

	def test_a_part_that_would_lie_elsewhere_is_refused(self):
		for name, kind in (("../outside.txt", tarfile.REGTYPE), ("/tmp/crm4s-outside.txt", tarfile.REGTYPE), ("files/link", tarfile.SYMTYPE)):
			with self.subTest(name):
				file = self.state / "elsewhere.tar"
				with tarfile.open(file, "w") as archive:
					member = tarfile.TarInfo(name)
					member.type, member.linkname = kind, "/etc/passwd"
					archive.addfile(member, io.BytesIO())
				self.assert_refused(self.restore(file), "holds a part that no backup has")

	def changed(self, archive: Path, part: str, change) -> Path:
		target = self.state / "changed.tar"
		with tarfile.open(archive) as source, tarfile.open(target, "w") as copy:
			for member in source:
				content = source.extractfile(member).read()
				if member.name == part:
					content = change(content)
					member.size = len(content)
				copy.addfile(member, io.BytesIO(content))
		return target

	def test_a_restored_place_runs_and_can_take_the_place_of_the_live_one(self):
		(self.site_folder / LETTER).write_text("written after the backup\n")
		done = self.restore(self.file, "--replace")
		self.assertEqual(0, done.returncode, done.stdout)
		self.assertEqual("一封信\n", (self.site_folder / LETTER).read_text())
		(kept,) = self.state.glob("live-before-*")
		self.assertEqual("written after the backup\n", (kept / "sites" / LIVE.site / LETTER).read_text())
		shutil.rmtree(kept)
		listed = run("bench", "list-apps", state=self.state)
		self.assertIn("crm4s", listed.stdout)
		# The key goes along: the next backup opens with the one that is kept elsewhere.
		self.assertNotIn("Keep a copy", self.make().stdout)
		told = run("bench", "execute", "frappe.client.get_single_value", "--args", "['C4S Monitoring', 'last_backup_on']", state=self.state)
		self.assertRegex(told.stdout, r"\d{4}-\d\d-\d\d \d\d:", "the monitoring of the site has not heard of it")


def write_pairs(connect, over: threading.Event) -> None:
	with connect() as connection, connection.cursor() as cursor:
		number = 0
		while not over.is_set():
			for twin in ("a", "b"):
				cursor.execute("insert into tabToDo (name, description) values (%s, 'twin')", (f"backup-{number}-{twin}",))
			connection.commit()
			number += 1


class RunningDatabase:
	"""The live place's database in another process, as when the CRM runs; gives a way to connect."""

	def __init__(self, state: Path, name: str):
		self.state, self.name = state, name

	def __enter__(self):
		script = (
			"import sys\nfrom embedded import processes\nfrom embedded.instance import LIVE\nfrom embedded.lock import only_one\n"
			"with only_one(LIVE.root / 'lock', 'taken'), processes.Processes(LIVE) as running:\n"
			"\tLIVE.prepare()\n\tLIVE.write_common_config(LIVE.default_port)\n\trunning.start_stores()\n\tprint('ready', flush=True)\n\tsys.stdin.read()\n"
		)
		environment = {"PATH": os.environ["PATH"], "CRM4S_STATE": str(self.state), "PYTHONPATH": str(layout.REPOSITORY)}
		self.process = subprocess.Popen([sys.executable, "-c", script], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
		assert self.process.stdout.readline() == "ready\n"
		password = json.loads((self.state / "live" / "secrets.json").read_text())["database"]
		port = json.loads((self.state / "live" / "run" / "ports.json").read_text())["database"]
		return lambda: pymysql.connect(host="127.0.0.1", port=port, user="root", password=password, database=self.name, charset="utf8mb4", ssl_disabled=True)

	def __exit__(self, *exception) -> None:
		self.process.communicate()


class TestWhichAreKept(unittest.TestCase):
	def test_the_newest_stay_and_files_of_others_too(self):
		with tempfile.TemporaryDirectory() as folder:
			days = [f"crm4s-202611{day:02d}-033000.tar{'.age' if day % 2 else ''}" for day in range(1, 6)]
			for name in (*days, "crm4s-notes.txt", "other.tar"):
				(Path(folder) / name).touch()
			forget_older(Path(folder), 2)
			self.assertEqual({*days[-2:], "crm4s-notes.txt", "other.tar"}, set(os.listdir(folder)))
			forget_older(Path(folder), 0)
			self.assertEqual(4, len(os.listdir(folder)))


class TestNightly(unittest.TestCase):
	def setUp(self):
		self.state = Path(tempfile.mkdtemp(prefix="crm4s-state-"))
		self.addCleanup(shutil.rmtree, self.state)
		patcher = patch.object(layout, "STATE", self.state)
		patcher.start()
		self.addCleanup(patcher.stop)
		write_private(LIVE.secrets_file, "{}")
		LIVE.logs.mkdir()
		self.began(datetime(2026, 11, 20, 12))
		nightly.default_folder().mkdir()
		self.nightly = Nightly(moment("03:30"))

	def began(self, when: datetime) -> None:
		os.utime(LIVE.secrets_file, (when.timestamp(),) * 2)

	def test_it_is_due_once_each_night_and_after_a_night_that_was_missed(self):
		self.assertTrue(self.nightly.is_due(datetime(2026, 11, 23, 3, 30)))
		(nightly.default_folder() / "crm4s-20261122-033001.tar.age").touch()
		self.assertFalse(self.nightly.is_due(datetime(2026, 11, 23, 3, 29, 59)))
		self.assertTrue(self.nightly.is_due(datetime(2026, 11, 23, 9, 0)))
		(nightly.default_folder() / "crm4s-20261123-090001.tar").touch()
		self.assertFalse(self.nightly.is_due(datetime(2026, 11, 23, 23, 0)))

	def test_a_new_site_has_time_until_its_first_night(self):
		self.began(datetime(2026, 11, 23, 3, 10))
		self.assertFalse(self.nightly.is_due(datetime(2026, 11, 23, 3, 20)))
		self.assertTrue(self.nightly.is_due(datetime(2026, 11, 23, 3, 30)))

	def test_one_that_fails_is_told_and_not_tried_again_that_night(self):
		said = []
		self.nightly.command = ("sh", "-c", "echo no room; exit 1")
		with patch.object(nightly, "say", said.append):
			self.nightly.look()
			self.nightly.process.wait()
			for _time in range(3):
				self.nightly.look()
		self.assertEqual(2, len(said))
		self.assertIn("The nightly backup failed: no room", said[0])
		self.assertIn("there is no backup of this site", said[1])

	def test_a_backup_of_tomorrow_from_a_wrong_clock_is_no_reason_to_wait(self):
		(nightly.default_folder() / "crm4s-20261124-090000.tar.age").touch()
		self.assertTrue(self.nightly.is_due(datetime(2026, 11, 23, 9, 0)))

	def test_folder_and_number_reach_the_command(self):
		self.assertEqual(("backup", "--to=/mnt/b", "--keep=30"), Nightly(moment("03:30"), Path("/mnt/b"), 30).command[1:])

	def test_how_old_the_last_good_one_is_is_told_wherever_it_lies(self):
		now = datetime(2026, 11, 23, 12, 0)
		self.assertIn("Warning: there is no backup", nightly.standing(LIVE, now))
		for name, words in (("crm4s-20261121-213000.tar.age", "1 days and 14 hours ago"), ("crm4s-20261122-033000.tar", "Backup: the last backup is of 2026-11-22 03:30")):
			(self.state / name).touch()
			nightly.note(LIVE, self.state / name)
			self.assertIn(words, nightly.standing(LIVE, now))
		(self.state / name).unlink()
		self.assertIn("Warning: there is no backup", nightly.standing(LIVE, now))

	def test_a_time_or_never(self):
		self.assertIsNone(moment("never"))
		self.assertEqual((3, 5), (moment("3:05").hour, moment("3:05").minute))
		for wrong in ("25:00", "night", ""):
			self.assertRaisesRegex(argparse.ArgumentTypeError, "no time like 03:30", moment, wrong)

