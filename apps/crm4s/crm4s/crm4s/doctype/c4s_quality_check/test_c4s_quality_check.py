import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import now_datetime

from crm4s.tests.people import as_user
from crm4s.tests.store_documents import StoreDocumentTests
from crm4s.workshop.tests.factories import make_dispatched, make_workshop_visit

test_ignore = ["User"]


def make_quality_check(store: str):
	"""A saved self check that passed; who may check, and what follows, is tested in workshop/tests/test_checks.py."""
	job = make_dispatched(make_workshop_visit(store))
	values = {"service_visit": job.service_visit, "repair_job": job.name, "check_kind": "Self Check", "result": "Passed"}
	check = frappe.get_doc({"doctype": "C4S Quality Check", **values, "checked_by": "Administrator", "checked_on": now_datetime()})
	check.flags.by_action = True
	return check.insert()


class TestQualityCheck(StoreDocumentTests, FrappeTestCase):
	doctype, role = "C4S Quality Check", "Workshop Manager"

	def make_document_of(self, store: str):
		return make_quality_check(store)

	def test_a_document_of_another_store_cannot_be_drawn_into_the_own(self):
		"""Not even the own ones are changed."""
		own = self.make_document_of(self.own)
		with as_user(self.user), self.assertRaises(frappe.PermissionError):
			frappe.get_doc(own.doctype, own.name).save()
