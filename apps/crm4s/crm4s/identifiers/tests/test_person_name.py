import unittest

from hypothesis import given
from hypothesis import strategies as st

from crm4s.identifiers.person_name import normalise_name
from crm4s.identifiers.problem import Problem
from crm4s.identifiers.tests import PROPERTY


class AName(unittest.TestCase):
	def test_has_no_blanks_around_nor_between_chinese_characters(self):
		self.assertEqual(normalise_name("  张　三 "), "张三")

	def test_has_single_blanks_between_words(self):
		self.assertEqual(normalise_name("John \t Smith"), "John Smith")
		self.assertEqual(normalise_name("Ｊｏｈｎ 张三"), "John 张三")

	def test_has_one_kind_of_dot_between_transliterated_parts(self):
		for raw in ("买买提·吐尔逊", "买买提•吐尔逊", "买买提 ・ 吐尔逊", "买买提．吐尔逊", "买买提.吐尔逊"):
			self.assertEqual(normalise_name(raw), "买买提·吐尔逊")

	def test_that_is_empty_is_refused(self):
		for raw in (None, "", " \u200b "):
			with self.assertRaisesRegex(Problem, "^Name is empty; enter the name of the person or company.$"):
				normalise_name(raw)

	def test_without_letters_is_refused(self):
		for raw in ("13800138000", "--"):
			with self.assertRaises(Problem) as caught:
				normalise_name(raw)
			self.assertEqual(
				str(caught.exception), f"Name must contain letters or Chinese characters, but {raw} has none."
			)

	@PROPERTY
	@given(st.one_of(st.text(), st.text("张三·.• aＡ\u3000e\u0301\u200b")))
	def test_that_is_normal_stays_as_it_is(self, text):
		try:
			name = normalise_name(text)
		except Problem:
			return
		self.assertEqual(normalise_name(name), name)
