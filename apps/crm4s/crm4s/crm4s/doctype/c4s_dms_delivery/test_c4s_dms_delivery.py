import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_dms_endpoint.test_c4s_dms_endpoint import make_endpoint
from crm4s.dms.webhooks.decision import DEAD
from crm4s.tests.people import as_user, make_user

test_ignore = ["User"]
DELIVERY = "C4S DMS Delivery"


def make_delivery(**values):
	"""A delivery that waits for an endpoint."""
	if "endpoint" not in values:
		values["endpoint"] = make_endpoint().name
	return frappe.get_doc({"doctype": DELIVERY, "first_position": 1, "last_position": 1, **values}).insert()


class TestC4SDMSDelivery(FrappeTestCase):
	def setUp(self):
		frappe.db.savepoint("deliveries")
		self.addCleanup(frappe.db.rollback, save_point="deliveries")

	def test_it_goes_with_its_endpoint(self):
		delivery = make_delivery(status=DEAD)
		frappe.delete_doc("C4S DMS Endpoint", delivery.endpoint)
		self.assertFalse(frappe.db.exists(DELIVERY, delivery.name))

	def test_only_administrators_read_deliveries(self):
		for role, may in (("Administrator", True), ("DMS Integration", False), ("Dealer Manager", False)):
			with as_user(make_user(role)):
				self.assertEqual([may, False], [bool(frappe.has_permission(DELIVERY, right)) for right in ("read", "write")], role)
