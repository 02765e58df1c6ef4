import json
from unittest.mock import patch

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, nowdate

from crm4s.change_feed.noting import CHANGE
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import IDENTITY_CARD, make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_lead.test_c4s_lead import make_lead
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.identity_numbers import number_of
from crm4s.merging import api, jobs, merge, undo
from crm4s.merging.links import pointers_to
from crm4s.merging.record import ROW
from crm4s.merging.rules import MERGE
from crm4s.tests.people import as_user, make_user

CUSTOMER, RELATIONSHIP = "C4S Customer", "C4S Store Relationship"
FIRST, SECOND = "13800138061", "13800138062"


def merged(remaining: str, closing: str, *chosen: str) -> str:
	return merge.begin(remaining, closing, chosen, "Same person, asked at the counter")


class MergeTestCase(FrappeTestCase):
	def setUp(self):
		self.store, self.other_store = make_dealership("MERGE-1").name, make_dealership("MERGE-2").name
		self.remaining = make_customer(FIRST, self.store, customer_name="合并甲")
		self.closing = make_customer(SECOND, self.store, customer_name="合并乙", email="twin@example.com", city="杭州市")

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def of(self, customer, *fields):
		return frappe.db.get_value(CUSTOMER, customer.name, fields if len(fields) > 1 else fields[0])

	def refused(self, sentence: str, *arguments):
		with self.assertRaises(frappe.ValidationError) as caught:
			merge.begin(*(arguments or (self.remaining.name, self.closing.name)), (), "x")
		self.assertIn(sentence, str(caught.exception))


class TestMerge(MergeTestCase):
	def test_what_names_the_closed_file_names_the_remaining_one(self):
		lead = make_lead(dealership=self.store, customer=self.closing.name)
		car = make_vehicle(dealership=self.store, parties=[{"party_role": "Owner", "customer": self.closing.name, "valid_from": "2020-01-01"}])
		note = self.closing.add_comment("Comment", "prefers mornings")
		task = frappe.get_doc({"doctype": "ToDo", "description": "call", "reference_type": CUSTOMER, "reference_name": self.closing.name}).insert()
		merged(self.remaining.name, self.closing.name)
		self.assertEqual(self.remaining.name, frappe.db.get_value("C4S Lead", lead.name, "customer"))
		self.assertEqual(self.remaining.name, frappe.db.get_value("C4S Vehicle", car.name, "current_owner"))
		self.assertEqual(self.remaining.name, frappe.db.get_value("C4S Vehicle Party", {"parent": car.name}, "customer"))
		self.assertEqual(self.remaining.name, frappe.db.get_value("Comment", note.name, "reference_name"))
		self.assertEqual(self.remaining.name, frappe.db.get_value("ToDo", task.name, "reference_name"))

	def test_the_remaining_file_takes_what_it_lacks_and_what_was_chosen(self):
		merged(self.remaining.name, self.closing.name, "city")
		self.assertEqual(("合并甲", "twin@example.com", "杭州市"), self.of(self.remaining, "customer_name", "email", "city"))
		phones = frappe.get_all("C4S Customer Phone", {"parent": self.remaining.name}, ["phone", "is_primary"], order_by="idx")
		self.assertEqual([("+8613800138061", 1), ("+8613800138062", 0)], [(row.phone, row.is_primary) for row in phones])

	def test_a_document_number_is_taken_sealed(self):
		frappe.get_doc(CUSTOMER, self.closing.name).update({"identity_document_type": "Resident Identity Card", "identity_number": IDENTITY_CARD}).save()
		merged(self.remaining.name, self.closing.name)
		self.assertEqual(IDENTITY_CARD, number_of(frappe.get_doc(CUSTOMER, self.remaining.name)))
		self.assertIsNone(self.of(self.closing, "identity_key"))

	def test_the_closed_file_is_found_by_nothing_and_leads_on(self):
		merged(self.remaining.name, self.closing.name)
		self.assertEqual((1, self.remaining.name, None, None), self.of(self.closing, "disabled", "merged_into", "unique_phone", "email"))
		with self.assertRaises(frappe.ValidationError) as caught:
			frappe.get_doc(CUSTOMER, self.closing.name).save()
		self.assertEqual(f"This file was merged; go on in the file of customer {self.remaining.name}.", str(caught.exception))

	def test_stores_of_both_see_the_remaining_file_and_old_links_open(self):
		frappe.get_doc({"doctype": RELATIONSHIP, "customer": self.closing.name, "dealership": self.other_store}).insert()
		merged(self.remaining.name, self.closing.name)
		self.assertEqual({self.store, self.other_store}, set(frappe.get_all(RELATIONSHIP, {"customer": self.remaining.name}, pluck="dealership")))
		with as_user(make_user("CRM Manager", [self.other_store])):
			self.assertEqual([self.remaining.name], frappe.get_list(CUSTOMER, {"name": ["in", [self.remaining.name, self.closing.name]]}, pluck="name"))
			self.assertTrue(frappe.has_permission(CUSTOMER, "read", doc=self.closing.name))

	def test_connected_systems_and_the_log_hear_of_it(self):
		name = merged(self.remaining.name, self.closing.name)
		for customer, field in ((self.remaining, "email"), (self.closing, "disabled")):
			self.assertTrue(frappe.db.exists(CHANGE, {"document_type": CUSTOMER, "document": customer.name, "changed_fields": ["like", f"%{field}%"]}))
			self.assertTrue(frappe.db.exists("C4S Access Log", {"action": "Merged", "document": name, "customer": customer.name}))

	def test_a_form_that_was_open_names_the_remaining_file_the_next_night(self):
		merged(self.remaining.name, self.closing.name)
		late = make_lead(dealership=self.store)
		frappe.db.set_value("C4S Lead", late.name, "customer", self.closing.name)
		jobs.catch_up()
		self.assertEqual(self.remaining.name, frappe.db.get_value("C4S Lead", late.name, "customer"))

	def test_a_second_merge_of_the_same_two_is_refused(self):
		merged(self.remaining.name, self.closing.name)
		self.refused(f"Customer {self.closing.name} is merged into {self.remaining.name} already.")
		self.refused("is merged into", self.closing.name, self.remaining.name)

	def test_every_link_of_ours_to_a_customer_is_known(self):
		known = {(pointer.table, pointer.column) for pointer in pointers_to(CUSTOMER)}
		for pair in (("C4S Points Entry", "customer"), ("C4S DMS Record", "document"), ("C4S Customer Relation", "related_customer"), ("File", "attached_to_name"), ("Version", "docname"), ("DocShare", "share_name"), ("Communication Link", "link_name")):
			self.assertIn(pair, known)


class TestWhatIsRefused(MergeTestCase):
	def test_a_legal_hold(self):
		hold = frappe.get_doc({"doctype": "C4S Legal Hold", "customer": self.closing.name, "reason": "law suit"}).insert()
		self.refused(f"Legal hold {hold.name} keeps the file of customer {self.closing.name} as it is; release it first.")

	def test_an_erased_person(self):
		frappe.db.set_value(CUSTOMER, self.closing.name, "erased_on", "2026-01-01 00:00:00")
		self.refused("was erased on request and is not merged")

	def test_a_person_and_a_company(self):
		frappe.db.set_value(CUSTOMER, self.closing.name, "customer_kind", "Company")
		self.refused("A person and an organisation are not merged")

	def test_an_open_request_on_personal_data(self):
		row = {"doctype": "C4S Data Request", "name": "DR-MERGE", "customer": self.closing.name, "status": "Open", "kind": "Erasure"}
		frappe.get_doc(row).db_insert()
		self.refused("The request on personal data DR-MERGE is open; decide it first.")

	def test_a_file_with_itself(self):
		self.refused("Choose two different customers to merge.", self.closing.name, self.closing.name)

	def test_a_customer_whom_another_store_knows_too(self):
		frappe.get_doc({"doctype": RELATIONSHIP, "customer": self.closing.name, "dealership": self.other_store}).insert()
		with as_user(make_user("CRM Manager", [self.store])), self.assertRaises(frappe.PermissionError) as caught:
			api.merge_customers(self.remaining.name, self.closing.name, "same")
		self.assertIn("Another store knows one of these customers too", str(caught.exception))
		with as_user(make_user("Group Manager")):
			self.assertEqual("Merged", api.merge_customers(self.remaining.name, self.closing.name, "same").status)

	def test_a_consultant(self):
		with as_user(make_user("Sales Consultant", [self.store])), self.assertRaises(frappe.PermissionError):
			api.compare(self.remaining.name, self.closing.name)

	def test_a_merge_without_a_reason(self):
		self.assertRaises(frappe.MandatoryError, api.merge_customers, self.remaining.name, self.closing.name, " ")

	def test_the_chosen_fields_are_a_list_of_names(self):
		for odd in ("city", "3", "null", '{"city": 1}', "[[1]]"):
			with self.assertRaises(frappe.ValidationError, msg=odd) as caught:
				api.merge_customers(self.remaining.name, self.closing.name, "same", odd)
			self.assertIn("as a list of their names", str(caught.exception))


class TestUndo(MergeTestCase):
	def test_two_files_are_as_they_were(self):
		lead = make_lead(dealership=self.store, customer=self.closing.name)
		merge.recompute(self.remaining.name, self.closing.name)
		before = {name: frappe.get_doc(CUSTOMER, name).as_dict() for name in (self.remaining.name, self.closing.name)}
		name = merged(self.remaining.name, self.closing.name, "city", "customer_name")
		undo.begin(name, "two brothers")
		for customer, values in before.items():
			self.assertEqual(_told(values), _told(frappe.get_doc(CUSTOMER, customer).as_dict()))
		self.assertEqual(self.closing.name, frappe.db.get_value("C4S Lead", lead.name, "customer"))
		self.assertEqual(("Undone", 0), (frappe.db.get_value(MERGE, name, "status"), frappe.db.count(ROW, {"merge": name})))
		self.assertTrue(frappe.db.exists("C4S Access Log", {"action": "Undone", "document": name}))

	def test_what_was_entered_since_stays_with_the_remaining_file(self):
		name = merged(self.remaining.name, self.closing.name, "city")
		since = make_lead(dealership=self.store, customer=self.remaining.name)
		frappe.get_doc(CUSTOMER, self.remaining.name).update({"city": "苏州市"}).save()
		undo.begin(name, "two brothers")
		self.assertEqual(self.remaining.name, frappe.db.get_value("C4S Lead", since.name, "customer"))
		self.assertEqual(("苏州市", None), self.of(self.remaining, "city", "email"))
		self.assertEqual("杭州市", self.of(self.closing, "city"))

	def test_after_thirty_days_it_stays_and_what_was_needed_is_gone(self):
		name = merged(self.remaining.name, self.closing.name)
		frappe.db.set_value(MERGE, name, "undo_until", add_days(nowdate(), -1))
		jobs.forget_old()
		self.assertEqual(0, frappe.db.count(ROW, {"merge": name}))
		with self.assertRaises(frappe.ValidationError) as caught:
			undo.begin(name, "too late")
		self.assertIn("A merge can be undone until", str(caught.exception))

	def test_of_a_chain_the_last_merge_is_undone_first(self):
		third = make_customer("13800138063", self.store)
		first = merged(self.remaining.name, self.closing.name)
		second = merged(third.name, self.remaining.name)
		self.assertEqual(third.name, self.of(self.closing, "merged_into"))
		with self.assertRaises(frappe.ValidationError) as caught:
			undo.begin(first, "wrong")
		self.assertIn("undo that merge first", str(caught.exception))
		undo.begin(second, "wrong")
		self.assertEqual(self.remaining.name, self.of(self.closing, "merged_into"))
		undo.begin(first, "wrong")
		self.assertIsNone(self.of(self.closing, "merged_into"))

	def test_a_process_that_dies_leaves_nothing_and_the_clock_goes_on(self):
		with patch.object(merge, "run", lambda name: None):
			name = merged(self.remaining.name, self.closing.name)
		self.refused("is being merged in")
		with patch.object(merge, "queue", lambda waiting, method: merge.run(waiting)):
			jobs.resume_all()
		self.assertEqual("Merged", frappe.db.get_value(MERGE, name, "status"))
		merge.run(name)
		self.assertEqual(self.remaining.name, self.of(self.closing, "merged_into"))


def _told(values: dict) -> str:
	"""A document without what changes by itself."""
	return json.dumps(values, default=str, sort_keys=True)
