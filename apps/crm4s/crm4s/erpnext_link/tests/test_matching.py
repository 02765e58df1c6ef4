"""Who may be whom; pure."""

import unittest

from crm4s.erpnext_link.matching import BY_BOTH, BY_PHONE, BY_TAX_NUMBER, Candidate, Known, judge

PHONE, TAX = "+8613800138000", "91310000MA1FL2BC39"


def known(**overrides) -> Known:
	return Known(**{"name": "张伟", "phone": PHONE, "owns_phone": True, **overrides})


def candidate(number: int = 1, **overrides) -> Candidate:
	return Candidate(**{"name": f"C{number}", "customer_name": "张伟", "phones": frozenset({PHONE}), **overrides})


class TestJudge(unittest.TestCase):
	def assert_doubtful(self, verdict, *reasons: str):
		self.assertEqual((None, list(reasons)), (verdict.same, [reason for _candidate, reason in verdict.doubtful]))

	def test_name_and_own_phone_are_sure(self):
		self.assertEqual("C1", judge(known(), [candidate(customer_name=" 张 伟")]).same)

	def test_another_name_a_shared_phone_and_two_of_them_are_doubtful(self):
		self.assert_doubtful(judge(known(), [candidate(customer_name="张敏")]), BY_PHONE)
		self.assert_doubtful(judge(known(owns_phone=False), [candidate()]), BY_PHONE)
		self.assert_doubtful(judge(known(), [candidate(1), candidate(2)]), BY_PHONE, BY_PHONE)

	def test_the_tax_number_alone_is_sure(self):
		company = known(name="长江物流有限公司", tax_number=TAX)
		self.assertEqual("C1", judge(company, [candidate(customer_name="Changjiang", phones=frozenset(), tax_number=TAX)]).same)

	def test_two_with_the_tax_number_are_doubtful(self):
		company = known(tax_number=TAX)
		found = judge(company, [candidate(1, tax_number=TAX), candidate(2, phones=frozenset(), tax_number=TAX)])
		self.assert_doubtful(found, BY_BOTH, BY_TAX_NUMBER)

	def test_one_phone_of_two_tax_numbers_is_doubtful(self):
		self.assert_doubtful(judge(known(tax_number=TAX), [candidate(tax_number="91310000MA1FL2BC40")]), BY_PHONE)

	def test_who_shares_no_number_is_nobody(self):
		self.assert_doubtful(judge(known(phone=None), [candidate()]))
