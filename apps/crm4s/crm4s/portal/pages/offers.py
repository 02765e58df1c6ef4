"""Offers and advice: what an editor publishes as blog posts, in the portal's own style."""

import frappe
from frappe import _
from frappe.utils import md_to_html, nowdate
from markupsafe import Markup

from crm4s.portal import own
from crm4s.portal.plain_html import plain_html
from crm4s.portal.routes import page
from crm4s.portal.viewer import Viewer
from crm4s.settings import setting

PATH, POST = "my/offers", "Blog Post"
MOST_SHOWN = 30
CONTENT = {"Markdown": "content_md", "HTML": "content_html"}


@page(PATH, "offers.html", guests=True)
def show(viewer: Viewer | None, context):
	"""The list, or with `read` in the address one of its posts."""
	posts, wanted = published(), frappe.form_dict.get("read")
	if not wanted:
		context.update(tab="home", title=_("Offers and Advice"), posts=posts, post=None)
		return
	post = next((row for row in posts if row.name == wanted), None)
	if not post:
		raise own.NotYoursError
	context.update(tab="home", title=post.title, posts=[], post=post, content=Markup(_content(post.name)))


def published() -> list:
	"""Posts that are public today, those that are featured and the newest first."""
	filters: dict = {"published": 1, "published_on": ["<=", nowdate()]}
	if category := setting("portal_offers_category"):
		filters["blog_category"] = category
	fields = ["name", "title", "blog_intro", "meta_image", "published_on", "featured"]
	return frappe.get_all(POST, filters, fields, order_by="featured desc, published_on desc, name", limit=MOST_SHOWN)


def _content(name: str) -> str:
	row = frappe.db.get_value(POST, name, ["content_type", "content", "content_md", "content_html"], as_dict=True)
	text = row[CONTENT.get(row.content_type, "content")] or ""
	return plain_html(md_to_html(text) or "" if row.content_type == "Markdown" else text)
