import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.messages.facts import channels_of
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

	def test_only_https_or_this_machine_is_asked(self):
		for url in ("https://sms.example.com/send", "http://127.0.0.1:8080/", "http://localhost/x", "http://[::1]:9/"):
			with self.subTest(url):
				make_channel(url=url)
		for url in (
			"http://sms.example.com/", "ftp://127.0.0.1/", "file:///etc/passwd", "https://user:pass@sms.example.com/", "//x", "https://",
			"http://127.0.0.1.example.com/", "http://10.0.0.5/", "https://[::1", "http://localhost:99999/",
		):
			for field in ("url", "token_url"):
				with self.subTest(url), self.assertRaisesRegex(frappe.ValidationError, "is not an address for messages"):
					make_channel(**{field: url})

	def test_what_cannot_be_sent_is_refused_when_the_channel_is_saved(self):
		for wrong, sentence in (
			({"body": "{"}, "is not JSON"),
			({"body": "[1]"}, "must be a JSON object"),
			({"headers": "Authorization Bearer"}, "is no header"),
			({"signature": "【{shop}】"}, "is no placeholder"),
			({"unsubscribe_line": "{"}, "is no placeholder"),
			({"url": ""}, "Enter the address of the provider"),
		):
			with self.subTest(wrong), self.assertRaisesRegex(frappe.ValidationError, sentence):
				make_channel(**wrong)

	def test_nobody_waits_for_a_provider_longer_than_a_minute(self):
		self.assertEqual([60, 10], [make_channel(timeout_seconds=seconds).timeout_seconds for seconds in (3600, 0)])

	def test_secrets_are_not_told(self):
		channel = make_channel()
		channel.reload()
		self.assertNotIn("s3cret", frappe.as_json(channel.as_dict()))
		self.assertIn("receipts.receive?channel=Test%20SMS", channel.receipts_address)

	def test_the_nearest_channel_to_the_store_is_taken(self):
		frappe.db.set_value("C4S Message Channel", {"name": ["is", "set"]}, "enabled", 0)
		make_dealership("CHANNEL-REGION", node_kind="Region")
		store, other = make_dealership("CHANNEL-IN", parent="CHANNEL-REGION").name, make_dealership("CHANNEL-OUT").name
		for name, node in (("Test Group", None), ("Test Region", "CHANNEL-REGION"), ("Test Own", store)):
			make_channel(name, dealership=node)
		found = channels_of([store, other])
		self.assertEqual(["Test Own", "Test Group", "Test Group"], [found[of]["SMS"].name for of in (store, other, None)])
		make_channel("Test Own", enabled=0)
		self.assertEqual("Test Region", channels_of([store])[store]["SMS"].name)
