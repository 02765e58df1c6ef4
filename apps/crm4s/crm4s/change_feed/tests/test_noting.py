"""What is noted, and by whom: documents, sets of rows, writers with statements of their own."""

import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.assignment.giving import write_consultant
from crm4s.change_feed.noting import CREATED, ERASED, UPDATED
from crm4s.change_feed.watching import CUSTOMER, LEAD, RELATIONSHIP, TABLES, VEHICLE, WATCHED
from crm4s.crm4s.doctype.c4s_change.test_c4s_change import CHANGE, changes_of
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_lead.test_c4s_lead import make_lead
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.leads.pool import put_into_pool
from crm4s.rows.writer import Writes, update_rows, write_columns


class TestNoting(FrappeTestCase):
	def setUp(self):
		frappe.db.savepoint("noting")
		self.addCleanup(frappe.db.rollback, save_point="noting")

	def test_the_life_of_a_document(self):
		customer = make_customer()
		self.assertEqual((CREATED, []), changes_of(CUSTOMER, customer.name)[0])
		known = len(changes_of(CUSTOMER, customer.name))
		customer.update({"city": "Wuhan", "purchase_need": "A large boot"}).save()
		customer.save()
		customer.db_set("province", "Hubei")
		customer.db_set("completeness_percent", 12)
		told = changes_of(CUSTOMER, customer.name)[known:]
		self.assertEqual([(UPDATED, ["city"]), (UPDATED, ["province"])], told)
		customer.delete()
		self.assertEqual((ERASED, []), changes_of(CUSTOMER, customer.name)[-1])

	def test_a_row_of_a_table_is_a_change_of_its_document(self):
		customer = make_customer()
		known = len(changes_of(CUSTOMER, customer.name))
		customer.append("phones", {"phone": "13812345678", "kind": "Work"})
		customer.save()
		self.assertEqual([(UPDATED, ["phones"])], changes_of(CUSTOMER, customer.name)[known:])

	def test_what_is_rolled_back_was_never_noted(self):
		frappe.db.savepoint("never")
		lead = make_lead()
		frappe.db.rollback(save_point="never")
		self.assertEqual([], changes_of(LEAD, lead.name))

	def test_a_set_is_noted_once_for_each_document(self):
		first, second = (make_customer().name for _turn in range(2))
		known = {name: len(changes_of(CUSTOMER, name)) for name in (first, second)}
		writes = Writes()
		writes.update(CUSTOMER, first, {"city": "Wuhan"})
		writes.insert("C4S Customer Phone", {"parent": first, "parenttype": CUSTOMER, "parentfield": "phones", "phone": "+8613812345678", "kind": "Work"})
		writes.update(CUSTOMER, second, {"service_count": 3})
		writes.flush()
		self.assertEqual([(UPDATED, ["city", "phones"])], changes_of(CUSTOMER, first)[known[first] :])
		self.assertEqual([], changes_of(CUSTOMER, second)[known[second] :])

	def test_new_and_deleted_rows_of_a_set(self):
		store, customer = make_dealership("NOTE-EAST").name, make_customer().name
		vehicle = make_vehicle(parties=[{"party_role": "Owner", "customer": customer}])
		before = len(changes_of(VEHICLE, vehicle.name))
		writes = Writes()
		writes.insert(LEAD, {"name": "LD-NOTED", "lead_name": "Li", "dealership": store})
		writes.insert(RELATIONSHIP, {"customer": customer, "dealership": store, "since": "2026-01-01"})
		writes.flush()
		self.assertEqual([(CREATED, [])], changes_of(LEAD, "LD-NOTED"))
		self.assertEqual((UPDATED, ["stores"]), changes_of(CUSTOMER, customer)[-1])
		self.assertEqual([(UPDATED, ["parties"])], changes_of(VEHICLE, vehicle.name)[before:])
		writes = Writes()
		writes.delete(LEAD, "LD-NOTED")
		writes.flush()
		self.assertEqual((ERASED, []), changes_of(LEAD, "LD-NOTED")[-1])
		self.assertEqual(store, frappe.get_last_doc(CHANGE, {"document": "LD-NOTED", "action": ERASED}).left_stores)

	def test_the_store_that_a_document_leaves_is_kept(self):
		east, west = (make_dealership(code).name for code in ("NOTE-EAST", "NOTE-WEST"))
		lead = make_lead(dealership=east)
		lead.update({"dealership": west, "sales_consultant": None}).save()
		self.assertEqual(east, frappe.get_last_doc(CHANGE, {"document": lead.name}).left_stores)
		update_rows(LEAD, [{"name": lead.name, "dealership": east}])
		self.assertEqual([west], frappe.get_all(CHANGE, {"document": lead.name}, pluck="left_stores", order_by="name desc", limit=1))

	def test_columns_written_for_many(self):
		lead = make_lead().name
		known = len(changes_of(LEAD, lead))
		write_columns(LEAD, {"score": "int"}, [(lead, 7)])
		write_columns(LEAD, {"grade": "varchar(140)"}, [(lead, "A")])
		self.assertEqual([(UPDATED, ["grade"])], changes_of(LEAD, lead)[known:])

	def test_writers_of_statements_note_for_themselves(self):
		lead = make_lead().name
		for write in (
			lambda: put_into_pool([lead], "Nobody called", "Returned to Pool"),
			lambda: write_consultant([lead], "Administrator"),
		):
			known = len(changes_of(LEAD, lead))
			write()
			self.assertEqual([(UPDATED, ["in_pool", "sales_consultant"])], changes_of(LEAD, lead)[known:])

	def test_what_counts_exists(self):
		for doctype, fields in WATCHED.items():
			known = {field.fieldname for field in frappe.get_meta(doctype).fields}
			self.assertEqual(set(), fields - known - {"stores"}, doctype)
		for table, (doctype, field) in TABLES.items():
			self.assertEqual(table, frappe.get_meta(doctype).get_field(field).options)
			self.assertIn(field, WATCHED[doctype])
