"""A customer drives one of the store's cars: planned, driving, done; the car is booked for as long as it is planned or driven."""

from datetime import timedelta

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import add_to_date, cint, get_datetime, getdate, now_datetime

from crm4s.access.customers import dealing_condition, has_dealing_permission
from crm4s.access.links import ensure_links_within_reach, ensure_not_taken_from_other_store
from crm4s.access.own_store import take_own_store
from crm4s.access.own_work import entered_by
from crm4s.bookings.driver import TIME, DrivenByCustomer, TakesCar
from crm4s.crm4s.doctype.c4s_odometer_reading.record import forget_readings
from crm4s.documents import ComparesAsText
from crm4s.edge import plain_refusal
from crm4s.exceptions import TestDriveError
from crm4s.identifiers.masking import mask_phone
from crm4s.identifiers.phone import normalise_phone
from crm4s.settings import setting

PLANNED, DRIVING, DONE, CANCELLED, NO_SHOW = "Planned", "Driving", "Done", "Cancelled", "No-Show"
# The car is taken in these, and the customer was on the road in those.
TAKES_CAR, ON_ROAD = (PLANNED, DRIVING), (DRIVING, DONE)
FOLLOWING = {
	PLANNED: (DRIVING, DONE, CANCELLED, NO_SHOW),
	DRIVING: (DONE, PLANNED, CANCELLED),
	DONE: (),
	CANCELLED: (PLANNED,),
	NO_SHOW: (PLANNED,),
}
TEST_DRIVE_CAR = "Test-Drive Car"
LOWEST_RATING, HIGHEST_RATING = 1, 5
# Clocks of phones and servers differ by so much.
CLOCK_TOLERANCE = timedelta(minutes=5)


class C4STestDrive(DrivenByCustomer, TakesCar, ComparesAsText, Document):
	refusal = TestDriveError
	terms = "test_drive_terms"

	def before_insert(self):
		take_own_store(self)
		self.sales_consultant = self.sales_consultant or entered_by("C4S Sales Consultant")

	def validate(self):
		ensure_not_taken_from_other_store(self)
		ensure_links_within_reach(self, "customer", "lead", "resource", "route")
		self.take_person_from_lead_or_customer()
		self.normalise_phone()
		self.validate_driver()
		self.validate_change_of_status()
		self.validate_done_stays()
		self.validate_car()
		self.validate_route()
		self.set_planned_end()
		self.normalise_licence()
		self.note_licence_check()
		if self.status in (*TAKES_CAR, DONE):
			self.validate_licence_lasts(getdate(self.started_on or self.planned_from))
		self.note_signature()
		self.set_drive_times()
		if self.status in ON_ROAD:
			self.validate_may_drive()
		self.validate_drive_times()
		if self.status == DONE:
			self.validate_way_back()
		self.validate_outcome()
		self.rate()

	def on_update(self):
		self.keep_car(self.status in TAKES_CAR, self.ended_on if self.status == DONE else None)
		self.record_odometer(self.ended_on if self.status == DONE else None)

	def on_trash(self):
		self.forget_car()
		forget_readings(self)

	# Who drives

	def take_person_from_lead_or_customer(self):
		"""What is left empty; whether the lead and the customer may be linked was asked before."""
		if self.lead:
			lead = frappe.db.get_value(
				"C4S Lead", self.lead, ["lead_name", "phone", "customer", "interested_model", "sales_consultant"], as_dict=True
			)
			self.driver_name = self.driver_name or lead.lead_name
			self.phone = self.phone or lead.phone
			self.customer = self.customer or lead.customer
			self.model = self.model or lead.interested_model
			self.sales_consultant = self.sales_consultant or lead.sales_consultant
		if self.customer and not (self.driver_name and self.phone):
			customer = frappe.db.get_value("C4S Customer", self.customer, ["customer_name", "primary_phone"], as_dict=True)
			self.driver_name = self.driver_name or customer.customer_name
			self.phone = self.phone or customer.primary_phone

	def normalise_phone(self):
		if self.phone and self.has_changed("phone"):
			with plain_refusal():
				self.phone = normalise_phone(self.phone, setting("default_region"))
		self.masked_phone = mask_phone(self.phone) if self.phone else None

	def validate_driver(self):
		if not self.driver_name:
			frappe.throw(_("Enter who drives, or choose a lead or a customer."), frappe.MandatoryError)
		if not self.phone:
			frappe.throw(_("A test drive needs the driver's phone, in case something happens on the way."), frappe.MandatoryError)

	# What happens when

	def validate_change_of_status(self):
		before = self.get_doc_before_save()
		if not before or before.status == self.status or self.status in FOLLOWING[before.status]:
			return
		frappe.throw(
			_("A test drive that is {0} cannot become {1}.").format(_(before.status), _(self.status)), TestDriveError
		)

	def validate_done_stays(self):
		"""When and with which car is what the insurer asks for after an accident."""
		before = self.get_doc_before_save()
		if not before or before.status != DONE:
			return
		for fieldname in (*TIME, "dealership"):
			if self.has_changed(fieldname):
				frappe.throw(
					_("{0} of a test drive that is done cannot be changed.").format(_(self.meta.get_label(fieldname))),
					TestDriveError,
				)

	def validate_car(self):
		if not self.resource or not self.has_changed("resource", "dealership"):
			return
		car = frappe.db.get_value("C4S Resource", self.resource, ["resource_name", "kind", "dealership", "model"], as_dict=True)
		if car.kind != TEST_DRIVE_CAR:
			frappe.throw(_("{0} is no test-drive car.").format(car.resource_name))
		if car.dealership != self.dealership:
			frappe.throw(_("{0} is a car of another store.").format(car.resource_name))
		self.model = car.model or self.model

	def validate_route(self):
		if not self.route or not self.has_changed("route", "dealership"):
			return
		route = frappe.db.get_value("C4S Test Drive Route", self.route, ["route_name", "dealership"], as_dict=True)
		if route.dealership != self.dealership:
			frappe.throw(_("{0} is a route of another store.").format(route.route_name))

	def set_planned_end(self):
		if self.planned_to or not self.planned_from:
			return
		minutes = self.route and frappe.db.get_value("C4S Test Drive Route", self.route, "minutes")
		self.planned_to = add_to_date(get_datetime(self.planned_from), minutes=minutes or setting("test_drive_minutes"))

	# The drive

	def set_drive_times(self):
		if self.status not in ON_ROAD:
			self.started_on = self.ended_on = None
			return
		self.started_on = self.started_on or now_datetime()
		self.ended_on = (self.ended_on or now_datetime()) if self.status == DONE else None

	def validate_drive_times(self):
		latest = now_datetime() + CLOCK_TOLERANCE
		for fieldname in ("started_on", "ended_on"):
			if self.get(fieldname) and get_datetime(self.get(fieldname)) > latest:
				frappe.throw(
					_("{0} must not lie in the future.").format(_(self.meta.get_label(fieldname))), TestDriveError
				)
		# Forms show times to the minute: what ended in the minute of the start did not end before it.
		if self.ended_on and get_datetime(self.ended_on) < get_datetime(self.started_on).replace(second=0, microsecond=0):
			frappe.throw(_("A drive cannot end before it started."), TestDriveError)

	def validate_outcome(self):
		if self.status != CANCELLED:
			self.cancellation_note = None
		elif not (self.cancellation_note or "").strip():
			frappe.throw(_("Say why the test drive is cancelled."), TestDriveError)
		if self.status == NO_SHOW and get_datetime(self.planned_from) > now_datetime():
			frappe.throw(_("Nobody is missing before {0}.").format(frappe.format(self.planned_from, "Datetime")), TestDriveError)

	def rate(self):
		aspects = [row.aspect for row in self.ratings]
		for row in self.ratings:
			if not LOWEST_RATING <= cint(row.rating) <= HIGHEST_RATING:
				frappe.throw(_("Rating in row {0} must lie between {1} and {2}.").format(row.idx, LOWEST_RATING, HIGHEST_RATING))
			if aspects.count(row.aspect) > 1:
				frappe.throw(_("{0} is rated twice.").format(_(row.aspect)))
		ratings = [cint(row.rating) for row in self.ratings]
		self.average_rating = round(sum(ratings) / len(ratings), 1) if ratings else 0


def on_doctype_update() -> None:
	frappe.db.add_index("C4S Test Drive", ["dealership", "planned_from"])
	frappe.db.add_index("C4S Test Drive", ["dealership", "status", "planned_from"])
	frappe.db.add_index("C4S Test Drive", ["dealership", "modified"])


def get_permission_query_conditions(user: str | None = None) -> str:
	return dealing_condition("C4S Test Drive", user)


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	return has_dealing_permission(doc, ptype, user)
