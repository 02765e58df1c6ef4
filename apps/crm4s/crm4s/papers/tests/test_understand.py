import unittest

from crm4s.papers.understand import Sought, understand


def sought(text: str) -> Sought:
	return understand(text, "CN")


class TestUnderstand(unittest.TestCase):
	def test_a_phone_as_people_write_it(self):
		for text in ("13800138000", "138 0013 8000", "+86 138-0013-8000"):
			self.assertEqual("+8613800138000", sought(text).phone, text)

	def test_a_vin_and_its_last_six(self):
		self.assertEqual("LSVAA49J132047371", sought("lsvaa49j132047371").vin)
		self.assertEqual("047371", sought("047371").vin_tail)
		self.assertIsNone(sought("04737").vin_tail)

	def test_a_plate_its_beginning_and_one_without_its_province(self):
		self.assertEqual(("沪A12345",), sought("沪a·12345").plates)
		self.assertEqual("沪A123", sought("沪A123").plate_start)
		self.assertIn("沪A12345", sought("a12345").plates)
		self.assertIn("沪AD12345", sought("AD12345").plates)

	def test_a_number_with_or_without_its_letters(self):
		for text in ("SV-00000012", "sv12", "SV 12"):
			self.assertEqual(("SV", 12), sought(text).number, text)
		self.assertEqual((None, 12), sought("0012").number)

	def test_six_digits_are_a_number_and_the_end_of_a_vin(self):
		found = sought("123456")
		self.assertEqual(((None, 123456), "123456"), (found.number, found.vin_tail))

	def test_a_name_has_no_digits(self):
		self.assertTrue(sought("欧阳").may_be_name)
		self.assertFalse(sought("A1").may_be_name)

	def test_too_little_and_wildcards_are_nothing(self):
		for text in ("", " 欧 ", "%", "__", "%欧", "沪A1", "沪A"):
			self.assertEqual(Sought(), sought(text), text)
