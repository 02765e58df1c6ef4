import unittest

from hypothesis import given
from hypothesis import strategies as st

from crm4s.identifiers.plate import PROVINCES, normalise_plate, plate_kind
from crm4s.identifiers.problem import Problem
from crm4s.identifiers.tests import PROPERTY

KINDS = {
	"沪A12345": "fuel",
	"粤B8C9D1": "fuel",
	"沪AD12345": "new energy small",
	"粤BFA1234": "new energy small",
	"京AK12345": "new energy small",
	"沪A12345D": "new energy large",
	"苏E54321F": "new energy large",
	"京A1234警": "police",
	"浙O1234警": "police",
	"鲁B1234挂": "trailer",
	"川A1234学": "coach",
	"沪A0023领": "consulate",
	"沪22423领": "consulate",
	"224578使": "embassy",
	"使224578": "embassy",
	"粤ZF023港": "hong kong or macao",
	"粤Z1234澳": "hong kong or macao",
	"沪A12345临": "temporary",
	"沪A1234试": "temporary",
}

plates = st.one_of(
	st.from_regex(f"[{PROVINCES}][A-HJ-NP-Z][A-HJ-NP-Z0-9]{{5}}", fullmatch=True),
	st.from_regex(f"[{PROVINCES}][A-HJ-NP-Z][A-HJK][A-HJ-NP-Z0-9][0-9]{{4}}", fullmatch=True),
	st.from_regex(f"[{PROVINCES}][A-HJ-NP-Z][0-9]{{5}}[A-HJK]", fullmatch=True),
	st.sampled_from(sorted(KINDS)),
)


class APlate(unittest.TestCase):
	def test_loses_dots_blanks_hyphens_full_width_and_small_letters(self):
		for raw in ("沪a·12345", "沪A-12345", " 沪 A 12345", "沪Ａ•１２３４５", "沪A・12345", "沪A.12345"):
			self.assertEqual(normalise_plate(raw), "沪A12345")

	def test_tells_its_kind(self):
		for plate, kind in KINDS.items():
			self.assertEqual(plate_kind(normalise_plate(plate)), kind, plate)

	@PROPERTY
	@given(plates)
	def test_that_is_normal_stays_as_it_is(self, plate):
		self.assertEqual(normalise_plate(plate), plate)
		self.assertEqual(normalise_plate(f"{plate[:2].lower()}·{plate[2:]} "), plate)

	@PROPERTY
	@given(st.text("沪粤AIO019D·警使领港", max_size=9))
	def test_of_any_text_is_normal_or_a_problem(self, text):
		try:
			plate = normalise_plate(text)
		except Problem as problem:
			self.assertTrue(str(problem))
		else:
			self.assertEqual(normalise_plate(plate), plate)
			plate_kind(plate)


class AWrongPlate(unittest.TestCase):
	def assert_refused(self, raw: str, sentence: str) -> None:
		for function in (normalise_plate, plate_kind):
			with self.assertRaises(Problem) as caught:
				function(raw)
			self.assertEqual(str(caught.exception), sentence)

	def test_that_is_empty_is_refused_with_examples(self):
		self.assert_refused("", "Plate number is empty; enter it like 沪A12345, or 沪AD12345 for a new energy car.")

	def test_without_province_is_refused(self):
		self.assert_refused(
			"BD12345", "Plate number must begin with the character of a province such as 沪, but BD12345 does not."
		)

	def test_without_office_letter_is_refused(self):
		for plate in ("沪112345", "沪I12345", "沪"):
			self.assert_refused(
				plate, f"Plate number must have a letter other than I and O after the province, but {plate} does not."
			)

	def test_with_i_or_o_is_refused_with_the_digits_they_probably_are(self):
		for plate in ("沪A1234O", "沪AI2345"):
			self.assert_refused(
				plate,
				f"Plate number never has the letters I and O in its serial number; in {plate} they are probably the digits 1 and 0.",
			)

	def test_of_the_wrong_length_is_refused_with_its_length(self):
		self.assert_refused(
			"沪A1234", "Plate number must have 7 characters, or 8 for a new energy car, but 沪A1234 has 6."
		)

	def test_of_eight_signs_without_energy_letter_is_refused(self):
		for plate in ("沪A123456", "沪AL12345", "沪ADB123A"):
			self.assert_refused(
				plate,
				f"Plate number with 8 characters must be one of a new energy car such as 沪AD12345 or 沪A12345D, but {plate} is not.",
			)

	def test_with_another_sign_is_refused_with_examples(self):
		self.assert_refused(
			"沪A1234火",
			"Plate number must be like 沪A12345, or 沪A1234 with 警, 挂, 学, 领, 试 or 超 behind it, but 沪A1234火 is not.",
		)
