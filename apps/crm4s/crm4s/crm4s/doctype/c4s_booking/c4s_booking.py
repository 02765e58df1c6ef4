"""A time for which a resource is taken. Every way to take one ends in this controller, so its rules hold for all of them.

The resource's row is the lock: whoever saves a booking holds it until the end of the transaction. The booking is written first
and compared with the others afterwards, because comparing first would lock the gap into which a neighbour's booking goes; one
that is refused is taken back to where it was, so that who catches the refusal finds nothing half-written.
"""

from datetime import timedelta

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import formatdate, get_datetime, now_datetime

from crm4s.access.links import ensure_links_within_reach, ensure_not_taken_from_other_store
from crm4s.access.stores import has_store_permission, store_condition
from crm4s.bookings.availability import LONGEST_DAYS, follows_hours, hours_of, locked_taken_times, needs_of, next_free_of
from crm4s.calendars.slots import Interval, lies_in_hours, widened
from crm4s.calendars.working_hours import WorkingHours
from crm4s.exceptions import BookingError, SlotTakenError

BOOKED, RELEASED = "Booked", "Released"
SAVEPOINT = "c4s_booking"
TIME = ("resource", "starts_at", "ends_at")
# A car that is taken at this moment is entered some minutes later.
PAST_TOLERANCE = timedelta(minutes=15)
RESOURCE_FACTS = (
	*("name", "resource_name", "kind", "dealership", "enabled"),
	*("buffer_before_minutes", "buffer_after_minutes", "stays_out_overnight", "opening_hours_only"),
)


class C4SBooking(Document):
	def check_if_latest(self):
		"""Before Frappe locks the booking itself: locks are always taken in this order, or two people could wait for each other."""
		self.lock_resources()
		super().check_if_latest()

	def validate(self):
		ensure_not_taken_from_other_store(self)
		ensure_links_within_reach(self, "resource")
		self.validate_complete()
		self.validate_changed_by_what_it_is_for()
		self.keep_to_the_minute()
		self.follow_resource()
		if self.takes_time():
			self.validate_order()
			self.validate_not_past()
			self.validate_enabled()
			self.validate_opening_hours()
		self.note_release()
		self.set_blocked()
		frappe.db.savepoint(SAVEPOINT)

	def on_update(self):
		if self.takes_time():
			self.validate_is_free()
		self.tell_what_it_is_for()

	def on_trash(self):
		if self.reference_name and not self.flags.by_reference and frappe.db.exists(self.reference_doctype, self.reference_name):
			self.refuse_by_hand()

	# Whose time it is

	def lock_resources(self):
		before = self.get("name") and frappe.db.get_value("C4S Booking", self.name, "resource")
		rows = {name: _locked_resource(name) for name in sorted({self.resource, before} - {None, ""})}
		self.flags.resource = rows.get(self.resource)

	def validate_complete(self):
		for fieldname in TIME:
			if not self.get(fieldname):
				frappe.throw(_("A booking needs {0}.").format(_(self.meta.get_label(fieldname))), frappe.MandatoryError)

	def keep_to_the_minute(self):
		for fieldname in ("starts_at", "ends_at"):
			self.set(fieldname, get_datetime(self.get(fieldname)).replace(second=0, microsecond=0))

	def follow_resource(self):
		resource = self.flags.resource
		if self.dealership and self.dealership != resource.dealership:
			frappe.throw(
				_("{0} belongs to another store; choose one of {1}.").format(
					resource.resource_name, _store_name(self.dealership)
				),
				BookingError,
			)
		self.dealership, self.kind = resource.dealership, resource.kind
		self.title = " · ".join(part for part in (resource.resource_name, self.purpose) if part)

	def takes_time(self) -> bool:
		"""Whether it takes time that it did not have before; giving some back is always possible."""
		before = self.get_doc_before_save()
		if self.status != BOOKED:
			return False
		if not before or before.status != BOOKED or before.resource != self.resource:
			return True
		return self.starts_at < get_datetime(before.starts_at) or self.ends_at > get_datetime(before.ends_at)

	# When it may be taken

	def validate_order(self):
		if self.starts_at >= self.ends_at:
			frappe.throw(_("A booking must end later than it starts."), BookingError)
		if self.ends_at - self.starts_at > timedelta(days=LONGEST_DAYS):
			frappe.throw(_("A booking lasts at most {0} days.").format(LONGEST_DAYS), BookingError)

	def validate_not_past(self):
		before = self.get_doc_before_save()
		is_running = before and before.status == BOOKED and get_datetime(before.starts_at) == self.starts_at
		if not is_running and self.starts_at < now_datetime() - PAST_TOLERANCE:
			frappe.throw(
				_("{0} is over; book a time that is still to come.").format(_moment(self.starts_at)), BookingError
			)

	def validate_enabled(self):
		if not self.flags.resource.enabled:
			frappe.throw(
				_("{0} is disabled and cannot be booked.").format(self.flags.resource.resource_name), BookingError
			)

	def validate_opening_hours(self):
		hours = hours_of(self.dealership, follows_hours(self.flags.resource), self.starts_at.date(), self.ends_at.date())
		if lies_in_hours(hours, self.interval(), bool(self.flags.resource.stays_out_overnight)):
			return
		days = sorted({self.starts_at.date(), self.ends_at.date()})
		frappe.throw(
			_("{0} is outside the opening hours of {1}: {2}.").format(
				_period(self.interval()), _store_name(self.dealership), ", ".join(_hours_of(hours, day) for day in days)
			),
			BookingError,
		)

	def validate_is_free(self):
		taken = sorted(locked_taken_times(self.resource, Interval(self.blocked_from, self.blocked_until), self.name))
		if not taken:
			return
		frappe.db.rollback(save_point=SAVEPOINT)
		minutes = (self.ends_at - self.starts_at) // timedelta(minutes=1)
		free = next_free_of(self.flags.resource, self.starts_at, minutes, self.name)
		sentence = (
			_("{0} is taken {1}; next free: {2}.") if free else _("{0} is taken {1}, and in the next days no time is free.")
		)
		frappe.throw(
			sentence.format(
				self.flags.resource.resource_name,
				", ".join(_period(interval) for interval in taken[:3]),
				", ".join(_period(interval) for interval in free),
			),
			SlotTakenError,
		)

	def note_release(self):
		if self.status == BOOKED:
			self.released_on = None
		elif not self.released_on:
			self.released_on = now_datetime()

	def set_blocked(self):
		"""As the resource's needs are now: when they change later, what was booked keeps its time."""
		before = self.get_doc_before_save()
		if not before or any(get_datetime(before.get(field)) != self.get(field) for field in TIME[1:]) or self.takes_time():
			self.blocked_from, self.blocked_until = widened(self.interval(), needs_of(self.flags.resource))

	def interval(self) -> Interval:
		return Interval(self.starts_at, self.ends_at)

	# The document that it is for

	def validate_changed_by_what_it_is_for(self):
		"""Released or booked again by its document only; that is told of another time and may refuse it."""
		before = self.get_doc_before_save()
		if before and before.reference_name and not self.flags.by_reference and before.status != self.status:
			self.refuse_by_hand()

	def tell_what_it_is_for(self):
		before = self.get_doc_before_save()
		if not before or not self.reference_name or self.flags.by_reference:
			return
		if [str(before.get(field)) for field in TIME] == [str(self.get(field)) for field in TIME]:
			return
		document = frappe.get_doc(self.reference_doctype, self.reference_name)
		follow = getattr(document, "follow_booking", None) or self.refuse_by_hand
		follow(self)

	def refuse_by_hand(self, _booking=None):
		frappe.throw(
			_("This time is booked for {0} {1}; change it there.").format(_(self.reference_doctype), self.reference_name),
			BookingError,
		)


def _locked_resource(name: str):
	"""What the rules need of the resource, as it is now; the row stays locked until the end of the transaction."""
	row = frappe.db.get_value("C4S Resource", name, RESOURCE_FACTS, as_dict=True, for_update=True)
	if not row:
		frappe.throw(_("There is no resource {0}.").format(name), frappe.DoesNotExistError)
	return row


def _store_name(dealership: str) -> str:
	return frappe.get_cached_value("C4S Dealership", dealership, "dealership_name")


def _moment(moment) -> str:
	return f"{formatdate(moment)} {moment:%H:%M}"


def _period(interval: Interval) -> str:
	same_day = interval.starts_at.date() == interval.ends_at.date()
	return f"{_moment(interval.starts_at)}–{interval.ends_at:%H:%M}" if same_day else " – ".join(map(_moment, interval))


def _hours_of(hours: WorkingHours, day) -> str:
	"""2026-11-23 08:30–18:00, or closed and why."""
	special = hours.special.get(day)
	spans = ", ".join(f"{_clock(opens)}–{_clock(closes)}" for opens, closes in hours.spans_of(day))
	name = f" ({special.label})" if special else ""
	return f"{formatdate(day)} {spans or _('closed')}{name}"


def _clock(minute: int) -> str:
	return f"{minute // 60:02d}:{minute % 60:02d}"


def on_doctype_update() -> None:
	frappe.db.add_index("C4S Booking", ["resource", "starts_at"])
	frappe.db.add_index("C4S Booking", ["dealership", "starts_at"])
	frappe.db.add_index("C4S Booking", ["resource", "status", "blocked_until", "blocked_from"])
	frappe.db.add_index("C4S Booking", ["reference_doctype", "reference_name"])


def get_permission_query_conditions(user: str | None = None) -> str:
	return store_condition("C4S Booking", user)


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	return has_store_permission(doc, user)
