import unittest

from hypothesis import given
from hypothesis import strategies as st

from crm4s.identifiers.masking import mask_address, mask_identity_number, mask_name, mask_phone, mask_plate
from crm4s.identifiers.tests import PROPERTY


class AMask(unittest.TestCase):
	def test_of_a_phone_number_keeps_the_beginning_and_the_last_four_digits(self):
		for e164, masked in {
			"+8613800138000": "138****8000",
			"+862165529988": "021****9988",
			"+8675582345678": "075*****5678",
			"+864008208820": "400***8820",
			"+85291234567": "+852 ****4567",
			"+16502530000": "+1 ******0000",
			"65529988": "****9988",
			"": "",
		}.items():
			self.assertEqual(mask_phone(e164), masked)

	def test_of_an_identity_number_hides_the_birth_date(self):
		self.assertEqual(mask_identity_number("11010519491231002X"), "110***********002X")
		self.assertEqual(mask_identity_number("E12345678"), "E******78")
		self.assertEqual(mask_identity_number("123"), "***")

	def test_of_a_plate_keeps_the_office_and_the_last_two_signs(self):
		self.assertEqual(mask_plate("沪A12345"), "沪A***45")
		self.assertEqual(mask_plate("沪AD12345"), "沪A****45")
		self.assertEqual(mask_plate("沪A1234挂"), "沪A***4挂")

	def test_of_an_address_keeps_no_more_than_the_district(self):
		for address, masked in {
			"上海市浦东新区张江路88号3幢501室": "上海市浦东新区****",
			"江苏省苏州市吴中区星湖街328号": "江苏省苏州市吴中区****",
			"广西壮族自治区南宁市青秀区民族大道1号": "广西壮族自治区南宁市青秀区****",
			"浙江省义乌市稠州北路1号": "浙江省义乌市****",
			"苏州市阳光小区3幢": "苏州市****",
			"和平路市场旁": "****",
			"88 Zhangjiang Road, Shanghai": "****",
			"": "",
		}.items():
			self.assertEqual(mask_address(address), masked)

	def test_of_a_name_keeps_the_first_character_of_each_word(self):
		self.assertEqual(mask_name("张三"), "张*")
		self.assertEqual(mask_name("欧阳娜娜"), "欧***")
		self.assertEqual(mask_name("John Smith"), "J*** S****")
		self.assertEqual(mask_name("张"), "*")

	@PROPERTY
	@given(st.text())
	def test_never_fails_and_never_shows_everything(self, text):
		for mask in (mask_phone, mask_identity_number, mask_plate, mask_address, mask_name):
			masked = mask(text)
			if text.strip():
				self.assertIn("*", masked)
				self.assertNotEqual(masked, text + " ")
