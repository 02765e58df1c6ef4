"""A car from the order to its owner, pushed in any order: model, part, car, stock, deal, appointment."""

from itertools import permutations

import frappe

from crm4s.bookings.tests.factories import at, make_bay, make_store
from crm4s.dms.contract.registry import ENTITIES
from crm4s.dms.intake.tests.test_push import STORE, VIN, WAITING, PushTestCase
from crm4s.intake.tests.factories import make_model


class TestDealings(PushTestCase):
	def setUp(self):
		super().setUp()
		make_model()
		frappe.delete_doc("C4S DMS Link", self.link.name)
		self.use_link(entities=[entity.title for entity in ENTITIES.values()])

	def stream(self) -> list[tuple[str, dict]]:
		return [
			("customer", {"external_id": "K1", "customer_name": "张伟", "dealership": STORE}),
			("vehicle_model", {"external_id": "M1", "model_code": "T-DMS", "brand": "INTAKE-BRAND", "series": "RAV4", "model_year": 2026, "guide_price": 200000}),
			("vehicle", {"external_id": "V1", "vin": VIN, "model_id": "M1", "dealership": STORE, "entered_as": "Ordered", "ordered_on": "2026-01-05"}),
			("stock_movement", {"external_id": "S1", "vehicle_id": "V1", "movement": "Arrived", "moved_on": "2026-02-01T08:00:00"}),
		]

	def deal(self, **values) -> dict:
		return {
			"external_id": "D1",
			"status": "Delivered",
			"dealership": STORE,
			"customer_id": "K1",
			"model_id": "M1",
			"vehicle_id": "V1",
			"ordered_on": "2026-01-20T10:00:00",
			"delivered_on": "2026-03-01T10:00:00",
			"payments": [{"paid_on": "2026-02-28T10:00:00", "kind": "Payment", "amount": 200000, "method": "Card", "reference": "R1"}],
			**values,
		}

	def test_a_sale_waits_for_everything_that_it_names(self):
		stream = self.stream()
		for number, order in enumerate(permutations(stream[:3])):
			frappe.db.savepoint("one_order")
			self.assertEqual(["waiting"], self.states("deal", self.deal()))
			for entity, record in (stream[3], *order):
				self.push(entity, record)
			self.assertFalse(frappe.db.exists(WAITING, {"link": self.link.name}), number)
			car = frappe.db.get_value("C4S Vehicle", {"vin": VIN}, ["status", "current_owner"], as_dict=True)
			deal = frappe.db.get_value("C4S Deal", {"vin": VIN}, ["customer", "balance_due", "price_amount"], as_dict=True)
			self.assertEqual(("Delivered", deal.customer, 0, 200000), (car.status, car.current_owner, deal.balance_due, deal.price_amount))
			self.assertEqual(["unchanged"], self.states("deal", self.deal()))
			frappe.db.rollback(save_point="one_order")

	def test_a_taken_slot_is_refused_in_a_word_for_programs(self):
		self.push("customer", self.stream()[0][1])
		store = make_store(STORE)
		make_bay(store)
		wish = {"customer_id": "K1", "dealership": store, "planned_from": str(at(10)).replace(" ", "T")}
		first, second = self.push("service_appointment", {"external_id": "A1", "plate_number": "沪A12345", **wish}, {"external_id": "A2", "plate_number": "沪B12345", **wish})
		self.assertEqual(("created", "rejected"), (first["state"], second["state"]))
		self.assertEqual([("taken", "planned_from")], [(error["code"], error["field"]) for error in second["errors"]])

	def test_a_part_with_its_substitute_comes_in_any_order(self):
		part = {"external_id": "P2", "part_number": "T-DMS-2", "part_name": "新", "substitute_id": "P1"}
		self.assertEqual(["waiting"], self.states("part", part))
		self.assertEqual(["created"], self.states("part", {"external_id": "P1", "part_number": "T-DMS-1", "part_name": "旧"}))
		self.assertEqual("T-DMS-1", frappe.db.get_value("C4S Part", "T-DMS-2", "substitute"))
