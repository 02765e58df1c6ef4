"""What can be booked for a time: a car, a bay, a person."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt, now_datetime

from crm4s.access.links import ensure_links_within_reach, ensure_not_taken_from_other_store
from crm4s.access.stores import has_store_permission, store_condition
from crm4s.edge import plain_refusal
from crm4s.identifiers.phone import normalise_phone
from crm4s.identifiers.plate import normalise_plate
from crm4s.identifiers.position import checked_position
from crm4s.settings import setting

CAR_KINDS = ("Test-Drive Car", "Courtesy Car", "Rental Car")
RESCUE_TEAM = "Rescue Team"
PERSON_KINDS = ("Technician", "Sales Consultant", "Pick-Up Driver", RESCUE_TEAM)
OF_A_TEAM = ("phone", "plate_number", "opening_hours_only", "home_latitude", "home_longitude")


class C4SResource(Document):
	def validate(self):
		ensure_not_taken_from_other_store(self)
		ensure_links_within_reach(self, "vehicle")
		self.keep_what_the_kind_has()
		self.validate_team()
		self.validate_vehicle()
		self.validate_only_resource_of_its_kind()
		self.validate_stays_with_its_bookings()
		self.set_model_and_name()

	def on_update(self):
		self.warn_of_bookings_of_disabled()

	def keep_what_the_kind_has(self):
		if self.kind not in CAR_KINDS:
			self.vehicle = None
		if self.kind not in PERSON_KINDS:
			self.user = None
		if self.kind != RESCUE_TEAM:
			self.update({**dict.fromkeys(OF_A_TEAM), "members": []})

	def validate_team(self):
		"""Its phone, its plate and where it waits, as they are understood everywhere."""
		region = setting("default_region")
		with plain_refusal():
			self.phone = normalise_phone(self.phone, region) if self.phone else None
			self.plate_number = normalise_plate(self.plate_number) if self.plate_number else None
			if flt(self.home_latitude) or flt(self.home_longitude):
				checked_position(flt(self.home_latitude), flt(self.home_longitude), region)

	def validate_vehicle(self):
		if self.kind not in CAR_KINDS:
			return
		if not self.vehicle:
			frappe.throw(_("Enter in Vehicle which car this is."), frappe.MandatoryError)
		if self.has_value_changed("vehicle") or self.has_value_changed("dealership"):
			stands_at = frappe.db.get_value("C4S Vehicle", self.vehicle, "dealership")
			if stands_at != self.dealership:
				frappe.throw(_("The car stands at another store; move it there by a stock movement first."))

	def validate_only_resource_of_its_kind(self):
		"""One car or person is one resource, or it could be taken twice."""
		for fieldname in ("vehicle", "user"):
			value = self.get(fieldname)
			other = value and frappe.db.get_value("C4S Resource", {fieldname: value, "name": ["!=", self.name or ""]})
			if other:
				frappe.throw(
					_("{0} {1} is resource {2} already.").format(_(self.meta.get_label(fieldname)), value, frappe.bold(other)),
					frappe.UniqueValidationError,
				)

	def validate_stays_with_its_bookings(self):
		before = self.get_doc_before_save()
		if before and before.dealership != self.dealership and _bookings_ahead(self.name):
			frappe.throw(_("{0} is booked at its store; move or release these bookings first.").format(self.resource_name))

	def set_model_and_name(self):
		vehicle = self.vehicle and frappe.db.get_value("C4S Vehicle", self.vehicle, ["model", "plate_number", "vin", "model_description"], as_dict=True)
		self.model = vehicle.model if vehicle else None
		if not self.resource_name:
			self.resource_name = _name_of(vehicle) if vehicle else _full_name(self.user)
		if not self.resource_name:
			frappe.throw(_("Give the resource a name."), frappe.MandatoryError)

	def warn_of_bookings_of_disabled(self):
		if self.enabled or not self.has_value_changed("enabled"):
			return
		count = _bookings_ahead(self.name)
		if count:
			frappe.msgprint(
				_("{0} has {1} bookings ahead; they stay until they are moved or released.").format(
					frappe.bold(frappe.utils.escape_html(self.resource_name)), count
				),
				indicator="orange",
			)


def _name_of(car) -> str:
	"""A car of the store's own is called by its plate."""
	model = frappe.get_cached_value("C4S Vehicle Model", car.model, "model_title") if car.model else car.model_description
	return " · ".join(part for part in (car.plate_number or car.vin, model) if part)


def _bookings_ahead(resource: str) -> int:
	return frappe.db.count(
		"C4S Booking", {"resource": resource, "status": "Booked", "blocked_until": [">", now_datetime()]}
	)


def _full_name(user: str | None) -> str | None:
	return frappe.db.get_value("User", user, "full_name") if user else None


def on_doctype_update() -> None:
	frappe.db.add_index("C4S Resource", ["dealership", "kind"])


def get_permission_query_conditions(user: str | None = None) -> str:
	return store_condition("C4S Resource", user)


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	return has_store_permission(doc, user)
