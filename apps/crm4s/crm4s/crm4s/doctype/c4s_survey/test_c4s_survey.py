import frappe
from frappe.tests.utils import FrappeTestCase

CHOICE = {"question": "原因？", "question_kind": "Choice", "options": "价格\n服务"}
RATING = {"question": "接待？", "question_kind": "Rating 1-10"}
NPS = {"question": "推荐？", "question_kind": "NPS 0-10"}


def make_survey(*questions: dict, **overrides):
	"""A saved survey with these questions, by default one rating, under a title of its own."""
	values = {
		"doctype": "C4S Survey",
		"title": f"测试问卷 {frappe.generate_hash(length=8)}",
		"survey_kind": "CSI",
		"questions": list(questions) or [RATING],
	}
	values.update(overrides)
	return frappe.get_doc(values).insert()


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

	def test_questions_change_freely_until_somebody_has_answered(self):
		survey = make_survey()
		survey.questions[0].weight = 5
		survey.append("questions", {**CHOICE, "weight": 0})
		self.assertEqual(2, len(survey.save().questions))

	def test_answered_questions_can_be_reworded_but_not_changed(self):
		from crm4s.crm4s.doctype.c4s_survey_response.test_c4s_survey_response import make_response

		survey = make_survey(RATING, CHOICE)
		make_response(survey, "8", "价格")
		survey.questions[0].question = "您对接待是否满意？"
		survey.save()
		for change in ({"weight": 2}, {"question_kind": "Rating 1-5"}, {"mandatory": 1}):
			survey.reload()
			survey.questions[0].update(change)
			with self.assertRaisesRegex(frappe.ValidationError, "has responses, so its questions can only be reworded"):
				survey.save()
		survey.reload()
		survey.questions.pop()
		self.assertRaises(frappe.ValidationError, survey.save)

	def test_the_standard_surveys_ask_for_known_indicators(self):
		kinds = frappe.get_all("C4S Survey", pluck="survey_kind")
		self.assertLessEqual({"SSI", "CSI", "NPS"}, set(kinds))
