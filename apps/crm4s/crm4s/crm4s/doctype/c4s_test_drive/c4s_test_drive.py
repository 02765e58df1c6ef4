"""A customer drives one of the store's cars: planned, driving, done; the car is booked for as long as it is planned or driven."""

from datetime import timedelta

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import add_to_date, cint, formatdate, get_datetime, getdate, now_datetime

from crm4s import bookings
from crm4s.access.customers import dealing_condition, has_dealing_permission
from crm4s.access.links import ensure_links_within_reach, ensure_not_taken_from_other_store
from crm4s.access.own_store import take_own_store
from crm4s.access.own_work import entered_by
from crm4s.bookings import for_document
from crm4s.crm4s.doctype.c4s_odometer_reading.record import forget_readings, keep_reading
from crm4s.documents import ComparesAsText
from crm4s.edge import plain_refusal
from crm4s.exceptions import TestDriveError
from crm4s.identifiers.identity_document import RESIDENT_IDENTITY_CARD, normalise_identity_document
from crm4s.identifiers.masking import mask_identity_number, mask_phone
from crm4s.identifiers.phone import normalise_phone
from crm4s.identifiers.text import compact
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
TIME = ("resource", "planned_from", "planned_to")
LICENCE = ("licence_number", "licence_class", "licence_valid_until", "licence_without_end")
LOWEST_RATING, HIGHEST_RATING = 1, 5
# Clocks of phones and servers differ by so much.
CLOCK_TOLERANCE = timedelta(minutes=5)
IDENTITY_CARD_LENGTH = 18


class C4STestDrive(ComparesAsText, Document):
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
		self.validate_licence_has_not_expired()
		self.note_signature()
		self.set_drive_times()
		self.validate_may_drive()
		self.validate_drive_times()
		self.validate_odometer()
		self.validate_outcome()
		self.rate()

	def on_update(self):
		self.keep_booking()
		self.record_odometer()

	def on_trash(self):
		for_document.remember(self, "booking", None)
		bookings.forget(self.doctype, self.name)
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

	# Licence and agreement

	def normalise_licence(self):
		if self.licence_number and self.has_changed("licence_number"):
			with plain_refusal():
				self.licence_number = _licence_number(self.licence_number)
		self.masked_licence_number = mask_identity_number(self.licence_number) if self.licence_number else None
		if self.licence_without_end:
			self.licence_valid_until = None

	def note_licence_check(self):
		"""Whoever ticks it answers for what it says now; other numbers are another check."""
		if not self.licence_checked:
			self.licence_checked_by = self.licence_checked_on = None
		elif not self.licence_checked_on or self.has_changed("licence_checked", *LICENCE):
			self.licence_checked_by, self.licence_checked_on = frappe.session.user, now_datetime()

	def validate_licence_has_not_expired(self):
		if not self.licence_valid_until or self.status not in (*TAKES_CAR, DONE):
			return
		day = getdate(self.started_on or self.planned_from)
		if getdate(self.licence_valid_until) < day:
			frappe.throw(
				_("The driving licence expires on {0}, before the drive on {1}; without a valid one nobody drives.").format(
					formatdate(self.licence_valid_until), formatdate(day)
				),
				TestDriveError,
			)

	def note_signature(self):
		if not (self.agreement_signature or self.agreement_on_paper):
			self.agreement_signed_on = None
		elif not self.agreement_signed_on:
			self.agreement_signed_on = now_datetime()

	def validate_may_drive(self):
		"""What has to be there before the key is handed over, named all at once."""
		if self.status not in ON_ROAD:
			return
		needed = {
			"licence_number": self.licence_number,
			"licence_class": self.licence_class,
			"licence_valid_until": self.licence_valid_until or self.licence_without_end,
			"licence_checked": self.licence_checked,
			"agreement_signature": self.agreement_signed_on,
			"odometer_out": cint(self.odometer_out) > 0,
		}
		missing = [_(self.meta.get_label(field)) for field, is_there in needed.items() if not is_there]
		if missing:
			frappe.throw(_("Before the drive starts, these are needed: {0}.").format(", ".join(missing)), TestDriveError)

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

	def validate_odometer(self):
		if self.status != DONE:
			return
		if cint(self.odometer_in) <= 0:
			frappe.throw(_("Enter in {0} what the car shows now.").format(_(self.meta.get_label("odometer_in"))), TestDriveError)
		if cint(self.odometer_in) < cint(self.odometer_out):
			frappe.throw(
				_("The car cannot come back with {0} km when it left with {1} km.").format(self.odometer_in, self.odometer_out),
				TestDriveError,
			)

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

	# The car's time

	def keep_booking(self):
		if self.flags.follows_booking:
			return
		if self.status in TAKES_CAR:
			self.take_car()
		elif self.booking and self.status == DONE:
			bookings.finish(self.booking, self.ended_on)
		else:
			for_document.give_back(self, "booking")

	def take_car(self):
		starts_at, ends_at = get_datetime(self.planned_from), get_datetime(self.planned_to)
		if self.booking:
			if self.has_changed(*TIME):
				bookings.move(self.booking, starts_at, ends_at, self.resource)
			return
		for_document.take(self, "booking", self.resource, starts_at, ends_at, purpose=self.driver_name)

	def follow_booking(self, booking):
		"""Somebody moved the booking itself, for example in the calendar of all cars."""
		self.update({"resource": booking.resource, "planned_from": booking.starts_at, "planned_to": booking.ends_at})
		self.flags.follows_booking = True
		self.save()

	def record_odometer(self):
		vehicle = self.status == DONE and frappe.db.get_value("C4S Resource", self.resource, "vehicle")
		keep_reading(self, vehicle, get_datetime(self.ended_on), cint(self.odometer_in))

	def agreement_terms(self) -> list[dict]:
		"""The numbered terms of the printed agreement in both languages, as the group's settings have them."""
		chinese, english = (
			[line.strip() for line in (setting(field) or "").splitlines() if line.strip()]
			for field in ("test_drive_terms", "test_drive_terms_in_english")
		)
		length = max(len(chinese), len(english))
		return [
			{"chinese": chinese[row] if row < len(chinese) else "", "english": english[row] if row < len(english) else ""}
			for row in range(length)
		]


def _licence_number(raw: str) -> str:
	"""In capitals without separators. A Chinese licence carries the number of its holder's identity card, so that is checked."""
	number = compact(raw)
	if len(number) == IDENTITY_CARD_LENGTH and number[:-1].isdigit():
		return normalise_identity_document(RESIDENT_IDENTITY_CARD, number)
	return number


def on_doctype_update() -> None:
	frappe.db.add_index("C4S Test Drive", ["dealership", "planned_from"])
	frappe.db.add_index("C4S Test Drive", ["dealership", "status", "planned_from"])
	frappe.db.add_index("C4S Test Drive", ["dealership", "modified"])


def get_permission_query_conditions(user: str | None = None) -> str:
	return dealing_condition("C4S Test Drive", user)


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	return has_dealing_permission(doc, ptype, user)
