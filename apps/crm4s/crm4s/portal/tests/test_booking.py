import re
from contextlib import contextmanager
from unittest.mock import patch

import frappe
from frappe.utils import add_days, getdate, nowdate

from crm4s.appointments import arrival
from crm4s.bookings.tests.factories import at, make_bay, make_resource, make_store
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_service_appointment.test_c4s_service_appointment import make_appointment
from crm4s.crm4s.doctype.c4s_service_visit.test_c4s_service_visit import approve, item, make_service_visit, settle
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.messages.texts import worded
from crm4s.portal import own
from crm4s.portal.frame import money
from crm4s.portal.pages import book as book_page
from crm4s.portal.tests.visiting import PortalTestCase, make_viewer

APPOINTMENT, PHONE = "C4S Service Appointment", "13800138461"
BOOK = "/my/book"


def give_access(viewer, customer: str, role: str, vehicle: str | None = None):
	"""The viewer as he or she is with that access."""
	account = frappe.get_doc("C4S Portal Account", viewer.account)
	frappe.get_doc({"doctype": "C4S Portal Access", "account": account.name, "customer": customer, "access_role": role, "vehicle": vehicle}).insert(ignore_permissions=True)
	return make_viewer(viewer.customer)


@contextmanager
def one_deadlock():
	"""At the first try the database takes the transaction back, as it does where two wait for each other."""
	take_up, tried = book_page.take_up, []

	def meet(*arguments):
		take_up(*arguments)
		tried.append(arguments)
		if len(tried) == 1:
			frappe.db.rollback()
			raise frappe.QueryDeadlockError

	with patch.object(book_page, "take_up", side_effect=meet):
		yield


class BookingTestCase(PortalTestCase):
	def setUp(self):
		super().setUp()
		self.store = make_store("PORTAL-BOOK")
		self.bay = make_bay(self.store)
		self.viewer = make_viewer(phone=PHONE)
		self.car = make_vehicle(current_owner=self.viewer.customer, dealership=self.store, plate_number="沪A84610").name

	def book(self, who=None, **overrides):
		form = {"car": self.car, "store": self.store, "time": str(at(10)), **overrides}
		return self.post(BOOK, "book", who or self.viewer, **form)

	def booked(self, answer):
		self.assertEqual(303, answer.status, answer.html)
		return frappe.get_doc(APPOINTMENT, answer.to.rsplit("/", 1)[1])

	def decline_before(self, customer: str) -> None:
		visit = make_service_visit(customer=customer, vehicle=self.car, dealership=self.store, items=[item(item_name="常规保养"), item(item_name="更换雨刮片")])
		approve(visit, **{visit.items[1].name: "Declined"})
		settle(visit)


class TestBook(BookingTestCase):
	def test_a_car_is_booked_through_the_desks_mechanism(self):
		appointment = self.booked(self.book(concern="右前轮有异响"))
		self.assertEqual(
			(self.viewer.customer, self.car, "Portal", "Booked", "右前轮有异响", self.viewer.user, at(10), self.bay.name),
			(appointment.customer, appointment.vehicle, appointment.channel, appointment.status, appointment.concern, appointment.owner, appointment.planned_from, appointment.bay),
		)
		self.assertEqual("Booked", frappe.db.get_value("C4S Booking", appointment.bay_booking, "status"))
		self.assertTrue(frappe.db.exists("C4S Store Relationship", {"customer": self.viewer.customer, "dealership": self.store}))

	def test_the_page_shows_days_and_times_of_the_store_where_the_car_belongs(self):
		html = self.get(BOOK, self.viewer, day=add_days(nowdate(), 1)).html
		for shown in ("沪A84610", f'value="{at(8, 30)}"', "预约", add_days(nowdate(), 5)):
			self.assertIn(str(shown), html)

	def test_what_is_ticked_is_in_the_appointment_with_price_and_time(self):
		self.decline_before(self.viewer.customer)
		html = self.get(BOOK, self.viewer).html
		key = re.search(r'name="(do-\w+)"[^>]*data-sends><span>更换雨刮片', html)[1]
		self.assertIn("checked", self.get(BOOK, self.viewer, **{"car": self.car, key: "1"}).html)
		appointment = self.booked(self.book(**{key: "1"}))
		self.assertEqual(["更换雨刮片"], [row.item_name for row in appointment.items])
		self.assertEqual(300, appointment.total_amount)

	def test_what_the_plan_asks_for_says_when_as_its_reader_writes_dates_and_distances(self):
		due = add_days(nowdate(), 5)
		frappe.db.set_value("C4S Vehicle", self.car, {"next_service_on": due, "next_service_km": 76173, "next_service_reason": "T 机油"})
		for language, distance in (("zh", "76,173 公里"), ("en", "76,173 km")):
			frappe.db.set_value("C4S Customer", self.viewer.customer, "language", language)
			self.assertIn(f"{worded(getdate(due), language)} / {distance}", self.get(BOOK, self.viewer, car=self.car).html)

	def test_what_a_former_owner_declined_is_not_shown_to_the_next(self):
		self.decline_before(make_customer().name)
		self.assertNotIn("更换雨刮片", self.get(BOOK, self.viewer).html)

	def test_a_taken_time_says_so_and_offers_the_next_and_keeps_what_was_typed(self):
		self.booked(self.book())
		other = make_viewer()
		car = make_vehicle(current_owner=other.customer, dealership=self.store).name
		answer = self.book(other, car=car, concern="空调不凉")
		self.assertEqual(422, answer.status)
		self.assertRegex(answer.html, r"已约满.*11:00")
		self.assertIn("空调不凉", answer.html)

	def test_two_who_waited_for_each_other_both_book_and_nothing_of_it_is_missing(self):
		with one_deadlock():
			appointment = self.booked(self.book())
		self.assertEqual(at(10), appointment.planned_from)
		self.assertTrue(frappe.db.exists("C4S Store Relationship", {"customer": self.viewer.customer, "dealership": self.store}))

	def test_who_waited_and_finds_the_time_taken_reads_that(self):
		self.booked(self.book())
		with one_deadlock():
			answer = self.book(once="a" * 32)
		self.assertEqual(422, answer.status, answer.html)
		self.assertEqual(1, frappe.db.count(APPOINTMENT, {"vehicle": self.car}))

	def test_pick_up_needs_an_address(self):
		self.assertIn("请填写", self.book(pick_up="1", pick_up_address="").html)
		appointment = self.booked(self.book(pick_up="1", pick_up_address="南京西路100号"))
		self.assertEqual("南京西路100号", appointment.pick_up_address)

	def test_a_courtesy_car_is_kept_and_when_none_is_left_that_is_said(self):
		courtesy = make_resource(self.store, kind="Courtesy Car", vehicle=make_vehicle(dealership=self.store).name)
		self.assertIn('name="courtesy"', self.get(BOOK, self.viewer).html)
		make_bay(self.store, resource_name="2号工位")
		self.assertEqual(courtesy.name, self.booked(self.book(courtesy="1")).courtesy_car)
		other = make_viewer()
		car = make_vehicle(current_owner=other.customer, dealership=self.store).name
		self.assertIn("没有空闲的代步车", self.book(other, car=car, courtesy="1").html)

	def test_times_and_stores_that_are_not_offered_are_refused_in_a_sentence(self):
		for wrong in ({"time": ""}, {"time": "soon"}, {"time": str(at(10, days=-3))}, {"time": str(at(10, days=60))}, {"time": str(at(3))}, {"store": "NOWHERE"}):
			answer = self.book(**wrong)
			self.assertEqual(422, answer.status, wrong)
		self.assertFalse(frappe.db.exists(APPOINTMENT, {"vehicle": self.car}))

	def test_without_a_car_the_page_says_what_to_do(self):
		self.assertIn("/my/write", self.get(BOOK, make_viewer()).html)

	def test_another_customers_car_is_no_car(self):
		stranger = make_viewer()
		self.assertEqual(404, self.book(stranger).status)
		self.assertEqual(404, self.get(BOOK, stranger, car=self.car).status)

	def test_a_family_member_books_for_the_owner_and_is_the_contact(self):
		wife = give_access(make_viewer(customer_name="李静"), self.viewer.customer, "Family Member")
		appointment = self.booked(self.book(wife))
		self.assertEqual((self.viewer.customer, "李静"), (appointment.customer, appointment.contact_name))

	def test_without_an_advisor_the_manager_hears_of_it(self):
		frappe.db.set_value("C4S Dealership", self.store, "manager", "Administrator")
		appointment = self.booked(self.book())
		self.assertTrue(frappe.db.exists("Notification Log", {"document_name": appointment.name, "for_user": "Administrator"}))


class TestAppointment(BookingTestCase):
	def setUp(self):
		super().setUp()
		self.appointment = make_appointment(self.store, customer=self.viewer.customer, vehicle=self.car)
		self.path = f"/my/appointments/{self.appointment.name}"

	def test_it_says_when_where_and_for_how_much(self):
		html = self.get(self.path, self.viewer).html
		for shown in ("沪A84610", "10:00", "常规保养", money(300), "测试店 PORTAL-BOOK"):
			self.assertIn(shown, html)

	def test_it_is_moved_with_its_booking(self):
		answer = self.post(self.path, "move", self.viewer, time=str(at(14)))
		self.assertEqual((303, self.path), (answer.status, answer.to))
		self.appointment.reload()
		self.assertEqual(at(14), self.appointment.planned_from)
		self.assertEqual(at(14), frappe.db.get_value("C4S Booking", self.appointment.bay_booking, "starts_at"))
		self.assertIn("14:00", self.get(self.path, self.viewer).html)

	def test_it_is_cancelled_with_a_reason_and_its_bay_is_free(self):
		self.assertEqual(422, self.post(self.path, "cancel", self.viewer).status)
		answer = self.post(self.path, "cancel", self.viewer, reason="届时没有时间", words="出差")
		self.assertEqual("/my/service", answer.to, answer.html)
		self.appointment.reload()
		self.assertEqual(("Cancelled", "届时没有时间: 出差"), (self.appointment.status, self.appointment.cancel_reason))
		self.assertFalse(self.appointment.bay_booking and frappe.db.get_value("C4S Booking", self.appointment.bay_booking, "status") == "Booked")

	def test_after_arrival_neither_is_possible(self):
		arrival.arrive(self.appointment.name)
		for action, form in (("move", {"time": str(at(14))}), ("cancel", {"reason": "届时没有时间"})):
			answer = self.post(self.path, action, self.viewer, **form)
			self.assertEqual(422, answer.status)
			self.assertIn("车辆已到店", answer.html)
		self.assertNotIn('value="cancel"', self.get(self.path, self.viewer).html)

	def test_it_is_on_the_first_page(self):
		self.assertIn(self.path, self.get("/my", self.viewer).html)

	def test_who_brings_the_car_sees_when_and_not_what_it_costs(self):
		driver = give_access(make_viewer(), self.viewer.customer, "Driver", self.car)
		html = self.get(self.path, driver).html
		self.assertIn("10:00", html)
		self.assertNotIn(money(1)[0], html)
		self.assertEqual(303, self.post(self.path, "move", driver, time=str(at(15))).status)
		self.appointment.reload()
		self.appointment.update({"status": "Cancelled", "cancel_reason": "x"}).save()
		self.assertEqual(404, self.get(self.path, driver).status, "what was is not the driver's")
		self.assertEqual(200, self.get(self.path, self.viewer).status)

	def test_the_next_owner_does_not_see_what_the_former_one_booked(self):
		buyer = make_viewer()
		car = frappe.get_doc(own.VEHICLE, self.car)
		car.parties[0].update({"valid_from": "2020-01-01", "valid_to": add_days(nowdate(), -1)})
		car.append("parties", {"party_role": "Owner", "customer": buyer.customer, "valid_from": getdate()})
		car.save()
		buyer = make_viewer(buyer.customer)
		self.assertIn(self.car, buyer.cars)
		self.assertEqual(404, self.get(self.path, buyer).status)
		self.assertEqual(200, self.get(self.path, self.viewer).status)
