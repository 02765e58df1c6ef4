"""Service appointments that were made in another system, which take our bays and technicians as our own do.

Each is saved as a document of the desk, in a transaction of few: a bay is promised to one car at a time, so appointments of a store follow one
another by nature, and the desk's own controller is the one that chooses, books and releases. See docs/decisions/appointments-of-other-systems.md.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import frappe
import pandas as pd
from frappe import _
from frappe.utils import get_datetime

from crm4s.access.customers import customer_condition
from crm4s.access.stores import store_condition
from crm4s.access.vehicles import vehicle_condition
from crm4s.crm4s.doctype.c4s_service_appointment.c4s_service_appointment import ARRIVED, CANCELLED
from crm4s.exceptions import SlotTakenError
from crm4s.identifiers.phone import normalise_phone
from crm4s.identifiers.vin import normalise_vin
from crm4s.intake import rules
from crm4s.intake.plan import Intake
from crm4s.intake.reach import refuse_other_stores, seen_among
from crm4s.intake.records import Refused
from crm4s.intake.result import CREATED, REJECTED, UNCHANGED, UPDATED, Outcome, Result
from crm4s.settings import setting

APPOINTMENT, VISIT = "C4S Service Appointment", "C4S Service Visit"
ITEM = "C4S Appointment Item"
SAVEPOINT = "c4s_appointment"
# So many are saved in one transaction, in which bays of their stores stay locked.
CHUNK = 20
TAKEN_IN = (
	*("external_key", "status", "dealership", "customer", "vehicle", "plate_number", "car_description", "contact_name", "contact_phone", "kind"),
	*("planned_from", "planned_to", "bay", "technician", "skill", "service_advisor", "concern", "channel", "cancel_reason", "service_visit"),
	*("pick_up", "pick_up_address"),
)


def take_in_appointments(appointments: pd.DataFrame, items: pd.DataFrame | None = None, **options: Any) -> Outcome:
	"""Create or update service appointments.

	Args:
		appointments: columns are fields of C4S Service Appointment (TAKEN_IN) with an `external_key`. The customer may also be given as
			`customer_key` or `customer_phone` (E.164), the car as `vehicle_key` or `vehicle_vin`, the visit as `service_visit_key`.
		items: `external_key` of the appointment, and fields of C4S Appointment Item, in their order; they replace the items.
		options: see `Intake`.
	"""
	return AppointmentIntake(appointments, {"items": items}, **{"chunk": CHUNK, **options}).run()


class AppointmentIntake(Intake):
	doctype = APPOINTMENT
	tables = {"items": ITEM}

	def refuse_derived_columns(self) -> None:
		fields = {field.fieldname for field in frappe.get_meta(APPOINTMENT).fields}
		self.derived = frozenset(fields - set(TAKEN_IN))
		super().refuse_derived_columns()

	def check(self) -> None:
		records = self.records
		rules.resolve(records, "customer_key", "customer")
		rules.resolve(records, "customer_phone", "customer", by="primary_phone", condition=customer_condition())
		rules.resolve(records, "vehicle_key", "vehicle")
		rules.resolve(records, "vehicle_vin", "vehicle", by="vin", read=normalise_vin)
		rules.resolve(records, "service_visit_key", "service_visit")
		super().check()
		region = setting("default_region")
		records.convert("contact_phone", lambda value: normalise_phone(value, region))
		rules.keep_visible(records, "customer", customer_condition())
		rules.keep_visible(records, "vehicle", vehicle_condition())
		rules.keep_visible(records, "service_visit", store_condition(VISIT))
		refuse_other_stores(records)

	def take_chunk(self, positions: Sequence[int]) -> dict[int, Result]:
		"""One after the other; what a document refuses leaves the others alone, and in a dry run everything is taken back."""
		good = [position for position in positions if not self.records.is_refused(position)]
		self.stored = {key: row["name"] for key, row in self.find_stored([self.given[position] for position in good]).items()}
		self.seen = seen_among(APPOINTMENT, self.stored.values(), store_condition(APPOINTMENT))
		before = f"{SAVEPOINT}_chunk"
		frappe.db.savepoint(before)
		results = {position: self.take_one(position) for position in positions}
		if self.dry_run:
			frappe.db.rollback(save_point=before)
		return results

	def take_one(self, position: int) -> Result:
		key = self.keys[position]
		if self.records.is_refused(position):
			return self.records.rejection(position, key)
		frappe.db.savepoint(SAVEPOINT)
		try:
			return self.written(position, key)
		except Refused as refused:
			return Result(key, REJECTED, None, refused.field, refused.message)
		except (frappe.ValidationError, frappe.PermissionError) as error:
			frappe.db.rollback(save_point=SAVEPOINT)
			frappe.clear_last_message()
			return Result(key, REJECTED, None, "planned_from" if isinstance(error, SlotTakenError) else None, str(error))

	def written(self, position: int, key: str) -> Result:
		name = self.stored.get(key)
		if name and name not in self.seen:
			raise Refused("external_key", _("{0} belongs to a store for which you do not work.").format(name))
		document = frappe.get_doc(APPOINTMENT, name) if name else frappe.new_doc(APPOINTMENT)
		values = {field: value for field, value in self.given[position].items() if document.meta.has_field(field)}
		changes = {field: value for field, value in values.items() if _differs(document, field, value)}
		items = self.given_children(position, "items")
		if name and not changes and not _items_differ(document, items):
			return Result(key, UNCHANGED, name)
		document.update(self.completed(document, changes))
		if items is not None:
			document.set("items", [_over(document.items[number : number + 1], row) for number, row in enumerate(items)])
		document.external_key = document.external_key or key
		document.save()
		return Result(key, UPDATED if name else CREATED, None if self.dry_run and not name else document.name)

	def completed(self, document, changes: Mapping[str, Any]) -> dict:
		"""What an appointment says of itself beside what was sent: how long it lasts when it moves, why it was cancelled, when the car came."""
		changes = dict(changes)
		if not document.is_new() and "planned_from" in changes and "planned_to" not in changes:
			changes["planned_to"] = changes["planned_from"] + _length(document)
		if changes.get("status") == CANCELLED and not changes.get("cancel_reason"):
			changes["cancel_reason"] = _("Cancelled in the connected system.")
		if changes.get("status") == ARRIVED and changes.get("service_visit"):
			changes["arrived_on"] = frappe.db.get_value(VISIT, changes["service_visit"], "arrived_on")
		return changes


def _differs(document, field: str, value: Any) -> bool:
	stored = document.get(field)
	if frappe.get_meta(APPOINTMENT).get_field(field).fieldtype == "Datetime":
		return not stored or get_datetime(stored).replace(second=0, microsecond=0) != value.replace(second=0, microsecond=0)
	return rules.differs(stored, value)


def _items_differ(document, items: Sequence[Mapping] | None) -> bool:
	if items is None:
		return False
	if len(items) != len(document.items):
		return True
	return any(rules.differs(row.get(field), value) for row, given in zip(document.items, items, strict=True) for field, value in given.items())


def _over(stored: Sequence, given: Mapping) -> dict:
	"""What a row does not say stays as it is in the stored row of the same number."""
	before = {"name": stored[0].name, **{field.fieldname: stored[0].get(field.fieldname) for field in stored[0].meta.fields}} if stored else {}
	return {**before, **given}


def _length(document) -> timedelta:
	return get_datetime(document.planned_to) - get_datetime(document.planned_from)
