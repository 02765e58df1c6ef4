"""A car of the store that a customer drives for some days: planned, handed out, handed back; the car is booked for as long."""

import json
from datetime import timedelta
from math import isfinite

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, flt, formatdate, get_datetime, getdate, now_datetime

from crm4s.access.customers import dealing_condition, has_dealing_permission
from crm4s.access.links import ensure_links_within_reach, ensure_not_taken_from_other_store
from crm4s.access.own_store import take_own_store
from crm4s.access.own_work import entered_by
from crm4s.bookings.driver import DrivenByCustomer, TakesCar
from crm4s.crm4s.doctype.c4s_odometer_reading.record import forget_readings
from crm4s.documents import ComparesAsText, OwnFacts
from crm4s.exceptions import RentalError
from crm4s.papers.language import language_of, speak
from crm4s.rentals import courtesy, terms, waiting
from crm4s.service.contact import normalise_contact_phone, take_contact_from_customer

PLANNED, OUT, BACK, CANCELLED, NO_SHOW = "Planned", "Handed Out", "Brought Back", "Cancelled", "No-Show"
COURTESY, PAID = "Courtesy", "Paid Rental"
TAKES_TIME, ON_ROAD = (PLANNED, OUT), (OUT, BACK)
FOLLOWING = {
	PLANNED: (OUT, CANCELLED, NO_SHOW),
	OUT: (BACK,),
	BACK: (),
	CANCELLED: (PLANNED,),
	NO_SHOW: (PLANNED,),
}
CAR_KINDS = ("Courtesy Car", "Rental Car")
# Written by hand-out and return only, which ask for the signature and look at the car.
FACTS_OUT = ("handed_out_on", "odometer_out", "fuel_out", "remark_out", "marks_out")
FACTS_BACK = ("back_on", "odometer_in", "fuel_in", "remark_in", "marks_in", "fuel_amount", "damage_amount", "other_amount")
CHARGES = ("fuel_amount", "damage_amount", "other_amount")
# What an agreement that was signed says.
AGREED = ("customer", "contact_name", "rental_kind", "resource", "planned_from", "dealership", "rental_class")
LARGEST_AMOUNT = 1_000_000
FULL = 100


class C4SCarRental(OwnFacts, DrivenByCustomer, TakesCar, ComparesAsText, Document):
	refusal = RentalError
	terms = "rental_terms"

	def before_insert(self):
		take_own_store(self)
		self.advisor = self.advisor or entered_by("C4S Service Advisor", "C4S Sales Consultant")

	def validate(self):
		ensure_not_taken_from_other_store(self)
		ensure_links_within_reach(self, "customer", "resource", "service_visit", "appointment")
		self.keep_facts()
		self.validate_change_of_status()
		self.validate_agreed_stays()
		take_contact_from_customer(self)
		normalise_contact_phone(self)
		self.validate_times()
		self.validate_car()
		courtesy.validate(self)
		terms.take(self)
		self.normalise_licence()
		self.note_licence_check()
		if self.status in TAKES_TIME:
			self.validate_licence_lasts(getdate(self.planned_to))
		self.note_signature()
		if self.status in ON_ROAD:
			self.validate_may_drive()
			self.validate_condition("out")
		if self.status == BACK:
			self.validate_way_back()
			self.validate_condition("in")
		self.validate_outcome()
		self.validate_money()
		terms.set_amounts(self)
		self.set_title()

	def on_update(self):
		courtesy.take_over(self)
		self.keep_car(self.status in TAKES_TIME, get_datetime(self.back_on) if self.status == BACK else None)
		self.record_odometer(self.back_on if self.status == BACK else None)

	def on_trash(self):
		if self.status in ON_ROAD:
			frappe.throw(_("The car was handed out; the rental stays."), RentalError)
		self.forget_car()
		forget_readings(self)

	def before_print(self, settings=None):
		speak(language_of(self.customer))

	# What happens when

	def keep_facts(self):
		"""Take back what a form or a request sent along for what only hand-out and return write."""
		if self.flags.writes_facts:
			return
		before = self.get_doc_before_save()
		for fieldname in (*FACTS_OUT, *FACTS_BACK):
			self.set(fieldname, before.get(fieldname) if before else None)

	def validate_change_of_status(self):
		before = self.get_doc_before_save()
		was = before.status if before else PLANNED
		if was != self.status and self.status not in FOLLOWING[was]:
			frappe.throw(_("A rental that is {0} cannot become {1}.").format(_(was), _(self.status)), RentalError)
		if was != self.status and self.status in ON_ROAD and not self.flags.writes_facts:
			frappe.throw(_("Hand the car out and take it back by the buttons for it, which look at the car."), RentalError)
		if was != self.status and self.status == OUT:
			waiting.validate_car_is_here(self)
			self.validate_odometer_out()

	def validate_agreed_stays(self):
		before = self.get_doc_before_save()
		if not before or before.status not in ON_ROAD:
			return
		for fieldname in (*AGREED, *(("planned_to",) if before.status == BACK else ())):
			if self.has_changed(fieldname):
				frappe.throw(
					_("{0} of a car that was handed out cannot be changed.").format(_(self.meta.get_label(fieldname))), RentalError
				)

	def validate_times(self):
		for fieldname in ("planned_from", "planned_to"):
			if self.get(fieldname):
				self.set(fieldname, get_datetime(self.get(fieldname)).replace(second=0, microsecond=0))
		if self.planned_from and self.planned_to and self.planned_to <= self.planned_from:
			frappe.throw(_("The car must come back later than it is handed out."), RentalError)

	def validate_car(self):
		if not self.resource or not self.has_changed("resource", "dealership"):
			return
		car = frappe.db.get_value("C4S Resource", self.resource, ["resource_name", "kind", "dealership", "vehicle"], as_dict=True)
		if car.kind not in CAR_KINDS:
			frappe.throw(_("{0} is neither a courtesy car nor a rental car.").format(car.resource_name), RentalError)
		if car.dealership != self.dealership:
			frappe.throw(_("{0} is a car of another store.").format(car.resource_name), RentalError)
		self.plate_number = frappe.db.get_value("C4S Vehicle", car.vehicle, "plate_number")

	def validate_odometer_out(self):
		known = self.last_reading()
		if known and 0 < cint(self.odometer_out) < cint(known.odometer):
			frappe.throw(
				_("The car had {0} km on {1} already; look at the odometer again.").format(known.odometer, formatdate(known.odometer_read_on)),
				RentalError,
			)

	def last_reading(self):
		"""odometer and odometer_read_on of the car; None while nobody read it."""
		vehicle = frappe.db.get_value("C4S Resource", self.resource, "vehicle")
		known = frappe.db.get_value("C4S Vehicle", vehicle, ["odometer", "odometer_read_on"], as_dict=True)
		return known if known and known.odometer_read_on else None

	def validate_condition(self, way: str):
		level = cint(self.get(f"fuel_{way}"))
		if not 0 <= level <= FULL:
			frappe.throw(
				_("{0} must lie between {1} and {2}.").format(_(self.meta.get_label(f"fuel_{way}")), 0, FULL), RentalError
			)

	def validate_outcome(self):
		if self.status != CANCELLED:
			self.cancellation_note = None
		elif not (self.cancellation_note or "").strip():
			frappe.throw(_("Say why the rental is cancelled."), RentalError)
		if self.status == NO_SHOW and get_datetime(self.planned_from) > now_datetime():
			frappe.throw(_("Nobody is missing before {0}.").format(frappe.format(self.planned_from, "Datetime")), RentalError)
		if self.status == BACK and get_datetime(self.back_on) < get_datetime(self.handed_out_on):
			frappe.throw(_("The car cannot be back before it was handed out."), RentalError)
		late = self.back_on and get_datetime(self.back_on) - get_datetime(self.planned_to)
		self.minutes_late = max(late // timedelta(minutes=1), 0) if late else 0
		self.kilometres = cint(self.odometer_in) - cint(self.odometer_out) if self.status == BACK else 0

	def validate_money(self):
		for fieldname in (*CHARGES, "deposit_paid"):
			amount = flt(self.get(fieldname))
			if not isfinite(amount) or not 0 <= amount <= LARGEST_AMOUNT:
				frappe.throw(_("{0} must be a number that is not negative.").format(_(self.meta.get_label(fieldname))))
		if self.rental_kind == COURTESY:
			self.deposit_paid, self.deposit_method = 0, None
		elif self.status == OUT and flt(self.deposit_paid, 2) < flt(self.deposit, 2):
			frappe.throw(
				_("The security deposit of {0} comes before the key.").format(frappe.format(self.deposit, "Currency")), RentalError
			)

	def marks(self, way: str) -> list[dict]:
		"""The damage marked when the car went `out` or came `in`: kind, x, y, remark."""
		return json.loads(self.get(f"marks_{way}") or "[]")

	def set_title(self):
		self.title = " · ".join(part for part in (self.contact_name, self.plate_number) if part)


def on_doctype_update() -> None:
	frappe.db.add_index("C4S Car Rental", ["dealership", "planned_from"])
	frappe.db.add_index("C4S Car Rental", ["dealership", "status", "planned_to"])
	frappe.db.add_index("C4S Car Rental", ["dealership", "modified"])
	frappe.db.add_index("C4S Car Rental", ["resource", "status", "planned_from"])
	frappe.db.add_index("C4S Car Rental", ["customer", "planned_from"])


def get_permission_query_conditions(user: str | None = None) -> str:
	return dealing_condition("C4S Car Rental", user)


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	return has_dealing_permission(doc, ptype, user)
