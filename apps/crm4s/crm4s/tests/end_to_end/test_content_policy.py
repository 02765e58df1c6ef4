"""The server's content policy lets every kind of page through whole, and is no wider than the desk needs."""

import re
import time
from functools import partial

import frappe
import pytest

from crm4s.crm4s.doctype.c4s_lead.test_c4s_lead import make_lead
from crm4s.tests.end_to_end.browser import BrowserTestCase
from crm4s.tests.end_to_end.desk import ADDRESS, PATIENCE
from crm4s.tests.people import make_user

DESK = (
	"c4s-lead", "c4s-lead/view/report", "c4s-lead/view/dashboard", "c4s-service-appointment/view/calendar", "c4s-lead/{lead}", "print/C4S Lead/{lead}",
	"query-report/C4S Lead Funnel", "dashboard-view", "permission-manager", "data-import", "doctype/C4S Lead", "print-format-builder", "workflow-builder",
)
# Scripts within the page, and functions that Frappe makes out of its templates.
NEEDED = ("'unsafe-inline'", "'unsafe-eval'")
APP = re.compile(r"/app(/|$)")
GUESTS = ("login", "contact-us", "ask-for-an-offer", "survey?t=none", "service-approval?token=none", "end-messages", "my/sign-in", "there-is-no-such-page")


@pytest.mark.embedded
class TestContentPolicy(BrowserTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.lead = make_lead().name
		cls.administrator = make_user(["Administrator", "Sales Manager"])
		frappe.get_doc("User", cls.administrator).add_roles("System Manager")
		cls.let_sign_in(cls.administrator, "en")

	def test_no_page_of_the_desk_is_refused_a_part(self):
		with self.desk(self.administrator) as desk:
			for path in DESK:
				with self.subTest(path):
					desk.page.goto(f"{ADDRESS}/app/{path.format(lead=self.lead)}")
					desk.settle()
					self.assertEqual([], self.refused(desk))

	def test_no_page_for_guests_is_refused_a_part(self):
		with self.window() as desk:
			for path in GUESTS:
				with self.subTest(path):
					desk.page.goto(f"{ADDRESS}/{path}")
					desk.settle()
					self.assertEqual([], self.refused(desk))

	def test_the_desk_needs_what_it_is_allowed(self):
		for allowed in NEEDED:
			with self.subTest(allowed), self.desk(self.administrator) as desk:
				desk.page.route(APP, partial(self.answer_without, allowed))
				desk.problems.clear()
				desk.page.goto(f"{ADDRESS}/app/c4s-lead")
				ends = time.monotonic() + PATIENCE / 1000
				while not desk.problems and time.monotonic() < ends:
					desk.page.wait_for_timeout(100)
				self.assertTrue(desk.problems, "it opens without: take it out of the policy")

	@staticmethod
	def answer_without(allowed: str, route) -> None:
		if route.request.resource_type != "document":
			return route.fallback()
		answer = route.fetch()
		policy = answer.headers["content-security-policy"].replace(allowed, "", 1)
		route.fulfill(response=answer, headers={**answer.headers, "content-security-policy": policy})

	@staticmethod
	def refused(desk) -> list[str]:
		return [problem for problem in desk.problems if "Content Security Policy" in problem]
