"""Deals taken in: the same as made in the desk step by step, refused in the same words, cars sold once, everything else as after a delivery."""

import frappe
from frappe.utils import add_days, getdate, now_datetime, nowdate

from crm4s.crm4s.doctype.c4s_deal.test_c4s_deal import allocate, bring_before, deliver, make_deal, make_ordered_deal, pay
from crm4s.crm4s.doctype.c4s_lead.test_c4s_lead import make_lead
from crm4s.crm4s.doctype.c4s_membership.test_c4s_membership import make_member
from crm4s.crm4s.doctype.c4s_points_rule.test_c4s_points_rule import only_rule
from crm4s.crm4s.doctype.c4s_referral.test_c4s_referral import make_referral, source_of
from crm4s.intake.deals import take_in_deals
from crm4s.intake.result import UNCHANGED
from crm4s.intake.tests.factories import OTHER_STORE, STORE, VIN, frame, make_model, stored, stored_rows
from crm4s.intake.tests.test_equality import make_customers
from crm4s.intake.tests.test_intake import IntakeTestCase
from crm4s.intake.vehicles import take_in_vehicles
from crm4s.tests.people import as_user, make_user

DEAL, VEHICLE, MOVEMENT, PARTY = "C4S Deal", "C4S Vehicle", "C4S Stock Movement", "C4S Vehicle Party"
PAYMENT, ITEM = "C4S Deal Payment", "C4S Deal Item"
# What a person did in the desk, and when to the second; another system did it elsewhere.
BY_HAND = {
	*("allocated_on", "ordered_on", "delivered_on", "cancelled_on", "pdi_template", "pdi_signed_by", "pdi_signed_on", "pdi_signature", "delivery_template"),
	*("delivery_signed_by", "delivery_signed_on", "delivery_signature", "follow_up_task", "workflow_state", "_comments", "discount_approved_on"),
}


def make_car(number: int = 1, **values) -> str:
	vin = f"{VIN[:-1]}{number}"
	car = {"model": make_model(), "dealership": STORE, "entered_as": "In Stock", "arrived_on": "2025-01-05", "purchase_price": 90000}
	return take_in_vehicles(frame({"external_key": f"c:v{number}", "vin": vin, **car, **values}), commit=False).names[f"c:v{number}"]


class DealIntakeTestCase(IntakeTestCase):
	def setUp(self):
		super().setUp()
		make_model()
		frappe.db.set_value("C4S Vehicle Model", "INTAKE-MODEL", "guide_price", 100000)
		frappe.clear_document_cache("C4S Vehicle Model", "INTAKE-MODEL")
		self.customer = make_customers(1)[0]

	def record(self, **values) -> dict:
		return {"external_key": "t:1", "dealership": STORE, "customer": self.customer, "model": "INTAKE-MODEL", "list_price": 100000, **values}

	def take(self, *deals: dict, items=(), payments=()):
		tables = [frame(*({"external_key": "t:1", **row} for row in rows)) if rows else None for rows in (items, payments)]
		return take_in_deals(frame(*(self.record(**deal) for deal in deals)), *tables, commit=False)

	def taken(self, **values) -> str:
		outcome = self.take(values)
		self.assertEqual([], outcome.rejected)
		return outcome.names["t:1"]

	def delivered(self, **values) -> dict:
		return {"status": "Delivered", "delivered_on": "2026-02-01 15:00:00", "ordered_on": "2026-01-10 10:00:00", **values}

	def get(self, name: str, *fields):
		return frappe.db.get_value(DEAL, name, fields)


class TestSameAsTheDesk(DealIntakeTestCase):
	def rows(self, name: str) -> list:
		deal = {field: value for field, value in stored(DEAL, name).items() if field not in BY_HAND}
		payments = [{**row, "paid_on": None} for row in stored_rows(PAYMENT, parent=name)]
		vehicle = self.get(name, "vehicle")
		log = [{**row, "moved_on": None, "reference": None} for row in stored_rows(MOVEMENT, vehicle=vehicle, reference=name)] if vehicle else []
		# How complete its file is, the night writes where an owner came without saving.
		car = {**stored(VEHICLE, vehicle), "completeness_percent": None} if vehicle else None
		return [deal, stored_rows(ITEM, parent=name), payments, sorted(log, key=lambda row: row["to_status"]), car, stored_rows(PARTY, parent=vehicle or "")]

	def assert_same(self, in_desk, values: dict, **tables):
		frappe.db.savepoint("desk")
		desk = self.rows(in_desk().name)
		frappe.db.rollback(save_point="desk")
		frappe.clear_document_cache(VEHICLE, values.get("vehicle"))
		outcome = self.take(values, **tables)
		self.assertEqual([], outcome.rejected)
		self.assertEqual(desk, self.rows(outcome.names["t:1"]))
		self.assertEqual([UNCHANGED], [result.state for result in self.take(values, **tables).results])

	def make(self, **values):
		return {key: value for key, value in self.record(**values).items() if key != "external_key"}

	def test_a_quotation_with_items_and_a_discount_to_approve(self):
		values = {"discount_amount": 5000, "discount_reason": "月底", "promised_on": add_days(nowdate(), 9), "trade_in_value": 30000.5}
		items = [{"item_name": "脚垫", "quantity": 2, "unit_price": 199.995, "unit_cost": 80}, {"item_name": "贴膜", "unit_price": 2000}]
		self.assert_same(lambda: make_deal(**self.make(**values), items=[dict(item) for item in items]), values, items=items)

	def test_a_quotation_on_instalments(self):
		values = {"payment_method": "Instalments", "down_payment": 30000, "promised_on": add_days(nowdate(), 9)}
		self.assert_same(lambda: make_deal(**self.make(**values)), values)

	def test_an_order_with_a_car(self):
		car = make_car()
		values = {"promised_on": add_days(nowdate(), 9)}
		self.assert_same(
			lambda: allocate(make_ordered_deal(**self.make(**values)), frappe.get_doc(VEHICLE, car)),
			{**values, "status": "Ordered", "vehicle": car},
		)

	def test_a_paid_delivery(self):
		car = make_car()
		values = {"promised_on": add_days(nowdate(), 9)}
		now = now_datetime().replace(microsecond=0)

		def in_desk():
			deal = allocate(make_ordered_deal(**self.make(**values)), frappe.get_doc(VEHICLE, car))
			deal = pay(pay(deal, 5000, "Deposit", reference="A-1"), 95000)
			for prefix in ("pdi", "delivery"):
				frappe.db.set_value(DEAL, deal.name, f"{prefix}_signed_on", now)
			return deliver(bring_before(deal, "Delivered"))

		payments = [
			{"paid_on": now, "kind": "Deposit", "amount": 5000, "method": "Bank Transfer", "reference": "A-1"},
			{"paid_on": now, "kind": "Payment", "amount": 95000, "method": "Bank Transfer"},
		]
		self.assert_same(in_desk, {**values, "status": "Delivered", "vehicle": car, "ordered_on": now, "delivered_on": now}, payments=payments)

	def assert_refused_alike(self, values: dict, field: str, **tables):
		with self.assertRaises(frappe.ValidationError) as desk:
			make_deal(**{"promised_on": None, **self.make(**values)}, **{table: [dict(row) for row in rows] for table, rows in tables.items()})
		frappe.clear_messages()
		refused = self.take(values, **tables).rejected[0]
		self.assertEqual((field, str(desk.exception)), (refused.field, refused.message))

	def test_refusals_of_quotations_are_those_of_the_desk(self):
		self.assert_refused_alike({"list_price": 99999}, "list_price")
		self.assert_refused_alike({"discount_amount": 100001}, "discount_amount")
		self.assert_refused_alike({"promised_on": "2020-01-01"}, "promised_on")
		self.assert_refused_alike({}, "quantity", items=[{"item_name": "脚垫", "quantity": 0, "unit_price": 1}])


class TestDeals(DealIntakeTestCase):
	def test_what_was_ordered_elsewhere_was_agreed_there(self):
		name = self.taken(status="Ordered", list_price=80000, discount_amount=20000, promised_on="2026-01-01", ordered_on="2025-12-01", agreed_deposit=9)
		self.assertEqual((0, 20000.0, "Administrator"), self.get(name, "discount_needs_approval", "discount_approved_amount", "discount_approved_by"))
		# The desk does not ask for it a second time.
		frappe.get_doc(DEAL, name).save()
		self.assertEqual(0, self.get(name, "discount_needs_approval"))

	def test_an_order_says_what_it_lacks(self):
		for values, field in (({"list_price": 0, "model": None}, "list_price"), ({"model": None}, "model"), ({}, "promised_on")):
			self.assertEqual(field, self.take({"status": "Ordered", **values}).rejected[0].field)
		self.assertEqual("vehicle", self.take({"status": "Delivered"}).rejected[0].field)
		self.assertEqual("cancellation_reason", self.take({"status": "Cancelled"}).rejected[0].field)

	def test_a_step_back_is_refused(self):
		self.taken(**self.delivered(vehicle=make_car()))
		self.assertEqual("A deal that is Delivered cannot become Ordered.", self.take({"status": "Ordered"}).rejected[0].message)

	def test_what_was_agreed_stays_when_the_deal_is_closed(self):
		record = self.delivered(vehicle=make_car())
		self.taken(**record)
		self.assertIn("cannot change any more", self.take({**record, "list_price": 120000}).rejected[0].message)

	def test_a_delivery_moves_the_car_makes_its_owner_and_relates_the_customer(self):
		car = make_car()
		self.taken(**self.delivered(vehicle_key="c:v1", dealership=STORE))
		self.assertEqual(("Delivered", self.customer), frappe.db.get_value(VEHICLE, car, ["status", "current_owner"]))
		self.assertEqual("2026-02-01", str(frappe.db.get_value(VEHICLE, car, "delivered_on")))
		log = frappe.get_all(MOVEMENT, {"vehicle": car}, pluck="to_status", order_by="moved_on, creation")
		self.assertEqual({"In Stock", "Allocated", "Delivered"}, set(log))

	def test_an_order_wins_its_lead_and_a_delivery_the_points_of_who_brought_the_buyer(self):
		brings = make_customers(2)[1]
		only_rule("T-Brought", earn_on="Referral", fixed_points=500)
		member = make_member(brings)
		lead = make_lead(dealership=STORE, source=source_of("Referral"), customer=self.customer).name
		referral = make_referral(dealership=STORE, customer=brings, lead=lead)
		self.taken(status="Ordered", lead=lead, promised_on=add_days(nowdate(), 9))
		self.assertEqual(("Won", "Open"), (frappe.db.get_value("C4S Lead", lead, "status"), frappe.db.get_value("C4S Referral", referral.name, "status")))
		delivered = {**self.delivered(vehicle=make_car(), lead=lead), "ordered_on": None, "delivered_on": now_datetime().replace(microsecond=0)}
		name = self.taken(**delivered)
		referral.reload()
		self.assertEqual(("Rewarded", name, 500), (referral.status, referral.deal, referral.rewarded_points))
		self.taken(**delivered)
		self.assertEqual([500], frappe.get_all("C4S Points Entry", {"membership": member.name}, pluck="points"))

	def test_a_car_is_not_sold_twice(self):
		car = make_car()
		second = make_customers(2)[1]
		order = {"status": "Ordered", "vehicle": car, "promised_on": add_days(nowdate(), 9)}
		outcome = self.take(order, {**order, "external_key": "t:2", "customer": second})
		self.assertIn("is taken", outcome.rejected[0].message)
		outcome = self.take({**order, "external_key": "t:3"})
		self.assertIn(self.get(self.take(order).names["t:1"], "name"), outcome.rejected[0].message)

	def test_another_car_frees_the_first(self):
		first, second = make_car(1), make_car(2)
		order = {"status": "Ordered", "promised_on": add_days(nowdate(), 9)}
		self.taken(**order, vehicle=first)
		name = self.taken(**order, vehicle=second)
		self.assertEqual(("In Stock", "Allocated"), tuple(frappe.db.get_value(VEHICLE, car, "status") for car in (first, second)))
		self.assertEqual(second, self.get(name, "allocation_key"))

	def test_a_cancelled_deal_gives_its_car_back_and_says_so_once(self):
		car, reason = make_car(), frappe.get_all("C4S Defeat Reason", pluck="name", limit=1)[0]
		record = {"vehicle": car, "promised_on": add_days(nowdate(), 9)}
		self.taken(**record, status="Ordered")
		cancelled = {**record, "status": "Cancelled", "cancellation_reason": reason}
		name = self.taken(**cancelled)
		self.assertEqual((None, None), self.get(name, "vehicle", "allocation_key"))
		self.assertEqual("In Stock", frappe.db.get_value(VEHICLE, car, "status"))
		self.assertEqual([UNCHANGED], [result.state for result in self.take(cancelled).results])

	def test_the_deals_of_a_car_come_in_any_order(self):
		"""Sold new, later bought by somebody else as a used car: the newest sale came first."""
		buyer, later = make_customers(2)
		car = make_car(entered_as="In Use", delivered_on="2022-05-01")
		resale = self.delivered(customer=later, vehicle=car, deal_kind="Used Car", delivered_on="2025-05-01", ordered_on="2025-04-01")
		first = self.delivered(customer=buyer, vehicle=car, delivered_on="2022-05-01", ordered_on="2022-04-01")
		for deals in ((resale, first), (first, resale)):
			frappe.db.savepoint("both_orders")
			for deal, key in zip(deals, ("t:1", "t:2"), strict=True):
				self.assertEqual([], self.take({**deal, "external_key": key}).rejected)
			owners = frappe.get_all(PARTY, {"parent": car}, ["customer", "valid_from", "valid_to"], order_by="valid_from")
			self.assertEqual([buyer, later], [row.customer for row in owners])
			self.assertEqual([getdate("2025-05-01"), None], [row.valid_to for row in owners])
			self.assertEqual((later, "In Use"), frappe.db.get_value(VEHICLE, car, ["current_owner", "status"]))
			frappe.db.rollback(save_point="both_orders")

	def test_payments_are_added_and_never_changed(self):
		pay = {"paid_on": "2026-01-02 10:00", "kind": "Deposit", "amount": 5000, "method": "Card", "reference": "A-1"}
		name = self.take({}, payments=[pay]).names["t:1"]
		more = {**pay, "kind": "Payment", "amount": 1000, "reference": "A-2"}
		self.assert_counts(self.take({}, payments=[more]), updated=1)
		self.assertEqual((6000, 94000), self.get(name, "paid_amount", "balance_due"))
		refused = self.take({}, payments=[{**pay, "amount": 7000}]).rejected[0]
		self.assertEqual(("amount", "payments"), (refused.field, refused.table))
		back = {**pay, "kind": "Refund", "amount": 6001, "reference": "A-3"}
		self.assertIn("can go back", self.take({}, payments=[back]).rejected[0].message)

	def test_a_moved_promise_leaves_a_trace(self):
		self.taken(status="Ordered", promised_on="2026-12-01")
		name = self.taken(status="Ordered", promised_on="2026-12-08")
		rows = frappe.get_all("C4S Deal Promise", {"parent": name}, ["promised_before", "promised_on"])
		self.assertEqual([("2026-12-01", "2026-12-08")], [(str(row.promised_before), str(row.promised_on)) for row in rows])

	def test_a_fresh_delivery_is_called_about_and_an_old_one_is_not(self):
		name = self.taken(**self.delivered(vehicle=make_car(1)))
		self.assertIsNone(self.get(name, "follow_up_task"))
		now = now_datetime().replace(microsecond=0)
		name = self.take({**self.delivered(vehicle=make_car(2), ordered_on=now, delivered_on=now), "external_key": "t:2"}).names["t:2"]
		self.assertTrue(self.get(name, "follow_up_task"))

	def test_a_system_sells_in_its_stores_only(self):
		with as_user(make_user("DMS Integration", [OTHER_STORE])):
			self.assertTrue(self.take({}).rejected)

	def test_a_bad_deal_leaves_the_car_to_the_next(self):
		car = make_car()
		order = {"status": "Ordered", "vehicle": car, "promised_on": add_days(nowdate(), 9)}
		outcome = self.take({**order, "discount_amount": 200000}, {**order, "external_key": "t:2"})
		self.assert_counts(outcome, created=1, rejected=1)


