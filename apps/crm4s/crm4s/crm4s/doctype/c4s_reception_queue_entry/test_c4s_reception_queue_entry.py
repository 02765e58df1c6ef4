import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import now_datetime

from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.tests.people import as_user, make_user

test_ignore = ["User"]

ENTRY = "C4S Reception Queue Entry"


def make_entry(dealership: str, user: str, state: str = "In Line", since=None):
	entry = frappe.get_doc(
		{"doctype": ENTRY, "dealership": dealership, "user": user, "state": state, "since": since or now_datetime()}
	)
	entry.flags.by_reception = True
	return entry.insert(ignore_permissions=True)


class TestReceptionQueueEntry(FrappeTestCase):
	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def test_the_line_is_not_written_past_reception(self):
		store = make_dealership("ROOM-1").name
		entry = make_entry(store, "Administrator")
		entry.flags.by_reception = False
		with self.assertRaisesRegex(frappe.ValidationError, "The line of consultants is kept on the page Showroom Reception"):
			entry.update({"state": "Away"}).save()

	def test_a_consultant_stands_in_a_line_once(self):
		store = make_dealership("ROOM-1").name
		make_entry(store, "Administrator")
		self.assertRaises(frappe.UniqueValidationError, make_entry, store, "Administrator")

	def test_the_line_of_another_store_is_not_seen(self):
		own, other = make_dealership("ROOM-1").name, make_dealership("ROOM-2").name
		entries = [make_entry(store, "Administrator").name for store in (own, other)]
		with as_user(make_user("Receptionist", [own])):
			self.assertEqual(entries[:1], frappe.get_list(ENTRY, filters={"name": ["in", entries]}, pluck="name"))
			self.assertFalse(frappe.has_permission(ENTRY, "read", doc=entries[1]))
