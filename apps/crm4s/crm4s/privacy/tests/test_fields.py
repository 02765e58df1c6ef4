from unittest.mock import patch

import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.privacy import afterwards, belongings, fields, inventory
from crm4s.privacy.retention import MAY_BE_DELETED
from crm4s.tests.test_meta import document_types


class TestWhatIsKnownOfPeople(FrappeTestCase):
	"""A type of document, or a field, that comes one day is erased too, or somebody says why not."""

	def test_every_type_that_follows_from_a_persons_documents_is_known(self):
		known = {*belongings.PERSONAL, *belongings.NOT_PERSONAL}
		for name, definition in document_types().items():
			leads_to = {field.get("options") for field in definition["fields"] if field["fieldtype"] == "Link"} & set(belongings.PERSONAL)
			if leads_to and not definition.get("istable") and name not in ("C4S Legal Hold",):
				self.assertIn(name, known, f"{name} leads to {sorted(leads_to)}: is it a person's?")

	def test_what_the_lists_name_is_there(self):
		types = document_types()
		for name, staying in fields.STAYING.items():
			self.assertEqual(set(), set(staying) - {field["fieldname"] for field in types[name]["fields"]}, name)
		for name, further in fields.FURTHER.items():
			self.assertEqual(set(), set(further) - {field["fieldname"] for field in types[name]["fields"]}, name)
		for name in (*fields.TABLES_THAT_GO, *fields.DOCUMENTS_THAT_GO, *belongings.PERSONAL, *MAY_BE_DELETED, *afterwards.ENDED, *afterwards.UNDER_WAY):
			self.assertIn(name, types)

	def test_whatever_is_masked_is_erased_too(self):
		gone = {doctype: {wiped.fieldname for wiped in fields.wiped_fields(doctype)} for doctype in belongings.PERSONAL}
		kept = [(field.doctype, field.fieldname) for field in inventory.FIELDS if field.doctype in gone and field.fieldname not in gone[field.doctype]]
		self.assertEqual([], kept)

	def test_statuses_are_those_of_the_documents(self):
		types = document_types()
		named = {**afterwards.UNDER_WAY, **{doctype: (*before, after) for doctype, (before, after) in afterwards.ENDED.items()}}
		for name, statuses in named.items():
			options = next(field["options"] for field in types[name]["fields"] if field["fieldname"] == "status").split("\n")
			self.assertEqual(set(), set(statuses) - set(options), name)

	def test_a_text_field_that_nobody_named_is_erased(self):
		meta = frappe.get_meta("C4S Lead")
		own = meta.fields
		self.addCleanup(setattr, meta, "fields", own)
		meta.fields = [*own, frappe._dict(fieldname="an_admins_own", fieldtype="Small Text")]
		with patch.object(fields.frappe, "get_meta", return_value=meta):
			self.assertIn("an_admins_own", [wiped.fieldname for wiped in fields.wiped_fields("C4S Lead")])

	def test_no_unique_field_gets_a_mark_that_would_be_there_twice(self):
		for doctype in belongings.PERSONAL:
			meta = frappe.get_meta(doctype)
			self.assertEqual([], [wiped.fieldname for wiped in fields.wiped_fields(doctype) if wiped.marked and meta.get_field(wiped.fieldname).unique], doctype)
			for wiped in fields.wiped_fields(doctype):
				field = meta.get_field(wiped.fieldname)
				self.assertFalse(field.unique and field.reqd and doctype not in fields.DOCUMENTS_THAT_GO, f"{doctype}.{wiped.fieldname}")
