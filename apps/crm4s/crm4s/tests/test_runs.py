import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.runs import Progress, guarded


class TestGuarded(FrappeTestCase):
	def test_one_that_fails_is_logged_and_the_others_go_on(self):
		def work(number: int) -> int:
			return 12 // number

		self.assertEqual([12, None, 4], [guarded(lambda number=number: work(number), f"Number {number}") for number in (1, 0, 3)])
		logged = frappe.get_all("Error Log", {"method": "Number 0"}, pluck="error")
		self.assertEqual(1, len(logged))
		self.assertIn("ZeroDivisionError", logged[0])


class TestProgress(FrappeTestCase):
	def setUp(self):
		self.progress = Progress("crm4s_test_progress")
		self.addCleanup(self.progress.forget)

	def test_a_job_that_never_ran_has_none(self):
		self.assertEqual(({}, None), (self.progress.state(), self.progress.text()))

	def test_a_later_note_adds_to_and_takes_from_the_earlier(self):
		self.progress.note(after="A", began="2026-01-01")
		self.progress.note(after=None, since="2026-01-02")
		self.assertEqual({"began": "2026-01-01", "since": "2026-01-02"}, self.progress.state())

	def test_it_is_one_row_of_its_own(self):
		Progress("crm4s_test_other").keep("other")
		for text in ("first", "second"):
			self.progress.keep(text)
		self.assertEqual(["second"], frappe.get_all("DefaultValue", self.progress.row, pluck="defvalue"))
		self.progress.forget()
		self.assertEqual("other", Progress("crm4s_test_other").text())
