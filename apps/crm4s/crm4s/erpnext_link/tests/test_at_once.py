"""Two runners at the same moment, and one that is killed in the middle of a slice: they commit, so these tests clean up behind themselves."""

import signal
import subprocess
import sys
import textwrap

import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.acting import acting_as
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.erpnext_link import customers
from crm4s.erpnext_link.candidates import Candidates
from crm4s.erpnext_link.plan import Plan, Store
from crm4s.erpnext_link.presence import RECORD
from crm4s.erpnext_link.tests.site import needs_erpnext
from crm4s.erpnext_link.user import NAME, make_user
from crm4s.tests.at_once import at_once, done

STORE = "ERP-AT-ONCE"
NAMES = [f"同时{number}" for number in range(1, 7)]
KILLED_AT = 4

PROGRAM = """
	import os, signal
	import frappe
	frappe.init(site={site!r}, sites_path=".")
	frappe.connect()
	from crm4s.erpnext_link import their_customers
	from crm4s.erpnext_link.tests import test_at_once

	create, made = their_customers.create, []

	def die(said, plan):
		made.append(create(said, plan))
		if len(made) == {killed_at}:
			os.kill(os.getpid(), signal.SIGKILL)
		return made[-1]

	their_customers.create = die
	test_at_once.send({names!r})
"""


def send(names: list[str]) -> int:
	"""One slice of the first sync, with a plan that needs no settings; the number of customers made."""
	plan = Plan(
		**{"user": NAME, "sends_all_customers": True, "sends_cars": False, "stores": {STORE: Store(company="")}, "territory": ""},
		**{"private_group": "Individual", "organisation_group": "Commercial", "car_group": "Products", "part_group": "Products"},
		**{"labour_group": "Services", "price_list": "", "labour_item": "LABOUR", "other_item": "OTHER", "invoices_from": None, "submits": False},
	)
	with acting_as(plan.user):
		return customers.find_or_make(names, plan, Candidates(), makes=True)[customers.MADE]


@needs_erpnext
class TestAtOnce(FrappeTestCase):
	def setUp(self):
		frappe.db.rollback()
		self.had_user = frappe.db.exists("User", NAME)
		make_user()
		make_dealership(STORE)
		self.ours = [make_customer(None, STORE, customer_name=name).name for name in NAMES]
		frappe.db.commit()

	def tearDown(self):
		frappe.db.rollback()
		theirs = frappe.get_all("Customer", {"customer_name": ["in", NAMES]}, pluck="name")
		frappe.db.delete("Comment", {"reference_name": ["in", [*theirs, *self.ours]]})
		frappe.db.delete(RECORD, {"document": ["in", self.ours]})
		for name in theirs:
			frappe.delete_doc("Customer", name, force=True)
		frappe.db.delete("C4S Store Relationship", {"dealership": STORE})
		for name in self.ours:
			frappe.delete_doc("C4S Customer", name, force=True)
		frappe.delete_doc("C4S Dealership", STORE, force=True)
		if not self.had_user:
			frappe.delete_doc("User", NAME, force=True)
		frappe.db.commit()

	def there(self) -> list[str]:
		return sorted(frappe.get_all("Customer", {"customer_name": ["in", NAMES]}, pluck="customer_name"))

	def pairs(self) -> int:
		return frappe.db.count(RECORD, {"document": ["in", self.ours], "their_type": "Customer", "their_document": ["is", "set"]})

	def test_who_is_killed_in_the_middle_leaves_nothing_half_and_the_next_one_makes_all_of_it(self):
		program = textwrap.dedent(PROGRAM).format(site=frappe.local.site, names=self.ours, killed_at=KILLED_AT)
		killed = subprocess.run([sys.executable, "-c", program], cwd=frappe.local.sites_path, capture_output=True, text=True, check=False, timeout=300)
		self.assertEqual(-signal.SIGKILL, killed.returncode, killed.stderr)
		frappe.db.rollback()
		self.assertEqual(([], 0), (self.there(), self.pairs()))
		self.assertEqual(len(NAMES), send(self.ours))
		self.assertEqual((NAMES, len(NAMES)), (self.there(), self.pairs()))

	def test_two_runners_make_each_customer_once(self):
		outcomes = at_once(lambda: send(self.ours), lambda: send(self.ours))
		self.assertTrue(done(outcomes), outcomes)
		self.assertEqual((NAMES, len(NAMES)), (self.there(), self.pairs()))
