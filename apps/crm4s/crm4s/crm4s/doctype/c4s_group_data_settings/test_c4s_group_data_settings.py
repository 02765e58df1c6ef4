from pathlib import Path
from unittest.mock import patch

import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.exceptions import GroupDataError
from crm4s.group_data import api, places
from crm4s.tests.people import as_user, make_user

SETTINGS = "C4S Group Data Settings"


def change_settings(**values):
	"""Saves settings of group data; the test's rollback brings the old ones back."""
	settings = frappe.get_doc(SETTINGS)
	settings.update(values)
	settings.save()
	frappe.clear_document_cache(SETTINGS, SETTINGS)
	return settings


class TestC4SGroupDataSettings(FrappeTestCase):
	def setUp(self):
		self.addCleanup(frappe.clear_document_cache, SETTINGS, SETTINGS)
		self.addCleanup(frappe.db.rollback)
		self.addCleanup(frappe.set_user, "Administrator")

	def test_it_is_off_until_somebody_switches_it_on(self):
		self.assertFalse(frappe.get_doc(SETTINGS).enabled)

	def test_without_an_address_files_lie_among_the_sites_private_ones(self):
		change_settings(place="This Site", site_title="east")
		self.assertEqual(str(Path(frappe.get_site_path("private", "files", "group-data", "east")).resolve()), places.own_folder().root)

	def test_an_address_names_a_kind_of_store_that_is_known_and_no_password(self):
		for address in ("http://example.com/crm", "crm", "s3://", "sftp://me:secret@example.com/crm", ""):
			with self.assertRaises(frappe.ValidationError, msg=address):
				change_settings(place="Address", address=address)

	def test_a_server_within_the_house_is_refused(self):
		with self.assertRaisesRegex(GroupDataError, "Server of the Store cannot be used"):
			change_settings(place="Address", address="s3://group/crm", endpoint="https://127.0.0.1:9000")

	def test_a_folder_of_the_server_is_used_where_its_administrator_allows_it(self):
		with self.assertRaisesRegex(GroupDataError, "does not allow"):
			change_settings(place="Address", address="file:///srv/group")
		with patch.dict(frappe.conf, {places.ALLOWED_FOLDERS: ["/srv/group"]}):
			change_settings(place="Address", address="file:///srv/group/crm", site_title="east")
			self.assertEqual("/srv/group/crm/east", places.own_folder().root)
			with self.assertRaises(GroupDataError):
				change_settings(address="file:///srv/group/../other")

	def test_a_site_s_name_is_the_name_of_a_folder(self):
		for title in ("../east", "a/b", "east.", " "):
			with self.assertRaisesRegex(frappe.ValidationError, "Name Among the Sites"):
				change_settings(site_title=title)
		change_settings(site_title="华东-1.shop")

	def test_the_secret_is_in_the_password_store_only(self):
		change_settings(place="Address", address="s3://group/crm", access_key="me", secret_key="do not tell")
		self.assertNotIn("do not tell", str(frappe.db.sql("select value from tabSingles where doctype = %s", SETTINGS)))
		self.assertEqual({"key": "me", "secret": "do not tell"}, places._options(frappe.get_doc(SETTINGS), places.urlsplit("s3://group/crm")))

	def test_who_may_not_begin_a_run_begins_none(self):
		change_settings(enabled=1)
		for role in ("Group Manager", "Dealer Manager"):
			with as_user(make_user(role)), self.assertRaises(frappe.PermissionError):
				api.export_now()

	def test_while_it_is_off_nobody_begins_a_run(self):
		with self.assertRaisesRegex(frappe.ValidationError, "is off"):
			api.export_now()

	def test_the_form_tells_how_the_last_run_ended_and_its_error_to_who_may_begin_one(self):
		frappe.get_doc({"doctype": "C4S Group Data Run", "status": "With Errors", "error": "secret path", "name": "GD-1"}).db_insert()
		self.assertEqual(("With Errors", "secret path"), (api.last_run()["status"], api.last_run()["error"]))
		with as_user(make_user("Group Manager")):
			self.assertIsNone(api.last_run()["error"])
