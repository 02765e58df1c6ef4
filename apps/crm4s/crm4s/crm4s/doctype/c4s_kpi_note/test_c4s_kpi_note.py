import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import getdate

from crm4s.crm4s.doctype.c4s_kpi.test_c4s_kpi import make_kpi
from crm4s.tests.store_documents import StoreDocumentTests

test_ignore = ["User"]


def make_note(dealership: str, **overrides):
	values = {"doctype": "C4S KPI Note", "kpi": make_kpi().name, "dealership": dealership, "month": "2001-05-17", "note": "车展带来很多线索"}
	return frappe.get_doc({**values, **overrides}).insert()


class TestKPINote(StoreDocumentTests, FrappeTestCase):
	doctype, role = "C4S KPI Note", "CRM Manager"

	def make_document_of(self, store: str):
		return make_note(store)

	def test_it_is_about_a_month(self):
		self.assertEqual(getdate("2001-05-01"), getdate(make_note(self.own).month))
