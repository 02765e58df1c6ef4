"""One payer's bill, and how a visit stands; pure."""

import unittest
from decimal import Decimal

from crm4s.erpnext_link.invoice_rows import bill, payment_state

PARTS, KINDS = {"P1": "OIL"}, {"Labour": "LABOUR", "Other": "OTHER"}


def row(kind: str = "Labour", **overrides) -> dict:
	values = {"item_kind": kind, "part": None, "item_name": "常规保养", "quantity": 1, "unit_price": 300, "amount": 300, "payer": "Customer", "approval": "Approved"}
	return {**values, **overrides}


class TestBill(unittest.TestCase):
	def test_each_payer_has_his_own_lines(self):
		rows = [row(), row("Part", part="P1", quantity=4, unit_price=50, amount=200, payer="Warranty"), row("Other", amount=80, unit_price=80)]
		self.assertEqual(["LABOUR", "OTHER"], [line["item_code"] for line in bill(rows, "Customer", PARTS, KINDS).lines])
		self.assertEqual([("OIL", 4, 50)], [(line["item_code"], line["qty"], line["rate"]) for line in bill(rows, "Warranty", PARTS, KINDS).lines])
		self.assertEqual([], bill(rows, "Insurance", PARTS, KINDS).lines)

	def test_discounts_and_coupons_come_off_the_sum_to_the_cent(self):
		found = bill([row(quantity=3, unit_price=33.33, amount=89.99), row(unit_price=10.01, amount=10.01)], "Customer", PARTS, KINDS)
		self.assertEqual((Decimal("10.00"), Decimal("100.00")), (found.discount, found.amount))

	def test_what_was_declined_is_on_no_bill_and_a_free_part_is(self):
		rows = [row(approval="Declined"), row("Part", part="P1", unit_price=0, amount=0), row(unit_price=0, amount=0)]
		self.assertEqual(["OIL"], [line["item_code"] for line in bill(rows, "Customer", PARTS, KINDS).lines])

	def test_a_part_without_number_stands_under_other_charges(self):
		self.assertEqual("OTHER", bill([row("Part")], "Customer", PARTS, KINDS).lines[0]["item_code"])


class TestPaymentState(unittest.TestCase):
	def assert_state(self, expected: str, open_amount: str, *invoices: tuple[str, float, float]):
		found = payment_state([{"status": status, "amount": amount, "outstanding": outstanding} for status, amount, outstanding in invoices])
		self.assertEqual((expected, Decimal(open_amount)), found)

	def test_by_all_its_invoices(self):
		self.assert_state("", "0")
		self.assert_state("To Be Checked", "0", ("Draft", 300, 300))
		self.assert_state("Unpaid", "300", ("Overdue", 300, 300))
		self.assert_state("Partly Paid", "100", ("Partly Paid", 300, 100))
		self.assert_state("Partly Paid", "300", ("Paid", 200, 0), ("Unpaid", 300, 300))
		self.assert_state("Paid", "0", ("Paid", 300, 0), ("Cancelled", 500, 500))
		self.assert_state("Cancelled", "0", ("Cancelled", 500, 0))

	def test_credit_notes_are_counted(self):
		self.assert_state("Unpaid", "200", ("Unpaid", 200, 200))
		self.assert_state("Paid", "0", ("Credit Note Issued", 200, 0))
		self.assert_state("Paid", "-100", ("Paid", 200, -100))
		self.assert_state("Credited", "0", ("Credit Note Issued", 0, 0))
		self.assert_state("Credited", "-300", ("Paid", 0, -300))
