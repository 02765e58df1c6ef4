import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_brand.test_c4s_brand import make_brand
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_vehicle_model.test_c4s_vehicle_model import make_model
from crm4s.tests.people import as_user, make_user

test_ignore = ["User"]


def make_club(dealership: str | None = None, **overrides):
	"""A saved club that everybody may join."""
	values = {"doctype": "C4S Owner Club", "club_name": f"Test {frappe.generate_hash(length=6)}", "dealership": dealership}
	return frappe.get_doc({**values, **overrides}).insert()


class TestC4SOwnerClub(FrappeTestCase):
	def tearDown(self):
		frappe.set_user("Administrator")

	def test_the_model_is_one_of_the_brand(self):
		brand = make_brand("Test Brand of Clubs").name
		with self.assertRaisesRegex(frappe.ValidationError, "is not one of"):
			make_club(brand=brand, model=make_model().name)

	def test_a_stores_club_is_written_by_the_store_and_the_groups_by_the_group(self):
		own, other = make_dealership("SEGMENT-1").name, make_dealership("SEGMENT-2").name
		group, theirs = make_club(), make_club(other)
		with as_user(make_user("CRM Manager", [own])):
			mine = make_club()
			self.assertEqual(own, mine.dealership)
			seen = frappe.get_list("C4S Owner Club", {"name": ["in", [mine.name, group.name, theirs.name]]}, pluck="name")
			self.assertEqual({mine.name, group.name}, set(seen))
			self.assertFalse(frappe.has_permission("C4S Owner Club", "write", doc=group.name))
			self.assertFalse(frappe.has_permission("C4S Owner Club", "read", doc=theirs.name))
