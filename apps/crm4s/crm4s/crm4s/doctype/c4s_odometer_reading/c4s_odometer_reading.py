"""What a car's odometer showed at a time. Readings may arrive out of order, so they are compared by their own time."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import add_to_date, cint, get_datetime, now_datetime

from crm4s.access.vehicles import seen_vehicle_condition, sees_vehicle
from crm4s.crm4s.doctype.c4s_vehicle.service_forecast import refresh
from crm4s.exceptions import OdometerError

# Two computers never agree on the second.
CLOCK_TOLERANCE_MINUTES = 10
MOST_KILOMETRES = 3_000_000


class C4SOdometerReading(Document):
	def validate(self):
		self.lock_vehicle()
		self.validate_figure()
		self.validate_not_in_future()
		self.validate_reset_is_explained()
		self.validate_against_neighbours()

	def on_update(self):
		before = self.get_doc_before_save()
		refresh(list({self.vehicle, before.vehicle if before else self.vehicle}), locking=True)

	def after_delete(self):
		refresh([self.vehicle], locking=True)

	def lock_vehicle(self):
		"""Until the end of the transaction, so that two readings of one car are compared with each other."""
		frappe.db.get_value("C4S Vehicle", self.vehicle, "name", for_update=True)

	def validate_figure(self):
		if not 0 <= cint(self.kilometres) <= MOST_KILOMETRES:
			frappe.throw(
				_("Kilometres must lie between 0 and {0}, but {1} was entered.").format(MOST_KILOMETRES, self.kilometres),
				OdometerError,
			)

	def validate_not_in_future(self):
		if get_datetime(self.read_on) > add_to_date(now_datetime(), minutes=CLOCK_TOLERANCE_MINUTES):
			frappe.throw(_("Read On must not lie in the future."), OdometerError)

	def validate_reset_is_explained(self):
		if self.is_reset and not self.reset_note:
			frappe.throw(_("Say in Reason why the instrument was replaced or set back."), OdometerError)

	def validate_against_neighbours(self):
		before = self.neighbour("<", "desc")
		if before and not self.is_reset and self.kilometres < before.kilometres:
			frappe.throw(
				_("{0} km cannot be right: on {1} the odometer already showed {2} km. If the instrument was replaced, say so.").format(
					self.kilometres, frappe.format(before.read_on, "Datetime"), before.kilometres
				),
				OdometerError,
			)
		after = self.neighbour(">", "asc")
		if after and not after.is_reset and self.kilometres > after.kilometres:
			frappe.throw(
				_("{0} km cannot be right: on {1}, later, the odometer showed only {2} km.").format(
					self.kilometres, frappe.format(after.read_on, "Datetime"), after.kilometres
				),
				OdometerError,
			)

	def neighbour(self, comparison: str, order: str) -> dict | None:
		"""The car's next reading before (<) or after (>) this one, also if it was saved a moment ago by somebody else."""
		return frappe.db.get_value(
			"C4S Odometer Reading",
			{"vehicle": self.vehicle, "name": ["!=", self.name or ""], "read_on": [comparison, self.read_on]},
			["kilometres", "read_on", "is_reset"],
			order_by=f"read_on {order}, kilometres {order}",
			as_dict=True,
			for_update=True,
		)


def get_permission_query_conditions(user: str | None = None) -> str:
	return seen_vehicle_condition("`tabC4S Odometer Reading`.`vehicle`", user)


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	stored = None if doc.is_new() else frappe.db.get_value("C4S Odometer Reading", doc.name, "vehicle")
	return sees_vehicle(doc.vehicle, user) and (not stored or stored == doc.vehicle or sees_vehicle(stored, user))


def on_doctype_update() -> None:
	# All that the forecast reads, so that ten million readings are read from the index alone.
	frappe.db.add_index("C4S Odometer Reading", ["vehicle", "read_on", "kilometres", "is_reset", "source_doctype"])
