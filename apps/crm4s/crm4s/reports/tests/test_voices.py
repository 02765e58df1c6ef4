import unittest

from crm4s.reports.voices import COMPLAINT, MIXED, PRAISE, UNTOLD, Said, choices, key_words, polarity_of, without_numbers


def words_of(*said: Said, **options) -> dict:
	found = key_words(said, str.split, options.get("stop", ()), options.get("meanings", {}), 800, 600, options.get("least", 1))
	return {word.word: word for word in found}


class TestKeyWords(unittest.TestCase):
	def test_a_word_counts_once_a_response(self):
		found = words_of(Said("R1", "coffee coffee waiting"), Said("R1", "waiting room"), Said("R2", "Waiting"))
		self.assertEqual({"waiting": 2, "coffee": 1, "room": 1}, {name: word.responses for name, word in found.items()})
		self.assertEqual("waiting", next(iter(found)))

	def test_what_says_nothing_is_left_out_and_alike_words_are_one(self):
		found = words_of(Said("R1", "The lounge , 123 a"), Said("R2", "sofa"), stop={"the"}, meanings={"sofa": "lounge"})
		self.assertEqual([("lounge", 2)], [(word.word, word.responses) for word in found.values()])

	def test_the_score_says_what_a_word_means(self):
		found = words_of(Said("R1", "waiting", 300), Said("R2", "waiting", 500), Said("R3", "waiting coffee", 900), Said("R4", "master", None))
		self.assertEqual((3, 1, 2, COMPLAINT), (found["waiting"].responses, found["waiting"].praise, found["waiting"].complaints, found["waiting"].polarity))
		self.assertAlmostEqual(566.7, found["waiting"].score, delta=0.1)
		self.assertEqual((PRAISE, UNTOLD, None), (found["coffee"].polarity, found["master"].polarity, found["master"].score))

	def test_neither_where_both_are_said(self):
		self.assertEqual([MIXED, MIXED, PRAISE, COMPLAINT], [polarity_of(3, 2, 6), polarity_of(1, 0, 9), polarity_of(3, 0, 9), polarity_of(0, 4, 5)])

	def test_quotes_are_the_newest_and_hold_nobody_s_number(self):
		found = words_of(*(Said(f"R{number}", f"call me  at 138 0013-8000 soon {number}", 500) for number in range(5)))
		self.assertEqual([("R0", "call me at … soon 0"), ("R1", "call me at … soon 1"), ("R2", "call me at … soon 2")], list(found["soon"].quotes))
		self.assertEqual("in 2026 paid 1280", without_numbers("in 2026\npaid 1280"))


class TestChoices(unittest.TestCase):
	def test_several_choices_of_one_response(self):
		found = choices([("R1", "Price\nTime", 800), ("R2", "Time", 400), ("R3", "", None), ("R4", "Time\n", None)])
		self.assertEqual([("Time", 3, 75.0, 600.0), ("Price", 1, 25.0, 800.0)], [tuple(row.values()) for row in found])
		self.assertEqual([], choices([]))
