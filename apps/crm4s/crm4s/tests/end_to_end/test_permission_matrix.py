"""The permission matrix holds: each role does with each document type what the matrix says, in its own store and in another one.

The rights are asked of Frappe as its own list and form ask for them. The framework's ways to a document are tried by requests that are answered within
this process, some of them for each type: into another store by the role that may most, into the own one by the one that may least. The drills try them all
for all roles; over HTTP see test_matrix_over_http.py.
"""

import json
import os
from collections.abc import Iterator

import frappe
from frappe.permissions import get_role_permissions

from crm4s.tests.asked import Answer, ask
from crm4s.tests.end_to_end.browser import CommittingTestCase
from crm4s.tests.every_document import document_types, make_every_document, said_by
from crm4s.tests.matrix import DOCUMENT, NOTHING, PORTAL, RIGHTS, THE_SAME, Row, roles, rows
from crm4s.tests.paths import COUNTING, PATHS, Path
from crm4s.tests.people import as_user, make_user

DRILLS = bool(os.environ.get("CRM4S_DRILLS"))
OWN, OTHER = "MATRIX-OWN", "MATRIX-OTHER"
WHOLE_GROUP = ("Group Manager", "Administrator", "System Manager", "DMS Integration")
ASKED_ELSEWHERE = {"read", "write", "delete"}
# Their pair in the hooks lets everybody through who has the right at all; a store is kept apart by User Permissions alone, which do not bind a System Manager.
GUARDED_IN_NAME = ("C4S Message Channel",)


class MatrixTestCase(CommittingTestCase):
	"""One row of each type for two stores, and a person for each role who works for the first."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		everybodys = {row.name for row in rows(DOCUMENT).values() if row.elsewhere != NOTHING}
		cls.own, cls.other = (make_every_document(mark, everybodys) for mark in (OWN, OTHER))
		store = cls.own["C4S Dealership"]
		cls.people = {role: make_user(role, [store]) for role in (*roles(), PORTAL)}
		frappe.db.set_value("User", cls.people[PORTAL], "user_type", "Website User")
		cls.unbound = {role: make_user(role) for role in WHOLE_GROUP}
		frappe.db.commit()

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()


class TestRights(MatrixTestCase):
	def test_each_role_has_on_documents_of_its_store_what_the_matrix_says(self):
		for role, row in self.cells():
			with self.subTest(role=role, doctype=row.name):
				self.assertEqual(_words(row.rights(role) | row.rights_on_own(role)), _granted(row.name))
				self.assertEqual(_words(row.rights(role)), self.rights_on(row, self.own))

	def test_of_another_store_each_role_has_what_the_matrix_says(self):
		guarded = frappe.get_hooks("has_permission")
		for role, row in self.cells():
			if role == "System Manager" and (row.name not in guarded or row.name in GUARDED_IN_NAME):
				# User Permissions do not bind the one who gives them, nor does what is built on them alone.
				continue
			with self.subTest(role=role, doctype=row.name):
				own = _words(row.rights(role)) & ASKED_ELSEWHERE
				expected = set() if row.elsewhere == NOTHING else own if row.elsewhere == THE_SAME else own & {"read"}
				self.assertEqual(expected, self.rights_on(row, self.other) & ASKED_ELSEWHERE)

	def test_who_is_bound_to_no_store_and_works_for_the_group_reads_of_each(self):
		for role in WHOLE_GROUP:
			with as_user(self.unbound[role]):
				for row in rows(DOCUMENT).values():
					if "r" in row.rights(role) and row.name in self.other:
						with self.subTest(role=role, doctype=row.name):
							self.assertTrue(frappe.has_permission(row.name, "read", doc=self.other[row.name]))

	def test_closed_fields_open_to_whom_the_matrix_names(self):
		for role, row in self.cells():
			with self.subTest(role=role, doctype=row.name):
				meta = frappe.get_meta(row.name)
				read, written = (set(meta.get_permlevel_access(right)) - {0} for right in ("read", "write"))
				self.assertEqual(row.levels(role), (read, written))

	def test_a_customer_of_the_portal_has_no_right_on_anything(self):
		with as_user(self.people[PORTAL]):
			for doctype in rows(DOCUMENT):
				self.assertEqual(set(), _granted(doctype), doctype)

	def cells(self) -> Iterator[tuple[str, Row]]:
		"""Each role with each row, as the person of that role."""
		for role in roles():
			with as_user(self.people[role]):
				for row in rows(DOCUMENT).values():
					yield role, row

	def rights_on(self, row: Row, names: dict[str, str]) -> set[str]:
		"""Which of the rights that the type gives reach the document; of a single type there is no other one than itself."""
		granted = _granted(row.name)
		if not granted or row.name not in names:
			return granted
		document = frappe.get_doc(row.name, names[row.name])
		return {right for right in granted if frappe.has_permission(row.name, right, doc=document)}


class TestWays(MatrixTestCase):
	def test_no_way_of_the_framework_leads_to_a_document_of_another_store(self):
		for number, row in enumerate(self.reached()):
			if row.elsewhere == NOTHING:
				for role in _by_rights(row)[:None if DRILLS else 1]:
					for title, path in _some_of(PATHS, number, 3):
						with self.subTest(role=role, doctype=row.name, way=title):
							self.assert_leads_nowhere(title, path, self.walk(path, role, row.name, self.other))

	def test_the_ways_lead_to_the_own_stores_documents_where_the_right_is_given(self):
		for number, row in enumerate(self.reached()):
			for role in _by_rights(row)[None if DRILLS else -1:]:
				for title, path in _some_of(PATHS, number, 8):
					if title not in COUNTING:
						with self.subTest(role=role, doctype=row.name, way=title):
							self.assert_leads_as_the_matrix_says(path, role, row)

	def reached(self) -> list[Row]:
		return [row for row in rows(DOCUMENT).values() if row.name in document_types()]

	def assert_leads_as_the_matrix_says(self, path: Path, role: str, row: Row) -> None:
		answer = self.walk(path, role, row.name, self.own)
		if {"r", path.right} <= row.rights(role):
			self.assertFalse(answer.forbidden and path.open_on_own, answer.text[:300])
		elif (path.right, role) != ("e", "System Manager"):
			# That one exports whatever it reads; so Frappe has it.
			self.assertNotIn(said_by(OWN), answer.text)
			self.assertTrue(answer.refused or path.finds, answer.text[:300])

	def assert_leads_nowhere(self, title: str, path: Path, answer: Answer) -> None:
		self.assertNotIn(said_by(OTHER), answer.text)
		self.assertLess(answer.status, 500, answer.text)
		if title in COUNTING and not answer.refused:
			self.assertEqual(0, json.loads(answer.text)["message"])
		elif not path.finds:
			self.assertTrue(answer.refused, answer.text[:300])

	def walk(self, path: Path, role: str, doctype: str, names: dict[str, str]) -> Answer:
		return ask(self.people[role], path.method, **path.arguments(doctype, names[doctype]))


def _by_rights(row: Row) -> list[str]:
	"""The roles that reach the type at all, who may most first."""
	return sorted((role for role in roles() if row.cells[role]), key=lambda role: (-len(row.rights(role)), role))


def _some_of(paths: dict[str, Path], number: int, share: int) -> list[tuple[str, Path]]:
	"""Every `share`-th way, of each type others; in the drills all."""
	return [item for place, item in enumerate(paths.items()) if DRILLS or (place + number) % share == 0]


def _words(letters: set[str]) -> set[str]:
	return {RIGHTS[letter] for letter in letters}


def _granted(doctype: str) -> set[str]:
	"""Rights that the user's roles have on the type, for whatever documents of it."""
	meta = frappe.get_meta(doctype)
	given = get_role_permissions(meta)
	possible = set(RIGHTS.values()) - (set() if meta.allow_import else {"import"})
	return {right for right in possible if given.get(right) or right in given["if_owner"]}
