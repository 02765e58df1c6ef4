"""Numbers that the desk, a file and connected systems take out of one counter at the same moment, with rollbacks among them."""

import frappe

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.rows.names import Series
from crm4s.tests.at_once import at_once, elsewhere
from crm4s.tests.end_to_end.browser import CommittingTestCase

CUSTOMER = "C4S Customer"
TIMES, OF_ONE_SET = 8, 5


class TestNumbersAtOnce(CommittingTestCase):
	def by_hand(self) -> list[str]:
		"""Documents one by one, every third of which is never saved; the names of those that are."""
		names = []
		for time in range(TIMES):
			name = make_customer().name
			if time % 3:
				frappe.db.commit()
				names.append(name)
			else:
				frappe.db.rollback()
		return names

	def in_sets(self, apart: bool) -> list[str]:
		"""Names of sets, every third of which is rolled back; apart they are gone all the same."""
		frappe.flags.in_test = False
		names = []
		for time in range(TIMES):
			names += (reserved := Series(CUSTOMER, apart=apart).reserve([{}] * OF_ONE_SET))
			if time % 3:
				frappe.db.commit()
			else:
				frappe.db.rollback()
				names = names if apart else [name for name in names if name not in reserved]
		return names

	def test_nobody_gets_a_number_twice(self):
		make_customer()
		sets = [lambda: self.in_sets(apart=True)] * 2
		outcomes = at_once(self.by_hand, *sets, lambda: self.in_sets(apart=False))
		names = [name for found in outcomes for name in found]
		self.assertEqual(len(names), len(set(names)), outcomes)
		self.assertEqual(2 * TIMES * OF_ONE_SET, len(outcomes[1]) + len(outcomes[2]))

	def test_a_set_apart_keeps_nobody_waiting(self):
		make_customer()
		frappe.db.commit()
		frappe.flags.in_test = False
		self.addCleanup(frappe.flags.update, in_test=True)
		reserved = Series(CUSTOMER, apart=True).reserve([{}] * OF_ONE_SET)
		self.assertGreater(elsewhere(lambda: make_customer().name), reserved[-1])

	def test_who_keeps_the_counter_takes_a_set_apart_out_of_it_all_the_same(self):
		name = make_customer().name
		frappe.flags.in_test = False
		self.addCleanup(frappe.flags.update, in_test=True)
		self.assertGreater(Series(CUSTOMER, apart=True).reserve([{}])[0], name)
