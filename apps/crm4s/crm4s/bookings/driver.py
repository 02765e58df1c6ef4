"""Somebody who drives a car of the store: the car's time, the licence that was looked at, the agreement that was signed. For test drives and rented cars."""

from datetime import datetime

import frappe
from frappe import _
from frappe.utils import cint, formatdate, get_datetime, getdate, now_datetime

from crm4s import bookings
from crm4s.bookings import for_document
from crm4s.crm4s.doctype.c4s_odometer_reading.record import keep_reading
from crm4s.edge import plain_refusal
from crm4s.identifiers.identity_document import RESIDENT_IDENTITY_CARD, normalise_identity_document
from crm4s.identifiers.masking import mask_identity_number
from crm4s.identifiers.text import compact
from crm4s.settings import setting

LICENCE = ("licence_number", "licence_class", "licence_valid_until", "licence_without_end")
TIME = ("resource", "planned_from", "planned_to")
IDENTITY_CARD_LENGTH = 18


class TakesCar:
	"""Mixed into a document that books the car `resource` from `planned_from` to `planned_to` and keeps that in `booking`."""

	def keep_car(self, is_taken: bool, ended_on: datetime | None = None):
		"""Make the booking what the document says: taken, over since `ended_on`, or free for others."""
		if self.flags.follows_booking:
			return
		if is_taken:
			self.take_car()
		elif self.booking and ended_on:
			bookings.finish(self.booking, ended_on)
		else:
			for_document.give_back(self, "booking")

	def take_car(self):
		starts_at, ends_at = get_datetime(self.planned_from), get_datetime(self.planned_to)
		if not self.booking:
			for_document.take(self, "booking", self.resource, starts_at, ends_at, purpose=self.get(self.meta.title_field))
		elif self.has_changed(*TIME):
			bookings.move(self.booking, starts_at, ends_at, self.resource)

	def forget_car(self):
		"""For a document that is deleted."""
		for_document.remember(self, "booking", None)
		bookings.forget(self.doctype, self.name)

	def follow_booking(self, booking):
		"""Somebody moved the booking itself, for example in the calendar of all cars."""
		self.update({"resource": booking.resource, "planned_from": booking.starts_at, "planned_to": booking.ends_at})
		self.flags.follows_booking = True
		self.save()

	def record_odometer(self, returned_on: datetime | None):
		"""What the car showed when it came back; None while it is not."""
		vehicle = returned_on and frappe.db.get_value("C4S Resource", self.resource, "vehicle")
		keep_reading(self, vehicle, get_datetime(returned_on), cint(self.odometer_in))


class DrivenByCustomer:
	"""Mixed into a document with the fields of licence, agreement and `odometer_out`.

	Attributes:
		refusal: the error with which a step is refused.
		terms: the settings' field with the terms in Chinese; those in English are in the field of the same name with `_in_english`.
	"""

	refusal: type[Exception]
	terms: str

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

	def validate_licence_lasts(self, day):
		"""`day` is the last one on which the car is driven."""
		if not self.licence_valid_until or getdate(self.licence_valid_until) >= getdate(day):
			return
		frappe.throw(
			_("The driving licence expires on {0}, before the drive on {1}; without a valid one nobody drives.").format(
				formatdate(self.licence_valid_until), formatdate(day)
			),
			self.refusal,
		)

	def note_signature(self):
		if not (self.agreement_signature or self.agreement_on_paper):
			self.agreement_signed_on = None
		elif not self.agreement_signed_on:
			self.agreement_signed_on = now_datetime()

	def validate_may_drive(self):
		"""What has to be there before the key is handed over, named all at once."""
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
			frappe.throw(_("Before the drive starts, these are needed: {0}.").format(", ".join(missing)), self.refusal)

	def validate_way_back(self):
		if cint(self.odometer_in) <= 0:
			frappe.throw(_("Enter in {0} what the car shows now.").format(_(self.meta.get_label("odometer_in"))), self.refusal)
		if cint(self.odometer_in) < cint(self.odometer_out):
			frappe.throw(
				_("The car cannot come back with {0} km when it left with {1} km.").format(self.odometer_in, self.odometer_out),
				self.refusal,
			)

	def agreement_terms(self) -> list[dict]:
		"""The numbered terms of the printed agreement in both languages, as the group's settings have them."""
		chinese, english = (
			[line.strip() for line in (setting(field) or "").splitlines() if line.strip()]
			for field in (self.terms, f"{self.terms}_in_english")
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
