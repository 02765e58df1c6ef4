import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.tests.lookups import LookupTests
from crm4s.tests.masters import made_or_changed


def make_purpose(name: str = "Test Purpose", **overrides):
	"""A purpose that needs no consent, has no limit and knows no quiet times."""
	values = {"purpose": name, "needs_consent": 0, "ignores_quiet_times": 1, "keep_days": 0, "within_days": 30}
	return made_or_changed("C4S Contact Purpose", name, values, overrides)


class TestC4SContactPurpose(LookupTests, FrappeTestCase):
	lookup = "C4S Contact Purpose"
	standard = "Maintenance Reminder"

	def test_a_limit_says_within_how_many_days(self):
		with self.assertRaisesRegex(frappe.ValidationError, "within how many days"):
			make_purpose(most_messages=2, within_days=0)

	def test_what_needs_consent_does_not_reach_suppressed_addresses(self):
		self.assertEqual(0, make_purpose(needs_consent=1, ignores_suppression=1).ignores_suppression)
