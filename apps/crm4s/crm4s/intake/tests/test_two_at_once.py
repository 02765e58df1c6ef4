"""Intakes of several processes, and one that is killed: they commit, so these tests clean up behind themselves."""

import signal
import subprocess
import sys
import textwrap

import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.intake.tests.factories import everything_of

STORE = "INTAKE-PROCESS"
RECORDS = 600
TABLES = ("C4S Customer", "C4S Customer Phone", "C4S Store Relationship", "C4S Service Visit", "C4S Service Item")

PROGRAM = """
	import os, signal, sys
	import frappe, pandas as pd
	frappe.init(site={site!r}, sites_path=".")
	frappe.connect()
	from crm4s.intake.customers import take_in_customers
	from crm4s.intake.visits import take_in_visits

	keys = ["process:%d" % number for number in range({records})]
	if {backwards}:
		keys.reverse()
	customers = pd.DataFrame({{"external_key": keys, "customer_name": ["客户" + key for key in keys], "dealership": {store!r}}})
	phones = pd.DataFrame({{"external_key": keys, "phone": ["138%08d" % int(key.split(":")[1]) for key in keys], "is_verified": 1}})
	visits = pd.DataFrame({{
		"external_key": keys, "customer_key": keys, "dealership": {store!r}, "visit_kind": "Counter Sale", "status": "Settled",
		"arrived_on": "2026-03-01 09:00", "settled_on": "2026-03-01 10:00",
	}})
	items = pd.DataFrame({{"external_key": keys, "item_kind": "Other", "item_name": "机油", "quantity": 1, "unit_price": 9.99}})

	def die(done, of):
		if {die_after} and done >= {die_after}:
			os.kill(os.getpid(), signal.SIGKILL)

	print(take_in_customers(customers, phones, chunk=50).counts)
	print(take_in_visits(visits, items, chunk=50, on_progress=die).counts)
"""


class TestTwoAtOnce(FrappeTestCase):
	def setUp(self):
		frappe.db.rollback()
		if not frappe.db.exists("C4S Dealership", STORE):
			make_dealership(STORE)
		frappe.db.commit()

	def tearDown(self):
		frappe.db.rollback()
		remove_everything()
		frappe.delete_doc("C4S Dealership", STORE)
		frappe.db.commit()

	def begin(self, backwards: bool = False, die_after: int = 0) -> subprocess.Popen:
		program = textwrap.dedent(PROGRAM).format(
			site=frappe.local.site, records=RECORDS, store=STORE, backwards=backwards, die_after=die_after
		)
		return subprocess.Popen(
			[sys.executable, "-c", program], cwd=frappe.local.sites_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
		)

	def end(self, process: subprocess.Popen, code: int = 0) -> str:
		output, _nothing = process.communicate(timeout=300)
		self.assertEqual(code, process.returncode, output)
		return output

	def assert_all_is_in_once(self):
		frappe.db.rollback()
		where = {"external_key": ["like", "process:%"]}
		self.assertEqual(RECORDS, frappe.db.count("C4S Customer", where))
		self.assertEqual(RECORDS, frappe.db.count("C4S Service Visit", where))
		self.assertEqual(RECORDS, frappe.db.count("C4S Store Relationship", {"dealership": STORE}))
		visits = frappe.get_all("C4S Service Visit", where, pluck="name")
		self.assertEqual(RECORDS, frappe.db.count("C4S Service Item", {"parent": ["in", visits]}))
		spent = set(frappe.get_all("C4S Customer", where, pluck="total_spent"))
		self.assertEqual({9.99}, spent)

	def test_two_processes_take_in_the_same_records_once(self):
		first, second = self.begin(), self.begin(backwards=True)
		counts = self.end(first) + self.end(second)
		self.assert_all_is_in_once()
		created = sum(int(line.split("'created': ")[1].split(",")[0]) for line in counts.splitlines() if "'created'" in line)
		self.assertEqual(2 * RECORDS, created)

	def test_a_killed_intake_leaves_whole_chunks_and_the_next_one_completes_it(self):
		self.end(self.begin(die_after=250), code=-signal.SIGKILL)
		frappe.db.rollback()
		self.assertEqual(250, frappe.db.count("C4S Service Visit", {"external_key": ["like", "process:%"]}))
		self.assertIn("'created': 350, 'updated': 0, 'unchanged': 250", self.end(self.begin()))
		self.assert_all_is_in_once()
		before = everything_of(*TABLES)
		self.assertIn("'unchanged': 600", self.end(self.begin(backwards=True)))
		frappe.db.rollback()
		self.assertEqual(before, everything_of(*TABLES))


def remove_everything() -> None:
	where = {"external_key": ["like", "process:%"]}
	for doctype, table in (("C4S Service Visit", "C4S Service Item"), ("C4S Customer", "C4S Customer Phone")):
		names = frappe.get_all(doctype, where, pluck="name") or [""]
		frappe.db.delete(table, {"parent": ["in", names], "parenttype": doctype})
		frappe.db.delete(doctype, {"name": ["in", names]})
	frappe.db.delete("C4S Store Relationship", {"dealership": STORE})
