import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_to_date, now_datetime

from crm4s.appointments import api as appointments
from crm4s.appointments.no_shows import mark_no_shows
from crm4s.bookings.tests.factories import at
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_service_appointment.test_c4s_service_appointment import labour, make_appointment, make_technician
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.dispatch import actions, api, home_service, steps
from crm4s.dispatch.tests.factories import make_store, make_team
from crm4s.exceptions import DispatchError
from crm4s.tests.people import as_user, make_user

test_ignore = ["User"]


class TestHomeService(FrappeTestCase):
	def setUp(self):
		self.store = make_store("DO-1")
		self.user = make_user("Technician", [self.store])
		self.technician = make_technician(self.store, user=self.user).name

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def booked(self, **values):
		customer = make_customer(store=self.store, city="上海市", district="浦东新区", address_line="张江路88弄6号").name
		values = {"planned_from": at(10), "customer": customer, "vehicle": make_vehicle(dealership=self.store).name, **values}
		return make_appointment(self.store, kind="Home Service", **values)

	def send(self, appointment, team: str | None = None) -> str:
		return actions.send_for_appointment(appointment.name, team or self.technician, "张江路88弄6号302室", "31.2, 121.6")

	def waiting(self) -> list[str]:
		return [row.name for row in home_service.waiting(self.store)]

	def test_it_is_on_the_board_when_its_day_comes_and_until_a_team_is_sent(self):
		appointment = self.booked()
		self.assertEqual([], self.waiting())
		frappe.db.set_value(appointment.doctype, appointment.name, "planned_from", add_to_date(now_datetime(), minutes=-30))
		self.assertEqual([appointment.name], self.waiting())
		frappe.db.set_value(appointment.doctype, appointment.name, "planned_from", at(10))
		self.send(appointment)
		frappe.db.set_value(appointment.doctype, appointment.name, "planned_from", add_to_date(now_datetime(), minutes=-30))
		self.assertEqual([], self.waiting())

	def test_what_comes_to_the_workshop_is_not_on_the_board(self):
		appointment = make_appointment(self.store)
		frappe.db.set_value(appointment.doctype, appointment.name, "planned_from", now_datetime())
		self.assertEqual([], self.waiting())

	def test_the_order_takes_over_the_time_that_was_kept(self):
		appointment = self.booked()
		order = frappe.get_doc("C4S Dispatch Order", self.send(appointment))
		self.assertEqual(("Dispatched", self.technician, at(10), at(11)), (order.status, order.team, order.team_from, order.team_until))
		self.assertEqual(("Home Service", appointment.name, appointment.customer, 31.2), (order.kind, order.appointment, order.customer, order.latitude))
		held = frappe.get_all("C4S Booking", {"resource": self.technician, "status": "Booked"}, ["reference_name"], as_list=True)
		self.assertEqual(((order.name,),), tuple(map(tuple, held)))

	def test_the_technician_who_is_kept_for_it_is_free_for_it(self):
		appointment = self.booked()
		offered = {team["name"]: team["is_free"] for team in api.get_teams_for_appointment(appointment.name)}
		self.assertEqual({self.technician: True}, offered)
		other = self.booked(planned_from=at(11))
		frappe.db.set_value(other.doctype, other.name, "planned_from", at(10))
		self.assertEqual([False], [team["is_free"] for team in api.get_teams_for_appointment(other.name)])

	def test_another_team_may_go_and_the_technician_is_free(self):
		appointment = self.booked()
		team = make_team(self.store).name
		self.send(appointment, team)
		self.assertFalse(frappe.db.exists("C4S Booking", {"resource": self.technician, "status": "Booked"}))

	def test_where_the_team_is_taken_the_appointment_keeps_its_time(self):
		appointment, other = self.booked(), make_team(self.store)
		frappe.get_doc({"doctype": "C4S Booking", "resource": other.name, "starts_at": at(9), "ends_at": at(12), "dealership": self.store}).insert()
		with self.assertRaisesRegex(frappe.ValidationError, "is taken"):
			self.send(appointment, other.name)
		self.assertEqual("Booked", frappe.db.get_value("C4S Booking", appointment.technician_booking, "status"))
		self.assertIsNone(home_service.order_of(appointment.name))

	def test_a_team_is_sent_once(self):
		appointment = self.booked()
		order = self.send(appointment)
		with self.assertRaisesRegex(DispatchError, f"by order {order}"):
			self.send(appointment, make_team(self.store).name)

	def test_what_is_cancelled_or_comes_to_the_workshop_is_not_sent(self):
		for appointment in (self.booked(), make_appointment(self.store, planned_from=at(14))):
			if appointment.kind == "Home Service":
				appointments.cancel(appointment.name, "改期")
			with self.assertRaisesRegex(DispatchError, "This appointment is"):
				self.send(appointment)

	def test_while_a_team_is_sent_the_appointment_stays_as_it_is(self):
		appointment = self.booked()
		order = self.send(appointment)
		for change in (
			lambda: appointments.cancel(appointment.name, "改期"),
			lambda: appointments.move(appointment.name, str(at(14))),
			lambda: appointments.no_show(appointment.name),
		):
			with self.assertRaisesRegex(DispatchError, f"change order {order} instead"):
				change()
		document = frappe.get_doc(appointment.doctype, appointment.name)
		document.update({"concern": "带上备件"}).save()

	def test_its_end_receives_the_appointment_with_items_and_fees_in_one_visit(self):
		appointment = self.booked(items=[labour(60)])
		order = frappe.get_doc("C4S Dispatch Order", self.send(appointment))
		with as_user(self.user):
			actions.arrive(order.name)
			visit = actions.solve(order.name, fees=[{"item_kind": "Call-Out", "item_name": "上门费", "unit_price": 80}], agreed=1)
		visit = frappe.get_doc("C4S Service Visit", visit)
		self.assertEqual([("常规保养", 300), ("上门费", 80)], [(row.item_name, row.amount) for row in visit.items])
		self.assertEqual(("Home Service", appointment.name, order.name), (visit.visit_kind, visit.appointment, visit.dispatch_order))
		appointment.reload()
		self.assertEqual(("Arrived", visit.name), (appointment.status, appointment.service_visit))

	def test_a_car_that_has_to_be_towed_is_received_in_the_workshop(self):
		appointment = self.booked()
		order = steps.locked(self.send(appointment))
		steps.arrive(order)
		steps.end(order, "Towed", {})
		self.assertEqual(("Workshop", appointment.name), frappe.db.get_value("C4S Service Visit", order.service_visit, ["visit_kind", "appointment"]))

	def test_cancelling_the_order_cancels_the_appointment(self):
		appointment = self.booked()
		actions.cancel(self.send(appointment), "客户不在家")
		appointment.reload()
		self.assertEqual(("Cancelled", "客户不在家"), (appointment.status, appointment.cancel_reason))

	def test_nobody_is_missed_who_waits_for_us_at_home(self):
		appointment = self.booked()
		frappe.db.set_value(appointment.doctype, appointment.name, "planned_from", add_to_date(now_datetime(), days=-1))
		mark_no_shows()
		self.assertEqual("Booked", frappe.db.get_value(appointment.doctype, appointment.name, "status"))

	def test_technicians_see_the_home_services_that_are_theirs(self):
		appointment = self.booked()
		frappe.db.set_value(appointment.doctype, appointment.name, "planned_from", now_datetime())
		with as_user(self.user):
			self.assertEqual([appointment.name], self.waiting())
		with as_user(make_user("Technician", [self.store])):
			self.assertEqual([], self.waiting())

	def test_a_team_is_sent_by_those_who_may_write_the_appointment(self):
		appointment = self.booked()
		for user in (self.user, make_user("Service Advisor", [make_store("DO-2")])):
			with as_user(user), self.assertRaises(frappe.PermissionError):
				self.send(appointment)
