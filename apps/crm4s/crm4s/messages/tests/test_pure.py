"""What needs no database: placeholders, waits, quiet times."""

import unittest
from datetime import date, datetime

from crm4s.messages import texts
from crm4s.messages.backoff import LONGEST_WAIT_SECONDS, wait_seconds
from crm4s.messages.quiet import QuietTime, next_free

NIGHT = QuietTime(21 * 60, 9 * 60)


class TestTexts(unittest.TestCase):
	def test_values_read_in_the_customers_language(self):
		for value, language, expected in (
			("2026-03-01", "zh", "2026年3月1日"),
			(date(2026, 3, 1), "en", "1 Mar 2026"),
			("2026-03-01 09:05:00", "zh", "2026年3月1日 09:05"),
			(20000.0, "zh", "20000"),
			(0.5, "en", "0.5"),
			(0, "en", "0"),
			("2026-13-01x", "zh", "2026-13-01x"),
		):
			with self.subTest(value):
				self.assertEqual(expected, texts.worded(value, language))

	def test_a_value_is_never_read_as_a_placeholder(self):
		self.assertEqual("{secret} and {a}", texts.fill("{a} and {b}", {"a": "{secret}", "b": "{a}", "secret": "x"}, "en"))

	def test_a_missing_value_is_named(self):
		for values in ({}, {"due_on": None}, {"due_on": ""}):
			with self.assertRaises(texts.MissingValueError) as raised:
				texts.fill("到期 {due_on}", values, "zh")
			self.assertEqual("due_on", raised.exception.name)

	def test_the_text_of_the_language_comes_before_that_of_the_channel(self):
		every_zh = {"channel_kind": "All Channels", "language": "zh"}
		sms_en, sms_zh = {"channel_kind": "SMS", "language": "en"}, {"channel_kind": "SMS", "language": "zh"}
		self.assertEqual(every_zh, texts.choose([sms_en, every_zh], "SMS", "zh"))
		self.assertEqual(sms_zh, texts.choose([every_zh, sms_en, sms_zh], "SMS", "zh"))
		self.assertEqual(every_zh, texts.choose([sms_zh, sms_en, every_zh], "E-Mail", "en"))
		self.assertIsNone(texts.choose([sms_zh], "E-Mail", "zh"))

	def test_people_are_addressed_as_far_as_we_know_them(self):
		self.assertEqual("李静女士", texts.salutation("李静", "Female", False, "zh"))
		self.assertEqual("Mr. Li Jing", texts.salutation("Li Jing", "Male", False, "en"))
		self.assertEqual("李静", texts.salutation("李静", None, False, "zh"))
		self.assertEqual("顺风物流", texts.salutation("顺风物流", "Male", True, "zh"))

	def test_long_texts_count_as_several_messages(self):
		self.assertEqual([1, 1, 2, 1], [texts.parts("字" * count, limit) for count, limit in ((0, 70), (70, 70), (71, 70), (500, 0))])


class TestBackOff(unittest.TestCase):
	def test_each_wait_is_twice_the_one_before_up_to_six_hours(self):
		waits = [wait_seconds(attempts, 60, 0.5) for attempts in (1, 2, 3, 12, 10_000)]
		self.assertEqual([60, 120, 240, LONGEST_WAIT_SECONDS, LONGEST_WAIT_SECONDS], [round(wait) for wait in waits])

	def test_waits_are_spread_by_a_fifth(self):
		for attempts in (1, 5, 40):
			middle = wait_seconds(attempts, 60, 0.5)
			spread = [round(wait_seconds(attempts, 60, luck) / middle, 3) for luck in (0, 0.25, 1)]
			self.assertEqual([0.8, 0.9, 1.2], spread)

	def test_what_a_provider_asks_for_is_waited_up_to_a_day(self):
		self.assertEqual([600, 86400], [wait_seconds(1, 60, 0.5, wish) for wish in (600, 10**9)])


class TestQuietTimes(unittest.TestCase):
	def test_over_midnight_until_the_morning(self):
		for moment, free in (
			(datetime(2026, 3, 1, 20, 59), None),
			(datetime(2026, 3, 1, 21, 0), datetime(2026, 3, 2, 9)),
			(datetime(2026, 3, 2, 8, 59), datetime(2026, 3, 2, 9)),
			(datetime(2026, 3, 2, 9, 0), None),
		):
			with self.subTest(moment):
				self.assertEqual(free or moment, next_free(moment, [NIGHT]))

	def test_a_quiet_day_after_a_quiet_night_is_waited_for_whole(self):
		sunday = QuietTime(weekday=6)
		self.assertEqual(datetime(2026, 3, 2, 9), next_free(datetime(2026, 2, 28, 22), [NIGHT, sunday]))

	def test_days_count_by_their_beginning(self):
		holidays = QuietTime(first_day=date(2026, 10, 1), last_day=date(2026, 10, 7))
		self.assertEqual(datetime(2026, 10, 8), next_free(datetime(2026, 10, 1), [holidays]))
		last_night = QuietTime(21 * 60, 9 * 60, last_day=date(2026, 10, 7))
		self.assertEqual(datetime(2026, 10, 8, 9), next_free(datetime(2026, 10, 8, 1), [last_night]))
		self.assertEqual(datetime(2026, 10, 8, 22), next_free(datetime(2026, 10, 8, 22), [last_night]))

	def test_who_is_always_quiet_is_never_written_to(self):
		self.assertIsNone(next_free(datetime(2026, 3, 1), [QuietTime()]))

	def test_without_quiet_times_it_is_now(self):
		moment = datetime(2026, 3, 1, 3)
		self.assertEqual(moment, next_free(moment, []))
