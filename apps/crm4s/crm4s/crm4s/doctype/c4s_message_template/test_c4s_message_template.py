from frappe.tests.utils import FrappeTestCase

from crm4s.tests.masters import made_or_changed

TEXT = {"channel_kind": "All Channels", "language": "zh", "subject": "保养提醒", "body": "{customer_name}您好，爱车该保养了。"}


def make_template(name: str = "测试 保养", **overrides):
	"""A template with one Chinese text for all channels."""
	return made_or_changed("C4S Message Template", name, {"template_name": name, "texts": [dict(TEXT)]}, overrides)


class TestC4SMessageTemplate(FrappeTestCase):
	def test_it_is_made(self):
		self.assertEqual(1, len(make_template().texts))
