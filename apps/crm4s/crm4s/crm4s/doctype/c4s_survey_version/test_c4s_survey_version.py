import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_survey.test_c4s_survey import CHOICE, make_survey
from crm4s.surveys import api
from crm4s.tests.people import as_user


class TestSurveyVersion(FrappeTestCase):
	def tearDown(self):
		frappe.db.rollback()

	def test_a_version_stays_as_it_was_published(self):
		version = frappe.get_doc("C4S Survey Version", make_survey().published_version)
		for action in (version.save, version.delete):
			with self.assertRaisesRegex(frappe.ValidationError, "A published version stays as it is"):
				action()

	def test_versions_are_made_by_publishing_only(self):
		survey = make_survey()
		with self.assertRaisesRegex(frappe.ValidationError, "Versions are made by publishing"):
			frappe.get_doc({"doctype": "C4S Survey Version", "survey": survey.name, "version_number": 9, "content": "{}"}).insert()

	def test_staff_read_its_texts_in_their_own_language(self):
		texts = [{"language": "en", "original": "价格", "text": "Price"}]
		version = make_survey({**CHOICE, "options": "价格\n别的"}, texts=texts).published_version
		language, frappe.local.lang = frappe.local.lang, "en"
		try:
			self.assertEqual({"价格": "Price"}, api.version_content(version)["words"])
			frappe.local.lang = "zh"
			self.assertEqual({}, api.version_content(version)["words"])
		finally:
			frappe.local.lang = language
		with as_user("Guest"), self.assertRaises(frappe.PermissionError):
			api.version_content(version)
