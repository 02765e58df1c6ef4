import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.messages.preview import preview
from crm4s.tests.masters import made_or_changed
from crm4s.tests.people import as_user, make_user

test_ignore = ["User"]
TEXT = {"channel_kind": "All Channels", "language": "zh", "subject": "保养提醒", "body": "{customer_name}您好，爱车该保养了。"}


def make_template(name: str = "测试 保养", **overrides):
	"""A template with one Chinese text for all channels."""
	return made_or_changed("C4S Message Template", name, {"template_name": name, "texts": [dict(TEXT)]}, overrides)


class TestC4SMessageTemplate(FrappeTestCase):
	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def test_placeholders_are_declared_or_always_there(self):
		make_template(placeholders="due_on\ncode*", texts=[{**TEXT, "body": "{salutation}，{due_on}到期，券码{code}"}])
		for body in ("{due_date}", "{Due On}", "{due_on", "due_on}", "{}", "{customer_name.__class__}"):
			with self.subTest(body), self.assertRaisesRegex(frappe.ValidationError, "Row 1: .* is no placeholder"):
				make_template(texts=[{**TEXT, "body": body}])
		with self.assertRaisesRegex(frappe.ValidationError, "is no placeholder"):
			make_template(texts=[{**TEXT, "subject": "{surprise}"}])

	def test_names_of_placeholders_are_plain(self):
		for line, sentence in (("Due On", "is no name of a placeholder"), ("store_name", "is always there")):
			with self.subTest(line), self.assertRaisesRegex(frappe.ValidationError, sentence):
				make_template(placeholders=line)

	def test_one_text_for_each_channel_and_language(self):
		make_template(texts=[TEXT, {**TEXT, "language": "en"}, {**TEXT, "channel_kind": "SMS"}])
		with self.assertRaisesRegex(frappe.ValidationError, "Row 2 repeats the text of All Channels in zh"):
			make_template(texts=[TEXT, TEXT])


class TestPreview(FrappeTestCase):
	def setUp(self):
		self.store = make_dealership("PREVIEW-1").name
		self.customer = make_customer(store=self.store, customer_name="李静", sex="Female").name
		texts = [{**TEXT, "body": "{salutation}您好，{due_on}到期"}, {**TEXT, "channel_kind": "SMS", "body": "短 {due_on}"}]
		self.template = make_template(placeholders="due_on", texts=texts).name

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def test_it_shows_each_text_with_a_real_customer(self):
		shown = preview(self.template, self.customer, self.store, {"due_on": "2026-03-01"})
		self.assertEqual(["李静女士您好，2026年3月1日到期", "短 2026年3月1日"], [row["text"] for row in shown])

	def test_what_has_no_value_stands_there_by_its_name(self):
		self.assertEqual("短 ‹due_on›", preview(self.template, self.customer, self.store)[1]["text"])

	def test_another_stores_customer_is_no_sample(self):
		with as_user(make_user("CRM Manager", [make_dealership("PREVIEW-2").name])), self.assertRaises(frappe.PermissionError):
			preview(self.template, self.customer)
