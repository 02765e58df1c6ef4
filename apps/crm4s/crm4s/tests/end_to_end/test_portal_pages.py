"""Every page of the portal in a browser, on a phone and wide: accessible, within the screen, without an error; and small on the first visit.

The pages come from the table of routes, so a new one is looked at by itself; one with a name of a new kind fails until the tests make such a document.
"""

import re

import frappe

from crm4s.portal import links, people, routes
from crm4s.portal.viewer import FAMILY
from crm4s.portal.tests.documents import make_one_of_each
from crm4s.tests.end_to_end.browser import PHONE, BrowserTestCase

WIDE = {"width": 1280, "height": 800}
# Not pages: what the browser loads by itself.
NO_PAGES = {"my/manifest.webmanifest", "my/worker.js", "my/file/<file>"}
LARGEST_FIRST_PAGE = 150 * 1024
GRAVE = ("serious", "critical")


class TestPortalPages(BrowserTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.names = make_one_of_each()
		customer = cls.names["C4S Customer"]
		cls.link = {size: links.make(customer) for size in ("phone", "wide")}
		# By the page that it opens: what stands in an address and is no document.
		cls.tokens = {"my/enter/<token>": links.make(customer).rsplit("/", 1)[1], "my/me/join/<token>": people.invitation_to(people.Grant(customer, FAMILY, None))}
		frappe.db.commit()

	def test_on_a_phone(self):
		self.look_at_all("phone", PHONE)

	def test_on_a_wide_screen(self):
		self.look_at_all("wide", WIDE)

	def look_at_all(self, size: str, viewport: dict) -> None:
		with self.window(viewport) as desk:
			page = desk.page
			page.goto(links_path(self.link[size]))
			page.locator("form button.button").click()
			page.wait_for_url("**/my")
			self.look_at(desk, self.addresses(), size)

	def test_as_a_guest_on_a_phone(self):
		with self.window(PHONE) as desk:
			self.look_at(desk, self.addresses(for_guests=True), "guest")

	def look_at(self, desk, paths: list[str], size: str) -> None:
		from axe_playwright_python.sync_playwright import Axe

		self.assertTrue(paths)
		for path in paths:
			with self.subTest(path=path):
				self.assertEqual(200, desk.page.goto(path).status)
				self.assertLessEqual(desk.page.evaluate("document.documentElement.scrollWidth - innerWidth"), 0, "it is wider than the screen")
				found = Axe().run(desk.page).response["violations"]
				self.assertEqual([], [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in GRAVE])
				desk.picture(f"portal-{size}-{re.sub(r'[^a-z-]+', '-', path)}")
		self.assertEqual([], desk.problems)

	def addresses(self, for_guests: bool = False) -> list[str]:
		pages = {path: page for path, page in routes.pages().items() if path not in NO_PAGES and (page.guests or not for_guests)}
		return ["/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda name, path=path, page=page: self.named(path, page, name[1]), path) for path, page in pages.items()]

	def named(self, path: str, page: routes.Page, argument: str) -> str:
		doctype = page.names.get(argument)
		known = self.names.get(doctype) if doctype else self.tokens.get(path)
		self.assertIsNotNone(known, f"{argument} of {path}: make one here or in crm4s.portal.tests.documents, so that the page is looked at")
		return known

	def test_the_first_page_is_small(self):
		with self.window(PHONE) as desk:
			sizes = []
			desk.page.on("requestfinished", lambda request: sizes.append(sum(request.sizes()[part] for part in ("responseBodySize", "responseHeadersSize"))))
			desk.page.goto("/my/sign-in", wait_until="networkidle")
			self.assertLess(sum(sizes), LARGEST_FIRST_PAGE)


def links_path(url: str) -> str:
	"""The path of a link; the test's server has another address than the site believes."""
	return "/my/enter/" + url.rsplit("/", 1)[1]
