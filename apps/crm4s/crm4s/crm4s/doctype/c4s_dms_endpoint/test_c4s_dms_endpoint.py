import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import now_datetime

from crm4s.crm4s.doctype.c4s_dms_link.test_c4s_dms_link import make_link
from crm4s.crm4s.doctype.c4s_settings.test_c4s_settings import change_settings
from crm4s.dms.webhooks.api import rotate_secret
from crm4s.dms.webhooks.secrets import PREFIX
from crm4s.dms.webhooks.sending import _secrets
from crm4s.tests.people import as_user, make_user

test_ignore = ["User"]
ENDPOINT = "C4S DMS Endpoint"


def make_endpoint(**values):
	"""An endpoint of a link that gives out what `of_link` says; customers by default."""
	if "link" not in values:
		values["link"] = make_link(entities=values.pop("of_link", ["Customer"])).name
	name = f"T-{frappe.generate_hash(length=8)}"
	return frappe.get_doc({"doctype": ENDPOINT, "endpoint_name": name, "url": "https://dms.example/changes", **values}).insert()


class TestC4SDMSEndpoint(FrappeTestCase):
	def setUp(self):
		frappe.db.savepoint("endpoints")
		self.addCleanup(frappe.clear_document_cache, "C4S Settings", "C4S Settings")
		self.addCleanup(frappe.db.rollback, save_point="endpoints")

	def test_addresses_that_may_not_be(self):
		change_settings(allowed_hosts="dms.house:8443")
		for url, sentence in (
			("http://dms.example/", "must begin with https"),
			("ftp://dms.example/", "must begin with https"),
			("https://me:secret@dms.example/", "must hold no password"),
			("https://10.0.0.7/", "lies within the house"),
			("https://[::ffff:127.0.0.1]/", "lies within the house"),
			("http://dms.house/", "must begin with https"),
			("https://[broken/", "not written as an address"),
		):
			with self.subTest(url):
				self.assertRaisesRegex(frappe.ValidationError, sentence, make_endpoint, url=url)
		self.assertTrue(make_endpoint(url="http://dms.house:8443/changes"))

	def test_it_is_told_of_an_entity_once(self):
		self.assertRaisesRegex(frappe.ValidationError, "stands twice", make_endpoint, entities=[{"entity": "Customer"}] * 2)

	def test_the_secret_is_shown_once_and_both_sign_while_it_is_handed_over(self):
		frappe.local.message_log = []
		endpoint = make_endpoint()
		self.assertIn(PREFIX, str(frappe.local.message_log))
		first = frappe.get_doc(ENDPOINT, endpoint.name).get_password("secret")
		self.assertTrue(first.startswith(PREFIX))
		self.assertNotIn(first, frappe.as_json(frappe.get_doc(ENDPOINT, endpoint.name)))
		second = rotate_secret(endpoint.name)
		self.assertEqual([second, first], _secrets(frappe.get_doc(ENDPOINT, endpoint.name)))
		frappe.db.set_value(ENDPOINT, endpoint.name, "secret_before_until", now_datetime())
		self.assertEqual([second], _secrets(frappe.get_doc(ENDPOINT, endpoint.name)))

	def test_only_administrators_open_endpoints(self):
		endpoint = make_endpoint().name
		for role, may in (("Administrator", True), ("DMS Integration", False), ("Dealer Manager", False)):
			with as_user(make_user(role)):
				self.assertEqual(may, bool(frappe.has_permission(ENDPOINT, "write")), role)
				if not may:
					self.assertRaises(frappe.PermissionError, rotate_secret, endpoint)
