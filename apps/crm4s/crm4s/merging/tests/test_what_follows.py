"""What hangs on a customer elsewhere: points, the portal, other systems, erasure; and two who merge at once."""

import frappe
import pandas as pd
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, getdate, nowdate

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_membership.test_c4s_membership import make_member
from crm4s.intake.customers import take_in_customers
from crm4s.membership.ledger import EARN, ENTRY, MEMBERSHIP, REDEEM, Posting, post
from crm4s.merging import merge, undo
from crm4s.merging.record import ROW, whole_rows
from crm4s.merging.rules import MERGE
from crm4s.merging.tests.test_merge import CUSTOMER, RELATIONSHIP, MergeTestCase, merged
from crm4s.portal.viewer import of_user
from crm4s.privacy import person, wiping
from crm4s.privacy.belongings import documents_of
from crm4s.tests.at_once import at_once, done, refused

KEY = "T-MERGE-RACE"


class TestPoints(MergeTestCase):
	def balance(self, membership: str) -> int:
		return frappe.db.get_value(MEMBERSHIP, membership, "balance")

	def test_two_members_become_one_and_two_again(self):
		mine, other = make_member(self.remaining.name, 100).name, make_member(self.closing.name, 0).name
		last_day = getdate(add_days(nowdate(), 40))
		post([Posting(other, EARN, "test|lot", 50, last_day)])
		name = merged(self.remaining.name, self.closing.name)
		self.assertEqual((150, 0, "Ended"), (self.balance(mine), self.balance(other), frappe.db.get_value(MEMBERSHIP, other, "status")))
		self.assertEqual(last_day, frappe.db.get_value(MEMBERSHIP, mine, "next_expiry_on"))
		self.assertEqual(0, frappe.db.count(ENTRY, {"customer": self.closing.name, "source_key": "test|lot"}))
		undo.begin(name, "wrong")
		self.assertEqual((100, 50, "Active"), (self.balance(mine), self.balance(other), frappe.db.get_value(MEMBERSHIP, other, "status")))
		self.assertEqual(last_day, frappe.db.get_value(MEMBERSHIP, other, "next_expiry_on"))

	def test_memberships_without_points_are_as_they_were_once_it_is_undone(self):
		members = [make_member(customer.name).name for customer in (self.remaining, self.closing)]
		frappe.db.set_value(MEMBERSHIP, members[0], "status", "Ended")
		frappe.db.sql(f"update `tab{MEMBERSHIP}` set modified = '2026-01-01', modified_by = 'Guest' where name in %s", [members])
		before = whole_rows(MEMBERSHIP, members)
		name = merged(self.remaining.name, self.closing.name)
		self.assertEqual(["Active", "Ended"], [whole_rows(MEMBERSHIP, members)[member]["status"] for member in members])
		undo.begin(name, "wrong")
		self.assertEqual(before, whole_rows(MEMBERSHIP, members))

	def test_points_that_were_spent_since_are_owed(self):
		mine, other = make_member(self.remaining.name, 10).name, make_member(self.closing.name, 50).name
		name = merged(self.remaining.name, self.closing.name)
		post([Posting(mine, REDEEM, "test|spent", 40)])
		undo.begin(name, "wrong")
		self.assertEqual(50, self.balance(other))
		self.assertEqual(-30, self.balance(mine) - frappe.db.get_value(MEMBERSHIP, mine, "debt"))

	def test_of_one_member_the_membership_moves(self):
		other = make_member(self.closing.name, 50).name
		merged(self.remaining.name, self.closing.name)
		self.assertEqual((self.remaining.name, 50), frappe.db.get_value(MEMBERSHIP, other, ["customer", "balance"]))

	def test_who_owes_points_settles_first(self):
		make_member(self.remaining.name)
		other = make_member(self.closing.name).name
		frappe.db.set_value(MEMBERSHIP, other, "debt", 5)
		self.refused(f"Membership {other} owes points; settle that before two memberships become one.")


class TestElsewhere(MergeTestCase):
	def test_both_accounts_of_the_portal_lead_to_the_remaining_file(self):
		for customer, user in ((self.remaining, "one@example.com"), (self.closing, "two@example.com")):
			account = {"doctype": "C4S Portal Account", "name": frappe.generate_hash(length=10), "customer": customer.name, "user": user, "status": "Active"}
			frappe.get_doc(account).db_insert()
		merged(self.remaining.name, self.closing.name)
		self.assertEqual([self.remaining.name] * 2, [of_user(user).customer for user in ("one@example.com", "two@example.com")])

	def test_the_number_of_another_system_leads_on(self):
		record = {"doctype": "C4S DMS Record", "link": "L", "entity": "Customer", "external_id": "m1", "document_type": CUSTOMER, "document": self.closing.name}
		frappe.get_doc({**record, "name": frappe.generate_hash(length=10)}).db_insert()
		merged(self.remaining.name, self.closing.name)
		self.assertEqual(self.remaining.name, frappe.db.get_value("C4S DMS Record", {"external_id": "m1"}, "document"))

	def test_the_key_of_the_closed_file_leads_on_in_a_sheet(self):
		for customer, key in ((self.remaining, "SHEET-1"), (self.closing, "SHEET-2")):
			frappe.db.set_value(CUSTOMER, customer.name, "external_key", key)
		merged(self.remaining.name, self.closing.name)
		outcome = take_in_customers(pd.DataFrame([{"external_key": "SHEET-2", "city": "无锡市"}]), commit=False)
		self.assertEqual(({"SHEET-2": self.remaining.name}, []), (outcome.names, outcome.rejected))
		self.assertEqual(("无锡市", "SHEET-1"), self.of(self.remaining, "city", "external_key"))

	def test_an_erasure_takes_the_closed_file_and_the_record(self):
		name = merged(self.remaining.name, self.closing.name)
		documents = documents_of(self.remaining.name)
		self.assertEqual({self.remaining.name, self.closing.name}, set(documents[CUSTOMER]))
		self.assertEqual([name], documents[MERGE])
		wiping.close_file(self.remaining.name, "2026-01-01 00:00:00")
		for doctype in (ROW, CUSTOMER):
			wiping.wipe(doctype, documents[doctype], "[DR]")
		self.assertEqual(0, frappe.db.count(ROW, {"merge": name}))
		self.assertEqual("[DR]", self.of(self.closing, "customer_name"))
		self.assertIsNotNone(self.of(self.closing, "erased_on"))
		self.assertEqual([], person.customers_known_as("13800138062"))


class TestTwoAtOnce(FrappeTestCase):
	def setUp(self):
		make_dealership(KEY)
		self.pair = [make_customer(f"1380013809{place}", KEY).name for place in range(2)]

	def tearDown(self):
		"""What other connections saw was committed, hence taken away by hand."""
		frappe.db.rollback()
		merges = frappe.get_all(MERGE, {"customer": ["in", self.pair]}, pluck="name")
		frappe.db.delete(ROW, {"merge": ["in", merges or [""]]})
		frappe.db.delete(MERGE, {"name": ["in", merges or [""]]})
		frappe.db.set_value(CUSTOMER, {"name": ["in", self.pair]}, "merged_into", None)
		frappe.db.delete(RELATIONSHIP, {"dealership": KEY})
		frappe.db.delete("Version", {"docname": ["in", self.pair]})
		for customer in self.pair:
			frappe.delete_doc(CUSTOMER, customer, force=True)
		frappe.delete_doc("C4S Dealership", KEY, force=True)
		frappe.db.commit()

	def test_the_second_one_is_told(self):
		first, second = self.pair
		outcomes = at_once(lambda: merge.begin(first, second, (), "same"), lambda: merge.begin(second, first, (), "same"))
		self.assertEqual((1, 1), (len(done(outcomes)), len(refused(outcomes))), outcomes)
		[sentence] = [str(error) for error in refused(outcomes)]
		self.assertRegex(sentence, "merged|being merged")
		closed = frappe.get_all(CUSTOMER, {"name": ["in", self.pair], "merged_into": ["is", "set"]}, pluck="name")
		self.assertEqual(1, len(closed))
