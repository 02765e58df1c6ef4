import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.access.stores import stores_of
from crm4s.tests.masters import made_or_changed
from crm4s.tests.people import as_user, make_user


def make_dealership(code: str, **overrides):
	"""The outlet with this code and these values, made if it is not there; `parent` is short for the node above it."""
	if "parent" in overrides:
		overrides["parent_c4s_dealership"] = overrides.pop("parent")
	values = {"dealership_code": code, "dealership_name": f"测试店 {code}", "node_kind": "Outlet", "city": "上海市"}
	if overrides.get("node_kind", "Outlet") == "Outlet":
		values["outlet_type"] = "4S Store"
	return made_or_changed("C4S Dealership", code, values, overrides)


class TestC4SDealership(FrappeTestCase):
	def tearDown(self):
		frappe.db.rollback()

	def test_an_outlet_stands_below_a_region_of_a_group(self):
		group = make_dealership("T-GROUP", node_kind="Group")
		region = make_dealership("T-REGION", node_kind="Region", parent=group.name)
		outlet = make_dealership("T-OUTLET", parent=region.name)
		outlet.reload()
		self.assertEqual([region.name, group.name], outlet.get_ancestors())
		self.assertEqual((1, 1, 0), (group.is_group, region.is_group, outlet.is_group))

	def test_nothing_stands_below_an_outlet(self):
		make_dealership("T-OUTLET")
		with self.assertRaisesRegex(
			frappe.ValidationError, "测试店 T-BELOW is of the kind Outlet and cannot stand below 测试店 T-OUTLET, which is of the kind Outlet."
		):
			make_dealership("T-BELOW", parent="T-OUTLET")

	def test_a_group_does_not_stand_below_a_region(self):
		make_dealership("T-REGION", node_kind="Region")
		with self.assertRaisesRegex(frappe.ValidationError, "of the kind Group and cannot stand below"):
			make_dealership("T-GROUP", node_kind="Group", parent="T-REGION")

	def test_a_region_with_outlets_does_not_become_an_outlet(self):
		region = make_dealership("T-REGION", node_kind="Region")
		make_dealership("T-OUTLET", parent="T-REGION")
		region.reload()
		region.update({"node_kind": "Outlet", "outlet_type": "4S Store"})
		with self.assertRaisesRegex(frappe.ValidationError, "cannot become an outlet while 测试店 T-OUTLET stands below it"):
			region.save()

	def test_an_outlet_needs_its_type(self):
		with self.assertRaisesRegex(frappe.ValidationError, "needs an outlet type"):
			make_dealership("T-OUTLET", outlet_type=None)

	def test_a_region_keeps_nothing_that_only_outlets_have(self):
		region = make_dealership(
			"T-REGION",
			node_kind="Region",
			outlet_type="4S Store",
			opening_hours=[{"weekday": "Monday", "opens": "09:00", "closes": "18:00"}],
		)
		self.assertFalse(region.outlet_type)
		self.assertEqual([], region.opening_hours)

	def test_coordinates_are_degrees(self):
		with self.assertRaisesRegex(frappe.ValidationError, "Latitude must lie between -90 and 90 degrees, but is 121.4"):
			make_dealership("T-OUTLET", latitude=121.4, longitude=31.2)
		with self.assertRaisesRegex(frappe.ValidationError, "Longitude must lie between -180 and 180 degrees"):
			make_dealership("T-OUTLET", latitude=31.2, longitude=1121.4)
		with self.assertRaisesRegex(frappe.ValidationError, "Latitude and longitude belong together"):
			make_dealership("T-OUTLET", latitude=31.2)
		self.assertEqual(121.473701, make_dealership("T-OUTLET", latitude=31.230416, longitude=121.473701).longitude)

	def test_opening_hours_may_leave_a_break_but_not_overlap(self):
		morning = {"weekday": "Monday", "opens": "09:00", "closes": "12:00"}
		self.assertEqual(
			2, len(make_dealership("T-1", opening_hours=[morning, {"weekday": "Monday", "opens": "13:00", "closes": "18:00"}]).opening_hours)
		)
		with self.assertRaisesRegex(frappe.ValidationError, "Opening hours on Monday overlap"):
			make_dealership("T-2", opening_hours=[morning, {"weekday": "Monday", "opens": "11:30", "closes": "18:00"}])
		with self.assertRaisesRegex(frappe.ValidationError, "row 1 must close later than they open"):
			make_dealership("T-3", opening_hours=[{"weekday": "Monday", "opens": "18:00", "closes": "9:00"}])

	def test_phones_are_kept_in_one_form(self):
		self.assertEqual("+862165529988", make_dealership("T-OUTLET", phone="021-6552 9988").phone)

	def test_an_outlet_opened_below_a_users_region_is_the_users_store_at_once(self):
		make_dealership("T-REGION", node_kind="Region")
		user = make_user("Dealer Manager", ["T-REGION"])
		self.assertEqual(["T-REGION"], stores_of(user))
		make_dealership("T-NEW", parent="T-REGION")
		self.assertEqual(["T-NEW", "T-REGION"], stores_of(user))

	def test_an_outlet_moved_to_another_region_is_no_longer_the_users_store(self):
		make_dealership("T-EAST", node_kind="Region")
		make_dealership("T-WEST", node_kind="Region")
		outlet = make_dealership("T-OUTLET", parent="T-EAST")
		user = make_user("Dealer Manager", ["T-EAST"])
		self.assertEqual(["T-EAST", "T-OUTLET"], stores_of(user))
		outlet.reload()
		outlet.parent_c4s_dealership = "T-WEST"
		outlet.save()
		self.assertEqual(["T-EAST"], stores_of(user))

	def test_only_those_who_run_the_group_change_the_tree(self):
		make_dealership("T-OUTLET")
		for role, may_write in (("Dealer Manager", False), ("Sales Consultant", False), ("Group Manager", True), ("Administrator", True)):
			with self.subTest(role), as_user(make_user(role)):
				self.assertTrue(frappe.has_permission("C4S Dealership", "read", "T-OUTLET"))
				self.assertEqual(may_write, frappe.has_permission("C4S Dealership", "write", "T-OUTLET"))
