"""A second MariaDB that follows the first and may not be written to: which requests it answers, and that every report and list can be read there."""

import json
import shutil

import pymysql
import pytest

from embedded import services, site
from embedded.instance import free_port, write_private
from embedded.tests.mortal import OwnInstance

FOLLOWER = "follower"
PATIENCE = 120
LISTS = ("C4S Lead", "C4S Service Visit", "C4S Customer", "C4S Vehicle")


@pytest.mark.drill
class Replica(OwnInstance):
	NAME = "test-replica"

	def start_stores(self) -> None:
		"""The first writes a log of changes, which the second, a copy of it, follows from its beginning."""
		self.follower_port = free_port(taken=self.instance.ports.values())
		root, follower = self.instance.root, self.instance.root / FOLLOWER
		shutil.copytree(root / "mariadb", follower)
		command = services.database_command(self.instance)
		leader = [word for word in command if word != "--skip-log-bin"]
		self.processes.spawn("database", [*leader, "--log-bin=changes", "--server-id=1", "--binlog-format=ROW"])
		for role in ("cache", "queue"):
			self.processes.spawn(f"redis_{role}", services.redis_command(self.instance, role))
		self.processes.wait_for_stores()
		(self.folder / "tmp").mkdir()
		other = {f"--datadir={root / 'mariadb'}": f"--datadir={follower}", f"--port={self.instance.ports['database']}": f"--port={self.follower_port}"}
		other |= {f"--pid-file={self.instance.run}/mariadb.pid": f"--pid-file={self.folder}/follower.pid", f"--tmpdir={self.instance.run}": f"--tmpdir={self.folder}/tmp"}
		self.processes.spawn(FOLLOWER, [other.get(word, word) for word in command] + ["--server-id=2", "--read-only", "--relay-log=followed"])
		self.processes.wait_for(FOLLOWER, self.follower_port, "The second MariaDB")
		self.follow()
		site.ensure_demo(self.instance)

	def follow(self) -> None:
		about = f"master_host='127.0.0.1', master_port={self.instance.ports['database']}, master_user='root', master_password='{self.instance.secrets['database']}'"
		self.root(f"change master to {about}, master_log_file='changes.000001', master_log_pos=4", self.follower_port)
		self.root("start slave", self.follower_port)

	def root(self, statement: str, port: int) -> list[dict]:
		reach = {"user": "root", "password": self.instance.secrets["database"], "ssl_disabled": True, "autocommit": True}
		with pymysql.connect(host="127.0.0.1", port=port, cursorclass=pymysql.cursors.DictCursor, **reach) as connection, connection.cursor() as cursor:
			cursor.execute(statement)
			return list(cursor.fetchall())

	def test_lists_and_reports_are_read_from_the_second_and_everything_else_from_the_first(self):
		reports = [row["name"] for row in self.administrator.rows("Report", "name", module="CRM4S")]
		self.assertGreater(len(reports), 40)
		self.catch_up()
		before = self.answers(reports)
		self.read_from_second()
		self.assertEqual(before, self.answers(reports))
		self.stop_following()
		self.what_was_saved_is_in_forms_at_once_and_in_lists_later()

	def catch_up(self) -> None:
		position = self.root("show master status", self.instance.ports["database"])[0]
		waited = self.root(f"select master_pos_wait('{position['File']}', {position['Position']}, {PATIENCE}) as passed", self.follower_port)
		self.assertGreaterEqual(waited[0]["passed"] if waited[0]["passed"] is not None else -1, 0, self.root("show slave status", self.follower_port))

	def read_from_second(self) -> None:
		file = self.instance.sites / "common_site_config.json"
		reading = {"read_from_replica": 1, "replica_host": "127.0.0.1", "replica_db_port": self.follower_port}
		write_private(file, json.dumps(json.loads(file.read_text()) | reading))
		self.catch_up()
		asked = self.questions(self.follower_port)
		self.list_of("C4S Lead")
		self.assertGreater(self.questions(self.follower_port), asked + 1, "nothing was asked of the second")

	def questions(self, port: int) -> int:
		return int(self.root("show global status like 'Com_select'", port)[0]["Value"])

	def answers(self, reports: list[str]) -> dict[str, tuple]:
		"""Status and rows of each report and list, or what it says."""
		found = {}
		for report in reports:
			answer = self.administrator.session.post(f"{self.address}/api/method/frappe.desk.query_report.run", data={"report_name": report, "filters": "{}", "ignore_prepared_report": "true"}, timeout=120)
			said = answer.json()
			found[report] = (answer.status_code, json.dumps(said["message"]["result"], sort_keys=True) if answer.ok else said.get("exception"))
		return found | {doctype: (200, self.list_of(doctype)) for doctype in LISTS}

	def list_of(self, doctype: str) -> list:
		about = {"doctype": doctype, "fields": json.dumps([f"`tab{doctype}`.`name`"]), "page_length": 20, "order_by": f"`tab{doctype}`.`creation` desc, `tab{doctype}`.`name` desc"}
		return self.administrator.send("POST", "method/frappe.desk.reportview.get", data=about)["message"]["values"]

	def stop_following(self) -> None:
		self.root("stop slave", self.follower_port)

	def what_was_saved_is_in_forms_at_once_and_in_lists_later(self):
		before = self.list_of("C4S Customer")
		made = self.administrator.make("C4S Customer", customer_name="刚刚录入")["name"]
		form = self.administrator.send("GET", "method/frappe.desk.form.load.getdoc", params={"doctype": "C4S Customer", "name": made})
		self.assertEqual("刚刚录入", form["docs"][0]["customer_name"])
		self.assertEqual(before, self.list_of("C4S Customer"))
		self.root("start slave", self.follower_port)
		self.catch_up()
		self.assertIn([made], self.list_of("C4S Customer"))
