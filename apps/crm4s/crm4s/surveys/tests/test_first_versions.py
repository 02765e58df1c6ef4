"""A site from before surveys had versions."""

import json

import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_survey.test_c4s_survey import NPS, RATING, make_survey
from crm4s.crm4s.doctype.c4s_survey_response.test_c4s_survey_response import make_response
from crm4s.patches import publish_first_versions

SURVEY, RESPONSE = "C4S Survey", "C4S Survey Response"


class TestFirstVersions(FrappeTestCase):
	def tearDown(self):
		frappe.db.rollback()

	def test_what_a_survey_is_becomes_its_first_version_and_its_responses_are_measured(self):
		survey = make_survey(RATING, NPS)
		response = make_response(survey, "10", "9")
		frappe.db.set_value(SURVEY, survey.name, "published_version", None)
		frappe.db.delete("C4S Survey Version", {"survey": survey.name})
		frappe.db.set_value(RESPONSE, response.name, {"version": None, "measures": None})
		frappe.db.set_value("C4S Survey Question", {"parent": survey.name}, "code", None)
		frappe.db.set_value("C4S Survey Answer", {"parent": response.name}, "code", None)
		for _time in range(2):
			publish_first_versions.execute()
		version, measures, score = frappe.db.get_value(RESPONSE, response.name, ["version", "measures", "score"])
		self.assertEqual([version], frappe.get_all("C4S Survey Version", {"survey": survey.name, "version_number": 1}, pluck="name"))
		self.assertEqual(version, frappe.db.get_value(SURVEY, survey.name, "published_version"))
		self.assertEqual((1000, {survey.questions[0].name: 1}), (score, json.loads(measures)["q"]))
		self.assertEqual(["Q1", "Q2"], frappe.get_all("C4S Survey Answer", {"parent": response.name}, pluck="code", order_by="idx"))
		self.assertEqual("9", frappe.get_doc(RESPONSE, response.name).save().answers[1].text)
