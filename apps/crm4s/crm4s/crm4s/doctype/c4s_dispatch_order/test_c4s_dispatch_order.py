import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_to_date, now_datetime

from crm4s.bookings.tests.factories import at
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.dispatch import steps
from crm4s.dispatch.tests.factories import make_known_order, make_order, make_store, make_team
from crm4s.exceptions import DispatchError, InvalidIdentifierError
from crm4s.tests.people import as_user, make_user
from crm4s.tests.store_documents import DealingTests

test_ignore = ["User"]


class OrderTestCase(FrappeTestCase):
	def setUp(self):
		self.store = make_store("DO-1")

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()


class TestWhoWaitsAndWhere(OrderTestCase):
	def test_what_is_not_said_comes_from_the_customer_and_the_car(self):
		customer = make_customer("13800138092", customer_name="李静").name
		vehicle = make_vehicle(plate_number="沪A12349")
		order = make_order(self.store, customer=customer, vehicle=vehicle.name, plate_number=None, contact_name=None, contact_phone=None)
		self.assertEqual(("李静", "+8613800138092", "138****8092"), (order.contact_name, order.contact_phone, order.masked_phone))
		self.assertEqual(("沪A12349", vehicle.model), (order.plate_number, order.model))
		self.assertEqual("沪A***49 · 李静", order.title)

	def test_a_stranger_is_helped_by_phone_and_plate(self):
		order = make_order(self.store, plate_number="沪a·8091b")
		self.assertEqual(("沪A8091B", None, "Called"), (order.plate_number, order.customer, order.status))

	def test_without_phone_car_or_trouble_nobody_can_be_sent(self):
		for values, sentence in (
			({"contact_phone": None}, "Enter the phone"),
			({"plate_number": None}, "Say which car it is"),
			({"trouble": None}, "Choose what the trouble is"),
		):
			with self.subTest(sentence), self.assertRaisesRegex(frappe.MandatoryError, sentence):
				make_order(self.store, **values)

	def test_a_position_outside_china_or_turned_round_is_refused(self):
		with self.assertRaisesRegex(InvalidIdentifierError, "does not lie in China"):
			make_order(self.store, latitude=48.85, longitude=2.35)
		with self.assertRaisesRegex(InvalidIdentifierError, "exchanged"):
			make_order(self.store, latitude=121.49, longitude=31.24)

	def test_the_team_may_be_asked_for_at_home_at_a_time_only(self):
		with self.assertRaisesRegex(frappe.MandatoryError, "Enter when the team is expected"):
			make_order(self.store, kind="Home Service")
		order = make_order(self.store, kind="Home Service", planned_from=at(10), trouble=None)
		self.assertEqual((at(10), at(10)), (order.dispatch_by, order.arrive_by))

	def test_the_advisor_is_the_one_who_knows_the_customer(self):
		advisor = make_user("Service Advisor", [self.store])
		customer = make_customer(store=self.store).name
		frappe.db.set_value("C4S Store Relationship", {"customer": customer, "dealership": self.store}, "service_advisor", advisor)
		self.assertEqual(advisor, make_order(self.store, customer=customer).service_advisor)


class TestStandards(OrderTestCase):
	def test_until_when_follows_from_the_call_and_the_trouble(self):
		called_on = add_to_date(now_datetime(), minutes=-10)
		order = make_order(self.store, called_on=called_on, trouble="Accident")
		self.assertEqual([3 * 60, 30 * 60], [(moment - called_on).total_seconds() for moment in (order.dispatch_by, order.arrive_by)])
		self.assertEqual(45, order.on_site_standard)

	def test_another_standard_changes_no_order_of_before(self):
		order = make_order(self.store)
		due = order.arrive_by
		frappe.db.set_value("C4S Trouble Type", "Flat Battery", "arrival_minutes", 5)
		order.reload()
		order.update({"concern": "车灯忘了关"}).save()
		self.assertEqual(due, order.arrive_by)

	def test_a_call_lies_neither_in_the_future_nor_after_the_team_was_sent(self):
		with self.assertRaisesRegex(DispatchError, "is in the future"):
			make_order(self.store, called_on=add_to_date(now_datetime(), minutes=5))
		order = make_order(self.store, called_on=add_to_date(now_datetime(), minutes=-20))
		steps.send(order, make_team(self.store).name)
		frappe.db.set_value(order.doctype, order.name, "dispatched_on", add_to_date(now_datetime(), minutes=-10))
		order.reload()
		with self.assertRaisesRegex(DispatchError, "cannot be later than the moment when a team was sent"):
			order.update({"called_on": add_to_date(now_datetime(), minutes=-5)}).save()


class TestFees(OrderTestCase):
	def test_fees_add_up_to_the_cent_by_payer(self):
		order = make_order(
			self.store,
			fees=[
				{"item_kind": "Call-Out", "item_name": "出车费", "quantity": 1, "unit_price": 99.99, "payer": "Insurance"},
				{"item_kind": "Distance", "item_name": "里程费", "quantity": 12.35, "unit_price": 5.1, "payer": "Customer"},
				{"item_kind": "Other", "item_name": "过路费", "quantity": 1, "unit_price": 15, "discount_amount": 0.01, "payer": "Customer"},
			],
		)
		# 12.35 × 5.10 = 62.985, which is 62.99 on an invoice.
		self.assertEqual([99.99, 62.99, 14.99], [row.amount for row in order.fees])
		self.assertEqual((77.98, 99.99, 177.97), (order.customer_amount, order.others_amount, order.total_amount))

	def test_a_fee_that_cannot_be_is_refused(self):
		for values, sentence in (({"quantity": 0}, "must be more than 0"), ({"discount_amount": 200}, "is more than the quantity times")):
			with self.subTest(sentence), self.assertRaisesRegex(frappe.ValidationError, sentence):
				make_order(self.store, fees=[{"item_kind": "Call-Out", "item_name": "出车费", "quantity": 1, "unit_price": 100, **values}])


class TestWrittenByStepsOnly(OrderTestCase):
	def test_what_a_form_sends_of_what_happened_is_taken_back(self):
		order = make_order(self.store, status="Solved", dispatched_on=now_datetime(), agreed_on=now_datetime())
		self.assertEqual(("Called", None, None), (order.status, order.dispatched_on, order.agreed_on))
		order.update({"status": "On Site", "team": make_team(self.store).name, "arrived_on": now_datetime()}).save()
		self.assertEqual(("Called", None, None), (order.status, order.team, order.arrived_on))

	def test_what_the_visit_was_made_of_stays(self):
		team = make_team(self.store)
		order = make_known_order(self.store)
		for step in (lambda: steps.send(order, team.name), lambda: steps.arrive(order), lambda: steps.end(order, "Solved", {})):
			step()
		for values in ({"trouble": "Accident"}, {"vehicle": make_vehicle().name}):
			order.reload()
			with self.subTest(values), self.assertRaisesRegex(DispatchError, "cannot be changed"):
				order.update(values).save()
		order.reload()
		order.append("fees", {"item_kind": "Towing", "item_name": "拖车费", "quantity": 1, "unit_price": 300})
		with self.assertRaisesRegex(DispatchError, "changed on its service visit"):
			order.save()
		order.reload()
		with self.assertRaisesRegex(DispatchError, "was made of this order"):
			order.delete()

	def test_an_order_that_is_deleted_gives_its_team_back(self):
		team, order = make_team(self.store), make_order(self.store)
		steps.send(order, team.name)
		order.delete()
		self.assertFalse(frappe.db.exists("C4S Booking", {"resource": team.name}))


class TestWhoMay(OrderTestCase):
	def test_those_who_take_calls_send_teams_and_technicians_see_their_own_orders(self):
		mine, other = make_order(self.store), make_order(self.store)
		user = make_user("Technician", [self.store])
		steps.send(mine, make_team(self.store, members=[{"user": user}]).name)
		steps.send(other, make_team(self.store, "2号救援车").name)
		with as_user(user):
			self.assertEqual([mine.name], frappe.get_list("C4S Dispatch Order", pluck="name"))
			self.assertTrue(frappe.has_permission("C4S Dispatch Order", "read", mine.name))
			self.assertFalse(frappe.has_permission("C4S Dispatch Order", "read", other.name))
			self.assertFalse(frappe.has_permission("C4S Dispatch Order", "write", mine.name))
		for role in ("Receptionist", "Service Advisor", "Customer Service Representative", "Workshop Manager"):
			with self.subTest(role), as_user(make_user(role, [self.store])):
				self.assertEqual({mine.name, other.name}, set(frappe.get_list("C4S Dispatch Order", pluck="name")))
				self.assertTrue(frappe.has_permission("C4S Dispatch Order", "write", mine.name))
				self.assertTrue(frappe.has_permission("C4S Dispatch Order", "create"))

	def test_whoever_is_a_technician_and_an_advisor_sees_what_advisors_see(self):
		order = make_order(self.store)
		with as_user(make_user(["Technician", "Service Advisor"], [self.store])):
			self.assertEqual([order.name], frappe.get_list("C4S Dispatch Order", pluck="name"))


class TestIsolation(DealingTests, FrappeTestCase):
	doctype = "C4S Dispatch Order"
	role = "Service Advisor"

	def make_document_of(self, store: str, **values):
		fees = [{"item_kind": "Call-Out", "item_name": "出车费", "quantity": 1, "unit_price": 100}]
		return make_order(store, **{"fees": fees, "customer": make_customer(store=store).name, **values})
