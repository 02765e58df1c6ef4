"""Offers and advice that an editor publishes, and what is taken out of them."""

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, nowdate

from crm4s.portal.plain_html import plain_html
from crm4s.portal.tests.visiting import PortalTestCase, make_viewer

PAGE = "/my/offers"


def make_article(title: str, **overrides):
	"""A published post with its category and writer."""
	category = overrides.pop("category", "门户文章")
	if not frappe.db.exists("Blog Category", {"title": category}):
		frappe.get_doc({"doctype": "Blog Category", "title": category}).insert()
	if not frappe.db.exists("Blogger", "portal-editor"):
		frappe.get_doc({"doctype": "Blogger", "short_name": "portal-editor", "full_name": "编辑"}).insert()
	values = {"title": title, "blog_category": frappe.db.get_value("Blog Category", {"title": category}), "blogger": "portal-editor"}
	values.update(published=1, published_on=nowdate(), content_type="Rich Text", content="<p>正文</p>", blog_intro="简介", **overrides)
	return frappe.get_doc({"doctype": "Blog Post", **values}).insert()


class TestOffers(PortalTestCase):
	def test_what_is_published_is_read_by_everybody(self):
		post, draft = make_article("冬季用车要点"), make_article("草稿文章", meta_title="x")
		frappe.db.set_value("Blog Post", draft.name, "published", 0)
		for who in (None, make_viewer()):
			html = self.get(PAGE, who).html
			self.assertIn("冬季用车要点", html)
			self.assertNotIn("草稿文章", html)
			self.assertIn("<p>正文</p>", self.get(PAGE, who, read=post.name).html)
			self.assertEqual([404, 404], [self.get(PAGE, who, read=name).status for name in (draft.name, "no-such")])

	def test_one_for_tomorrow_waits_until_then(self):
		post = make_article("明天的优惠")
		frappe.db.set_value("Blog Post", post.name, "published_on", add_days(nowdate(), 1))
		self.assertNotIn("明天的优惠", self.get(PAGE).html)

	def test_only_the_chosen_category_is_shown(self):
		other = make_article("招聘启事", category="别的栏目")
		mine = make_article("保养优惠")
		frappe.db.set_single_value("C4S Settings", "portal_offers_category", mine.blog_category)
		frappe.clear_document_cache("C4S Settings", "C4S Settings")
		self.addCleanup(frappe.clear_document_cache, "C4S Settings", "C4S Settings")
		html = self.get(PAGE).html
		self.assertIn("保养优惠", html)
		self.assertNotIn("招聘启事", html)
		self.assertEqual(404, self.get(PAGE, read=other.name).status)


class TestPlainHtml(FrappeTestCase):
	def test_nothing_runs_dresses_itself_or_loads_from_elsewhere(self):
		for text, left in (
			("<p onclick='x()' style='color:red' class='a'>甲</p>", "<p>甲</p>"),
			("<script>alert(1)</script><p>乙</p>", "<p>乙</p>"),
			("<style>p{}</style>丙", "丙"),
			("<svg><script>x</script></svg>丁", "丁"),
			("<a href='javascript:x()'>戊</a>", '<a href="#" rel="noopener noreferrer">戊</a>'),
			("<a href='java\nscript:x()'>戊</a>", None),
			("<img src='https://spy.example/x.png' onerror=x()>", '<img src="" alt="" loading="lazy">'),
			("<img src='/files/a.jpg' alt='\"><script>'>", '<img src="/files/a.jpg" alt="&quot;&gt;&lt;script&gt;" loading="lazy">'),
			("<div><p>己</div>", "<p>己</p>"),
			("<h1>题</h1>", "<h2>题</h2>"),
			("&lt;script&gt;", "&lt;script&gt;"),
		):
			found = plain_html(text)
			if left is not None:
				self.assertEqual(left, found)
			self.assertNotIn("script:", found.replace("\n", ""))
