import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.dms.links import NEWEST, OURS, THEIRS, link_of
from crm4s.tests.people import as_user, make_user

test_ignore = ["User"]
LINK = "C4S DMS Link"


def make_link(**values):
	"""A link with a user of its own that takes and gives all that `entities` name; customers by default."""
	values.setdefault("user", make_integration_user())
	entities = values.pop("entities", ["Customer"])
	rows = [row if isinstance(row, dict) else {"entity": row, "takes_in": 1, "gives_out": 1} for row in entities]
	return frappe.get_doc({"doctype": LINK, "link_name": f"T-{frappe.generate_hash(length=8)}", "entities": rows, **values}).insert()


def make_integration_user(stores=()) -> str:
	"""A user for one machine, who has no desk."""
	user = make_user("DMS Integration", stores)
	frappe.db.set_value("User", user, "user_type", "Website User")
	return user


class TestC4SDMSLink(FrappeTestCase):
	def setUp(self):
		frappe.db.savepoint("links")
		self.addCleanup(frappe.db.rollback, save_point="links")
		self.addCleanup(frappe.cache.delete_value, "c4s_dms_links")

	def test_what_a_link_may_not_be(self):
		store = make_dealership("DMS-EAST").name
		for values, sentence in (
			({"link_name": "DMS: one"}, "short name of letters, digits and hyphens"),
			({"user": make_user("Sales Consultant")}, "needs the role"),
			({"user": make_user(["DMS Integration", "Sales Consultant"])}, "works in the desk"),
			({"allowed_addresses": "203.0.113.0/24\n300.1.1.1"}, "300.1.1.1.* is no address or network"),
			({"entities": ["Customer", "Customer"]}, "Row 2 of .*Entities.* says the same"),
			({"stores": [{"dealership": store}] * 2}, "Row 2 of .*Stores.* says the same"),
			({"fields_of_link": [{"entity": "Customer", "our_field": "email"}] * 2}, "Row 2 of .*Fields.* says the same"),
			({"values_of_link": [{"entity": "Customer", "our_field": "sex", "given": word} for word in ("M", " m")]}, "Row 2 of .*Values.* says the same"),
		):
			with self.subTest(sentence):
				self.assertRaisesRegex(frappe.ValidationError, sentence, make_link, **values)

	def test_the_engine_sees_what_the_desk_says_at_once(self):
		link = make_link(
			entities=[{"entity": "Customer", "takes_in": 1, "fields_owned_by": OURS}, {"entity": "Lead", "gives_out": 1}],
			fields_of_link=[{"entity": "Customer", "our_field": "email", "their_path": "mail.0", "owned_by": NEWEST}],
			values_of_link=[{"entity": "Customer", "our_field": "sex", "given": "M", "ours": "Male"}],
		)
		seen = link_of(link.user)
		self.assertEqual((frozenset(["Customer"]), frozenset(["Lead"])), (seen.takes_in, seen.gives_out))
		self.assertEqual([NEWEST, OURS, THEIRS], [seen.owner("Customer", "email"), seen.owner("Customer", "sex"), seen.owner("Deal", "status")])
		self.assertEqual(("mail.0", "Male"), (seen.fields["Customer", "email"].path, seen.words["Customer", "sex", "m"]))
		self.assertEqual(f"{link.name}:7", seen.external_key("7"))
		link.update({"enabled": 0}).save()
		self.assertFalse(link_of(link.user).enabled)
		link.delete()
		self.assertIsNone(link_of(link.user))

	def test_stores_of_a_link_lie_within_those_of_its_user(self):
		east, west = (make_dealership(code).name for code in ("DMS-EAST", "DMS-WEST"))
		self.assertIsNone(link_of(make_link().user).stores_of_user())
		self.assertEqual({east}, link_of(make_link(stores=[{"dealership": east}]).user).stores_of_user())
		user = make_integration_user([east])
		self.assertEqual(set(), link_of(make_link(user=user, stores=[{"dealership": west}]).user).stores_of_user())

	def test_only_administrators_open_links(self):
		for role, may in (("Administrator", True), ("DMS Integration", False), ("Dealer Manager", False)):
			with as_user(make_user(role)):
				self.assertEqual(may, bool(frappe.has_permission(LINK, "read")), role)
