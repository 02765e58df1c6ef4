"""Nobody reaches what belongs to another customer: every page and every form, with every name that it takes, for names that are and names that are not.

The tests read the table of routes: who adds a page with a name in it adds a test of it.
"""

import re

import frappe

from crm4s.portal import own, routes
from crm4s.portal.tests.documents import make_one_of_each
from crm4s.portal.tests.visiting import PortalTestCase, make_viewer

# Names in an address that are nobody's documents: what opens by itself, and what everybody may see.
FREE_NAMES = {"my/enter/<token>": "token", "my/me/join/<token>": "token"}
MISSING = "NO-SUCH-0000001"


class OthersDocumentsTestCase(PortalTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.theirs = make_one_of_each()
		cls.owner = make_viewer(cls.theirs["C4S Customer"])
		cls.stranger = make_viewer()
		cls.addClassCleanup(frappe.db.rollback)

	def name_of(self, doctype: str) -> str:
		self.assertIn(doctype, self.theirs, f"make one in crm4s.portal.tests.documents, so that pages with a {doctype} are tried")
		return self.theirs[doctype]

	def path_of(self, page: routes.Page, names: dict[str, str]) -> str:
		"""The address with these names; those that are no documents are missing ones."""
		return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: names.get(found[1], MISSING), page.path)


class TestTable(OthersDocumentsTestCase):
	def test_every_name_in_an_address_is_proven_or_known_to_be_free(self):
		for path, page in routes.pages().items():
			for name in re.findall(r"<(?:\w+:)?(\w+)>", path):
				self.assertTrue(name in page.names or FREE_NAMES.get(path) == name, f"{name} of {path}")
				for action in page.actions.values():
					self.assertTrue(name in action.names or FREE_NAMES.get(path) == name, f"{name} of an action of {path}")

	def test_every_kind_of_document_has_a_rule_that_knows_its_owner_from_a_stranger(self):
		for doctype in own.document_types():
			with self.subTest(doctype):
				name = self.name_of(doctype)
				self.assertEqual(name, own.require(self.owner, doctype, name))
				for wrong in (name, MISSING):
					with self.assertRaises(own.NotYoursError):
						own.require(self.stranger, doctype, wrong)

	def test_a_guest_sees_guests_pages_only(self):
		for path, page in routes.pages().items():
			if not page.guests:
				answer = self.get(self.path_of(page, {name: self.name_of(doctype) for name, doctype in page.names.items()}))
				self.assertEqual(303, answer.status, path)


class TestPages(OthersDocumentsTestCase):
	def test_a_strangers_page_looks_like_one_that_there_is_not(self):
		for path, page in routes.pages().items():
			for argument, doctype in page.names.items():
				with self.subTest(path=path, argument=argument):
					foreign, missing = (self.ask(page, argument, name) for name in (self.name_of(doctype), MISSING))
					self.assertEqual((404, 404), (foreign.status, missing.status))
					self.assertEqual(self.without(foreign.html, doctype), self.without(missing.html, doctype))

	def test_the_owner_gets_in(self):
		for path, page in routes.pages().items():
			if page.names:
				with self.subTest(path=path):
					answer = self.get(self.path_of(page, {name: self.name_of(doctype) for name, doctype in page.names.items()}), self.owner)
					self.assertIn(answer.status, (200, 303), answer.html)

	def ask(self, page: routes.Page, argument: str, name: str):
		in_path = f"<{argument}>" in page.path
		return self.get(self.path_of(page, {argument: name}), self.stranger, **({} if in_path else {argument: name}))

	def without(self, html: str, doctype: str) -> str:
		return re.sub(r"[0-9a-f]{20,}", "", html.replace(self.theirs[doctype], "").replace(MISSING, ""))


class TestForms(OthersDocumentsTestCase):
	def test_a_form_with_a_strangers_name_changes_nothing_and_tells_nothing(self):
		for path, page in routes.pages().items():
			for action_name, action in page.actions.items():
				for argument, doctype in action.names.items():
					with self.subTest(path=path, action=action_name, argument=argument):
						self.refuses(page, action_name, argument, doctype)

	def refuses(self, page: routes.Page, action: str, argument: str, doctype: str) -> None:
		before = self.stamp(doctype)
		answers = []
		for name in (self.name_of(doctype), MISSING):
			in_path = f"<{argument}>" in page.path
			answers.append(self.post(self.path_of(page, {argument: name}), action, self.stranger, **({} if in_path else {argument: name})))
		self.assertEqual([404, 404], [answer.status for answer in answers])
		self.assertEqual(before, self.stamp(doctype))

	def stamp(self, doctype: str) -> tuple:
		return frappe.db.get_value(doctype, self.theirs[doctype], ["modified", "modified_by"])
