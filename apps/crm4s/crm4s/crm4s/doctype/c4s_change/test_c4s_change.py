import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.change_feed.noting import CREATED, UPDATED, note
from crm4s.exceptions import AppendOnlyError
from crm4s.tests.people import as_user, make_user

test_ignore = ["User"]
CHANGE = "C4S Change"


def changes_of(doctype: str, name: str) -> list[tuple]:
	"""(action, the fields) of the notes of one document, in their order."""
	rows = frappe.get_all(CHANGE, {"document_type": doctype, "document": name}, ["action", "changed_fields"], order_by="name")
	return [(row.action, row.changed_fields.split()) for row in rows]


class TestC4SChange(FrappeTestCase):
	def setUp(self):
		frappe.db.savepoint("changes")
		self.addCleanup(frappe.db.rollback, save_point="changes")

	def test_a_note_is_written_once_and_for_all(self):
		note("C4S Lead", ["LD-NOTED"], CREATED)
		change = frappe.get_last_doc(CHANGE, {"document": "LD-NOTED"})
		change.action = UPDATED
		self.assertRaises(AppendOnlyError, change.save)
		self.assertRaises(AppendOnlyError, change.delete)

	def test_only_administrators_read_notes(self):
		for role, may in (("Administrator", True), ("DMS Integration", False), ("Dealer Manager", False)):
			with as_user(make_user(role)):
				self.assertEqual(may, bool(frappe.has_permission(CHANGE, "read")), role)
