"""The same records pushed over two connections at the same moment are taken in once: these processes commit, so the test cleans up behind itself."""

import subprocess
import sys
import textwrap

import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_dms_link.test_c4s_dms_link import make_link
from crm4s.dms.intake.sweep import sweep

STORE, RECORDS = "DMS-PROCESS", 120
RECORD, WAITING, LINK = "C4S DMS Record", "C4S DMS Waiting Record", "C4S DMS Link"

PROGRAM = """
	import frappe
	frappe.init(site={site!r}, sites_path=".")
	frappe.connect()
	from crm4s.dms.contract.registry import ENTITIES
	from crm4s.dms.intake.push import take
	from crm4s.dms.links import link_of

	frappe.set_user({user!r})
	numbers = list(range({records}))
	entities = ["customer", "parts_sale"]
	if {backwards}:
		numbers.reverse()
		entities.reverse()
	made = {{
		"customer": lambda n: {{"external_id": f"K{{n}}", "version": 1, "customer_name": f"客户{{n}}", "dealership": {store!r}, "phones": [{{"phone": "138%08d" % n, "is_verified": True}}]}},
		"parts_sale": lambda n: {{"external_id": f"S{{n}}", "version": 1, "customer_id": f"K{{n}}", "dealership": {store!r}, "status": "Settled", "arrived_on": "2026-03-01T09:00:00", "settled_on": "2026-03-01T10:00:00", "items": [{{"item_name": "机油", "unit_price": 9.99}}]}},
	}}
	for begin in range(0, {records}, 30):
		for entity in entities:
			answer = take(link_of(), ENTITIES[entity], [made[entity](number) for number in numbers[begin:begin + 30]])
			frappe.db.commit()
			assert not answer["counts"]["rejected"], answer
"""


class TestAtOnce(FrappeTestCase):
	def setUp(self):
		frappe.db.rollback()
		make_dealership(STORE)
		self.link = make_link(entities=["Customer", "Parts Sale"])
		frappe.db.commit()
		self.addCleanup(self.remove_everything)

	def begin(self, backwards: bool) -> subprocess.Popen:
		program = textwrap.dedent(PROGRAM).format(site=frappe.local.site, user=self.link.user, records=RECORDS, store=STORE, backwards=backwards)
		return subprocess.Popen([sys.executable, "-c", program], cwd=frappe.local.sites_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

	def test_two_connections_push_the_same_records_once(self):
		for process in [self.begin(False), self.begin(True)]:
			output, _nothing = process.communicate(timeout=300)
			self.assertEqual(0, process.returncode, output)
		frappe.db.rollback()
		sweep(self.link.name)
		of_link = {"link": self.link.name}
		self.assertEqual((2 * RECORDS, 0), (frappe.db.count(RECORD, of_link), frappe.db.count(WAITING, of_link)))
		keys = {"external_key": ["like", f"{self.link.name}%"]}
		self.assertEqual([RECORDS, RECORDS], [frappe.db.count(doctype, keys) for doctype in ("C4S Customer", "C4S Service Visit")])
		self.assertEqual({9.99}, set(frappe.get_all("C4S Customer", keys, pluck="total_spent")))

	def remove_everything(self) -> None:
		frappe.db.rollback()
		keys = {"external_key": ["like", f"{self.link.name}%"]}
		for doctype, table in (("C4S Service Visit", "C4S Service Item"), ("C4S Customer", "C4S Customer Phone")):
			names = frappe.get_all(doctype, keys, pluck="name") or [""]
			frappe.db.delete(table, {"parent": ["in", names], "parenttype": doctype})
			frappe.db.delete(doctype, {"name": ["in", names]})
		frappe.db.delete("C4S Store Relationship", {"dealership": STORE})
		for doctype in (RECORD, WAITING):
			frappe.db.delete(doctype, {"link": self.link.name})
		frappe.delete_doc(LINK, self.link.name, force=True)
		frappe.delete_doc("User", self.link.user, force=True)
		frappe.delete_doc("C4S Dealership", STORE, force=True)
		frappe.db.commit()
