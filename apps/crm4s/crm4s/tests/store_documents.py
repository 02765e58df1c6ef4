"""The tests that every document of a store must pass: a user of one store has no way to those of another."""

import json

import frappe
import frappe.client
from frappe.desk.form.load import getdoc
from frappe.desk.reportview import get as report_view, get_count
from frappe.desk.search import search_link

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_settings.test_c4s_settings import change_settings
from crm4s.tests.people import as_user, make_user


class StoreDocumentTests:
	"""Mixed into a FrappeTestCase that says how to make a document of a store."""

	doctype: str
	role: str

	def make_document_of(self, store: str):
		raise NotImplementedError

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.own, cls.other = make_dealership("ISO-OWN").name, make_dealership("ISO-OTHER").name
		cls.user = make_user(cls.role, [cls.own])

	def setUp(self):
		super().setUp()
		frappe.db.savepoint("before_test")

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback(save_point="before_test")
		# A test may have taken the user's store away.
		frappe.clear_cache(user=self.user)
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


class DerivedRowTests:
	"""Mixed into the FrappeTestCase of rows that code alone writes and that belong to a store.

	`refused_role`, where one is named, works for the store and reads none of them.
	"""

	doctype: str
	role: str
	refused_role: str | None = None

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def test_a_store_sees_its_own_and_writes_none(self):
		stores = [make_dealership(code).name for code in ("DERIVED-1", "DERIVED-2")]
		for store in stores:
			frappe.get_doc({"doctype": self.doctype, "name": f"T-{store}", "dealership": store}).db_insert()
		with as_user(make_user(self.role, stores[:1])):
			self.assertEqual(["T-DERIVED-1"], frappe.get_list(self.doctype, {"name": ["like", "T-DERIVED%"]}, pluck="name"))
			self.assertTrue(frappe.has_permission(self.doctype, "read", "T-DERIVED-1"))
			self.assertFalse(frappe.has_permission(self.doctype, "read", "T-DERIVED-2"))
			self.assertFalse(frappe.has_permission(self.doctype, "write", "T-DERIVED-1"))
			self.assertFalse(frappe.has_permission(self.doctype, "create"))
		if self.refused_role:
			with as_user(make_user(self.refused_role, stores[:1])):
				self.assertFalse(frappe.has_permission(self.doctype, "read", "T-DERIVED-1"))


class DealingTests(StoreDocumentTests):
	"""Mixed into the test of a document that is a store's dealing with a customer; `make_document_of` takes values, too."""

	def make_document_of(self, store: str, **values):
		raise NotImplementedError

	def setUp(self):
		super().setUp()
		change_settings(stores_share_dealings=0)

	def tearDown(self):
		super().tearDown()
		frappe.clear_document_cache("C4S Settings", "C4S Settings")

	def make_dealing_elsewhere(self, *related_stores: str):
		"""A document of the other store with a customer of that store and of the ones named."""
		customer = make_customer(store=self.other).name
		for store in related_stores:
			frappe.get_doc({"doctype": "C4S Store Relationship", "customer": customer, "dealership": store}).insert()
		return self.make_document_of(self.other, customer=customer)

	def test_a_document_that_names_no_store_belongs_to_the_own_one(self):
		document = frappe.copy_doc(self.make_document_of(self.own))
		document.dealership = None
		with as_user(self.user):
			self.assertEqual(self.own, document.insert().dealership)

	def test_somebody_without_a_store_makes_no_document(self):
		document = frappe.copy_doc(self.make_document_of(self.own))
		document.dealership = None
		frappe.db.delete("User Permission", {"user": self.user})
		frappe.clear_cache(user=self.user)
		with as_user(self.user), self.assertRaises(frappe.PermissionError):
			document.insert()

	def test_while_the_group_shares_nothing_no_way_leads_to_a_dealing_of_another_store(self):
		dealing = self.make_dealing_elsewhere(self.own)
		file = attach_file(dealing)
		with as_user(self.user):
			self.assertEqual([], ways_to(dealing, file))

	def test_where_the_group_shares_them_a_dealing_with_the_own_customer_is_read(self):
		change_settings(stores_share_dealings=1)
		dealing = self.make_dealing_elsewhere(self.own)
		file = attach_file(dealing)
		with as_user(self.user):
			self.assertEqual(list(WAYS), ways_to(dealing, file))

	def test_what_the_group_shares_is_not_changed_by_another_store(self):
		change_settings(stores_share_dealings=1)
		dealing = self.make_dealing_elsewhere(self.own)
		with as_user(self.user):
			for right in ("write", "create", "delete", "share"):
				self.assertFalse(frappe.has_permission(self.doctype, right, doc=dealing.name), right)
			self.assertRaises(frappe.PermissionError, frappe.get_doc(self.doctype, dealing.name).save)
			self.assertRaises(frappe.PermissionError, frappe.delete_doc, self.doctype, dealing.name)
			taken = frappe.get_doc(self.doctype, dealing.name)
			taken.dealership = self.own
			self.assertRaises(frappe.PermissionError, taken.save)

	def test_nothing_is_shared_of_customers_whom_the_store_does_not_know(self):
		change_settings(stores_share_dealings=1)
		dealing = self.make_dealing_elsewhere()
		file = attach_file(dealing)
		with as_user(self.user):
			self.assertEqual([], ways_to(dealing, file))


def ways_to(document, file: str) -> list[str]:
	"""The names of the ways by which the current user reaches the document or the file attached to it."""
	return [name for name, leads_to in WAYS.items() if leads_to(document, file)]


def attach_file(document) -> str:
	"""The name of a private file of the document; only its record, nothing is written to disk."""
	file = frappe.new_doc("File")
	file.update({"file_name": "quote.pdf", "file_url": "/private/files/quote.pdf", "is_private": 1})
	file.update({"attached_to_doctype": document.doctype, "attached_to_name": document.name})
	file.set_new_name()
	file.db_insert()
	return file.name


def _in_list_view(document, _file) -> bool:
	_ask_as_the_list_view(document, start=0, page_length=20)
	found = report_view()
	return bool(found and found["values"])


def _in_count_of_list(document, _file) -> bool:
	_ask_as_the_list_view(document, distinct="false")
	return get_count() > 0


def _ask_as_the_list_view(document, **values) -> None:
	frappe.local.form_dict = frappe._dict(
		doctype=document.doctype,
		fields=json.dumps([f"`tab{document.doctype}`.`name`"]),
		filters=json.dumps([[document.doctype, "name", "=", document.name]]),
		**values,
	)


def _in_link_search(document, _file) -> bool:
	# One version answers, the other writes the answer into the response.
	found = search_link(document.doctype, document.name) or frappe.response.pop("results", [])
	return document.name in [row["value"] for row in found]


def _opens(document, _file) -> bool:
	try:
		getdoc(document.doctype, document.name)
	except frappe.PermissionError:
		return False
	return True


def _by_rest(document, _file) -> bool:
	try:
		return bool(frappe.client.get(document.doctype, document.name))
	except frappe.PermissionError:
		return False


def _rows(document, _file) -> bool:
	tables = [field.options for field in document.meta.get_table_fields() if document.get(field.fieldname)]
	listed = [
		bool(frappe.get_list(table, filters={"parent": document.name}, parent_doctype=document.doctype)) for table in tables
	]
	return all(listed) and bool(frappe.get_list(document.doctype, filters={"name": document.name}))


WAYS = {
	"list": lambda document, _file: bool(frappe.get_list(document.doctype, filters={"name": document.name})),
	"list view": _in_list_view,
	"count of list": _in_count_of_list,
	"link search": _in_link_search,
	"permission": lambda document, _file: frappe.has_permission(document.doctype, "read", doc=document.name),
	"form": _opens,
	"REST": _by_rest,
	"rows of tables": _rows,
	"attached file": lambda _document, file: frappe.get_doc("File", file).has_permission("read"),
}
