import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.messages.facts import quiet_times_of
from crm4s.messages.quiet import QuietTime
from crm4s.tests.people import as_user, make_user

test_ignore = ["User"]


def make_quiet_time(**overrides):
	"""From 21:00 until 9:00 every day, for the whole group."""
	values = {"doctype": "C4S Quiet Time", "title": f"夜间 {frappe.generate_hash(length=8)}", "quiet_from": "21:00", "quiet_until": "09:00"}
	return frappe.get_doc({**values, **overrides}).insert()


class TestC4SQuietTime(FrappeTestCase):
	def setUp(self):
		frappe.db.delete("C4S Quiet Time")
		make_dealership("QUIET-REGION", node_kind="Region")
		self.inside = make_dealership("QUIET-IN", parent="QUIET-REGION").name
		self.outside = make_dealership("QUIET-OUT").name

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def test_a_store_has_its_own_those_of_its_region_and_of_the_group(self):
		make_quiet_time()
		make_quiet_time(dealership="QUIET-REGION", weekday="Sunday", whole_day=1)
		make_quiet_time(dealership="QUIET-IN", first_day="2026-10-01", last_day="2026-10-07", quiet_from="12:00", quiet_until="14:00")
		make_quiet_time(dealership="QUIET-OUT", enabled=0)
		of_group = QuietTime(21 * 60, 9 * 60)
		found = quiet_times_of([self.inside, self.outside])
		self.assertEqual([of_group], found[self.outside])
		self.assertEqual([of_group], found[None])
		self.assertEqual(3, len(found[self.inside]))
		self.assertIn(QuietTime(weekday=6), found[self.inside])

	def test_what_does_not_fit_is_refused(self):
		for wrong in ({"quiet_until": "21:00"}, {"first_day": "2026-10-02", "last_day": "2026-10-01"}):
			with self.subTest(wrong), self.assertRaises(frappe.ValidationError):
				make_quiet_time(**wrong)

	def test_a_manager_writes_those_of_his_store_only(self):
		group = make_quiet_time()
		with as_user(make_user("Dealer Manager", [self.inside])):
			self.assertTrue(frappe.get_list("C4S Quiet Time", {"name": group.name}))
			make_quiet_time(dealership=self.inside)
			for values in ({"dealership": self.outside}, {}):
				with self.assertRaises(frappe.PermissionError):
					make_quiet_time(**values)
			with self.assertRaises(frappe.PermissionError):
				frappe.get_doc("C4S Quiet Time", group.name).save()
