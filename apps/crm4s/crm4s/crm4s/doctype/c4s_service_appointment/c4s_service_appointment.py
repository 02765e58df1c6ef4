"""A car is expected: when, for what, in which bay and by whom; its bay, technician, driver and courtesy car are booked for as long.

Whoever saves one that takes time holds the store's bays and people until the end of the transaction, so that what was free when it was
chosen is still free when it is booked; of two people on the last slot the second is told the next three.
"""

from datetime import timedelta

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import add_to_date, cint, flt, format_datetime, get_datetime, now_datetime

from crm4s.access.customers import dealing_condition, has_dealing_permission
from crm4s.access.links import ensure_links_within_reach, ensure_not_taken_from_other_store
from crm4s.access.own_store import take_own_store
from crm4s.appointments import bookings_of, reminders
from crm4s.appointments.capacity import POOLS, Wish, capacity, lock_resources, next_possible
from crm4s.calendars.slots import Interval, lies_in_hours
from crm4s.documents import ComparesAsText
from crm4s.exceptions import AppointmentError, SlotTakenError
from crm4s.masked_twins import plate_in_title, set_twins
from crm4s.papers import sheets
from crm4s.papers.language import language_of
from crm4s.service import contact
from crm4s.service.items import work_out_amounts
from crm4s.service.parts import missing
from crm4s.settings import setting
from crm4s.store_hours import working_hours
from crm4s.value.money import total
from crm4s.value.packages import minutes_of

BOOKED, ARRIVED, NO_SHOW, CANCELLED = "Booked", "Arrived", "No-Show", "Cancelled"
# A customer who comes after all was no no-show.
FOLLOWING = {
	BOOKED: (ARRIVED, NO_SHOW, CANCELLED),
	ARRIVED: (),
	NO_SHOW: (BOOKED, ARRIVED, CANCELLED),
	CANCELLED: (BOOKED,),
}
TIME = ("planned_from", "planned_to")
PLAN = ("dealership", "kind", "skill", *TIME, *POOLS["Workshop"])


class C4SServiceAppointment(ComparesAsText, Document):
	def before_insert(self):
		take_own_store(self)

	def check_if_latest(self):
		"""Before Frappe locks the appointment itself: locks are always taken in this order, or two people could wait for each other."""
		if self.status != ARRIVED:
			lock_resources(self.dealership, self.driver, self.courtesy_car)
		super().check_if_latest()

	def validate(self):
		ensure_not_taken_from_other_store(self)
		ensure_links_within_reach(self, "customer", "vehicle", "bay", "technician", "driver", "courtesy_car", "service_visit")
		contact.take_contact_from_customer(self)
		contact.normalise_contact_phone(self)
		self.name_car()
		contact.take_advisor(self)
		self.validate_change_of_status()
		self.validate_arrived_stays()
		self.work_out_items()
		self.plan_end()
		self.keep_to_the_minute()
		self.validate_resources()
		self.choose_resources()
		self.plan_pick_up()
		self.plan_courtesy_car()
		self.validate_car_is_expected_once()
		self.note_end()
		self.set_title()
		self.remind_again()

	def on_update(self):
		bookings_of.keep(self)
		self.end_reminders()

	def on_trash(self):
		bookings_of.forget(self)
		reminders.forget(self.name)

	@property
	def language(self) -> str | None:
		"""The customer's, for what is printed."""
		return language_of(self.customer)

	def before_print(self, settings=None):
		sheets.prepare_appointment(self)

	# Who comes

	def name_car(self):
		"""By its file, or by what the caller says; the file may follow at reception."""
		if not contact.name_car(self):
			frappe.throw(_("Say which car comes: choose it, or enter its plate or what the caller calls it."), frappe.MandatoryError)

	def set_title(self):
		self.title = " · ".join(part for part in (plate_in_title(self.plate_number) or self.car_description, self.contact_name) if part)
		set_twins(self)

	# What becomes of it

	def validate_change_of_status(self):
		before = self.get_doc_before_save()
		if self.status == CANCELLED and not (self.cancel_reason or "").strip():
			frappe.throw(_("Say why the appointment is cancelled."), AppointmentError)
		if self.status == ARRIVED and not self.service_visit:
			frappe.throw(_("Receive the car with Arrive; that opens its service visit."), AppointmentError)
		if not before or before.status == self.status or self.status in FOLLOWING[before.status]:
			return
		frappe.throw(
			_("An appointment that is {0} cannot become {1}.").format(_(before.status), _(self.status)), AppointmentError
		)

	def validate_arrived_stays(self):
		before = self.get_doc_before_save()
		if not before or before.status != ARRIVED:
			return
		for fieldname in (*PLAN, "customer", "vehicle", "service_visit"):
			if self.has_changed(fieldname):
				frappe.throw(
					_("{0} of a car that has arrived cannot be changed here; change its service visit.").format(
						_(self.meta.get_label(fieldname))
					),
					AppointmentError,
				)

	def note_end(self):
		if self.status not in (CANCELLED, NO_SHOW):
			self.ended_on = None
		elif not self.ended_on or self.has_changed("status"):
			self.ended_on = now_datetime()
		if self.status != CANCELLED:
			self.cancel_reason = None

	# For what

	def work_out_items(self):
		work_out_amounts(self.items)
		self.total_amount = float(total(row.amount for row in self.items))
		self.planned_minutes = sum(minutes_of(row.item_kind, row.quantity, row.minutes) for row in self.items)
		self.note_missing_parts()

	def note_missing_parts(self):
		"""As the store's stock is now; a car that has arrived has its parts on the visit."""
		if self.status == ARRIVED:
			return
		lacking = missing(self.dealership, [(row.part, flt(row.quantity)) for row in self.items if row.part])
		for row in self.items:
			row.shortage = lacking.get(row.part, 0) if row.part else 0
		self.parts_missing = int(any(row.shortage for row in self.items))

	# When, where, by whom

	def plan_end(self):
		if not self.planned_from:
			return
		if not self.planned_to:
			self.planned_to = add_to_date(get_datetime(self.planned_from), minutes=self.planned_minutes or setting("appointment_minutes"))
		if get_datetime(self.planned_to) <= get_datetime(self.planned_from):
			frappe.throw(_("The appointment must end later than it begins."), AppointmentError)

	def keep_to_the_minute(self):
		for fieldname in TIME:
			self.set(fieldname, get_datetime(self.get(fieldname)).replace(second=0, microsecond=0))

	def choose_resources(self):
		"""The bay and the technician who were asked for; where nobody was, or they are taken after a move, others that are free."""
		if "bay" not in POOLS[self.kind]:
			self.bay = None
		if self.status != BOOKED or self.flags.follows_booking or not self.has_changed(*PLAN, "status"):
			return
		asked = {field: self.get(field) for field in POOLS[self.kind] if self.get(field) and self.has_changed(field)}
		wish = Wish(self.dealership, self.minutes(), self.kind, self.skill, asked)
		start = get_datetime(self.planned_from)
		found = capacity(wish, start.date(), 1, without=self.name, locked=True, step=1)
		free = found.free_at(start)
		for fieldname in POOLS[self.kind]:
			if fieldname not in free:
				self.set(fieldname, None)
			elif self.get(fieldname) not in free[fieldname]:
				self.set(fieldname, free[fieldname][0] if free[fieldname] else self.one_that_refuses(fieldname, wish, found))

	def one_that_refuses(self, fieldname: str, wish: Wish, found) -> str:
		"""Why nothing is free: all is taken, which is said here with other times; else its booking says it (closed, disabled)."""
		known = found.of_resource[fieldname]
		if known and self.is_in_hours():
			self.refuse_taken(wish)
		return self.get(fieldname) or next(iter(known))

	def is_in_hours(self) -> bool:
		interval = Interval(self.planned_from, self.planned_to)
		return lies_in_hours(working_hours(self.dealership, interval.starts_at.date(), interval.ends_at.date()), interval)

	def refuse_taken(self, wish: Wish):
		"""Said before anything is booked, with times at which bay and technician are free together."""
		free = next_possible(wish, get_datetime(self.planned_from), without=self.name, locked=True)
		sentence = (
			_("{0} is taken; next free: {1}.") if free else _("{0} is taken, and in the next two weeks no time is free.")
		)
		frappe.throw(
			sentence.format(_moment(get_datetime(self.planned_from)), ", ".join(_moment(moment) for moment in free)), SlotTakenError
		)

	def validate_resources(self):
		"""Each of its kind, and of this store."""
		for claim in bookings_of.CLAIMS:
			name = self.get(claim.resource)
			if not name or not self.has_changed(claim.resource, "dealership"):
				continue
			resource = frappe.db.get_value("C4S Resource", name, ["resource_name", "kind", "dealership"], as_dict=True)
			if resource.kind != claim.kind:
				frappe.throw(_("{0} cannot be taken as {1}.").format(resource.resource_name, _(self.meta.get_label(claim.resource))))
			if resource.dealership != self.dealership:
				frappe.throw(_("{0} belongs to another store.").format(resource.resource_name))

	def validate_car_is_expected_once(self):
		if not self.vehicle or self.status != BOOKED or not self.has_changed(*TIME, "vehicle", "status"):
			return
		other = frappe.db.get_value(
			self.doctype,
			{
				"vehicle": self.vehicle,
				"status": BOOKED,
				"name": ["!=", self.name or ""],
				"planned_from": ["<", self.planned_to],
				"planned_to": [">", self.planned_from],
			},
			["name", "planned_from"],
			as_dict=True,
		)
		if other:
			frappe.throw(
				_("This car is expected at that time already, by appointment {0} at {1}; move that one instead.").format(
					other.name, _moment(other.planned_from)
				),
				AppointmentError,
			)

	def minutes(self) -> int:
		return (get_datetime(self.planned_to) - get_datetime(self.planned_from)) // timedelta(minutes=1)

	# What else is taken

	def plan_pick_up(self):
		if not self.pick_up:
			self.pick_up_address = self.driver = self.pick_up_from = self.pick_up_to = None
			return
		if not (self.pick_up_address or "").strip():
			frappe.throw(_("Enter where the car is to be fetched."), frappe.MandatoryError)
		self.follow_plan("pick_up_from", add_to_date(self.planned_from, minutes=-cint(setting("pick_up_minutes"))))
		self.follow_plan("pick_up_to", self.planned_from)

	def plan_courtesy_car(self):
		if not self.courtesy_car:
			self.courtesy_from = self.courtesy_to = None
			return
		self.follow_plan("courtesy_from", self.planned_from)
		self.follow_plan("courtesy_to", self.planned_to)

	def follow_plan(self, fieldname: str, default):
		"""Empty times follow the appointment; when it moves, those that were entered move with it by as much."""
		before = self.get_doc_before_save()
		if not self.get(fieldname):
			self.set(fieldname, default)
		elif before and before.get(fieldname) and not self.has_changed(fieldname) and self.has_changed("planned_from"):
			moved_by = get_datetime(self.planned_from) - get_datetime(before.planned_from)
			self.set(fieldname, get_datetime(self.get(fieldname)) + moved_by)

	def follow_booking(self, booking):
		"""Somebody moved the booking itself, for example in the calendar of all resources."""
		claim = bookings_of.claim_of(self, booking.name)
		self.update({claim.resource: booking.resource, claim.starts: booking.starts_at, claim.ends: booking.ends_at})
		self.flags.follows_booking = booking.name
		self.save()

	# The reminder of the day before

	def remind_again(self):
		"""Who was told another time hears of this one."""
		before = self.get_doc_before_save()
		if before and self.reminded_on and get_datetime(before.planned_from) != get_datetime(self.planned_from):
			self.reminded_on = None

	def end_reminders(self):
		before = self.get_doc_before_save()
		if before and before.reminded_on and (self.status != BOOKED or not self.reminded_on):
			moved = self.status == BOOKED
			reminders.close([self.name], _("The appointment was moved.") if moved else _("The appointment is closed: {0}.").format(_(self.status)))


def _moment(moment) -> str:
	return format_datetime(moment, "yyyy-MM-dd HH:mm")


def on_doctype_update() -> None:
	frappe.db.add_index("C4S Service Appointment", ["dealership", "planned_from"])
	frappe.db.add_index("C4S Service Appointment", ["dealership", "status", "planned_from"])
	frappe.db.add_index("C4S Service Appointment", ["status", "planned_from"])
	frappe.db.add_index("C4S Service Appointment", ["customer", "planned_from"])
	frappe.db.add_index("C4S Service Appointment", ["vehicle", "planned_from"])
	frappe.db.add_index("C4S Service Appointment", ["dealership", "modified"])


def get_permission_query_conditions(user: str | None = None) -> str:
	return dealing_condition("C4S Service Appointment", user)


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	return has_dealing_permission(doc, ptype, user)
