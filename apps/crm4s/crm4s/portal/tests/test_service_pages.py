import re

import frappe
from frappe.utils import add_days, add_to_date, getdate, now_datetime, nowdate

from crm4s.bookings.tests.factories import at, make_bay, make_resource, make_store
from crm4s.crm4s.doctype.c4s_car_rental.test_c4s_car_rental import make_car, make_class, make_rental
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_service_appointment.test_c4s_service_appointment import make_appointment
from crm4s.crm4s.doctype.c4s_service_visit.test_c4s_service_visit import hours_ago, item, make_service_visit, settle
from crm4s.crm4s.doctype.c4s_survey_invitation.test_c4s_survey_invitation import make_invitation
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.portal import own, rentals
from crm4s.portal.frame import money
from crm4s.portal.pages import visits
from crm4s.portal.tests.documents import a_paper
from crm4s.portal.tests.test_booking import give_access
from crm4s.portal.tests.visiting import PortalTestCase, make_viewer
from crm4s.service import links, quoting, walk_round
from crm4s.service.tests.test_walk_round import picture
from crm4s.tests.queries import counted_queries

VISIT, RENTAL = "C4S Service Visit", "C4S Car Rental"


class ServiceTestCase(PortalTestCase):
	def setUp(self):
		super().setUp()
		self.store = make_store("PORTAL-SERVICE")
		self.viewer = make_viewer()
		self.car = make_vehicle(current_owner=self.viewer.customer, dealership=self.store, plate_number="沪A84620").name

	def visit(self, customer: str | None = None, **overrides):
		values = {"customer": customer or self.viewer.customer, "vehicle": self.car, "dealership": self.store, "concern": "右前轮有异响"}
		return make_service_visit(**{**values, **overrides})

	def path(self, visit) -> str:
		return f"/my/visits/{visit.name}"

	def sell_to(self, buyer):
		"""The car has another owner from today on; the buyer as he or she is then."""
		car = frappe.get_doc(own.VEHICLE, self.car)
		car.parties[0].update({"valid_from": "2020-01-01", "valid_to": add_days(nowdate(), -1)})
		car.append("parties", {"party_role": "Owner", "customer": buyer.customer, "valid_from": getdate()})
		car.save()
		return make_viewer(buyer.customer)


class TestVisit(ServiceTestCase):
	def setUp(self):
		super().setUp()
		self.open = self.visit(items=[item(item_name="常规保养"), item(item_name="更换刹车片", unit_price=820), item(item_name="召回检查", payer="Warranty")])

	def quoted(self):
		quoting.quote(self.open, add_to_date(now_datetime(), hours=4))
		self.open.reload()
		return self.get(self.path(self.open), self.viewer).html

	def decide(self, who=None, stamp=None, **decisions):
		stamp = stamp or re.search(r'name="stamp" value="(\w+)"', self.quoted())[1]
		return self.post(self.path(self.open), "decide", who or self.viewer, stamp=stamp, **{f"item-{name}": said for name, said in decisions.items()})

	def test_nothing_is_asked_before_the_store_quotes(self):
		html = self.get(self.path(self.open), self.viewer).html
		self.assertNotIn("更换刹车片", html)
		self.assertNotIn('value="decide"', html)

	def test_the_way_of_the_car_is_shown_with_the_promised_time(self):
		html = self.quoted()
		labels = [_label(state) for state in ("Reception", "Quotation", "In Repair")]
		self.assertRegex(html, rf'class="now" aria-current="step"><span>{labels[0]}.*class="ahead"><span>{labels[1]}.*class="ahead"><span>{labels[2]}')
		self.assertIn(_label("Promised for {0}").split("{0}")[0], html)

	def test_items_are_decided_one_by_one_by_the_portal(self):
		first, second, third = self.open.items
		answer = self.decide(**{second.name: "Declined"})
		self.assertEqual(303, answer.status, answer.html)
		self.open.reload()
		self.assertEqual(["Proposed", "Declined", "Proposed"], [row.approval for row in self.open.items])
		self.assertEqual(("Portal", "张伟"), (self.open.items[1].approved_by, self.open.items[1].approval_note))
		self.decide(**{first.name: "Approved", third.name: "Approved"})
		self.open.reload()
		self.assertEqual((0, ["Approved", "Declined", "Approved"]), (self.open.undecided_items, [row.approval for row in self.open.items]))
		self.assertIn(money(300), self.get(self.path(self.open), self.viewer).html)

	def test_the_advisor_hears_of_the_decision(self):
		self.open.db_set("service_advisor", "Administrator")
		self.decide(**{self.open.items[0].name: "Approved"})
		self.assertTrue(frappe.db.exists("Notification Log", {"document_name": self.open.name, "for_user": "Administrator"}))

	def test_a_quotation_that_changed_is_looked_at_again(self):
		stamp = re.search(r'name="stamp" value="(\w+)"', self.quoted())[1]
		self.open.items[1].unit_price = 990
		self.open.save()
		answer = self.decide(stamp=stamp, **{self.open.items[1].name: "Approved"})
		self.assertEqual(422, answer.status)
		self.assertIn("报价已有变化", answer.html)

	def test_nothing_chosen_and_foreign_rows_change_nothing(self):
		other = make_service_visit(dealership=self.store)
		for decisions in ({}, {other.items[0].name: "Approved"}, {self.open.items[0].name: "Free"}):
			self.assertEqual(422, self.decide(**decisions).status)
		other.reload()
		self.assertEqual("Proposed", other.items[0].approval)

	def test_a_driver_sees_how_far_it_is_and_neither_amounts_nor_words_nor_decides(self):
		driver = give_access(make_viewer(), self.viewer.customer, "Driver", self.car)
		self.quoted()
		html = self.get(self.path(self.open), driver).html
		self.assertIn('aria-current="step"', html)
		for hidden in (money(1)[0], "右前轮有异响", "更换刹车片", "paper="):
			self.assertNotIn(hidden, html)
		stamp = re.search(r'name="stamp" value="(\w+)"', self.get(self.path(self.open), self.viewer).html)[1]
		answer = self.decide(driver, stamp=stamp, **{self.open.items[0].name: "Approved"})
		self.assertIn("付款的客户本人", answer.html)
		self.assertEqual(404, self.get(self.path(settle(self.open)), driver).status, "what was is not the driver's")

	def test_a_settled_visit_says_what_was_paid_and_how_to_rate_it(self):
		done = settle(self.open)
		frappe.db.set_value(VISIT, done.name, "invoice_number", "FP-8462")
		html = self.get(self.path(done), self.viewer).html
		for shown in ("FP-8462", money(1120), "/my/write", "paper=C4S+Service+Settlement"):
			self.assertIn(shown, html)
		survey = frappe.db.get_value("C4S Survey", {"survey_kind": "CSI"})
		make_invitation(survey, self.store, customer=self.viewer.customer, service_visit=done.name)
		self.assertIn("/survey?t=", self.get(self.path(done), self.viewer).html)

	def test_the_bill_is_a_pdf_for_who_paid_and_nothing_else_is(self):
		done = settle(self.open)
		answer = self.get(self.path(done), self.viewer, paper="C4S Service Settlement")
		self.assertEqual((200, "application/pdf", b"%PDF"), (answer.status, answer.headers["Content-Type"], answer.data[:4]))
		for paper in ("C4S Hand-Over Sheet", "Standard", "x"):
			self.assertEqual(404, self.get(self.path(done), self.viewer, paper=paper).status, paper)


	def test_photos_of_the_walk_round_are_shown_to_whose_visit_it_is_only(self):
		walk_round.begin(self.open)
		walk_round.add_photo(self.open, self.open.walk_round[0].name, picture())
		frappe.get_doc({"doctype": "File", "file_name": "internal.pdf", "is_private": 1, "attached_to_doctype": VISIT, "attached_to_name": self.open.name, "content": a_paper()}).insert()
		html = self.get(self.path(self.open), self.viewer).html
		photo = re.search(r'src="(/my/file/[^"]+)"', html)[1]
		self.assertEqual((200, 1), (self.get(photo, self.viewer).status, html.count("<img")))
		internal = frappe.db.get_value("File", {"file_name": "internal.pdf", "attached_to_name": self.open.name})
		driver = give_access(make_viewer(), self.viewer.customer, "Driver", self.car)
		for path, who in ((photo, driver), (photo, make_viewer()), (f"/my/file/{internal}", self.viewer)):
			self.assertEqual(404, self.get(path, who).status)


class TestOverview(ServiceTestCase):
	def test_empty_it_leads_to_booking(self):
		html = self.get("/my/service", make_viewer()).html
		self.assertIn("这里还没有内容", html)
		self.assertIn("/my/book", html)

	def test_all_of_ones_own_and_nothing_of_others(self):
		make_bay(self.store)
		mine = [self.path(self.visit()), self.path(settle(self.visit())), f"/my/appointments/{make_appointment(self.store, customer=self.viewer.customer, vehicle=self.car).name}"]
		mine.append(f"/my/rentals/{make_rental(self.store, customer=self.viewer.customer).name}")
		foreign = [self.path(settle(self.visit(make_customer().name))), f"/my/rentals/{make_rental(self.store).name}"]
		html = self.get("/my/service", self.viewer).html
		for path in mine:
			self.assertIn(path, html)
		for path in foreign:
			self.assertNotIn(path, html)

	def test_a_quotation_that_waits_asks_on_the_first_page(self):
		visit = self.visit()
		quoting.quote(visit)
		for page in ("/my", "/my/service"):
			self.assertRegex(self.get(page, self.viewer).html, rf"{self.path(visit)}.*沪A84620：请确认报价")

	def test_a_link_that_waits_for_an_answer_asks_as_well(self):
		visit = self.visit()
		self.assertEqual([False], [matter.asks for matter in visits.in_workshop(self.viewer)])
		links.make(visit, links.FOR_APPROVAL)
		self.assertEqual([True], [matter.asks for matter in visits.in_workshop(self.viewer)])

	def test_a_fleet_of_many_visits_asks_no_more_of_the_database_than_one(self):
		sent = []
		for number in range(2):
			quoting.quote(self.visit())
			links.make(self.visit(), links.FOR_APPROVAL)
			make_appointment(make_bay(make_store(f"PORTAL-FLEET-{number}")).dealership, customer=self.viewer.customer, vehicle=make_vehicle(current_owner=self.viewer.customer).name)
			with counted_queries() as queries:
				visits.in_workshop(self.viewer)
				rentals.may_borrow_for(self.viewer)
			sent.append(len(queries))
		self.assertLessEqual(sent[1], sent[0])


class TestCar(ServiceTestCase):
	def test_a_later_owner_sees_days_kilometres_and_works_of_before_and_nothing_of_the_person(self):
		before = settle(self.visit(odometer=15230, items=[item(item_name="更换火花塞", unit_price=777)]))
		buyer = self.sell_to(make_viewer(customer_name="王芳"))
		html = self.get(f"/my/cars/{self.car}", buyer).html
		for shown in ("更换火花塞", "15,230 km"):
			self.assertIn(shown, html)
		for hidden in ("777", "张伟", "右前轮有异响", before.name, self.store):
			self.assertNotIn(hidden, html)
		self.assertEqual(404, self.get(self.path(before), buyer).status)

	def test_the_former_owner_keeps_the_visit_and_loses_the_car(self):
		before = settle(self.visit())
		self.sell_to(make_viewer())
		viewer = make_viewer(self.viewer.customer)
		self.assertEqual(404, self.get(f"/my/cars/{self.car}", viewer).status)
		self.assertEqual(200, self.get(self.path(before), viewer).status)

	def test_own_visits_lead_to_their_pages(self):
		mine = settle(self.visit())
		self.assertIn(self.path(mine), self.get(f"/my/cars/{self.car}", self.viewer).html)

	def test_an_open_visit_of_the_former_owner_is_not_the_buyers(self):
		visit = self.visit(arrived_on=hours_ago(2))
		self.assertEqual(404, self.get(self.path(visit), self.sell_to(make_viewer())).status)


class TestStores(ServiceTestCase):
	def test_the_nearest_is_first_with_hours_phone_and_way(self):
		far = make_store("PORTAL-FAR")
		for store, latitude in ((self.store, 31.23), (far, 39.9)):
			frappe.db.set_value("C4S Dealership", store, {"latitude": latitude, "longitude": 121.47, "phone": "+862160001234"})
		html = self.get("/my/stores", self.viewer, latitude="31.2", longitude="121.4").html
		self.assertLess(html.index("PORTAL-SERVICE"), html.index("PORTAL-FAR"))
		for shown in ("7.", "08:30–18:00", "tel:+862160001234", "position=121.47,31.23"):
			self.assertIn(shown, html)

	def test_words_find_a_store_and_nonsense_is_no_error(self):
		self.assertIn("PORTAL-SERVICE", self.get("/my/stores", self.viewer, words="PORTAL-SERVICE").html)
		self.assertIn("没有符合的门店", self.get("/my/stores", self.viewer, words="亚特兰蒂斯").html)
		self.assertEqual(200, self.get("/my/stores", self.viewer, latitude="x", longitude="999").status)

	def test_where_the_workshop_takes_bookings_one_books_here(self):
		self.assertNotIn("/my/book?store=PORTAL-SERVICE", self.get("/my/stores", self.viewer).html)
		make_bay(self.store)
		self.assertIn("/my/book?store=PORTAL-SERVICE", self.get("/my/stores", self.viewer).html)


class TestRent(ServiceTestCase):
	def setUp(self):
		super().setUp()
		self.days = {"store": self.store, "first": add_days(nowdate(), 1), "last": add_days(nowdate(), 3)}

	def rental_of(self, answer):
		self.assertEqual(303, answer.status, answer.html)
		return frappe.get_doc(RENTAL, answer.to.rsplit("/", 1)[1])

	def test_a_free_class_is_rented_with_one_touch(self):
		car = make_car(self.store, "Rental Car", rental_class=make_class())
		html = self.get("/my/rent", self.viewer, **self.days).html
		self.assertIn(money(599.97), html)
		rental = self.rental_of(self.post("/my/rent", "rent", self.viewer, rental_class="T-CLASS", **self.days))
		self.assertEqual((self.viewer.customer, car.name, "Planned", "Paid Rental", 599.97), (rental.customer, rental.resource, rental.status, rental.rental_kind, rental.expected_amount))
		self.assertEqual("Booked", frappe.db.get_value("C4S Booking", rental.booking, "status"))
		self.assertIn(money(599.97), self.get(f"/my/rentals/{rental.name}", self.viewer).html)

	def test_who_comes_second_is_told(self):
		make_car(self.store, "Rental Car", rental_class=make_class())
		self.post("/my/rent", "rent", self.viewer, rental_class="T-CLASS", **self.days)
		answer = self.post("/my/rent", "rent", make_viewer(), rental_class="T-CLASS", **self.days)
		self.assertEqual(422, answer.status)
		self.assertIn("已无空闲车辆", answer.html)

	def test_days_that_cannot_be_are_refused_in_a_sentence(self):
		make_car(self.store, "Rental Car", rental_class=make_class())
		for days in ({"first": "x"}, {"first": add_days(nowdate(), 4)}, {"first": add_days(nowdate(), -2)}, {"last": add_days(nowdate(), 400)}, {"last": add_days(nowdate(), 100)}):
			self.assertIn('role="alert"', self.get("/my/rent", self.viewer, **{**self.days, **days}).html)
			self.assertEqual(422, self.post("/my/rent", "rent", self.viewer, rental_class="T-CLASS", **{**self.days, **days}).status)

	def test_a_courtesy_car_is_borrowed_for_an_appointment_and_once(self):
		car = make_resource(self.store, kind="Courtesy Car", vehicle=make_vehicle(dealership=self.store).name)
		make_bay(self.store)
		appointment = make_appointment(self.store, customer=self.viewer.customer, vehicle=self.car)
		rental = self.rental_of(self.post("/my/rent", "borrow", self.viewer, **{"for": appointment.name}))
		self.assertEqual(("Courtesy", car.name, appointment.name, at(10)), (rental.rental_kind, rental.resource, rental.appointment, rental.planned_from))
		self.assertEqual(422, self.post("/my/rent", "borrow", self.viewer, **{"for": appointment.name}).status)
		self.assertEqual(422, self.post("/my/rent", "borrow", make_viewer(), **{"for": appointment.name}).status)

	def test_what_is_planned_is_cancelled_and_free_again(self):
		rental = make_rental(self.store, customer=self.viewer.customer)
		self.assertEqual("/my/service", self.post(f"/my/rentals/{rental.name}", "cancel", self.viewer, words="改期").to)
		rental.reload()
		self.assertEqual(("Cancelled", "改期"), (rental.status, rental.cancellation_note))
		self.assertEqual(422, self.post(f"/my/rentals/{rental.name}", "cancel", self.viewer).status)

	def test_without_cars_the_page_says_so(self):
		self.assertEqual(200, self.get("/my/rent", self.viewer).status)


def _label(text: str) -> str:
	return frappe._(text, "zh")
