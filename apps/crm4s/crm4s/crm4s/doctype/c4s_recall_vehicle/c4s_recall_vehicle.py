"""A car that a recall names. Its store sees it once the car is in our books."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate

from crm4s.access.stores import stores_of
from crm4s.access.vehicles import seen_vehicle_condition, sees_vehicle
from crm4s.care import recalls
from crm4s.edge import plain_refusal
from crm4s.identifiers.vin import normalise_vin

CAR = "C4S Recall Vehicle"


class C4SRecallVehicle(Document):
	def validate(self):
		with plain_refusal():
			self.vin = normalise_vin(self.vin)
		self.validate_named_once()
		self.vehicle = frappe.db.get_value("C4S Vehicle", {"vin": self.vin})
		if self.status == "Repaired":
			self.done_on = self.done_on or getdate()
		else:
			self.done_on = self.service_visit = None

	def on_update(self):
		recalls.write_counts(self.recall)

	def after_delete(self):
		recalls.write_counts(self.recall)

	def validate_named_once(self):
		if frappe.db.exists(CAR, {"recall": self.recall, "vin": self.vin, "name": ["!=", self.name or ""]}):
			frappe.throw(_("Recall {0} names car {1} already.").format(self.recall, self.vin), frappe.UniqueValidationError)


def on_doctype_update() -> None:
	frappe.db.add_unique(CAR, ["recall", "vin"])
	frappe.db.add_index(CAR, ["recall", "status"])


def get_permission_query_conditions(user: str | None = None) -> str:
	return seen_vehicle_condition(f"`tab{CAR}`.`vehicle`", user)


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	if stores_of(user) is None or doc.is_new():
		return True
	return sees_vehicle(doc.vehicle, user)
