import ast
import pickle
import string
import unittest
from collections.abc import Iterator
from pathlib import Path

from crm4s.identifiers.problem import Problem

PACKAGES = [Path(__file__).parents[2] / name for name in ("identifiers", "calendars")]


def problem_calls() -> Iterator[ast.Call]:
	for package in PACKAGES:
		for path in package.glob("*.py"):
			for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
				if isinstance(node, ast.Call) and getattr(node.func, "id", None) == "Problem":
					yield node


class AProblem(unittest.TestCase):
	def test_reads_as_an_english_sentence(self):
		problem = Problem("VIN must have 17 characters, but {value} has {length}.", value="LSV", length=3)
		self.assertEqual(str(problem), "VIN must have 17 characters, but LSV has 3.")
		self.assertEqual(problem.arguments, {"value": "LSV", "length": 3})

	def test_keeps_what_was_typed_as_it_is(self):
		self.assertEqual(str(Problem("{value} is wrong.", value="{x} %s")), "{x} %s is wrong.")

	def test_survives_the_way_through_a_job_queue(self):
		problem = Problem("{value} is wrong.", value="A")
		self.assertEqual(str(pickle.loads(pickle.dumps(problem))), "A is wrong.")


class EverySentenceOfAProblem(unittest.TestCase):
	def test_is_a_literal_that_can_be_collected_for_translation(self):
		calls = list(problem_calls())
		self.assertTrue(calls)
		for call in calls:
			self.assertIsInstance(call.args[0], ast.Constant, ast.unparse(call))

	def test_gets_exactly_the_arguments_it_names(self):
		for call in problem_calls():
			named = {field for _, field, _, _ in string.Formatter().parse(call.args[0].value) if field}
			self.assertEqual(named, {keyword.arg for keyword in call.keywords}, call.args[0].value)

	def test_is_one_sentence(self):
		for call in problem_calls():
			self.assertRegex(call.args[0].value, r"^[A-Z{][^.]*\.$")
