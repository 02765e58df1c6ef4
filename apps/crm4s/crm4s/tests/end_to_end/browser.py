"""A real browser on a running server: tests sign in as people do and look at what the desk shows.

The server's address comes from the environment (`./run test` starts one); without it, or without playwright, these tests are
skipped and say so.
"""

import atexit
import unittest
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from importlib.util import find_spec
from threading import Timer

import frappe
import psutil
from frappe.tests.utils import FrappeTestCase
from frappe.utils import now
from frappe.utils.password import update_password

from crm4s.tests.chromium import launch
from crm4s.tests.end_to_end.desk import ADDRESS, PASSWORD, Desk

# By which the users of crm4s.tests.people are known.
TEST_PICTURE = "/assets/frappe/images/default-avatar.png"
WIDE = {"width": 1366, "height": 850}
PHONE = {"width": 390, "height": 844}
# The longest takes three minutes on an idle machine.
LONGEST_TEST_SECONDS = 900

# What refused steps leave: their answer, and a promise of the framework's that nobody catches.
AFTER_REFUSALS = ("417 POST", "script error: undefined")


@cache
def _playwright():
	from playwright.sync_api import sync_playwright

	playwright = sync_playwright().start()
	atexit.register(playwright.stop)
	return playwright


_started = []


def browser():
	"""The one browser of a run, started for the first test that wants it, and anew when a test that hung was ended with it."""
	if not _started or not _started[-1].is_connected():
		_started.append(launch(_playwright()))
		atexit.register(_started[-1].close)
	return _started[-1]


def _end_browser() -> None:
	"""What waits for a page for ever ends with an error once the page is gone."""
	for process in psutil.Process().children(recursive=True):
		with suppress(psutil.Error):
			if "chrom" in process.name():
				process.kill()


class CommittingTestCase(FrappeTestCase):
	"""A class that talks to the running server. What its tests commit, so that the server sees it, is deleted afterwards."""

	@classmethod
	def setUpClass(cls):
		if not ADDRESS:
			raise unittest.SkipTest("no server to talk to: run ./run test")
		super().setUpClass()
		cls.started = now()
		cls.addClassCleanup(cls.delete_what_was_made)

	@classmethod
	def delete_what_was_made(cls) -> None:
		frappe.db.rollback()
		ours = frappe.get_all("DocType", filters={"module": "CRM4S", "issingle": 0}, pluck="name")
		for doctype in [*ours, "User Permission", "ToDo"]:
			frappe.db.delete(doctype, {"creation": [">=", cls.started]})
		# The first folders of a site are of UTC and can lie ahead of its own clock.
		frappe.db.delete("File", {"creation": [">=", cls.started], "is_folder": 0})
		# Not those of reports and pages, whose day is that of their files.
		frappe.db.delete("Has Role", {"creation": [">=", cls.started], "parenttype": "User"})
		for domain in ("example.com", "customer.invalid"):
			made = {"creation": [">=", cls.started], "name": ["like", f"%@{domain}"], "user_image": TEST_PICTURE}
			for user in frappe.get_all("User", filters=made, pluck="name"):
				frappe.delete_doc("User", user, force=True)
		frappe.db.commit()
		frappe.clear_cache()


class BrowserTestCase(CommittingTestCase):
	"""A class that looks at the running server as people do."""

	@classmethod
	def setUpClass(cls):
		if not find_spec("playwright"):
			raise unittest.SkipTest("playwright is not installed")
		super().setUpClass()
		cls.browser = browser()

	def run(self, result=None):
		limit = Timer(LONGEST_TEST_SECONDS, _end_browser)
		limit.daemon = True
		limit.start()
		try:
			return super().run(result)
		finally:
			limit.cancel()

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
		"""A window signed in as `user`."""
		with self.window(viewport) as desk:
			desk.sign_in(user)
			try:
				yield desk
			except Exception:
				desk.picture_as_is(f"failed-{user}")
				raise

	def assert_no_problems(self, *desks: Desk) -> None:
		"""Nothing went wrong there but what steps that the test lets be refused leave behind."""
		for desk in desks:
			self.assertEqual([], [problem for problem in desk.problems if not problem.startswith(AFTER_REFUSALS)])
