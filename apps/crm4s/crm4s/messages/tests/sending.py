"""A customer with a car who can be written to, and everything that a message to him needs."""

import json

import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_consent.test_c4s_consent import make_consent
from crm4s.crm4s.doctype.c4s_contact_purpose.test_c4s_contact_purpose import make_purpose
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_message_channel.test_c4s_message_channel import make_channel
from crm4s.crm4s.doctype.c4s_message_template.test_c4s_message_template import make_template
from crm4s.messages import worker
from crm4s.messages.outbox import Wish, queue
from crm4s.messages.tests.gateway import Gateway

PURPOSE = "Test Purpose"
BODY = json.dumps({"mobile": "{national_address}", "content": "{text}", "ref": "{key}"})
SMS = {
	"body": BODY,
	"success_path": "code",
	"success_values": "0",
	"later_values": "17",
	"id_path": "data.id",
	"error_path": "msg",
	"timeout_seconds": 2,
	"enabled": 1,
	"knows_keys": 0,
	"most_attempts": 3,
	"first_wait_seconds": 60,
	"rate_per_minute": 0,
	"daily_cap": 0,
	"signature": "",
	"unsubscribe_line": "",
	"headers": "",
	"token_url": "",
	"key_header": "Idempotency-Key",
}


class SendingTestCase(FrappeTestCase):
	"""No other channel is switched on and no quiet time holds; rolled back."""

	def setUp(self):
		frappe.db.delete("C4S Quiet Time")
		frappe.db.set_value("C4S Message Channel", {"name": ["is", "set"]}, "enabled", 0)
		frappe.db.delete("C4S Message")
		self.gateway = Gateway()
		self.addCleanup(self.gateway.close)
		self.store = make_dealership("SENDING-1", dealership_name="北京朝阳店").name
		self.phone = "+86138" + str(10_000_000 + int(frappe.generate_hash(length=5), 16) % 80_000_000)
		self.customer = make_customer(self.phone, customer_name="李静", store=self.store).name
		self.purpose = make_purpose(PURPOSE, needs_consent=0, most_messages=0, enabled=1, ignores_quiet_times=1, ignores_suppression=0).name
		self.template = make_template("测试 保养", enabled=1).name
		self.channel = make_channel("Test SMS", url=self.gateway.url + "/send", **SMS)

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def change(self, document, **values):
		"""The document saved with other values."""
		document = frappe.get_doc(document.doctype, document.name)
		return document.update(values).save()

	def change_purpose(self, **values):
		return self.change(frappe.get_doc("C4S Contact Purpose", self.purpose), **values)

	def wish(self, **overrides) -> str:
		"""Queue a message; its name."""
		values = {
			"source_key": frappe.generate_hash(length=20),
			"customer": self.customer,
			"purpose": self.purpose,
			"channels": ("SMS",),
			"template": self.template,
			"dealership": self.store,
		}
		wish = Wish(**{**values, **overrides})
		queue([wish])
		return frappe.db.get_value("C4S Message", {"source_key": wish.source_key})

	def consent(self, decision: str = "Given", **overrides):
		return make_consent(overrides.pop("customer", self.customer), decision, **overrides)

	def run_worker(self, seconds: float = 20) -> None:
		worker.send_due(seconds)

	def message(self, name: str):
		return frappe.get_doc("C4S Message", name)

	def sent(self, **overrides):
		"""A message after one pass of the worker."""
		name = self.wish(**overrides)
		self.run_worker()
		return self.message(name)
