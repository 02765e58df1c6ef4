"""An upgrade that fails: the site was backed up before, and one command brings it back."""

import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from embedded import layout, testing
from embedded.instance import LIVE, free_port
from embedded.tests.test_backup import RunningDatabase
from embedded.tests.test_commands import borrow, borrow_site

PATCHES = "apps/crm4s/crm4s/patches"
WRITES = 'import frappe\n\n\ndef execute():\n\tfrappe.get_doc({"doctype": "ToDo", "description": "of a patch"}).insert()\n'
BREAKS = f'{WRITES}\tfrappe.throw("A bay has no store")\n'


class TestFailedUpgrade(unittest.TestCase):
	"""With a copy of the code that has two patches more: one that writes, and one that breaks when it has written."""

	def setUp(self):
		if not testing.CLEAN.exists():
			self.skipTest("needs the site that ./run test begins with")
		self.folder = Path(tempfile.mkdtemp(prefix="crm4s-upgrade-"))
		self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
		self.state, self.code = self.folder / "state", self.folder / "code"
		self.state.mkdir()
		borrow(self.state, "env", "node", "assets", "downloads")
		self.borrow_framework()
		borrow_site(self.state)
		shutil.copy(testing.TEST.secrets_file, self.state / "live" / "secrets.json")
		for part in ("apps", "embedded"):
			shutil.copytree(layout.REPOSITORY / part, self.code / part, ignore=shutil.ignore_patterns("__pycache__"))
		shutil.copy(layout.REPOSITORY / "run", self.code / "run")
		(self.code / "crm4s").symlink_to("apps/crm4s/crm4s")
		with open(self.code / f"{PATCHES}.txt", "a") as listed:
			listed.write("crm4s.patches.writes\ncrm4s.patches.breaks\n")
		self.write_patch("writes", WRITES)
		self.write_patch("breaks", BREAKS)

	def borrow_framework(self) -> None:
		"""The framework only: the app beside it is that of the copy."""
		apps = self.state / "bench" / "apps"
		apps.mkdir(parents=True)
		(apps / "frappe").symlink_to(layout.FRAMEWORK)
		shutil.copy(layout.MARKERS / "frappe", self.state / "markers")

	def write_patch(self, name: str, text: str) -> None:
		(self.code / PATCHES / f"{name}.py").write_text(text)

	def run_new(self, *words: str) -> subprocess.CompletedProcess:
		return self.run_code(self.code, *words)

	def run_code(self, code: Path, *words: str) -> subprocess.CompletedProcess:
		environment = {"PATH": os.environ["PATH"], "CRM4S_STATE": str(self.state)}
		done = subprocess.run([str(code / "run"), *words], env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
		self.assertNotIn("Traceback", done.stdout if words[0] != "bench" else "")
		return done

	def written(self) -> int:
		"""How many rows the patches have left."""
		name = json.loads((self.state / "live" / "sites" / LIVE.site / "site_config.json").read_text())["db_name"]
		with RunningDatabase(self.state, name) as connect, connect() as connection, connection.cursor() as cursor:
			cursor.execute("select count(*) from tabToDo where description = 'of a patch'")
			return cursor.fetchone()[0]

	def test_it_says_how_to_go_back_goes_on_when_mended_and_the_way_leads_back(self):
		failed = self.run_new("start", "--no-demo", "--port", str(free_port(taken=())))
		self.assertEqual(1, failed.returncode, failed.stdout)
		self.assertIn("A bay has no store", failed.stdout)
		# What the broken patch wrote is rolled back, the one before it is done.
		self.assertEqual(1, self.written())
		file, back = re.search(r"To go back: \./run (restore (\S+) --replace)", failed.stdout).group(2, 1)
		self.write_patch("breaks", WRITES)
		done = self.run_new("bench", "migrate")
		self.assertEqual(0, done.returncode, done.stdout)
		self.assertIn(f"the backup of before it is {file}", done.stdout, "it would go back to the half that the first attempt left")
		self.assertEqual(2, self.written())
		restored = self.run_new(*back.split())
		self.assertEqual(0, restored.returncode, restored.stdout)
		self.assertEqual(0, self.written())
		self.assertEqual(testing.site.app_fingerprint(), (self.state / "live" / "sites" / LIVE.site / ".migrated").read_text())
