import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.satisfaction.texts import word_lists


class TestWordList(FrappeTestCase):
	def tearDown(self):
		frappe.db.rollback()

	def test_words_stand_in_lines_or_side_by_side_and_may_count_as_others(self):
		words = frappe.get_doc({"doctype": "C4S Word List", "list_name": "Test", "words": "Lounge  sofa\n\nrest area = Lounge\n = nothing"})
		self.assertEqual([("lounge", None), ("sofa", None), ("rest area", "lounge")], words.entries())

	def test_the_lists_of_the_trade_are_installed_and_a_list_can_be_switched_off(self):
		stop, meanings = word_lists()
		self.assertIn("我们", stop)
		self.assertEqual("等待", meanings["等候"])
		frappe.db.set_value("C4S Word List", "Chinese Words That Say Nothing", "enabled", 0)
		self.assertNotIn("我们", word_lists()[0])
