import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.customer_value.overlap import ahead


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
