"""Owner clubs: who reads, writes, reports and deletes."""

import io

import frappe
from PIL import Image

from crm4s.crm4s.doctype.c4s_club_post.test_c4s_club_post import make_post
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_owner_club.test_c4s_owner_club import make_club
from crm4s.crm4s.doctype.c4s_vehicle_model.test_c4s_vehicle_model import make_model
from crm4s.portal.tests.visiting import PortalTestCase, make_viewer
from crm4s.segments import club_posts, clubs
from crm4s.tests.people import make_user

PAGE, POST = "/my/club", "C4S Club Post"


class ClubTestCase(PortalTestCase):
	def setUp(self):
		super().setUp()
		self.store = make_dealership("PORTAL-1").name
		self.moderator = make_user("CRM Manager", [self.store])
		self.club = make_club(self.store, club_name="门店露营俱乐部", moderator=self.moderator).name
		self.viewer = make_viewer(make_customer(store=self.store, customer_name="王小明").name)

	def enter(self):
		clubs.join(self.club, self.viewer.customer)

	def page(self, who=None):
		return self.get(PAGE, who or self.viewer, club=self.club)

	def write(self, **form):
		files = form.pop("files", None)
		return self.post(PAGE, "write", self.viewer, files=files, **{"club": self.club, "text": "周末去莫干山", "name_form": "hidden", **form})


class TestMembers(ClubTestCase):
	def test_only_members_get_in_and_who_joins_does(self):
		self.assertEqual(404, self.page().status)
		self.assertIn("门店露营俱乐部", self.get(PAGE, self.viewer).html)
		answer = self.post(PAGE, "join", self.viewer, join=self.club)
		self.assertEqual(303, answer.status, answer.html)
		self.assertTrue(club_posts.is_member(self.club, self.viewer.customer))
		self.assertEqual(200, self.page().status)
		self.assertEqual(303, self.post(PAGE, "leave", self.viewer, club=self.club).status)
		member = frappe.db.get_value(clubs.MEMBER, {"club": self.club, "customer": self.viewer.customer})
		frappe.db.set_value(clubs.MEMBER, member, {"since": "2026-01-01", "until": "2026-02-01"})
		self.assertEqual(404, self.page().status)

	def test_clubs_for_other_cars_and_other_stores_are_not_offered(self):
		for club in (make_club(self.store, club_name="别车俱乐部", model=make_model("T-CLUB").name), make_club(make_dealership("PORTAL-2").name, club_name="别店俱乐部")):
			self.assertNotIn(club.club_name, self.get(PAGE, self.viewer).html)
			self.assertEqual(422, self.post(PAGE, "join", self.viewer, join=club.name).status)


class TestPosts(ClubTestCase):
	def test_a_post_waits_is_published_and_shows_no_name_that_was_not_chosen(self):
		self.enter()
		answer = self.write()
		self.assertEqual(303, answer.status, answer.html)
		post = frappe.get_doc(POST, {"customer": self.viewer.customer})
		self.assertEqual(("Waiting for Review", "王**", self.viewer.user), (post.status, post.shown_name, post.owner))
		self.assertTrue(frappe.db.exists("Notification Log", {"for_user": self.moderator, "document_name": post.name}))
		reader = make_viewer(make_customer(store=self.store).name)
		clubs.join(self.club, reader.customer)
		self.assertNotIn("莫干山", self.page(reader).html)
		self.assertIn("莫干山", self.page().html)
		club_posts.publish([post.name])
		html = self.page(reader).html
		self.assertIn("莫干山", html)
		self.assertNotIn("王小明", html)

	def test_a_name_of_the_own_choice_and_a_photo(self):
		self.enter()
		self.assertEqual(422, self.write(name_form="own").status)
		picture = io.BytesIO()
		Image.new("RGB", (30, 20), "blue").save(picture, "PNG")
		self.assertEqual(303, self.write(name_form="own", shown_name="老王", files={"photo": [("x.png", picture.getvalue())]}).status)
		post = frappe.get_doc(POST, {"customer": self.viewer.customer})
		self.assertEqual("老王", post.shown_name)
		self.assertTrue(post.photo)
		self.assertIn("/my/file/", self.page().html)

	def test_who_is_no_member_neither_writes_nor_reads(self):
		post = make_post(self.club)
		club_posts.publish([post.name])
		self.assertEqual(404, self.write().status)
		for action in ("report", "delete"):
			self.assertEqual(404, self.post(PAGE, action, self.viewer, post=post.name).status)

	def test_a_refused_post_is_seen_by_its_author_with_the_reason(self):
		self.enter()
		self.write()
		post = frappe.db.get_value(POST, {"customer": self.viewer.customer})
		club_posts.refuse([post], "请勿发布广告")
		self.assertIn("请勿发布广告", self.page().html)
		reader = make_viewer(make_customer(store=self.store).name)
		clubs.join(self.club, reader.customer)
		self.assertNotIn("莫干山", self.page(reader).html)

	def test_reporting_counts_once_and_tells_the_moderator(self):
		self.enter()
		post = make_post(self.club)
		club_posts.publish([post.name])
		for _time in range(2):
			self.assertEqual(303, self.post(PAGE, "report", self.viewer, post=post.name).status)
		self.assertEqual(1, frappe.db.get_value(POST, post.name, "reports"))
		self.assertEqual(1, frappe.db.count("Notification Log", {"for_user": self.moderator, "document_name": post.name}))

	def test_only_the_author_deletes(self):
		self.enter()
		theirs = make_post(self.club)
		club_posts.publish([theirs.name])
		self.assertEqual(404, self.post(PAGE, "delete", self.viewer, post=theirs.name).status)
		self.write()
		own = frappe.db.get_value(POST, {"customer": self.viewer.customer})
		self.assertEqual(303, self.post(PAGE, "delete", self.viewer, post=own).status)
		self.assertEqual([True, False], [bool(frappe.db.exists(POST, name)) for name in (theirs.name, own)])
