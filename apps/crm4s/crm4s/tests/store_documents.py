"""The tests that every document of a store must pass: a user of one store has no way to those of another."""

import frappe

from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.tests.people import as_user, make_user


class StoreDocumentTests:
	"""Mixed into a FrappeTestCase that says how to make a document of a store."""

	doctype: str
	role: str

	def make_document_of(self, store: str):
		raise NotImplementedError

	def setUp(self):
		super().setUp()
		self.own = make_dealership("ISO-OWN").name
		self.other = make_dealership("ISO-OTHER").name
		self.user = make_user(self.role, [self.own])

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()
		super().tearDown()

	def test_a_list_shows_the_documents_of_the_own_store_only(self):
		own, other = self.make_document_of(self.own), self.make_document_of(self.other)
		with as_user(self.user):
			names = frappe.get_list(own.doctype, pluck="name", limit_page_length=0)
		self.assertIn(own.name, names)
		self.assertNotIn(other.name, names)

	def test_a_document_of_another_store_cannot_be_read(self):
		own, other = self.make_document_of(self.own), self.make_document_of(self.other)
		with as_user(self.user):
			self.assertTrue(frappe.has_permission(own.doctype, "read", doc=own.name))
			self.assertFalse(frappe.has_permission(other.doctype, "read", doc=other.name))

	def test_a_document_cannot_be_made_for_another_store(self):
		document = frappe.copy_doc(self.make_document_of(self.own))
		document.dealership = self.other
		with as_user(self.user), self.assertRaises(frappe.PermissionError):
			document.insert()

	def test_a_document_of_another_store_cannot_be_drawn_into_the_own(self):
		other = self.make_document_of(self.other)
		with as_user(self.user):
			document = frappe.get_doc(other.doctype, other.name)
			document.dealership = self.own
			self.assertRaises(frappe.PermissionError, document.save)
		self.assertEqual(self.other, frappe.db.get_value(other.doctype, other.name, "dealership"))

	def test_a_user_without_a_store_sees_no_document(self):
		document = self.make_document_of(self.own)
		with as_user(make_user(self.role)):
			self.assertEqual([], frappe.get_list(self.doctype, pluck="name"))
			self.assertFalse(frappe.has_permission(self.doctype, "read", doc=document.name))

