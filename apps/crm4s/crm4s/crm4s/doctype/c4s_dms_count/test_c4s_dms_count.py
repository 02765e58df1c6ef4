import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_dms_link.test_c4s_dms_link import make_link
from crm4s.tests.people import as_user, make_user

test_ignore = ["User"]
COUNT = "C4S DMS Count"


def make_count(**values):
	"""What a system says it has of customers on one day."""
	values.setdefault("link", make_link().name if "link" not in values else None)
	return frappe.get_doc({"doctype": COUNT, "entity": "customer", "day": "2026-03-01", "record_count": 2, **values}).insert()


class TestC4SDMSCount(FrappeTestCase):
	def setUp(self):
		frappe.db.savepoint("counts")
		self.addCleanup(frappe.db.rollback, save_point="counts")

	def test_a_day_has_one_count(self):
		count = make_count()
		self.assertRaises(frappe.UniqueValidationError, make_count, link=count.link)

	def test_only_administrators_read_counts(self):
		for role, may in (("Administrator", True), ("DMS Integration", False), ("Dealer Manager", False)):
			with as_user(make_user(role)):
				self.assertEqual(may, bool(frappe.has_permission(COUNT, "read")), role)
