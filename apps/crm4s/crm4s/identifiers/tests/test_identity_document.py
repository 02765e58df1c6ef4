import unittest
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric, uscc

from crm4s.identifiers.identity_document import (
	FOREIGN_PERMANENT_RESIDENT_CARD,
	HONG_KONG_MACAO_PERMIT,
	KINDS,
	OTHER,
	PASSPORT,
	RESIDENT_IDENTITY_CARD,
	TAIWAN_PERMIT,
	UNIFIED_SOCIAL_CREDIT_CODE,
	ResidentCardFacts,
	normalise_identity_document,
	resident_card_facts,
)
from crm4s.identifiers.problem import Problem
from crm4s.identifiers.tests import PROPERTY

# The example of GB 11643-1999, and one that ends with X.
CARD = "11010519491231002X"
COMPANY = "91110000600037341L"


def with_check_digit(body: str) -> str:
	return body + ric.calc_check_digit(body + "0")


cards = st.builds(
	lambda place, born, serial: with_check_digit(f"{place}{born:%Y%m%d}{serial:03}"),
	st.sampled_from(("110105", "310115", "440305", "659004", "810000", "830000")),
	st.dates(date(1900, 1, 1), date(2025, 12, 31)),
	st.integers(0, 999),
)
companies = st.from_regex("9[1-3][0-9]{6}[0-9A-HJ-NPQRTUWXY]{9}", fullmatch=True).map(
	lambda body: body + uscc.calc_check_digit(body)
)


class DocumentTest(unittest.TestCase):
	def assert_refused(self, kind: str, raw: object, sentence: str) -> None:
		with self.assertRaises(Problem) as caught:
			normalise_identity_document(kind, raw)
		self.assertEqual(str(caught.exception), sentence)


class AnIdentityCard(DocumentTest):
	def test_loses_blanks_full_width_and_the_small_x(self):
		self.assertEqual(normalise_identity_document(RESIDENT_IDENTITY_CARD, " 110105 19491231 ００２ｘ"), CARD)

	def test_tells_birth_date_and_sex(self):
		self.assertEqual(resident_card_facts(CARD), ResidentCardFacts(date(1949, 12, 31), "Female"))
		self.assertEqual(
			resident_card_facts(with_check_digit("31011519840229123")), ResidentCardFacts(date(1984, 2, 29), "Male")
		)

	@PROPERTY
	@given(cards)
	def test_that_is_normal_stays_as_it_is(self, card):
		self.assertEqual(normalise_identity_document(RESIDENT_IDENTITY_CARD, card), card)
		self.assertEqual(resident_card_facts(card).birth_date, date(int(card[6:10]), int(card[10:12]), int(card[12:14])))

	@PROPERTY
	@given(cards, st.integers(0, 16), st.integers(1, 9))
	def test_with_one_wrong_digit_is_refused(self, card, position, shift):
		wrong = str((int(card[position]) + shift) % 10)
		with self.assertRaises(Problem):
			normalise_identity_document(RESIDENT_IDENTITY_CARD, card[:position] + wrong + card[position + 1 :])

	@PROPERTY
	@given(cards, st.integers(0, 15))
	def test_with_two_digits_swapped_is_refused(self, card, position):
		swapped = card[:position] + card[position + 1] + card[position] + card[position + 2 :]
		if swapped != card:
			with self.assertRaises(Problem):
				normalise_identity_document(RESIDENT_IDENTITY_CARD, swapped)

	def test_of_the_wrong_length_is_refused_without_repeating_it(self):
		self.assert_refused(
			RESIDENT_IDENTITY_CARD,
			"110105491231002",
			"Identity card number must have 18 characters, but this one has 15.",
		)

	def test_with_a_letter_is_refused(self):
		self.assert_refused(
			RESIDENT_IDENTITY_CARD,
			"1101051949123100XX",
			"Identity card number must be 17 digits and a last digit or X.",
		)

	def test_of_an_unknown_province_is_refused(self):
		self.assert_refused(
			RESIDENT_IDENTITY_CARD,
			with_check_digit("99010519491231002"),
			"Identity card number must begin with the code of a province such as 31, but this one begins with 99.",
		)

	def test_with_an_impossible_birth_date_is_refused_with_that_date(self):
		tomorrow = f"{date.today() + timedelta(days=1):%Y%m%d}"
		for born in ("19490231", "18991231", "19491301", tomorrow):
			self.assert_refused(
				RESIDENT_IDENTITY_CARD,
				with_check_digit(f"110105{born}002"),
				f"Identity card number must hold a possible birth date in positions 7 to 14, but this one has {born}.",
			)

	def test_with_a_wrong_check_digit_is_refused(self):
		self.assert_refused(
			RESIDENT_IDENTITY_CARD,
			"110105194912310021",
			"Identity card number does not fit its last character; compare each digit with the card.",
		)


class APassport(DocumentTest):
	def test_has_letters_and_digits(self):
		self.assertEqual(normalise_identity_document(PASSPORT, "e1234 5678"), "E12345678")
		for wrong in ("", "ABCDEFGH", "E123", "E1234567_", "E" + "1" * 15):
			self.assert_refused(
				PASSPORT, wrong, "Passport number must have 5 to 15 letters and digits, such as E12345678."
			)


class ATravelPermit(DocumentTest):
	def test_of_hong_kong_or_macao_is_cut_to_the_number_kept_for_life(self):
		self.assertEqual(normalise_identity_document(HONG_KONG_MACAO_PERMIT, "h12345678"), "H12345678")
		self.assertEqual(normalise_identity_document(HONG_KONG_MACAO_PERMIT, "M1234567801"), "M12345678")
		for wrong in ("", "12345678", "A12345678", "H1234567"):
			self.assert_refused(
				HONG_KONG_MACAO_PERMIT,
				wrong,
				"Travel permit number must be H or M and 8 digits, or 10 on an old card, such as H12345678.",
			)

	def test_of_taiwan_is_cut_to_the_number_kept_for_life(self):
		for raw in ("12345678", "1234567801", "1234567801(B)", "1234567801（Ｂ）"):
			self.assertEqual(normalise_identity_document(TAIWAN_PERMIT, raw), "12345678")
		for wrong in ("", "1234567", "T12345678"):
			self.assert_refused(
				TAIWAN_PERMIT,
				wrong,
				"Travel permit number must have 8 digits, or 10 in an old booklet, such as 12345678.",
			)


class APermanentResidentCard(DocumentTest):
	def test_may_be_of_the_old_or_the_new_form(self):
		new = with_check_digit("93184019800101002")
		self.assertEqual(normalise_identity_document(FOREIGN_PERMANENT_RESIDENT_CARD, "usa310080010112"), "USA310080010112")
		self.assertEqual(normalise_identity_document(FOREIGN_PERMANENT_RESIDENT_CARD, new), new)

	def test_of_another_form_is_refused(self):
		for wrong in ("", "US3100800101123", CARD):
			self.assert_refused(
				FOREIGN_PERMANENT_RESIDENT_CARD,
				wrong,
				"Permanent resident card number must be 18 characters that begin with 9, or 3 letters and 12 digits on an old card.",
			)

	def test_with_a_wrong_check_digit_is_refused(self):
		right = with_check_digit("93184019800101002")
		wrong = right[:-1] + ("0" if right[-1] != "0" else "1")
		self.assert_refused(
			FOREIGN_PERMANENT_RESIDENT_CARD,
			wrong,
			"Permanent resident card number does not fit its last character; compare each digit with the card.",
		)


class AUnifiedSocialCreditCode(DocumentTest):
	@PROPERTY
	@given(companies)
	def test_that_is_normal_stays_as_it_is(self, company):
		self.assertEqual(normalise_identity_document(UNIFIED_SOCIAL_CREDIT_CODE, company), company)
		self.assertEqual(uscc.validate(company), company)

	@PROPERTY
	@given(companies, st.integers(8, 16), st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"))
	def test_with_one_wrong_sign_is_refused(self, company, position, sign):
		wrong = company[:position] + sign + company[position + 1 :]
		if wrong != company:
			self.assert_refused(
				UNIFIED_SOCIAL_CREDIT_CODE,
				wrong,
				"Unified social credit code does not fit its last character; compare it with the business licence.",
			)

	def test_of_a_farming_cooperative_is_accepted(self):
		body = "N2310115MA1H7XXXX"
		code = body + uscc.calc_check_digit(body)
		self.assertEqual(normalise_identity_document(UNIFIED_SOCIAL_CREDIT_CODE, code.lower()), code)

	def test_of_the_wrong_length_is_refused_with_its_length(self):
		self.assert_refused(
			UNIFIED_SOCIAL_CREDIT_CODE,
			COMPANY[:15],
			"Unified social credit code must have 18 characters, but this one has 15.",
		)

	def test_with_a_letter_that_no_code_has_is_refused(self):
		self.assert_refused(
			UNIFIED_SOCIAL_CREDIT_CODE,
			COMPANY[:-1] + "O",
			"Unified social credit code must be digits and letters other than I, O, S, V and Z, "
			"with 6 digits of the region from position 3.",
		)


class AnyOtherDocument(DocumentTest):
	def test_keeps_its_letters(self):
		self.assertEqual(normalise_identity_document(OTHER, " 军字第 1234567 号 "), "军字第1234567号")

	def test_that_is_empty_is_refused(self):
		self.assert_refused(OTHER, None, "Document number is empty; enter it as printed on the document.")

	def test_of_an_unknown_kind_is_a_mistake_of_the_program(self):
		self.assertNotIn("Library Card", KINDS)
		with self.assertRaises(KeyError):
			normalise_identity_document("Library Card", "1")
