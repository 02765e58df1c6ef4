from datetime import timedelta

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import now_datetime

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.service import approval
from crm4s.tests.people import as_user, make_user
from crm4s.tests.processes import bring_to, insert_in_status
from crm4s.tests.store_documents import DealingTests

test_ignore = ["User"]


def make_service_visit(**overrides):
	"""A saved open workshop visit with an hour of labour; a counter sale comes without customer and car."""
	counter_sale = overrides.get("visit_kind") == "Counter Sale"
	values = {
		"doctype": "C4S Service Visit",
		"visit_kind": "Workshop",
		"dealership": overrides.get("dealership") or make_dealership("SERVICE-1").name,
		"customer": None if counter_sale or "customer" in overrides else make_customer().name,
		"vehicle": None if counter_sale or "vehicle" in overrides else make_vehicle().name,
		"arrived_on": hours_ago(5),
		"items": [item()],
	}
	values.update(overrides)
	return insert_in_status(values)


def settle(visit, hours: float = 1):
	"""The visit settled as far as decisions and technicians are concerned."""
	approve(visit)
	for row in visit.items:
		row.technician = row.technician or "Administrator"
	return bring_to(visit, "Settled", settled_on=hours_ago(hours))


def approve(visit, means: str = "Desk", **decisions: str):
	"""The customer approves what waits for a decision, unless `decisions` say otherwise by name of the row."""
	waiting = {row.name: decisions.get(row.name, "Approved") for row in approval.undecided(visit)}
	if waiting and not visit.is_new():
		approval.decide(visit, waiting, means)
	return visit


def item(kind: str = "Labour", **overrides) -> dict:
	return {"item_kind": kind, "item_name": "常规保养", "quantity": 1, "unit_price": 300, **overrides}


def make_part(part_number: str, price: float, cost: float) -> str:
	part = {"doctype": "C4S Part", "part_number": part_number, "part_name": "机油滤清器", "price": price, "cost": cost}
	meta = frappe.get_meta("C4S Part")
	for field in meta.fields:
		if field.reqd and field.fieldtype == "Link" and field.fieldname not in part:
			part[field.fieldname] = frappe.get_all(field.options, pluck="name", limit=1)[0]
	return frappe.get_doc(part).insert().name


def hours_ago(hours: float):
	return (now_datetime() - timedelta(hours=hours)).replace(microsecond=0)


class VisitTestCase(FrappeTestCase):
	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def assertSaysWhy(self, sentence: str):
		return self.assertRaisesRegex(frappe.ValidationError, sentence)


class TestWhoAndWhen(VisitTestCase):
	def test_only_a_counter_sale_goes_without_customer_and_vehicle(self):
		with self.assertSaysWhy("Vehicle is needed, as only a counter sale goes without"):
			make_service_visit(vehicle=None)
		with self.assertSaysWhy("Customer is needed, as only a counter sale goes without"):
			make_service_visit(customer=None)
		self.assertTrue(make_service_visit(visit_kind="Counter Sale").name)

	def test_nothing_is_promised_or_settled_before_arrival(self):
		with self.assertSaysWhy("Promised On must not be before the arrival"):
			make_service_visit(promised_on=hours_ago(6))
		with self.assertSaysWhy("Settled On must not be before the arrival"):
			settle(make_service_visit(), hours=6)

	def test_the_visit_is_called_by_plate_and_day(self):
		vehicle = make_vehicle(plate_number="沪A12345")
		visit = make_service_visit(vehicle=vehicle.name)
		self.assertEqual(f"沪A***45 {visit.arrived_on.date()}", visit.title)

	def test_a_vehicle_that_the_store_does_not_see_cannot_be_linked(self):
		own, other = make_dealership("SERVICE-1").name, make_dealership("SERVICE-2").name
		stranger = make_vehicle(dealership=other).name
		customer = make_customer("13800138112", store=own).name
		with as_user(make_user("Service Advisor", [own])), self.assertRaises(frappe.PermissionError):
			make_service_visit(dealership=own, customer=customer, vehicle=stranger)


class TestAmounts(VisitTestCase):
	def test_an_item_is_quantity_times_price_less_discount_to_the_cent(self):
		visit = make_service_visit(items=[item(quantity=1.5, unit_price=123.33, discount_amount=20.01)])
		self.assertEqual((164.99, 164.99), (visit.items[0].amount, visit.total_amount))

	def test_totals_by_kind_and_by_payer(self):
		visit = make_service_visit(
			items=[
				item(unit_price=100),
				item("Part", unit_price=50, quantity=2, payer="Warranty"),
				item("Other", unit_price=30, payer="Insurance"),
				item(unit_price=7, payer="Internal"),
			]
		)
		by_kind = [visit.labour_amount, visit.parts_amount, visit.other_amount]
		by_payer = [visit.customer_amount, visit.warranty_amount, visit.insurance_amount, visit.internal_amount]
		self.assertEqual(([107, 100, 30], [100, 100, 30, 7], 237), (by_kind, by_payer, visit.total_amount))

	def test_a_hundred_items_of_ten_cents_are_ten_yuan(self):
		visit = make_service_visit(items=[item(unit_price=0.1) for _ in range(100)])
		self.assertEqual(10.0, visit.total_amount)

	def test_a_part_brings_its_name_price_and_cost(self):
		part = make_part("TEST-OIL-FILTER", price=45, cost=20.5)
		visit = make_service_visit(items=[{"item_kind": "Part", "part": part, "quantity": 2}])
		row = visit.items[0]
		self.assertEqual(("机油滤清器", 45, 90, 41), (row.item_name, row.unit_price, row.amount, row.cost))
		self.assertEqual((41, 49), (visit.cost_amount, visit.margin))

	def test_a_cost_that_was_entered_stays(self):
		part = make_part("TEST-OIL-FILTER", price=45, cost=20.5)
		visit = make_service_visit(items=[{"item_kind": "Part", "part": part, "quantity": 2, "unit_cost": 10}])
		self.assertEqual(20, visit.cost_amount)

	def test_a_discount_above_the_price_is_refused(self):
		with self.assertSaysWhy("Discount in row 1 is more than the quantity times the unit price"):
			make_service_visit(items=[item(unit_price=100, discount_amount=100.01)])

	def test_no_quantity_is_refused(self):
		with self.assertSaysWhy("Quantity in row 1 must be more than 0"):
			make_service_visit(items=[item(quantity=0)])

	def test_labour_is_no_part(self):
		part = make_part("TEST-OIL-FILTER", price=45, cost=20.5)
		with self.assertSaysWhy("Row 1 names a part but is no part"):
			make_service_visit(items=[item(part=part)])

	def test_cost_and_margin_are_hidden_from_the_service_advisor(self):
		visit = make_service_visit(items=[item(unit_cost=100)])
		for role, seen in (("Service Advisor", False), ("Dealer Manager", True)):
			with as_user(make_user(role, [visit.dealership])):
				row = frappe.get_list("C4S Service Visit", filters={"name": visit.name}, fields=["name", "margin"])[0]
				document = frappe.get_doc("C4S Service Visit", visit.name)
				document.apply_fieldlevel_read_permissions()
			self.assertEqual((seen, seen), ("margin" in row, document.items[0].get("cost") == 100), role)


class TestSettlement(VisitTestCase):
	def test_a_settled_visit_needs_an_item(self):
		with self.assertSaysWhy("A visit can be settled only when it has at least one item"):
			settle(make_service_visit(items=[]))

	def test_a_visit_that_is_settled_without_a_time_is_settled_now(self):
		self.assertEqual(now_datetime().date(), make_service_visit(status="Settled").settled_on.date())

	def test_the_items_of_a_settled_visit_do_not_change(self):
		visit = settle(make_service_visit())
		for change in ({"unit_price": 299}, {"item_name": "大保养"}, {"payer": "Warranty"}, {"quantity": 2}):
			visit.reload()
			visit.items[0].update(change)
			with self.assertSaysWhy("The items of a settled visit cannot be changed"):
				visit.save()
		visit.reload()
		visit.append("items", item())
		self.assertRaises(frappe.ValidationError, visit.save)

	def test_a_visit_is_not_opened_and_changed_at_once(self):
		visit = settle(make_service_visit())
		visit.items[0].unit_price = 1
		with self.assertSaysWhy("The items of a settled visit cannot be changed"):
			bring_to(visit, "Open")

	def test_whose_visit_it_was_does_not_change_after_settling(self):
		visit = settle(make_service_visit())
		visit.customer = make_customer().name
		with self.assertSaysWhy("Customer of a settled visit cannot be changed"):
			visit.save()

	def test_advice_and_technician_may_still_be_corrected(self):
		visit = settle(make_service_visit())
		visit.next_service_advice = "2 万公里更换变速箱油"
		visit.items[0].technician = "Administrator"
		visit.save()
		self.assertEqual("2 万公里更换变速箱油", frappe.db.get_value("C4S Service Visit", visit.name, "next_service_advice"))

	def test_a_visit_opened_again_can_be_corrected_and_is_not_settled(self):
		visit = settle(make_service_visit())
		bring_to(visit, "Open")
		self.assertIsNone(visit.settled_on)
		visit.items[0].unit_price = 280
		self.assertEqual(280, settle(visit).total_amount)

	def test_a_settled_visit_is_not_cancelled(self):
		with self.assertSaysWhy("A settled visit cannot be cancelled; open it again first"):
			bring_to(settle(make_service_visit()), "Cancelled")


class TestOdometer(VisitTestCase):
	def readings(self, visit) -> list[tuple]:
		return frappe.get_all(
			"C4S Odometer Reading",
			filters={"source_doctype": visit.doctype, "source_name": visit.name},
			fields=["vehicle", "dealership", "kilometres", "read_on"],
			as_list=True,
		)

	def test_the_odometer_becomes_one_reading_at_arrival_however_often_the_visit_is_saved(self):
		visit = make_service_visit(odometer=12345)
		visit.update({"concern": "异响"}).save()
		settle(visit)
		self.assertEqual(((visit.vehicle, visit.dealership, 12345, visit.arrived_on),), tuple(self.readings(visit)))

	def test_a_corrected_odometer_corrects_the_reading(self):
		visit = make_service_visit(odometer=12345)
		visit.update({"odometer": 12354}).save()
		self.assertEqual([12354], [row[2] for row in self.readings(visit)])

	def test_a_reading_goes_with_its_odometer_its_visit_or_its_cancellation(self):
		visit = make_service_visit(odometer=12345)
		visit.update({"odometer": 0}).save()
		self.assertFalse(self.readings(visit))
		visit = make_service_visit(odometer=12345)
		bring_to(visit, "Cancelled")
		self.assertFalse(self.readings(visit))
		visit = make_service_visit(odometer=12345)
		visit.delete()
		self.assertFalse(self.readings(visit))

	def test_a_counter_sale_reads_no_odometer(self):
		self.assertFalse(self.readings(make_service_visit(visit_kind="Counter Sale", odometer=5)))

	def test_an_odometer_below_an_earlier_one_is_refused(self):
		first = make_service_visit(odometer=20000, arrived_on=hours_ago(100))
		with self.assertRaises(frappe.ValidationError):
			make_service_visit(vehicle=first.vehicle, odometer=19000)


class TestVisitsOfStores(DealingTests, FrappeTestCase):
	doctype = "C4S Service Visit"
	role = "Service Advisor"

	def make_document_of(self, store, **values):
		return make_service_visit(visit_kind="Counter Sale", dealership=store, **values)
