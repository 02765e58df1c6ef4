from frappe.tests.utils import FrappeTestCase

from crm4s.tests.at_once import at_once
from crm4s.turns import turn


class TestTurn(FrappeTestCase):
	def test_one_at_a_time_and_then_the_next(self):
		def asked() -> bool:
			with turn("test") as is_mine:
				return is_mine

		with turn("test") as is_mine:
			self.assertTrue(is_mine)
			self.assertEqual([False], at_once(asked))
		self.assertEqual([True], at_once(asked))
