import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_dms_link.test_c4s_dms_link import make_link
from crm4s.exceptions import AppendOnlyError
from crm4s.tests.people import as_user, make_user

test_ignore = ["User", "C4S DMS Link"]
REQUEST = "C4S DMS Request"


def make_request(link: str, **values):
	"""A row of the log."""
	return frappe.get_doc({"doctype": REQUEST, "link": link, "method": "push", "http_status": 200, **values}).insert(ignore_permissions=True)


class TestC4SDMSRequest(FrappeTestCase):
	def setUp(self):
		frappe.db.savepoint("requests")
		self.addCleanup(frappe.db.rollback, save_point="requests")

	def test_a_key_counts_once_for_each_link(self):
		one, other = make_link().name, make_link().name
		for link in (one, other):
			make_request(link, idempotency_key="k")
			make_request(link)
			make_request(link)
		self.assertRaises(frappe.UniqueValidationError, make_request, one, idempotency_key="k")

	def test_the_log_is_written_once_and_read_by_administrators(self):
		row = make_request(make_link().name)
		self.assertRaises(AppendOnlyError, row.update({"http_status": 500}).save)
		self.assertRaises(AppendOnlyError, row.delete)
		for role, may in (("Administrator", True), ("DMS Integration", False), ("Dealer Manager", False)):
			with as_user(make_user(role)):
				self.assertEqual(may, bool(frappe.has_permission(REQUEST, "read")), role)
