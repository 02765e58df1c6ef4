import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, getdate, nowdate

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_owner_club.test_c4s_owner_club import make_club
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.segments import clubs
from crm4s.tests.people import as_user, make_user

test_ignore = ["User"]


class TestC4SOwnerClubMember(FrappeTestCase):
	def tearDown(self):
		frappe.set_user("Administrator")

	def refused(self, sentence: str, error=frappe.ValidationError):
		return self.assertRaisesRegex(error, sentence)

	def test_a_customer_is_in_a_club_once_and_comes_back_into_the_same_row(self):
		club, customer = make_club().name, make_customer().name
		member = clubs.join(club, customer)
		with self.refused("in the club already", frappe.UniqueValidationError):
			frappe.get_doc({"doctype": "C4S Owner Club Member", "club": club, "customer": customer, "since": nowdate()}).insert()
		clubs.leave(member)
		self.assertEqual(getdate(nowdate()), getdate(frappe.db.get_value("C4S Owner Club Member", member, "until")))
		frappe.db.set_value("C4S Owner Club Member", member, {"since": add_days(nowdate(), -90), "until": add_days(nowdate(), -30)})
		self.assertEqual(member, clubs.join(club, customer))
		since, until = frappe.db.get_value("C4S Owner Club Member", member, ["since", "until"])
		self.assertEqual((getdate(nowdate()), None), (getdate(since), until))

	def test_only_owners_of_the_clubs_car_join_and_only_an_active_club_takes_them(self):
		customer = make_customer().name
		car = make_vehicle(current_owner=customer)
		club = make_club(model=car.model).name
		with self.refused("Only who owns"):
			clubs.join(club, make_customer().name)
		clubs.join(club, customer)
		with self.refused("takes no members now"):
			clubs.join(make_club(active=0).name, customer)

	def test_it_does_not_end_before_it_begins(self):
		member = frappe.get_doc("C4S Owner Club Member", clubs.join(make_club().name, make_customer().name))
		member.until = add_days(nowdate(), -1)
		with self.refused("cannot end before it begins"):
			member.save()

	def test_a_store_sees_and_enters_its_own_customers_in_clubs_that_it_sees(self):
		own, other = make_dealership("SEGMENT-1").name, make_dealership("SEGMENT-2").name
		group, theirs = make_club().name, make_club(other).name
		mine, stranger = make_customer(store=own).name, make_customer(store=other).name
		made = {(club, who): clubs.join(club, who) for club in (group, theirs) for who in (mine, stranger)}
		newcomer = make_customer(store=own).name
		with as_user(make_user("CRM Specialist", [own])):
			self.assertEqual([made[group, mine]], frappe.get_list("C4S Owner Club Member", {"name": ["in", list(made.values())]}, pluck="name"))
			for (club, who), name in made.items():
				self.assertEqual((club, who) == (group, mine), bool(frappe.has_permission("C4S Owner Club Member", "write", doc=name)))
			clubs.join(group, newcomer)
			with self.assertRaises(frappe.PermissionError):
				clubs.join(theirs, newcomer)
			with self.assertRaises(frappe.PermissionError):
				clubs.join(make_club_as_admin(), make_customer_as_admin(other))


def make_club_as_admin() -> str:
	with as_user("Administrator"):
		return make_club().name


def make_customer_as_admin(store: str) -> str:
	with as_user("Administrator"):
		return make_customer(store=store).name
