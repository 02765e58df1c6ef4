import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.surveys.versions import content_of

CHOICE = {"question": "原因？", "question_kind": "Choice", "options": "价格\n服务"}
RATING = {"question": "接待？", "question_kind": "Rating 1-10"}
NPS = {"question": "推荐？", "question_kind": "NPS 0-10"}


def make_survey(*questions: dict, **overrides):
	"""A saved and published survey with these questions, by default one rating, under a title of its own."""
	values = {
		"doctype": "C4S Survey",
		"title": f"测试问卷 {frappe.generate_hash(length=8)}",
		"survey_kind": "CSI",
		"questions": list(questions) or [RATING],
	}
	values.update(overrides)
	survey = frappe.get_doc(values).insert()
	survey.publish()
	return survey


class TestSurvey(FrappeTestCase):
	def tearDown(self):
		frappe.db.rollback()

	def test_a_choice_needs_two_different_answers(self):
		for options in ("价格", "价格\n价格", ""):
			with self.assertRaisesRegex(frappe.ValidationError, "Question 1 needs at least two different answers"):
				make_survey({**CHOICE, "options": options})

	def test_recommendation_is_asked_once(self):
		with self.assertRaisesRegex(frappe.ValidationError, "Questions 1 and 3 both ask for recommendation"):
			make_survey(NPS, RATING, NPS)

	def test_a_change_is_a_draft_until_it_is_published(self):
		survey = make_survey()
		first = survey.published_version
		self.assertFalse(survey.is_changed)
		survey.questions[0].weight = 5
		survey.append("questions", {**CHOICE, "weight": 0})
		survey.save()
		self.assertEqual((first, 1), (survey.published_version, survey.is_changed))
		second = survey.publish()
		self.assertNotEqual(first, second)
		self.assertEqual([1, 2], [len(content_of(version)["questions"]) for version in (first, second)])
		self.assertFalse(frappe.db.get_value("C4S Survey", survey.name, "is_changed"))

	def test_what_has_not_changed_is_not_published_again(self):
		survey = make_survey()
		self.assertEqual(survey.published_version, survey.publish())
		self.assertEqual(1, frappe.db.count("C4S Survey Version", {"survey": survey.name}))

	def test_a_question_keeps_its_code_when_the_order_changes(self):
		survey = make_survey(RATING, CHOICE)
		survey.questions.reverse()
		for place, row in enumerate(survey.questions, start=1):
			row.idx = place
		survey.append("questions", {**NPS, "weight": 0})
		survey.save()
		self.assertEqual(["Q2", "Q1", "Q3"], [row.code for row in survey.questions])

	def test_a_condition_must_stand_on_an_earlier_question_and_a_possible_answer(self):
		condition = {"shown_if_question": "Q1", "shown_if": "Is at Most", "shown_if_value": "6"}
		make_survey(RATING, {**CHOICE, **condition})
		for wrong, sentence in (
			({"shown_if_question": "Q2"}, "Question 2 depends on Q2, which is no question before it"),
			({"shown_if": ""}, "Question 2 does not say which answer to Q1 it depends on"),
			({"shown_if_value": "11"}, "“11” is no answer to Q1"),
		):
			with self.assertRaisesRegex(frappe.ValidationError, sentence):
				make_survey(RATING, {**CHOICE, **condition, **wrong})

	def test_a_limit_must_be_a_possible_answer(self):
		with self.assertRaisesRegex(frappe.ValidationError, "“Maybe” is no answer to Q1"):
			make_survey({"question": "好？", "question_kind": "Yes/No", "low_at": "Maybe"})

	def test_a_survey_with_responses_is_not_deleted(self):
		from crm4s.crm4s.doctype.c4s_survey_response.test_c4s_survey_response import make_response

		survey = make_survey()
		make_response(survey, "8")
		with self.assertRaisesRegex(frappe.ValidationError, "has responses; switch it off instead"):
			survey.delete()
		unused = make_survey()
		unused.delete()
		self.assertFalse(frappe.db.exists("C4S Survey Version", {"survey": unused.name}))

	def test_the_standard_surveys_ask_for_known_indicators(self):
		kinds = frappe.get_all("C4S Survey", pluck="survey_kind")
		self.assertLessEqual({"SSI", "CSI", "NPS"}, set(kinds))
