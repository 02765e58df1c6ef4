"""Every role signs in, in Chinese and in English, and opens each core list and form that it may read.

All others are opened by an administrator in English, and in Chinese by one who only reads them. Of the core ones a role opens every second in Chinese and
every third in English, each role others; the drills open all of them, and the further ones in Chinese also as one who makes such documents.
"""

import os
from contextlib import ExitStack

import frappe

from crm4s.tests.end_to_end.browser import BrowserTestCase
from crm4s.tests.end_to_end.desk import WORKSPACE
from crm4s.tests.end_to_end.one_of_each import CORE_DOCUMENTS, FURTHER_DOCUMENTS, make_one_of_each
from crm4s.tests.people import as_user, make_user

SALES = ("Receptionist", "Sales Consultant", "Sales Manager", "Dealer Manager", "Group Manager")
ADMINISTRATOR = "Administrator"
SERVICE = ("Service Advisor", "Workshop Manager", "Technician", "Customer Service Representative", ADMINISTRATOR)
CUSTOMER_RELATIONS = ("CRM Specialist", "CRM Manager", "Data Analyst", "Market Researcher", "Auditor")
JOBS = tuple(job for job in (*SALES, *SERVICE, *CUSTOMER_RELATIONS) if job != ADMINISTRATOR)
PAGES_AT_ONCE = 8
DRILLS = bool(os.environ.get("CRM4S_DRILLS"))


class EveryRole(BrowserTestCase):
	"""A third of the roles, so that pytest's workers can share them."""

	jobs: tuple[str, ...] = ()

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.documents = make_one_of_each()
		store = cls.documents["C4S Dealership"]
		cls.people = {job: make_user(job, stores=[store]) for job in cls.jobs}
		frappe.db.commit()
		# One window for all: the scripts are loaded once, as on a computer at the reception desk.
		with ExitStack() as stack:
			cls.seat = stack.enter_context(cls.window())
			cls.addClassCleanup(stack.pop_all().close)

	def look_around(self, job: str, language: str) -> None:
		user, desk = self.people[job], self.seat
		desk.problems.clear()
		self.speak(user, language)
		readable = self.readable(job, language)
		self.assertTrue(readable, f"{job} may read nothing")
		opened = [doctype for doctype in readable if _opens(job, language, doctype)]
		for number, doctype in enumerate(opened):
			if number and not number % PAGES_AT_ONCE:
				# Each page that was opened stays in the window, and the next one takes longer.
				desk.enter()
			desk.show_list(doctype)
			self.assert_in_language(desk.visible_text(), language, f"list of {doctype}")
			name = self.documents[doctype]
			if self.may_open(user, doctype, name):
				desk.show_form(doctype, name)
				self.assert_in_language(desk.visible_text(), language, f"form of {doctype}")
		self.assertEqual([], desk.problems)

	def speak(self, user: str, language: str) -> None:
		"""Sign in as `user`, or load the desk again for who is signed in already, in this language."""
		if self.seat.user == user:
			self.set_language(user, language)
			self.seat.enter(WORKSPACE)
		else:
			self.let_sign_in(user, language)
			self.seat.sign_in(user, WORKSPACE)
		self.assertEqual(language, self.seat.page.evaluate("frappe.boot.lang"))

	def readable(self, job: str, language: str) -> list[str]:
		further = [doctype for doctype in FURTHER_DOCUMENTS if (job in _who_opens(doctype) if language == "zh" else job == ADMINISTRATOR)]
		with as_user(self.people[job]):
			return [doctype for doctype in (*CORE_DOCUMENTS, *further) if frappe.has_permission(doctype, "read")]

	def may_open(self, user: str, doctype: str, name: str) -> bool:
		"""Some read their own documents only, as mystery shoppers do."""
		with as_user(user):
			return bool(frappe.has_permission(doctype, "read", doc=name))

	def assert_in_language(self, text: str, language: str, where: str) -> None:
		self.assertNotIn("C4S ", text, f"the prefix shows in the {where}")
		chinese = any("一" <= letter <= "鿿" for letter in text)
		if language == "zh":
			self.assertTrue(chinese, f"no Chinese in the {where}")


def _opens(job: str, language: str, doctype: str) -> bool:
	if DRILLS or job == ADMINISTRATOR or doctype not in CORE_DOCUMENTS:
		return True
	return (JOBS.index(job) + CORE_DOCUMENTS.index(doctype)) % (2 if language == "zh" else 3) == 0


def _who_opens(doctype: str) -> set[str]:
	"""A job that may only read such documents, if there is one; in the drills also the first that may make them."""
	rights = {row.role: row for row in frappe.get_meta(doctype).permissions if not row.permlevel}
	readers = [job for job in JOBS if (right := rights.get(f"C4S {job}")) and right.read]
	makers = [job for job in readers if rights[f"C4S {job}"].create]
	others = [job for job in readers if job not in makers]
	reader = others[len(doctype) % len(others)] if others else None
	return {*makers[: 1 if DRILLS or not reader else 0], *filter(None, [reader])}


def _make_test(job: str, language: str):
	def test(self):
		self.look_around(job, language)

	return test


def _tests_of(jobs: tuple[str, ...]) -> dict:
	tests = {
		f"test_{job.lower().replace(' ', '_')}_opens_lists_and_forms_in_{language}": _make_test(job, language)
		for job in jobs
		for language in ("zh", "en")
	}
	return {"jobs": jobs, "__module__": __name__} | tests


TestEveryRoleInSales = type("TestEveryRoleInSales", (EveryRole,), _tests_of(SALES))
TestEveryRoleInService = type("TestEveryRoleInService", (EveryRole,), _tests_of(SERVICE))
TestEveryRoleInCustomerRelations = type("TestEveryRoleInCustomerRelations", (EveryRole,), _tests_of(CUSTOMER_RELATIONS))
