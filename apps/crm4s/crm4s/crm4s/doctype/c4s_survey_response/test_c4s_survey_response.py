import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_lead.test_c4s_lead import make_lead
from crm4s.crm4s.doctype.c4s_survey.test_c4s_survey import CHOICE, NPS, RATING, make_survey
from crm4s.tests.people import as_user, make_user
from crm4s.tests.store_documents import DealingTests

test_ignore = ["User"]
FIVE = {"question": "环境？", "question_kind": "Rating 1-5"}
TEXT = {"question": "建议？", "question_kind": "Text"}


def make_response(survey, *texts: str | None, **overrides):
	"""A saved response with these answers to the survey's questions, in their order; None leaves a question out."""
	values = {
		"doctype": "C4S Survey Response",
		"survey": survey.name,
		"dealership": overrides.get("dealership") or make_dealership("SURVEY-1").name,
		"channel": "Phone",
		"answers": [
			{"question_row": question.name, "text": text}
			for question, text in zip(survey.questions, texts)
			if text is not None
		],
	}
	values.update(overrides)
	return frappe.get_doc(values).insert()


def make_indicator(name: str, weight: float, parent: str | None = None) -> str:
	return (
		frappe.get_doc(
			{"doctype": "C4S Survey Indicator", "indicator_name": name, "weight": weight, "parent_indicator": parent}
		)
		.insert()
		.name
	)


class ResponseTestCase(FrappeTestCase):
	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def assertSaysWhy(self, sentence: str):
		return self.assertRaisesRegex(frappe.ValidationError, sentence)


class TestScore(ResponseTestCase):
	def test_the_score_is_the_weighted_index_on_1000_points(self):
		heavy, light = make_indicator("Heavy", 3), make_indicator("Light", 1)
		survey = make_survey({**RATING, "indicator": heavy}, {**FIVE, "indicator": light})
		response = make_response(survey, "10", "1")
		self.assertEqual((750, 2), (response.score, response.rated_answers))

	def test_questions_that_weigh_nothing_and_words_do_not_count(self):
		survey = make_survey(RATING, {**RATING, "weight": 0}, CHOICE, TEXT)
		response = make_response(survey, "10", "1", "服务", "没有")
		self.assertEqual((1000, 1), (response.score, response.rated_answers))

	def test_a_response_without_ratings_has_no_score(self):
		response = make_response(make_survey(RATING, NPS), None, "9")
		self.assertEqual((0, 0), (response.score, response.rated_answers))

	def test_a_corrected_answer_changes_the_score(self):
		response = make_response(make_survey(RATING), "10")
		response.answers[0].text = "1"
		self.assertEqual(0, response.save().score)

	def test_an_answer_taken_back_is_no_answer(self):
		response = make_response(make_survey(RATING, RATING), "10", "1")
		response.answers[1].text = ""
		response.save()
		self.assertEqual((1000, 1), (response.score, response.rated_answers))


class TestRecommendation(ResponseTestCase):
	def test_nobody_who_was_not_asked_is_a_detractor(self):
		self.assertEqual("", make_response(make_survey(RATING), "5").nps_group)

	def test_an_answer_of_0_is_an_answer(self):
		response = make_response(make_survey(NPS), "0")
		self.assertEqual((0, "Detractor"), (response.nps_answer, response.nps_group))

	def test_an_answer_of_9_is_a_promoter(self):
		response = make_response(make_survey(NPS), "9")
		self.assertEqual((9, "Promoter"), (response.nps_answer, response.nps_group))


class TestAnswers(ResponseTestCase):
	def test_an_answer_is_kept_with_its_question_in_the_survey_s_order(self):
		survey = make_survey(RATING, CHOICE)
		rating, choice = (question.name for question in survey.questions)
		answers = [{"question_row": choice, "text": "服务"}, {"question_row": rating, "text": " 8 "}]
		response = make_response(survey, answers=answers)
		kept = [(row.question, row.text, row.number) for row in response.answers]
		self.assertEqual([("接待？", "8", 8), ("原因？", "服务", 0)], kept)
		self.assertEqual("CSI", response.survey_kind)

	def test_a_number_alone_is_an_answer_of_a_new_response(self):
		survey = make_survey(RATING)
		response = make_response(survey, answers=[{"question_row": survey.questions[0].name, "number": 7}])
		self.assertEqual("7", response.answers[0].text)

	def test_a_number_off_the_scale_is_refused(self):
		for question, text in ((RATING, "0"), (RATING, "11"), (FIVE, "6"), (NPS, "-1"), (RATING, "8.5"), (RATING, "好")):
			with self.assertSaysWhy("Answer to question 1 must be a whole number from"):
				make_response(make_survey(question), text)

	def test_a_choice_that_is_not_offered_is_refused(self):
		with self.assertSaysWhy("Answer to question 1 must be one of: 价格, 服务"):
			make_response(make_survey(CHOICE), "天气")

	def test_a_mandatory_question_is_answered(self):
		survey = make_survey({**RATING, "mandatory": 1})
		for text in (None, " "):
			with self.assertSaysWhy("Question 1 must be answered: 接待？"):
				make_response(survey, text)

	def test_an_answer_to_another_survey_is_refused(self):
		other = make_survey()
		with self.assertSaysWhy("The answers must be to the questions of survey"):
			make_response(make_survey(), answers=[{"question_row": other.questions[0].name, "text": "5"}])

	def test_a_question_is_answered_once(self):
		survey = make_survey()
		row = {"question_row": survey.questions[0].name, "text": "5"}
		with self.assertSaysWhy("A question was answered twice"):
			make_response(survey, answers=[row, dict(row)])

	def test_a_survey_that_is_switched_off_takes_no_new_response(self):
		survey = make_survey()
		response = make_response(survey, "5")
		survey.update({"enabled": 0}).save()
		with self.assertSaysWhy("is switched off and takes no new responses"):
			make_response(survey, "5")
		self.assertEqual("客户很满意", response.update({"comment": "客户很满意"}).save().comment)

	def test_the_standard_surveys_can_be_answered(self):
		for title in frappe.get_all("C4S Survey", filters={"survey_kind": ["in", ["SSI", "CSI"]]}, pluck="name"):
			survey = frappe.get_doc("C4S Survey", title)
			best = {"Rating 1-10": "10", "NPS 0-10": "10"}
			response = make_response(survey, *(best.get(question.question_kind) for question in survey.questions))
			self.assertEqual((1000, "Promoter"), (response.score, response.nps_group), title)


class TestResponsesOfStores(DealingTests, FrappeTestCase):
	doctype = "C4S Survey Response"
	role = "CRM Specialist"

	def make_document_of(self, store, **values):
		return make_response(make_survey(), "8", dealership=store, **values)

	def test_a_lead_of_another_store_cannot_be_named(self):
		lead, survey = make_lead(dealership=self.other).name, make_survey()
		with as_user(self.user), self.assertRaises(frappe.PermissionError):
			make_response(survey, "8", dealership=self.own, lead=lead)

	def test_an_auditor_sees_the_own_responses_only(self):
		self.make_document_of(self.own)
		survey = make_survey()
		with as_user(make_user("Auditor", [self.own])):
			own = make_response(survey, "8", dealership=self.own)
			self.assertEqual([own.name], frappe.get_list(self.doctype, pluck="name"))
