"""What a question allows, when it is shown, what is low; nothing is read from the database."""

import unittest

from crm4s.surveys import questions
from crm4s.surveys.inviting import is_drawn
from crm4s.surveys.occasions import days_in
from crm4s.surveys.questions import AnswerError


def question(kind: str = "Rating 1-10", code: str = "Q1", **values) -> dict:
	return {"code": code, "number": 1, "question_kind": kind, "options": [], "weight": 1, "mandatory": 0, "low_at": "", "shown_if_question": "", **values}


class TestReading(unittest.TestCase):
	def test_an_answer_is_kept_as_the_question_allows_it(self):
		several = question("Multiple Choice", options=["价格", "服务", "时间"])
		for asked, given, kept in (
			(question(), " 08 ", "8"),
			(question("Yes/No"), "Not Applicable", "Not Applicable"),
			(several, "时间\n价格\n价格", "价格\n时间"),
			(question("Text"), "<script>alert(1)</script>", "<script>alert(1)</script>"),
			(question("Text"), "a\x00b", "ab"),
			(question(), "  ", ""),
		):
			self.assertEqual(kept, questions.read(asked, given))

	def test_anything_else_is_refused(self):
		for asked, given in (
			(question(), "11"), (question(), "-1"), (question(), "٣"), (question(), "9" * 5000), (question("NPS 0-10"), "1.5"),
			(question("Yes/No"), "Maybe"), (question("Choice", options=["a", "b"]), "c"), (question("Multiple Choice", options=["a", "b"]), "a\nc"),
			(question("Text"), "好" * 2001),
		):
			self.assertRaises(AnswerError, questions.read, asked, given)

	def test_not_applicable_is_no_rating_and_yes_is_the_best(self):
		asked = question("Yes/No")
		self.assertEqual([(0, 1), (0, 1), None, None], [questions.scale_of(asked, text) for text in ("Yes", "No", "Not Applicable", "")])
		self.assertEqual([1, 0, 0], [questions.number_of(asked, text) for text in ("Yes", "No", "Not Applicable")])
		self.assertIsNone(questions.scale_of(question(weight=0), "5"))

	def test_the_reason_of_a_no_is_asked_and_of_a_required_one_needed(self):
		plain, strict, rating = question("Yes/No"), question("Yes/No", asks_reason="Required"), question(asks_reason="Required")
		self.assertEqual([True, False], [questions.asks_reason(plain, text) for text in ("No", "Yes")])
		self.assertEqual([True, False, True, False], [questions.needs_reason(*pair) for pair in ((strict, "No"), (strict, "Yes"), (rating, "9"), (plain, "No"))])


class TestLow(unittest.TestCase):
	def test_the_limit_of_a_number_counts_downwards_and_that_of_a_choice_exactly(self):
		for asked, low, fine in (
			(question(low_at="5"), ("5", "1"), ("6", "")),
			(question("NPS 0-10", low_at="0"), ("0",), ("1",)),
			(question("Yes/No", low_at="Yes"), ("Yes",), ("No", "Not Applicable")),
			(question("Multiple Choice", options=["a", "b"], low_at="b"), ("a\nb",), ("a",)),
			(question(), (), ("1",)),
		):
			self.assertEqual([True] * len(low), [questions.is_low(asked, text) for text in low])
			self.assertEqual([False] * len(fine), [questions.is_low(asked, text) for text in fine])


class TestBranching(unittest.TestCase):
	def shown(self, answers: dict, **condition) -> list[str]:
		asked = [question(), question("Text", "Q2", shown_if_question="Q1", **condition), question("Text", "Q3", shown_if_question="Q2", shown_if="Was Answered")]
		return [one["code"] for one in questions.shown(asked, answers)]

	def test_a_question_is_shown_by_the_answer_to_an_earlier_one(self):
		low = {"shown_if": "Is at Most", "shown_if_value": "6"}
		self.assertEqual(["Q1", "Q2"], self.shown({"Q1": "6"}, **low))
		self.assertEqual(["Q1"], self.shown({"Q1": "7"}, **low))
		self.assertEqual(["Q1", "Q2"], self.shown({"Q1": "7"}, shown_if="Is at Least", shown_if_value="7"))
		self.assertEqual(["Q1"], self.shown({"Q1": "10"}, shown_if="Is", shown_if_value="1"))
		self.assertEqual(["Q1", "Q2"], self.shown({"Q1": "10"}, shown_if="Is Not", shown_if_value="1"))

	def test_no_answer_fulfils_no_condition(self):
		self.assertEqual(["Q1"], self.shown({}, shown_if="Is Not", shown_if_value="1"))

	def test_what_stands_on_a_question_that_is_not_shown_is_not_shown(self):
		low = {"shown_if": "Is at Most", "shown_if_value": "6"}
		self.assertEqual(["Q1"], self.shown({"Q1": "9", "Q2": "left over"}, **low))
		self.assertEqual(["Q1", "Q2", "Q3"], self.shown({"Q1": "2", "Q2": "slow"}, **low))


class TestDrawing(unittest.TestCase):
	def test_about_the_share_is_drawn_and_always_the_same(self):
		keys = [f"rule:{number}" for number in range(5_000)]
		drawn = [key for key in keys if is_drawn(key, 20)]
		self.assertAlmostEqual(0.2, len(drawn) / len(keys), delta=0.02)
		self.assertEqual(drawn, [key for key in keys if is_drawn(key, 20)])
		self.assertTrue(all(is_drawn(key, 100) for key in keys))

	def test_days_of_the_year_are_real_days(self):
		self.assertEqual(["02-29", "03-05"], days_in("2-29\n\n03-05"))
		for wrong in ("02-30", "13-01", "spring"):
			self.assertRaises(ValueError, days_in, wrong)
