from threading import Event
from unittest.mock import patch

import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.customer_value.overlap import _unless_failed, ahead, beside


class TestAhead(FrappeTestCase):
	def test_the_next_part_is_begun_before_the_one_before_is_looked_at(self):
		seen = []

		def parts():
			for number in range(3):
				seen.append(f"part {number}")
				yield number

		for answer in ahead(lambda number: 10 * number, parts()):
			seen.append(answer)
		self.assertEqual(["part 0", "part 1", 0, "part 2", 10, 20], seen)

	def test_it_works_in_the_callers_transaction(self):
		self.addCleanup(frappe.db.rollback)
		name = frappe.get_doc({"doctype": "C4S Source", "source_name": "Overlap"}).insert().name
		self.assertEqual([name], list(ahead(lambda wanted: frappe.db.exists("C4S Source", wanted), [name])))

	def test_after_a_failure_nothing_more_is_begun(self):
		begun = []

		def work(number):
			begun.append(number)
			return 1 / number

		with self.assertRaises(ZeroDivisionError):
			list(ahead(work, [1, 0, 2, 3]))
		self.assertEqual([1, 0], begun)

	def test_by_two_every_second_part_goes_over_another_connection(self):
		with outside_of_tests():
			answers = list(ahead(lambda number: (number, connection()), range(4), by_two=True))
		self.assertEqual([0, 1, 2, 3], [number for number, _connection in answers])
		self.assertEqual([connection()] * 2, [used for _number, used in answers[::2]])
		self.assertNotIn(connection(), [used for _number, used in answers[1::2]])


class TestBeside(FrappeTestCase):
	def test_the_work_is_done_over_two_other_connections_as_the_same_user_and_noted_in_order(self):
		done, noted = [], []
		with outside_of_tests(), beside(lambda number: done.append((number, connection(), frappe.session.user)), noted.append) as hand_over:
			for number in range(6):
				hand_over(number)
		self.assertEqual(list(range(6)), sorted(number for number, *_rest in done))
		self.assertEqual(list(range(6)), noted)
		used = {used for _number, used, _user in done}
		self.assertEqual((2, False), (len(used), connection() in used))
		self.assertEqual({frappe.session.user}, {user for *_rest, user in done})

	def test_what_is_done_is_not_noted_before_all_that_came_earlier_is(self):
		second_done, noted = Event(), []

		def work(number):
			if number:
				second_done.set()
			else:
				second_done.wait(10)
				noted.append("the first is done")

		with outside_of_tests(), beside(work, noted.append) as hand_over:
			hand_over(0)
			hand_over(1)
		self.assertEqual(["the first is done", 0, 1], noted)

	def test_a_failure_is_raised_and_nothing_from_there_on_is_noted(self):
		begun, noted = [], []

		def work(number):
			begun.append(number)
			return 1 / (number - 1)

		with self.assertRaises(ZeroDivisionError), outside_of_tests(), beside(work, noted.append) as hand_over:
			for number in range(20):
				hand_over(number)
		# The first may not be begun when the second fails on the other connection.
		self.assertIn(noted, ([], [0]))
		self.assertLess(len(begun), 10)

	def test_what_went_wrong_is_told_though_an_earlier_part_is_not_begun(self):
		guarded = _unless_failed(lambda number: 1 / number)
		for number in (0, 1):
			with self.assertRaises(ZeroDivisionError):
				guarded(number)

	def test_in_tests_the_work_is_done_at_once_over_the_one_connection(self):
		done, noted = [], []
		with beside(lambda number: done.append((number, connection())), noted.append) as hand_over:
			hand_over(1)
			self.assertEqual(([(1, connection())], [1]), (done, noted))


def outside_of_tests():
	"""As in a job; only what reads alone may be done so."""
	return patch.dict(frappe.flags, in_test=False)


def connection() -> int:
	return frappe.db.sql("select connection_id()")[0][0]
