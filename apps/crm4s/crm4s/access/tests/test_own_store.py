import frappe
from frappe.desk.search import search_link
from frappe.tests.utils import FrappeTestCase

from crm4s.access.own_store import own_store
from crm4s.boot import offer_own_store
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.tests.people import as_user, assign, make_user

QUERY = "crm4s.access.own_store.search"


def offered(text: str = "T-OWN", **options) -> list[str]:
	"""The stores that a form offers to the current user for this text."""
	frappe.response.pop("results", None)
	options = {"query": QUERY, "filters": {"is_group": 0}, "ignore_user_permissions": 1, **options}
	# One version answers, the other writes the answer into the response.
	rows = search_link("C4S Dealership", text, **options) or frappe.response.get("results", [])
	return [row["value"] for row in rows]


class TestOwnStore(FrappeTestCase):
	"""T-OWN-1 and T-OWN-2 are outlets of the region T-OWN-R, T-OWN-3 is not."""

	def setUp(self):
		make_dealership("T-OWN-R", node_kind="Region", is_group=1)
		for name in ("T-OWN-1", "T-OWN-2"):
			make_dealership(name, parent_c4s_dealership="T-OWN-R")
		make_dealership("T-OWN-3")
		self.user = make_user("Receptionist", ["T-OWN-1"])

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def boot(self) -> frappe._dict:
		bootinfo = frappe._dict(user=frappe._dict(defaults={}))
		offer_own_store(bootinfo)
		return bootinfo

	def test_a_field_offers_the_stores_of_the_user_only(self):
		with as_user(self.user):
			self.assertEqual(["T-OWN-1"], offered())
		assign(self.user, "T-OWN-3")
		with as_user(self.user):
			self.assertEqual({"T-OWN-1", "T-OWN-3"}, set(offered()))

	def test_an_area_is_offered_its_outlets_and_the_group_all(self):
		frappe.db.delete("User Permission", {"user": self.user})
		assign(self.user, "T-OWN-R")
		with as_user(self.user):
			self.assertEqual({"T-OWN-1", "T-OWN-2"}, set(offered()))
		self.assertEqual({"T-OWN-1", "T-OWN-2", "T-OWN-3"}, set(offered()))

	def test_a_store_is_found_by_its_name_as_well_and_nothing_by_another_text(self):
		frappe.db.set_value("C4S Dealership", "T-OWN-1", "dealership_name", "浦东测试店")
		with as_user(self.user):
			self.assertEqual(["T-OWN-1"], offered("浦东测试"))
			self.assertEqual([], offered("T-OWN-3"))

	def test_somebody_without_a_store_is_offered_none(self):
		frappe.db.delete("User Permission", {"user": self.user})
		frappe.clear_cache(user=self.user)
		with as_user(self.user):
			self.assertEqual([], offered())
			self.assertEqual({"whole_group": False, "names": []}, self.boot().c4s_own_stores)

	def test_new_forms_begin_with_the_default_store(self):
		assign(self.user, "T-OWN-3")
		with as_user(self.user):
			self.assertEqual("T-OWN-1", self.boot().user.defaults["dealership"])
			self.assertEqual(["T-OWN-1", "T-OWN-3"], self.boot().c4s_own_stores["names"])

	def test_several_stores_without_a_default_leave_the_choice_to_the_user(self):
		frappe.db.set_value("User Permission", {"user": self.user}, "is_default", 0)
		assign(self.user, "T-OWN-3")
		with as_user(self.user):
			self.assertIsNone(own_store())
			self.assertNotIn("dealership", self.boot().user.defaults)

	def test_whoever_works_for_the_group_counts_all_stores(self):
		stores = self.boot().c4s_own_stores
		self.assertTrue(stores["whole_group"])
		self.assertLess({"T-OWN-1", "T-OWN-2", "T-OWN-3"}, set(stores["names"]))
