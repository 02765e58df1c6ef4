"""Every page of the portal in a browser, on a phone and wide: accessible, within the screen, without an error; and small on the first visit.

The pages come from the table of routes, so a new one is looked at by itself.
"""

import re

import frappe

from crm4s.portal import links, routes
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
		cls.link = {size: links.make(cls.names["C4S Customer"]) for size in ("phone", "wide")}
		frappe.db.commit()

	def test_on_a_phone(self):
		self.look_at_all("phone", PHONE)

	def test_on_a_wide_screen(self):
		self.look_at_all("wide", WIDE)

	def look_at_all(self, size: str, viewport: dict) -> None:
		from axe_playwright_python.sync_playwright import Axe

		with self.window(viewport) as desk:
			page = desk.page
			page.goto(links_path(self.link[size]))
			page.locator("form button.button").click()
			page.wait_for_url("**/my")
			for path in self.addresses():
				with self.subTest(path=path):
					page.goto(path)
					self.assertLessEqual(page.evaluate("document.documentElement.scrollWidth - innerWidth"), 0, "it is wider than the screen")
					found = Axe().run(page).response["violations"]
					self.assertEqual([], [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in GRAVE])
					desk.picture(f"portal-{size}-{re.sub(r'[^a-z-]+', '-', path)}")
			self.assertEqual([], desk.problems)

	def addresses(self) -> list[str]:
		found = []
		for path, page in routes.pages().items():
			if path in NO_PAGES or not set(re.findall(r"<(?:\w+:)?(\w+)>", path)) <= set(page.names):
				continue
			found.append("/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda name, page=page: self.names[page.names[name[1]]], path))
		return found

	def test_the_first_page_is_small(self):
		with self.window(PHONE) as desk:
			sizes = []
			desk.page.on("requestfinished", lambda request: sizes.append(sum(request.sizes()[part] for part in ("responseBodySize", "responseHeadersSize"))))
			desk.page.goto("/my/sign-in", wait_until="networkidle")
			self.assertLess(sum(sizes), LARGEST_FIRST_PAGE)


def links_path(url: str) -> str:
	"""The path of a link; the test's server has another address than the site believes."""
	return "/my/enter/" + url.rsplit("/", 1)[1]
