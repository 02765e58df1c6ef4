import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_survey.test_c4s_survey import make_survey

TEMPLATE = "满意度调查邀请"


def make_rule(survey=None, **overrides):
	"""A saved rule that invites to a fresh survey by SMS three days after a visit; switched on."""
	values = {
		"doctype": "C4S Invitation Rule",
		"rule_name": f"Invite {frappe.generate_hash(length=8)}",
		"survey": survey or make_survey().name,
		"trigger": "After Visit",
		"enabled": 1,
		"offset_days": 3,
		"purpose": "Follow-up and Surveys",
		"template": TEMPLATE,
		"channels": [{"channel": "SMS"}, {"channel": "Desk Task"}],
	}
	values.update(overrides)
	return frappe.get_doc(values).insert()


class TestInvitationRule(FrappeTestCase):
	def tearDown(self):
		frappe.db.rollback()

	def refuses(self, sentence: str, **values):
		with self.assertRaisesRegex(frappe.ValidationError, sentence):
			make_rule(self.survey, **values)

	def setUp(self):
		self.survey = make_survey().name

	def test_what_cannot_work_is_refused_in_one_sentence(self):
		self.refuses("Channel SMS stands twice", channels=[{"channel": "SMS"}, {"channel": "SMS"}])
		self.refuses("must declare the placeholder", template="服务后回访")
		frappe.db.set_value("C4S Message Template", TEMPLATE, "placeholders", "link\nuntil")
		self.refuses("must declare the placeholder link\\*")
		frappe.db.set_value("C4S Message Template", TEMPLATE, "placeholders", "link*\nuntil")
		self.refuses("Portal Notice carries no invitation", channels=[{"channel": "Portal Notice"}])
		self.refuses("A reminder after 14 days comes too late", remind_after_days=14, valid_days=14)
		self.refuses("The share to ask lies above 0", share_percent=101)
		self.refuses("Days of the year are month and day", trigger="Days of the Year", days_of_year="13-40")
		self.refuses("must lie between 1 and 366", valid_days=0, remind_after_days=0)

	def test_a_rule_that_is_switched_on_again_begins_today(self):
		rule = make_rule(self.survey)
		rule.db_set({"last_run_for": "2026-01-01", "on_since": "2025-12-01"})
		rule.reload()
		rule.update({"enabled": 0}).save()
		self.assertEqual("2026-01-01", str(rule.last_run_for))
		rule.update({"enabled": 1}).save()
		self.assertEqual((None, None), (rule.last_run_for, rule.on_since))
