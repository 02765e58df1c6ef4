import unittest

from crm4s.lead_intake.mapping import FieldRule, facts_of, leads_in, value_at

SENT = {"data": {"items": [{"id": 7, "user": {"name": " 张三 ", "tel": 13800138000}, "cars": [{"code": "LY-1"}], "sex": None, "vip": True}]}}


class TestMapping(unittest.TestCase):
	def test_a_path_leads_through_objects_and_lists(self):
		self.assertEqual("LY-1", value_at(SENT, "data.items.0.cars.0.code"))
		for path in ("data.items.5.id", "data.items.x", "data.nothing.at.all", "data.items.0.id.deeper"):
			self.assertIsNone(value_at(SENT, path), path)

	def test_the_leads_of_a_delivery_are_a_list_an_object_or_none(self):
		self.assertEqual(1, len(leads_in(SENT, "data.items")))
		self.assertEqual([{"id": 1}], leads_in({"id": 1}))
		self.assertEqual([], leads_in(SENT, "leads"))

	def test_facts_are_trimmed_translated_and_completed(self):
		rules = [
			FieldRule("lead_name", "user.name"),
			FieldRule("phone", "user.tel"),
			FieldRule("purchase_kind", "kind", "First"),
			FieldRule("interested_model", "cars.0.code"),
			FieldRule("needs", "sex"),
			FieldRule("current_car", "user"),
			FieldRule("wants_trade_in", "vip"),
		]
		facts = facts_of(leads_in(SENT, "data.items")[0], rules, {("interested_model", "ly-1"): "LY-VELA"})
		self.assertEqual(
			{"lead_name": "张三", "phone": "13800138000", "purchase_kind": "First", "interested_model": "LY-VELA", "wants_trade_in": "1"}, facts
		)

	def test_a_word_that_means_nothing_with_us_falls_back(self):
		rule = FieldRule("grade", "level", "C")
		self.assertEqual({"grade": "C"}, facts_of({"level": "?"}, [rule], {("grade", "?"): None}))
