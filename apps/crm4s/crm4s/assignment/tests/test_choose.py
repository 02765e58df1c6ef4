import random
import unittest
from collections import Counter

from crm4s.assignment.choose import LEAST_LOAD, METHODS, MODEL_SKILL, ROUND_ROBIN, Consultant, Skill, Wish, assign, last_turn


def wishes(count: int, **values) -> list[Wish]:
	return [Wish(f"L{number}", **values) for number in range(count)]


class TestInTurn(unittest.TestCase):
	def test_turns_go_on_after_whoever_was_last(self):
		given = assign(wishes(4), [Consultant(user) for user in "abc"], ROUND_ROBIN, last="b")
		self.assertEqual(["c", "a", "b", "c"], list(given.values()))

	def test_a_full_one_is_passed_over_and_nobody_gets_what_nobody_can_take(self):
		consultants = [Consultant("a", open_leads=5, limit=5), Consultant("b", open_leads=4, limit=5)]
		self.assertEqual({"L0": "b"}, assign(wishes(3), consultants, ROUND_ROBIN))

	def test_when_the_last_one_is_away_the_turn_of_the_next_is_not_passed_over(self):
		self.assertEqual("a", last_turn(["a", "b", "c"], "b", {"a", "c"}))
		self.assertIsNone(last_turn(["a", "b"], "gone", {"a", "b"}))


class TestLeastLoad(unittest.TestCase):
	def test_whoever_has_least_comes_first_until_all_have_as_much(self):
		consultants = [Consultant("a", open_leads=3), Consultant("b", open_leads=1), Consultant("c", open_leads=3)]
		self.assertEqual(["b", "b", "a", "b", "c"], list(assign(wishes(5), consultants, LEAST_LOAD).values()))


class TestModelSkill(unittest.TestCase):
	def setUp(self):
		brand, series, model = Skill("LY"), Skill("LY", "Vela"), Skill(model="LY-VELA-1")
		self.consultants = [Consultant("brand", skills=(brand,)), Consultant("series", skills=(series,)), Consultant("model", 9, 10, (model,))]

	def test_the_most_exact_knowledge_comes_first_while_it_has_room(self):
		given = assign(wishes(2, brand="LY", series="Vela", model="LY-VELA-1"), self.consultants, MODEL_SKILL)
		self.assertEqual(["model", "series"], list(given.values()))

	def test_what_nobody_knows_goes_to_the_least_load(self):
		given = assign(wishes(3, brand="Other"), self.consultants, MODEL_SKILL)
		self.assertEqual(["brand", "series", "brand"], list(given.values()))


class TestWhatHoldsForEveryMethod(unittest.TestCase):
	"""Random rounds with a fixed seed."""

	def rounds(self):
		chance = random.Random(20261122)
		for _ in range(300):
			consultants = [
				Consultant(f"u{number}", chance.randrange(8), chance.choice((0, 0, 5, 12)), (Skill(chance.choice("xyz")),))
				for number in range(chance.randrange(0, 7))
			]
			leads = [Wish(f"L{number}", brand=chance.choice(("x", "y", None))) for number in range(chance.randrange(0, 40))]
			yield chance.choice(METHODS), leads, consultants

	def test_nobody_gets_more_than_the_limit_and_nothing_is_left_while_somebody_has_room(self):
		for method, leads, consultants in self.rounds():
			given = assign(leads, consultants, method)
			load = Counter(given.values())
			self.assertLessEqual(set(given), {lead.key for lead in leads})
			for consultant in consultants:
				if consultant.limit and load[consultant.user]:
					self.assertLessEqual(consultant.open_leads + load[consultant.user], consultant.limit)
			if len(given) < len(leads):
				for consultant in consultants:
					self.assertTrue(consultant.limit and consultant.open_leads + load[consultant.user] >= consultant.limit)

	def test_the_same_input_gives_the_same_answer(self):
		for method, leads, consultants in self.rounds():
			self.assertEqual(assign(leads, consultants, method, "u1"), assign(leads, consultants, method, "u1"))

	def test_turns_are_fair_to_one_lead(self):
		for count in range(1, 30):
			load = Counter(assign(wishes(count), [Consultant(user) for user in "abcd"], ROUND_ROBIN, last="c").values())
			self.assertLessEqual(max(load.values()) - min(load.get(user, 0) for user in "abcd"), 1)

	def test_the_least_load_ends_as_even_as_it_can(self):
		for _method, leads, consultants in self.rounds():
			free = [Consultant(each.user, each.open_leads) for each in consultants]
			load = Counter(assign(leads, free, LEAST_LOAD).values())
			after = {each.user: each.open_leads + load[each.user] for each in free}
			touched = [after[user] for user in load]
			if touched:
				self.assertLessEqual(max(touched) - min(after.values()), 1)

	def test_an_unknown_method_is_refused(self):
		self.assertRaises(ValueError, assign, wishes(1), [Consultant("a")], "Lottery")
