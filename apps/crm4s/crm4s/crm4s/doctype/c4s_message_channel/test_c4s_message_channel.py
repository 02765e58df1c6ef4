import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.tests.masters import made_or_changed
from crm4s.tests.people import as_user, make_user

test_ignore = ["User", "Email Account"]


def make_channel(name: str = "Test SMS", **overrides):
	"""An enabled channel for text messages of 0.05 each, whose provider listens nowhere."""
	values = {
		"channel_name": name,
		"channel_kind": "SMS",
		"enabled": 1,
		"url": "http://127.0.0.1:9/send",
		"secret": "s3cret",
		"body": '{"mobile": "{address}", "content": "{text}"}',
		"cost_per_message": 0.05,
	}
	return made_or_changed("C4S Message Channel", name, values, overrides)


class TestC4SMessageChannel(FrappeTestCase):
	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def test_only_administrators_see_how_a_provider_is_reached(self):
		name = make_channel().name
		for role, may in (("CRM Manager", False), ("Group Manager", False), ("Administrator", True)):
			with self.subTest(role), as_user(make_user(role)):
				self.assertEqual(may, frappe.has_permission("C4S Message Channel", "read", doc=name))
