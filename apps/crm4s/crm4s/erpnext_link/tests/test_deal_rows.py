"""A deal's lines, references and advances; pure."""

import unittest
from decimal import Decimal

from crm4s.erpnext_link.deal_rows import Items, allocated, deal_bill, with_references

ITEMS = Items("CAMRY", "ACCESSORY", "ONE-STOP")
DEAL = {"title": "张伟 · 凯美瑞", "list_price": 198_800, "discount_amount": 3_000}


class TestDealBill(unittest.TestCase):
	def test_the_car_is_first_and_the_sum_is_the_price(self):
		rows = [{"item_name": "脚垫", "quantity": 2, "unit_price": 150}]
		services = [{"kind": "Insurance", "charged_amount": 5_000}, {"kind": "Plate", "charged_amount": 0}]
		found = deal_bill(DEAL, rows, services, ITEMS)
		self.assertEqual(["CAMRY", "ACCESSORY", "ONE-STOP"], [line["item_code"] for line in found.lines])
		self.assertEqual((Decimal("3000.00"), Decimal("201100.00")), (found.discount, found.amount))


class TestReferences(unittest.TestCase):
	def test_a_line_refers_to_the_one_at_its_place_about_the_same_item(self):
		earlier = [{"name": "r1", "parent": "SO-1", "item_code": "CAMRY"}, {"name": "r2", "parent": "SO-1", "item_code": "OTHER"}]
		found = with_references([{"item_code": "CAMRY"}, {"item_code": "ACCESSORY"}, {"item_code": "ONE-STOP"}], earlier, {"so_detail": "name", "order": "parent"})
		self.assertEqual([{"item_code": "CAMRY", "so_detail": "r1", "order": "SO-1"}, {"item_code": "ACCESSORY"}, {"item_code": "ONE-STOP"}], found)


class TestAdvances(unittest.TestCase):
	def test_payments_of_the_deal_cover_it_up_to_its_amount_and_others_nothing(self):
		advances = [{"reference_name": name, "advance_amount": amount} for name, amount in (("P1", 100), ("OTHER", 500), ("P2", 300))]
		self.assertEqual([("P1", 100.0), ("OTHER", 0.0), ("P2", 150.0)], allocated(advances, ["P1", "P2"], 250))
