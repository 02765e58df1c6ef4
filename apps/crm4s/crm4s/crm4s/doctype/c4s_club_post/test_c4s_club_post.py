import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_owner_club.test_c4s_owner_club import make_club
from crm4s.segments import club_posts, clubs
from crm4s.tests.people import as_user, make_user

test_ignore = ["User"]
POST = "C4S Club Post"


def make_post(club: str | None = None, customer: str | None = None, **overrides):
	"""A saved post of a member that waits to be published."""
	club, customer = club or make_club().name, customer or make_customer().name
	if not club_posts.is_member(club, customer):
		clubs.join(club, customer)
	values = {"doctype": POST, "club": club, "customer": customer, "shown_name": "王**", "text": "周末一起去露营吧"}
	return frappe.get_doc({**values, **overrides}).insert(ignore_permissions=True)


class TestC4SClubPost(FrappeTestCase):
	def tearDown(self):
		frappe.set_user("Administrator")

	def test_only_members_write_and_a_new_post_waits(self):
		post = make_post(status="Published", reports=9)
		self.assertEqual(("Waiting for Review", 0, "周末一起去露营吧"), (post.status, post.reports, post.title))
		club, leaver = make_club().name, make_customer().name
		member = clubs.join(club, leaver)
		frappe.db.set_value(clubs.MEMBER, member, {"since": "2026-01-01", "until": "2026-02-01"})
		with self.assertRaisesRegex(frappe.ValidationError, "Only members write"):
			frappe.get_doc({"doctype": POST, "club": club, "customer": leaver, "text": "我还在吗"}).insert()

	def test_it_is_published_and_refused_by_the_actions_only(self):
		post = make_post()
		post.update({"status": "Published"}).save()
		self.assertEqual("Waiting for Review", frappe.db.get_value(POST, post.name, "status"))
		self.assertEqual((1, 0), (club_posts.publish([post.name]), club_posts.publish([post.name])))
		self.assertEqual(("Published", "Administrator"), frappe.db.get_value(POST, post.name, ["status", "decided_by"]))
		with self.assertRaisesRegex(frappe.MandatoryError, "Say why"):
			club_posts.refuse([post.name], " ")
		club_posts.refuse([post.name], "广告")
		self.assertEqual(("Refused", "广告"), frappe.db.get_value(POST, post.name, ["status", "reason"]))

	def test_a_member_reports_once(self):
		post, reader = make_post(), make_customer().name
		self.assertEqual((True, False), (club_posts.report(post.name, reader), club_posts.report(post.name, reader)))
		self.assertEqual(1, frappe.db.get_value(POST, post.name, "reports"))

	def test_a_store_decides_about_posts_of_clubs_that_it_sees(self):
		own, other = make_dealership("SEGMENT-1").name, make_dealership("SEGMENT-2").name
		mine, theirs = make_post(make_club(own).name), make_post(make_club(other).name)
		with as_user(make_user("CRM Manager", [own])):
			self.assertEqual([mine.name], frappe.get_list(POST, {"name": ["in", [mine.name, theirs.name]]}, pluck="name"))
			self.assertEqual(1, club_posts.publish([mine.name]))
			with self.assertRaises(frappe.PermissionError):
				club_posts.publish([theirs.name])
		with as_user(make_user("Service Advisor", [own])), self.assertRaises(frappe.PermissionError):
			club_posts.refuse([mine.name], "不合适")
