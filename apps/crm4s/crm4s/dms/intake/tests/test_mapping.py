"""The words of a system said in those of the contract."""

from unittest import TestCase

from crm4s.dms.intake.mapping import at, times, translation
from crm4s.dms.intake.tests.test_push import CUSTOMER, VISIT, PushTestCase
from crm4s.dms.links import FieldRule


def rules(**fields: FieldRule) -> dict:
	return {name.replace("__", "."): rule for name, rule in fields.items()}


class TestTranslation(TestCase):
	def test_without_rules_everything_is_taken_as_it_is(self):
		self.assertIsNone(translation({"email": FieldRule(owner="CRM")}, {}, frozenset()))

	def test_values_stand_anywhere_and_what_was_read_is_not_unknown(self):
		read = translation(rules(customer_name=FieldRule("person.name"), email=FieldRule("mails.1"), city=FieldRule("person.town")), {}, frozenset())
		record = {"external_id": "1", "person": {"name": "张伟", "age": 40}, "mails": ["a@x.cn", "b@x.cn"], "odd": 1}
		self.assertEqual({"external_id": "1", "customer_name": "张伟", "email": "b@x.cn", "odd": 1}, read.apply(record))

	def test_units_words_and_what_is_meant_where_nothing_is_said(self):
		read = translation(
			rules(odometer=FieldRule(factor=1.609344), unit_price=FieldRule(factor=0.01), visit_kind=FieldRule(otherwise="Workshop")),
			{("status", "c"): "Settled", ("status", "?"): None},
			frozenset(["odometer"]),
		)
		self.assertEqual({"odometer": 16093, "unit_price": 0.29, "visit_kind": "Workshop", "status": "Settled"}, read.apply({"odometer": "10,000".replace(",", ""), "unit_price": 29, "visit_kind": "", "status": " C "}))
		self.assertEqual({"status": None, "visit_kind": "Rescue"}, read.apply({"status": "?", "visit_kind": "Rescue"}))

	def test_rows_of_tables_are_read_one_by_one(self):
		read = translation(rules(items=FieldRule("lines"), items__quantity=FieldRule("qty"), items__minutes=FieldRule("hours", 60)), {("items.item_kind", "p"): "Part"}, frozenset(["items.minutes"]))
		self.assertEqual(
			{"items": [{"quantity": 2, "item_kind": "Part", "minutes": 90}, "odd"]},
			read.apply({"lines": [{"qty": 2, "item_kind": "P", "hours": 1.5}, "odd"]}),
		)

	def test_paths_and_products_of_what_is_not_there(self):
		self.assertEqual([None, None, None, "x"], [at({"a": [1]}, "a.5"), at({"a": "b"}, "a.b"), at(7, "a"), at({"a": {"b": "x"}}, "a.b")])
		self.assertEqual(["x", True, None, "NaN"], [times("x", 2), times(True, 2), times(None, 2), times("NaN", 2)])


class TestMappingOfALink(PushTestCase):
	def test_a_system_keeps_its_own_words(self):
		field = lambda entity, ours, **values: {"entity": entity, "our_field": ours, **values}  # noqa: E731
		self.use_link(
			fields_of_link=[
				field("Customer", "external_id", their_path="id"),
				field("Customer", "customer_name", their_path="name.full"),
				field("Customer", "phones.phone", their_path="no"),
				field("Service Order", "items.unit_price", factor=0.01),
				field("Service Order", "odometer", factor=1.609344),
			],
			values_of_link=[{"entity": "Customer", "our_field": "sex", "given": "M", "ours": "Male"}, {"entity": "Customer", "our_field": "sex", "given": "X"}],
		)
		import frappe

		sent = {"id": "K1", "name": {"full": "张伟", "short": "伟"}, "sex": "m", "phones": [{"no": "13800138000"}]}
		name = self.one("customer", **sent)["name"]
		self.assertEqual(("张伟", "Male", "+8613800138000"), frappe.db.get_value(CUSTOMER, name, ["customer_name", "sex", "primary_phone"]))
		self.assertEqual("unchanged", self.one("customer", **{**sent, "sex": "X"})["state"])
		self.assertEqual((("unknown_field", "nickname"),), self.refused(self.one("customer", **sent, nickname="小张")))
		self.push("vehicle", self.vehicle())
		visit = self.one("service_order", **self.order(odometer=10000, items=[{"item_name": "小保养", "unit_price": 18050}]))["name"]
		self.assertEqual((180.5, 16093), frappe.db.get_value(VISIT, visit, ["total_amount", "odometer"]))
