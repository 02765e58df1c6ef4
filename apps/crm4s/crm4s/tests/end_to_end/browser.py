"""A real browser on a running server: tests sign in as people do and look at what the desk shows.

The server's address comes from the environment (`./run test` starts one); without it, or without playwright, these tests are
skipped and say so.
"""

import atexit
import os
import time
import unittest
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import now
from frappe.utils.password import update_password

ADDRESS = os.environ.get("CRM4S_TEST_URL")
PASSWORD = "Reception-4S-desk"
# By which the users of crm4s.tests.people are known.
TEST_PICTURE = "/assets/frappe/images/default-avatar.png"
WIDE = {"width": 1366, "height": 850}
PHONE = {"width": 390, "height": 844}
# The browser must not try to reach its maker, and nobody looks at what it draws.
ARGUMENTS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-gpu"]


@cache
def browser():
	"""The one browser of a run, started for the first test that wants it."""
	from playwright.sync_api import sync_playwright

	playwright = sync_playwright().start()
	program = os.environ.get("CRM4S_CHROMIUM", "/usr/bin/chromium")
	started = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)

	def end() -> None:
		started.close()
		playwright.stop()

	atexit.register(end)
	return started


class Desk:
	"""One browser window; `problems` gathers what a person would not see but should not happen."""

	def __init__(self, page):
		self.page = page
		self.user = ""
		self.problems: list[str] = []
		self.under_way = 0
		page.on("pageerror", lambda error: self.problems.append(f"script error: {error}"))
		page.on("response", self._note_response)
		page.on("request", lambda request: self._count(request, 1))
		page.on("requestfinished", lambda request: self._count(request, -1))
		page.on("requestfailed", lambda request: self._count(request, -1))
		page.on("dialog", lambda dialog: dialog.accept())

	def _note_response(self, response) -> None:
		# A bench started by `bench serve` has no realtime server beside it.
		if response.status >= 400 and "/socket.io/" not in response.url:
			request = response.request
			self.problems.append(f"{response.status} {request.method} {request.url} {(request.post_data or '')[:300]}".strip())

	def _count(self, request, step: int) -> None:
		# Realtime keeps a request open all the time.
		if "/socket.io/" not in request.url:
			self.under_way += step

	def sign_in(self, user: str) -> None:
		"""Be `user` from now on, as at a computer that several people use."""
		self.page.goto("about:blank")
		self.page.context.clear_cookies()
		answer = self.page.context.request.post("/api/method/login", form={"usr": user, "pwd": PASSWORD})
		assert answer.status == 200, f"{user} cannot sign in: {answer.text()}"
		self.user = user
		self.enter()

	def enter(self) -> None:
		self.page.goto(f"{ADDRESS}/app")
		self.page.wait_for_function("window.frappe && frappe.router && frappe.boot && frappe.get_route().length > 0")
		self.settle()

	def settle(self) -> None:
		"""Wait until nothing has been under way for a moment."""
		deadline = time.monotonic() + 20
		quiet = 0
		while quiet < 3:
			if time.monotonic() > deadline:
				raise AssertionError(f"the desk does not come to rest at {self.page.url}: {self.problems}")
			self.page.wait_for_timeout(20)
			quiet = quiet + 1 if self.under_way <= 0 else 0

	def show_list(self, doctype: str) -> None:
		self.page.evaluate("doctype => frappe.set_route('List', doctype, 'List')", doctype)
		self._wait(
			f"list of {doctype}",
			"doctype => window.cur_list && cur_list.doctype === doctype && cur_list.$page && cur_list.$page.is(':visible')"
			" && cur_list.data && !cur_list.freeze_on_refresh_pending",
			doctype,
		)
		self.settle()

	def show_form(self, doctype: str, name: str) -> None:
		self.page.evaluate("([doctype, name]) => frappe.set_route('Form', doctype, name)", [doctype, name])
		self._wait(
			f"form of {doctype} {name}",
			"([doctype, name]) => window.cur_frm && cur_frm.doctype === doctype && cur_frm.docname === name && cur_frm.$wrapper"
			" && cur_frm.$wrapper.is(':visible') && cur_frm.layout && cur_frm.fields_dict",
			[doctype, name],
		)
		self.settle()
		if self.page.evaluate("cur_frm.is_dirty()"):
			self.problems.append(f"{doctype} {name} calls itself changed when it is only opened")

	def _wait(self, what: str, condition: str, argument) -> None:
		from playwright.sync_api import TimeoutError

		try:
			self.page.wait_for_function(condition, arg=argument, polling=30, timeout=20_000)
		except TimeoutError:
			raise AssertionError(f"the {what} does not open: {self.problems}") from None

	def visible_text(self) -> str:
		return self.page.evaluate("document.querySelector('.page-container:not([style*=\"display: none\"])')?.innerText || ''")


class BrowserTestCase(FrappeTestCase):
	"""A class that looks at the running server. What its tests commit, so that the server sees it, is deleted afterwards."""

	@classmethod
	def setUpClass(cls):
		if not ADDRESS:
			raise unittest.SkipTest("no server to look at: run ./run test")
		if not find_spec("playwright"):
			raise unittest.SkipTest("playwright is not installed")
		super().setUpClass()
		cls.started = now()
		cls.addClassCleanup(cls.delete_what_was_made)
		cls.browser = browser()

	@classmethod
	def delete_what_was_made(cls) -> None:
		frappe.db.rollback()
		ours = frappe.get_all("DocType", filters={"module": "CRM4S", "issingle": 0}, pluck="name")
		for doctype in [*ours, "User Permission", "Has Role", "File", "ToDo"]:
			frappe.db.delete(doctype, {"creation": [">=", cls.started]})
		made = {"creation": [">=", cls.started], "name": ["like", "%@example.com"], "user_image": TEST_PICTURE}
		for user in frappe.get_all("User", filters=made, pluck="name"):
			frappe.delete_doc("User", user, force=True)
		frappe.db.commit()
		frappe.clear_cache()

	@classmethod
	def let_sign_in(cls, user: str, language: str) -> None:
		update_password(user, PASSWORD)
		cls.set_language(user, language)

	@classmethod
	def set_language(cls, user: str, language: str) -> None:
		frappe.db.set_value("User", user, "language", language)
		frappe.db.commit()
		frappe.clear_cache(user=user)

	@classmethod
	@contextmanager
	def window(cls, viewport: dict = WIDE) -> Iterator[Desk]:
		"""A window in which nobody has signed in yet."""
		context = cls.browser.new_context(viewport=viewport, base_url=ADDRESS, reduced_motion="reduce")
		try:
			yield Desk(context.new_page())
		finally:
			context.close()

	@contextmanager
	def desk(self, user: str, viewport: dict = WIDE) -> Iterator[Desk]:
		"""A window signed in as `user`, on the page that follows sign-in."""
		with self.window(viewport) as desk:
			desk.sign_in(user)
			yield desk
