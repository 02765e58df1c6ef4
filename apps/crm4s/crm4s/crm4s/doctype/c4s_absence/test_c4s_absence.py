import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_to_date, now_datetime

from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.tests.people import as_user, make_user
from crm4s.tests.store_documents import StoreDocumentTests

test_ignore = ["User"]


def make_absence(store: str, user: str, hours: int = 8):
	now = now_datetime()
	times = {"absent_from": now, "absent_until": add_to_date(now, hours=hours)}
	return frappe.get_doc({"doctype": "C4S Absence", "user": user, "dealership": store, **times}).insert()


class TestC4SAbsence(FrappeTestCase):
	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def test_an_absence_ends_after_it_begins(self):
		store = make_dealership("AWAY-1").name
		self.assertRaisesRegex(frappe.ValidationError, "An absence ends after it begins", make_absence, store, "Administrator", -1)

	def test_consultants_enter_their_own_and_managers_everybodys(self):
		store = make_dealership("AWAY-1").name
		consultant, colleague = make_user("Sales Consultant", [store]), make_user("Sales Consultant", [store])
		with as_user(consultant):
			self.assertTrue(make_absence(store, consultant).name)
			self.assertRaisesRegex(frappe.PermissionError, "their own absences only", make_absence, store, colleague)
		with as_user(make_user("Sales Manager", [store])):
			self.assertTrue(make_absence(store, colleague).name)


class TestAbsencesOfStores(StoreDocumentTests, FrappeTestCase):
	doctype = "C4S Absence"
	role = "Sales Manager"

	def make_document_of(self, store):
		return make_absence(store, "Administrator")
