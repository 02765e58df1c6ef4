"""The app without ERPNext, and with one that comes later or goes again."""

import subprocess
import sys
from pathlib import Path
from unittest.mock import patch

import frappe
from frappe.tests.utils import FrappeTestCase

import crm4s
from crm4s.crm4s.doctype.c4s_erpnext_settings.c4s_erpnext_settings import begin_first_sync, make_user, offer
from crm4s.erpnext_link import plan, presence, running
from crm4s.tests.people import as_user
from crm4s.tests.people import make_user as make_person

PACKAGE = Path(crm4s.__file__).resolve().parent
ABSENT = "ERPNext is not installed on this site"


class TestWithoutERPNext(FrappeTestCase):
	"""On a site that has ERPNext as on one that never had it."""

	def setUp(self):
		self.addCleanup(frappe.db.rollback)
		installed = patch.object(presence, "is_there", return_value=False)
		installed.start()
		self.addCleanup(installed.stop)

	def test_the_clock_does_nothing(self):
		self.assertIsNone(plan.current())
		running.run()

	def test_the_clock_does_nothing_where_it_was_switched_on_before_erpnext_went(self):
		frappe.db.set_single_value(presence.SETTINGS, "enabled", 1)
		self.addCleanup(frappe.clear_document_cache, presence.SETTINGS, presence.SETTINGS)
		frappe.clear_document_cache(presence.SETTINGS, presence.SETTINGS)
		self.assertIsNone(plan.current())
		running.run()

	def test_the_settings_say_so_in_a_sentence(self):
		found = offer()
		self.assertIn(ABSENT, found["absent"])
		self.assertEqual({}, found["choices"])

	def test_nothing_is_switched_on_or_made(self):
		settings = frappe.get_doc(presence.SETTINGS)
		settings.enabled = 1
		for refused in (settings.save, make_user, begin_first_sync):
			with self.assertRaisesRegex(frappe.ValidationError, ABSENT):
				refused()

	def test_what_was_switched_on_before_can_be_switched_off(self):
		settings = frappe.get_doc(presence.SETTINGS)
		settings.enabled = 0
		settings.append("stores", {"dealership": "GONE", "company": "Gone"})
		settings.flags.ignore_links = True
		settings.save()


class TestImports(FrappeTestCase):
	def test_no_file_of_ours_imports_erpnext(self):
		for path in PACKAGE.rglob("*.py"):
			for line in path.read_text().splitlines():
				self.assertFalse(line.strip().startswith(("import erpnext", "from erpnext")), path)

	def test_the_link_can_be_read_where_there_is_no_erpnext(self):
		modules = ", ".join(f"crm4s.erpnext_link.{path.stem}" for path in (PACKAGE / "erpnext_link").glob("*.py") if path.stem != "__init__")
		said = f"import sys; sys.modules['erpnext'] = None; import {modules}"
		done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=False)
		self.assertEqual(0, done.returncode, done.stderr)


class TestRights(FrappeTestCase):
	def test_only_administrators_look_and_set_up(self):
		self.addCleanup(frappe.db.rollback)
		with as_user(make_person("Dealer Manager")):
			for refused in (offer, make_user, begin_first_sync):
				self.assertRaises(frappe.PermissionError, refused)
