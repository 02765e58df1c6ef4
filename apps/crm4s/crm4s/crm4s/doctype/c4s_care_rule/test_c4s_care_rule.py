import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import getdate

from crm4s.care.triggers import TRIGGERS
from crm4s.tests.people import as_user, make_user

PURPOSE = "Maintenance Reminder"


def make_rule(trigger: str = "Birthday", **overrides):
	"""A saved, enabled rule by which somebody calls."""
	values = {
		"doctype": "C4S Care Rule",
		"rule_name": f"Test {frappe.generate_hash(length=8)}",
		"trigger": trigger,
		"enabled": 1,
		"purpose": PURPOSE,
		"channels": [{"channel": "Desk Task"}],
		**overrides,
	}
	values["channels"] = [{"channel": row} if isinstance(row, str) else row for row in values["channels"]]
	return frappe.get_doc(values).insert(ignore_permissions=True)


class TestC4SCareRule(FrappeTestCase):
	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def refused(self, sentence: str):
		return self.assertRaisesRegex(frappe.ValidationError, sentence)

	def test_every_trigger_of_the_list_is_known_to_the_run(self):
		options = frappe.get_meta("C4S Care Rule").get_field("trigger").options.split("\n")
		self.assertEqual(sorted(options), sorted(TRIGGERS))

	def test_a_trigger_asks_for_what_it_needs(self):
		for trigger, sentence in (
			("Festival", "needs Festival"),
			("No Visit for Months", "needs Months"),
			("Low Score", "needs Score Below"),
		):
			with self.subTest(trigger), self.refused(sentence):
				make_rule(trigger)
		with self.refused("needs Every Days"):
			make_rule("Waiting for Delivery", every_days=0)

	def test_a_condition_names_a_field_that_exists_and_a_value_of_it(self):
		with self.refused("Customer has no field shoe_size"):
			make_rule(filters=[{"about": "Customer", "fieldname": "shoe_size", "operator": "=", "value": "43"}])
		with self.refused("has no field phones that can be compared"):
			make_rule(filters=[{"about": "Customer", "fieldname": "phones", "operator": "is set"}])
		with self.refused("many is no value of Workshop Visits"):
			make_rule(filters=[{"about": "Customer", "fieldname": "service_count", "operator": ">", "value": "many"}])
		with self.refused("The condition on Sex needs a value"):
			make_rule(filters=[{"about": "Customer", "fieldname": "sex", "operator": "="}])

	def test_messages_need_a_template_and_each_channel_stands_once(self):
		with self.refused("needs a message template"):
			make_rule(channels=["SMS", "Desk Task"])
		with self.refused("stands twice"):
			make_rule(channels=["Desk Task", "Desk Task"])

	def test_numbers_of_days_are_within_reason(self):
		with self.refused("must not be more than 366"):
			make_rule(offset_days=-400)
		with self.refused("Catch Up Days must lie between"):
			make_rule(catch_up_days=1000)
		with self.refused("Valid Until must not lie before"):
			make_rule(valid_from="2026-12-01", valid_until="2026-11-01")
		with self.refused("whole years"):
			make_rule("Inspection Due", car_ages="2, four")

	def test_a_form_does_not_take_back_the_day_of_the_last_run(self):
		rule = make_rule()
		frappe.db.set_value("C4S Care Rule", rule.name, "last_run_for", "2026-11-20")
		rule.reload()
		rule.last_run_for = "2026-01-01"
		rule.save()
		self.assertEqual(getdate("2026-11-20"), getdate(rule.last_run_for))

	def test_what_was_due_while_it_was_switched_off_is_not_made_up_for(self):
		rule = make_rule(enabled=0)
		frappe.db.set_value("C4S Care Rule", rule.name, "last_run_for", "2026-11-01")
		rule.reload()
		rule.enabled = 1
		rule.save()
		self.assertIsNone(rule.last_run_for)

	def test_administrators_write_rules_and_those_who_work_with_them_read(self):
		rule = make_rule().name
		for role, may_read, may_write in (("Administrator", 1, 1), ("CRM Manager", 1, 0), ("CRM Specialist", 1, 0), ("Technician", 0, 0)):
			with self.subTest(role), as_user(make_user(role)):
				rights = (frappe.has_permission("C4S Care Rule", "read", rule), frappe.has_permission("C4S Care Rule", "write", rule))
				self.assertEqual((bool(may_read), bool(may_write)), rights)
