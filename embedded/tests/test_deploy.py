"""The files under deploy/: each parses, and names only methods, units and metrics that exist. Checked further by the tools of those who read them,
where these are on the PATH."""

import importlib
import json
import re
import shutil
import subprocess
import tempfile
import unittest
from configparser import RawConfigParser
from pathlib import Path

import yaml

from crm4s.health.metrics import METRICS

REPOSITORY = Path(__file__).parents[2]
DEPLOY = REPOSITORY / "deploy"
METHOD = re.compile(r"\bcrm4s(?:\.[a-z][a-z0-9_]*)+")
NAMED = re.compile(r"\bcrm4s_[a-z_]+")
UNIT = re.compile(r"\bcrm4s-[a-z]+(?:@[a-z]*)?\.(?:service|timer|target)\b")
MONITORING = DEPLOY / "monitoring"


def texts(*endings: str) -> dict[Path, str]:
	return {file: file.read_text() for file in sorted(DEPLOY.rglob("*")) if file.is_file() and (not endings or file.name.endswith(endings))}


def guide() -> str:
	return "".join(page.read_text() for page in [REPOSITORY / "docs" / "operations.md", *sorted((REPOSITORY / "docs" / "operations").glob("*.md"))])


class Parsed(unittest.TestCase):
	def test_every_yaml_and_json_file_is_one(self):
		for file, text in texts(".yml", ".yaml").items():
			with self.subTest(file.name):
				self.assertTrue(list(yaml.safe_load_all(text)))
		for file, text in texts(".json").items():
			with self.subTest(file.name):
				self.assertTrue(json.loads(text))

	def test_every_unit_is_one_and_says_who_runs_it(self):
		for file, text in texts(".service").items():
			unit = RawConfigParser(strict=False, delimiters="=")
			unit.optionxform = str
			unit.read_string(text)
			with self.subTest(file.name):
				self.assertEqual("frappe", unit["Service"]["User"])
				self.assertTrue(unit["Unit"]["Description"].startswith("CRM4S: "))

	def test_probes_of_the_chart_are_replaced_and_not_added_to(self):
		gunicorn = yaml.safe_load((DEPLOY / "kubernetes" / "values.yaml").read_text())["worker"]["gunicorn"]
		self.assertEqual(None, gunicorn["readinessProbe"]["tcpSocket"])
		self.assertEqual("/api/method/crm4s.health.api.ready", gunicorn["readinessProbe"]["httpGet"]["path"])
		self.assertIn("tcpSocket", gunicorn["livenessProbe"])

	def test_scripts_are_understood_by_the_shell(self):
		subprocess.run(["sh", "-n", str(DEPLOY / "backup" / "crm4s-backup")], check=True)


class Named(unittest.TestCase):
	def test_every_method_that_is_named_exists(self):
		found = {name for text in texts().values() for name in METHOD.findall(text.replace("\\", "")) if name.count(".") > 1}
		found = {name for name in found if not name.endswith((".git", ".conf", ".log", ".json", ".service", ".target", ".key", ".yml"))}
		self.assertIn("crm4s.health.api.ready", found)
		for name in found:
			with self.subTest(name):
				self.assertTrue(callable(attribute(name)))

	def test_every_unit_that_is_named_exists(self):
		there = {file.name for file in (DEPLOY / "systemd").iterdir()}
		named = {name for text in [*texts().values(), guide()] for name in UNIT.findall(text)}
		self.assertIn("crm4s-backup.timer", named)
		self.assertEqual(set(), {re.sub(r"@\w+\.", "@.", name) for name in named} - there)

	def test_every_file_is_spoken_of_in_the_guide(self):
		for file in texts():
			with self.subTest(file.name):
				self.assertIn(file.name, guide())


class Metrics(unittest.TestCase):
	def test_alerts_and_dashboards_name_metrics_that_the_endpoint_answers_with(self):
		for name, expressions in {"alerts": alerts(), "dashboard": dashboard()}.items():
			with self.subTest(name):
				named = {metric for expression in expressions for metric in NAMED.findall(expression)}
				self.assertTrue(named)
				self.assertEqual(set(), named - set(METRICS))

	def test_every_metric_is_looked_at_by_somebody(self):
		self.assertEqual(set(), set(METRICS) - {metric for expression in [*alerts(), *dashboard()] for metric in NAMED.findall(expression)})

	def test_the_guide_explains_every_metric_in_its_own_words(self):
		page = (REPOSITORY / "docs" / "operations" / "monitoring.md").read_text()
		for name, metric in METRICS.items():
			self.assertRegex(page, rf"\| `{name}`[^|]*\| {re.escape(metric.says)} \|")

	def test_labels_that_are_asked_for_exist(self):
		for expression in [*alerts(), *dashboard()]:
			for metric, labels in re.findall(r"\b(crm4s_[a-z_]+)\{([^}]*)\}", expression):
				asked = set(re.findall(r"(\w+)\s*(?:=~|!~|!=|=)\s*\"", labels)) - {"instance", "job"}
				self.assertLessEqual(asked, set(METRICS[metric].labels), expression)

	def test_every_alert_says_what_to_do_and_whom_it_wakes(self):
		for rule in rules():
			with self.subTest(rule["alert"]):
				self.assertIn(rule["labels"]["severity"], ("page", "ticket"))
				self.assertTrue(rule["annotations"]["summary"] and rule["annotations"]["what_to_do"])

	@unittest.skipUnless(shutil.which("promtool"), "needs promtool (Debian's package prometheus)")
	def test_prometheus_takes_the_rules_and_they_ring_when_they_shall(self):
		for words in (["check", "rules", "alerts.yml"], ["test", "rules", "alerts.test.yml"]):
			done = subprocess.run(["promtool", *words], cwd=MONITORING, capture_output=True, text=True)
			self.assertEqual(0, done.returncode, done.stdout + done.stderr)


class Checked(unittest.TestCase):
	@unittest.skipUnless(shutil.which("systemd-analyze"), "needs systemd-analyze")
	def test_systemd_takes_the_units(self):
		with tempfile.TemporaryDirectory() as folder:
			for file, text in texts(".service", ".timer", ".target").items():
				# It looks whether programs are there; those of a bench are not.
				text = re.sub(r"^(ExecStart=)/(home|usr)/\S+", r"\1/bin/true", text, flags=re.MULTILINE)
				(Path(folder) / file.name.replace("@.", "@one.")).write_text(text)
			units = sorted(str(file) for file in Path(folder).iterdir())
			done = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True)
		self.assertEqual((0, ""), (done.returncode, done.stderr))

	@unittest.skipUnless(shutil.which("mariadbd"), "needs MariaDB")
	def test_mariadb_knows_every_setting(self):
		files = sorted((DEPLOY / "mariadb").glob("*.cnf"))
		self.assertEqual(2, len(files))
		for file in files:
			with self.subTest(file.name):
				read = self.settings_read_from(file)
				self.assertRegex(read, {"crm4s.cnf": r"innodb-log-file-size +4294967296", "crm4s-replica.cnf": r"(?m)^read-only +TRUE"}[file.name])

	def settings_read_from(self, file: Path) -> str:
		with tempfile.TemporaryDirectory() as folder:
			text = re.sub(r"/var/(log/mysql|lib/mysql)", folder, file.read_text())
			(Path(folder) / "my.cnf").write_text(text)
			command = ["mariadbd", f"--defaults-file={folder}/my.cnf", f"--datadir={folder}", "--user=nobody", "--help", "--verbose"]
			done = subprocess.run(command, capture_output=True, text=True)
		self.assertEqual(0, done.returncode, done.stderr)
		self.assertNotRegex(done.stderr, "unknown|Unknown|invalid")
		return done.stdout


def attribute(name: str):
	module, _dot, function = name.rpartition(".")
	return getattr(importlib.import_module(module), function, None)


def rules() -> list[dict]:
	return [rule for group in yaml.safe_load((MONITORING / "alerts.yml").read_text())["groups"] for rule in group["rules"]]


def alerts() -> list[str]:
	return [rule["expr"] for rule in rules()]


def dashboard() -> list[str]:
	board = json.loads((MONITORING / "grafana" / "crm4s.json").read_text())
	return [target["expr"] for panel in board["panels"] for target in panel["targets"]]
