"""Every role signs in, in Chinese and in English, and opens each core list and form that it may read."""

import frappe

from crm4s.tests.end_to_end.browser import BrowserTestCase
from crm4s.tests.end_to_end.one_of_each import CORE_DOCUMENTS, make_one_of_each
from crm4s.tests.people import as_user, make_user

JOBS = (
	"Receptionist",
	"Sales Consultant",
	"Sales Manager",
	"Service Advisor",
	"Workshop Manager",
	"Technician",
	"Customer Service Representative",
	"CRM Specialist",
	"CRM Manager",
	"Data Analyst",
	"Market Researcher",
	"Auditor",
	"Dealer Manager",
	"Group Manager",
	"Administrator",
)


class TestEveryRole(BrowserTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.documents = make_one_of_each()
		store = cls.documents["C4S Dealership"]
		cls.people = {job: make_user(job, stores=[store]) for job in JOBS}
		frappe.db.commit()

	def look_around(self, job: str, language: str) -> None:
		user = self.people[job]
		self.let_sign_in(user, language)
		opened = []
		with self.desk(user) as desk:
			for doctype in self.readable(user):
				desk.show_list(doctype)
				self.assert_in_language(desk.visible_text(), language, f"list of {doctype}")
				name = self.documents[doctype]
				if self.may_open(user, doctype, name):
					desk.show_form(doctype, name)
					self.assert_in_language(desk.visible_text(), language, f"form of {doctype}")
				opened.append(doctype)
			self.assertEqual([], desk.problems)
		self.assertTrue(opened, f"{job} may read nothing")

	def readable(self, user: str) -> list[str]:
		with as_user(user):
			return [doctype for doctype in CORE_DOCUMENTS if frappe.has_permission(doctype, "read")]

	def may_open(self, user: str, doctype: str, name: str) -> bool:
		"""Some read their own documents only, as mystery shoppers do."""
		with as_user(user):
			return bool(frappe.has_permission(doctype, "read", doc=name))

	def assert_in_language(self, text: str, language: str, where: str) -> None:
		self.assertNotIn("C4S ", text, f"the prefix shows in the {where}")
		chinese = any("一" <= letter <= "鿿" for letter in text)
		if language == "zh":
			self.assertTrue(chinese, f"no Chinese in the {where}")


def _make_test(job: str, language: str):
	def test(self):
		self.look_around(job, language)

	return test


for _job in JOBS:
	for _language in ("zh", "en"):
		name = f"test_{_job.lower().replace(' ', '_')}_opens_lists_and_forms_in_{_language}"
		setattr(TestEveryRole, name, _make_test(_job, _language))
