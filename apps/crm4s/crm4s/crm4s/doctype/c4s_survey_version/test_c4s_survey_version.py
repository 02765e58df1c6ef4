import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_survey.test_c4s_survey import make_survey


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
