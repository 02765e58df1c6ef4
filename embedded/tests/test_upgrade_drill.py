"""Sites of earlier versions, with some customers, leads and an admin's own changes, are brought to this version: `./run test --drills`.

Which versions: released.txt. They come out of the repository's history; a clone that has none of it leaves them out and says so.
"""

import json
import os
import shutil
import subprocess
import tempfile
import unittest
from dataclasses import replace
from pathlib import Path

import pytest

from embedded import backup, layout, processes, services
from embedded.instance import TEST, write_private

RELEASED = [line.split(maxsplit=1) for line in (layout.EMBEDDED / "tests" / "released.txt").read_text().splitlines() if not line.startswith("#")]
# Written by each migrate, ours or not: when it ran, what was in force, what is searched, our roles, which are fixtures, with their versions.
ALWAYS_WRITTEN = {"tabScheduled Job Type", "tabInstalled Application", "tabSingles", "tabDefaultValue", "tabDocType", "tabPatch Log", "tabActivity Log", "tabError Log", "__global_search", "tabPortal Menu Item", "tabRQ Job", "tabLanguage", "tabRole", "tabVersion"}


@pytest.mark.drill
class Upgrade(unittest.TestCase):
	"""An admin's changes and all data stay, what is new comes."""

	def setUp(self):
		self.folder = Path(tempfile.mkdtemp(prefix="crm4s-upgrade-"))
		self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
		self.instance = replace(TEST, name="test-earlier", site="earlier.localhost")
		self.addCleanup(shutil.rmtree, self.instance.root, ignore_errors=True)

	def begin(self) -> None:
		"""An instance without a site."""
		shutil.rmtree(self.instance.root, ignore_errors=True)
		self.instance.prepare()
		write_private(self.instance.secrets_file, TEST.secrets_file.read_text())
		services.create_database_folder(self.instance)
		self.instance.write_common_config(self.instance.default_port)

	def code_of(self, commit: str) -> Path:
		"""The app as it was then."""
		packed = self.folder / "app.tar"
		told = subprocess.run(["git", "-C", str(layout.REPOSITORY), "archive", f"--output={packed}", commit, "apps/crm4s"], capture_output=True, text=True)
		if told.returncode:
			self.skipTest(f"{commit} is not in this clone: git fetch --unshallow brings it")
		(self.folder / commit).mkdir()
		subprocess.run(["tar", "-xf", str(packed), "-C", str(self.folder / commit)], check=True)
		return self.folder / commit / "apps" / "crm4s"

	def call(self, app: Path, command: list[str], text: str = "") -> str:
		"""One of Frappe's or our own programs with that app, which stands before the one that is installed."""
		environment = processes.frappe_environment(self.instance) | {"PYTHONPATH": f"{app}:{layout.REPOSITORY}"}
		told = subprocess.run(command, cwd=self.instance.sites, env=environment, input=text, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
		self.assertEqual(0, told.returncode, told.stdout[-3000:])
		return told.stdout

	def ask(self, app: Path, module: str, **request) -> str:
		return self.call(app, [str(layout.PYTHON), "-m", module], json.dumps({"site": self.instance.site, **request}))

	def changes(self, app: Path, names: dict | None = None) -> dict:
		return json.loads(self.ask(app, "embedded.tests.admin_changes", names=names).rsplit("RESULT ", 1)[1])

	def make_site(self, app: Path) -> None:
		passwords = self.instance.secrets
		reach = {"database_password": passwords["database"], "database_port": self.instance.ports["database"]}
		self.ask(app, "embedded.inside.new_site", administrator_password=passwords["administrator"], testing=True, **reach)

	def migrate(self) -> None:
		self.call(layout.APP, processes.bench_command("--site", self.instance.site, "migrate"))

	def sums(self) -> dict[str, dict]:
		name = backup.database_name(self.instance.site_folder)
		return backup.archive("The tables could not be counted", work="sums", database=backup.reach(self.instance, name))

	def bring_up(self, commit: str) -> None:
		earlier = self.code_of(commit)
		self.begin()
		with processes.Processes(self.instance) as running:
			running.start_stores()
			self.make_site(earlier)
			before = self.changes(earlier)
			self.migrate()
			self.check_kept(before, self.changes(layout.APP, before["names"]))
			self.check_schema()
			sums = self.sums()
			self.migrate()
			self.assertEqual([], sorted(table for table, found in self.sums().items() if found != sums.get(table) and table not in ALWAYS_WRITTEN), "a second migrate wrote")

	def check_kept(self, before: dict, after: dict) -> None:
		had, has = before.pop("documents"), after.pop("documents")
		gone = {doctype: lost for doctype, names in had.items() if (lost := sorted(set(names) - set(has.get(doctype, []))))}
		self.assertEqual({}, gone, "documents went")
		for what, value in before.items():
			self.assertEqual(value, after[what], what)

	def check_schema(self) -> None:
		"""Nothing that a new site has is missing: the test's own site is one."""
		script = "import json, sys, frappe\nfrappe.init(site=json.load(sys.stdin)['site']); frappe.connect()\n" + SCHEMA
		here = self.call(layout.APP, [str(layout.PYTHON), "-c", script], json.dumps({"site": self.instance.site}))
		self.assertEqual([], sorted(set(map(tuple, new_site())) - set(map(tuple, json.loads(here.rsplit("RESULT ", 1)[1])))))


for released, had_come in RELEASED:
	# One test each, so that `-k COMMIT` chooses.
	setattr(Upgrade, f"test_from_{released}_{had_come.split(',')[0].replace(' ', '_')}", lambda self, commit=released: self.bring_up(commit))


# An index of a field is named otherwise in a table that is made than in one that is changed.
SCHEMA = """
columns = frappe.db.sql("select table_name, column_name, column_type from information_schema.columns where table_schema = database() and table_name like 'tabC4S %'")
indexes = frappe.db.sql("select table_name, 'index', group_concat(column_name order by seq_in_index) from information_schema.statistics where table_schema = database() and table_name like 'tabC4S %' group by table_name, index_name")
standards = frappe.db.sql("select 'standard', document_type, document_name from `tabC4S Installed Standard`")
print("RESULT " + json.dumps([*columns, *indexes, *standards]))
"""


def new_site() -> list:
	"""Tables, indexes and standards of the site that the tests begin with."""
	environment = processes.frappe_environment(TEST) | {"SITES_PATH": os.environ["SITES_PATH"]}
	site = Path(os.environ["CRM4S_TEST_SITE_PATH"])
	script = f"import json, frappe\nfrappe.init(site={site.name!r}); frappe.connect()\n{SCHEMA}"
	told = subprocess.run([str(layout.PYTHON), "-c", script], cwd=site.parent, env=environment, capture_output=True, text=True, check=True)
	return json.loads(told.stdout.rsplit("RESULT ", 1)[1])
