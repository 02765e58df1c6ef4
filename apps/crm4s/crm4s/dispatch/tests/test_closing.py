import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle, unused_vin
from crm4s.dispatch import actions, steps
from crm4s.dispatch.tests.factories import make_known_order, make_order, make_store, make_team
from crm4s.exceptions import DispatchError
from crm4s.tests.people import as_user, make_user

test_ignore = ["User"]
FEES = [
	{"item_kind": "Call-Out", "item_name": "出车费", "quantity": 1, "unit_price": 100, "payer": "Customer"},
	{"item_kind": "Distance", "item_name": "里程费", "quantity": 12.5, "unit_price": 5, "payer": "Insurance"},
	{"item_kind": "Labour", "item_name": "搭电", "quantity": 1, "unit_price": 50, "payer": "Customer"},
]


class ClosingTestCase(FrappeTestCase):
	def setUp(self):
		self.store = make_store("DO-1")
		self.team = make_team(self.store)

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def on_site(self, order):
		steps.send(order, self.team.name)
		steps.arrive(order)
		return order

	def visit_of(self, order):
		return frappe.get_doc("C4S Service Visit", frappe.db.get_value(order.doctype, order.name, "service_visit"))


class TestVisit(ClosingTestCase):
	def test_what_was_solved_is_a_rescue_with_the_fees_as_items(self):
		order = self.on_site(make_known_order(self.store, concern="打不着火"))
		steps.end(order, "Solved", {"odometer": 15230}, FEES)
		visit = self.visit_of(order)
		self.assertEqual(("Rescue", order.name, order.customer, order.vehicle, "打不着火", 15230), tuple(visit.get(field) for field in ("visit_kind", "dispatch_order", "customer", "vehicle", "concern", "odometer")))
		self.assertEqual(order.arrived_on, visit.arrived_on)
		self.assertEqual([("Other", 100), ("Other", 62.5), ("Labour", 50)], [(row.item_kind, row.amount) for row in visit.items])
		self.assertEqual((150, 62.5, 212.5), (visit.customer_amount, visit.insurance_amount, visit.total_amount))
		self.assertEqual((order.customer_amount, order.total_amount), (visit.customer_amount, visit.total_amount))

	def test_a_towed_car_is_a_visit_of_the_workshop_from_then_on(self):
		order = self.on_site(make_known_order(self.store, trouble="Accident"))
		steps.end(order, "Towed", {}, [{"item_kind": "Towing", "item_name": "拖车费", "unit_price": 380}])
		visit = self.visit_of(order)
		self.assertEqual(("Workshop", order.ended_on, 380), (visit.visit_kind, visit.arrived_on, visit.total_amount))

	def test_fees_that_the_customer_agreed_to_on_site_are_approved(self):
		order = self.on_site(make_known_order(self.store))
		steps.end(order, "Solved", {}, FEES, agreed=True)
		visit = self.visit_of(order)
		self.assertEqual({("Approved", "Desk", f"Agreed on site, order {order.name}")}, {(row.approval, row.approved_by, row.approval_note) for row in visit.items})
		self.assertEqual(0, visit.undecided_items)

	def test_fees_that_nobody_agreed_to_wait_for_the_customers_word(self):
		order = self.on_site(make_known_order(self.store))
		steps.end(order, "Solved", {}, FEES)
		self.assertEqual(({"Proposed"}, None), ({row.approval for row in self.visit_of(order).items}, order.agreed_on))

	def test_help_that_costs_nothing_stands_in_the_history_and_can_be_settled(self):
		order = self.on_site(make_known_order(self.store))
		steps.end(order, "Solved", {}, agreed=True)
		(row,) = self.visit_of(order).items
		self.assertEqual(("Flat Battery", 0, "Approved"), (row.item_name, row.amount, row.approval))

	def test_a_fee_without_a_payer_is_paid_by_whoever_pays_the_order(self):
		order = self.on_site(make_known_order(self.store, payer="Insurance"))
		steps.end(order, "Solved", {}, [{"item_kind": "Call-Out", "item_name": "出车费", "unit_price": 100}])
		self.assertEqual((0, 100), (order.customer_amount, self.visit_of(order).insurance_amount))

	def test_a_wrong_fee_ends_nothing(self):
		order = self.on_site(make_known_order(self.store))
		with self.assertRaisesRegex(frappe.ValidationError, "must be more than 0"):
			steps.end(order, "Solved", {}, [{"item_kind": "Other", "item_name": "过路费", "quantity": 0, "unit_price": 10}])
		self.assertEqual(("On Site", None), frappe.db.get_value(order.doctype, order.name, ["status", "service_visit"]))
		self.assertEqual("Booked", frappe.db.get_value("C4S Booking", order.team_booking, "status"))

	def test_an_odometer_that_runs_back_ends_nothing(self):
		vehicle = make_vehicle(dealership=self.store)
		frappe.get_doc(
			{"doctype": "C4S Odometer Reading", "vehicle": vehicle.name, "kilometres": 20000, "read_on": frappe.utils.add_days(frappe.utils.now_datetime(), -1), "source": "Service Visit"}
		).insert(ignore_permissions=True)
		order = self.on_site(make_known_order(self.store, vehicle=vehicle.name))
		with self.assertRaises(frappe.ValidationError):
			steps.end(order, "Solved", {"odometer": 100})
		self.assertEqual(("On Site", None), frappe.db.get_value(order.doctype, order.name, ["status", "service_visit"]))


class TestVisitThatWaits(ClosingTestCase):
	def ended(self, **values):
		order = self.on_site(make_order(self.store, **values))
		steps.end(order, "Solved", {}, FEES)
		return order

	def test_at_night_the_team_ends_an_order_whose_car_nobody_knows_yet(self):
		order = self.ended()
		self.assertEqual(("Solved", None), (order.status, order.service_visit))
		with self.assertRaisesRegex(DispatchError, "Enter customer and car first"):
			actions.open_visit(order.name)

	def test_once_both_are_known_the_visit_is_opened_once(self):
		order = self.ended()
		customer, vehicle = make_customer(store=self.store).name, make_vehicle(dealership=self.store).name
		order.reload()
		order.update({"customer": customer, "vehicle": vehicle, "plate_number": None}).save()
		visit = actions.open_visit(order.name)
		self.assertEqual(visit, actions.open_visit(order.name))
		self.assertEqual(1, frappe.db.count("C4S Service Visit", {"dispatch_order": order.name}))

	def test_the_vin_that_the_team_read_makes_the_car_and_opens_the_visit(self):
		customer = make_customer(store=self.store).name
		order = self.ended(customer=customer)
		car = actions.enter_car(order.name, unused_vin(), confirmed=1)
		self.assertEqual(customer, frappe.db.get_value("C4S Vehicle", car, "current_owner"))
		self.assertEqual(car, self.visit_of(order).vehicle)

	def test_before_the_team_has_finished_there_is_no_visit(self):
		order = self.on_site(make_known_order(self.store))
		with self.assertRaisesRegex(DispatchError, "when the team has finished"):
			actions.open_visit(order.name)

	def test_those_who_may_not_make_visits_end_their_order_all_the_same(self):
		user = make_user("Technician", [self.store])
		self.team.append("members", {"user": user})
		self.team.save()
		order = self.on_site(make_known_order(self.store))
		with as_user(user):
			self.assertFalse(frappe.has_permission("C4S Service Visit", "create"))
			visit = actions.solve(order.name, fees=frappe.as_json(FEES), agreed=1)
		self.assertEqual(visit, self.visit_of(order).name)
