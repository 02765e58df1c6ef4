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
from crm4s.intake import rules
from crm4s.intake.plan import Intake, in_their_places
from crm4s.intake.reach import refuse_other_stores, resolve_customer_and_vehicle, seen_among
from crm4s.intake.records import KEY, Refused
from crm4s.intake.result import CREATED, REJECTED, UNCHANGED, UPDATED, Outcome, Result
from crm4s.rows.writer import read_rows
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
	taken_in = frozenset(TAKEN_IN)

	def check(self) -> None:
		records = self.records
		resolve_customer_and_vehicle(records)
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
		given = {position: self.given[position] for position in positions if not self.records.is_refused(position)}
		found = {**self.find_stored(list(given.values())), **self._known_among(given)}
		rows = {row["name"]: row for row in read_rows(APPOINTMENT, "name", [row["name"] for row in found.values()])}
		self.stored = {key: rows[row["name"]] for key, row in found.items()}
		self.seen = seen_among(APPOINTMENT, rows, store_condition(APPOINTMENT))
		if self.guard:
			self.guard.look({row[KEY]: row for row in given.values()}, self.stored)
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
			return _rejected(key, refused)
		except (frappe.ValidationError, frappe.PermissionError) as error:
			frappe.db.rollback(save_point=SAVEPOINT)
			frappe.clear_last_message()
			is_taken = isinstance(error, SlotTakenError)
			return _rejected(key, Refused("planned_from" if is_taken else None, str(error), code="taken" if is_taken else "invalid"))

	def written(self, position: int, key: str) -> Result:
		stored = self.stored.get(key)
		if stored and stored["name"] not in self.seen:
			raise Refused(KEY, _("{0} belongs to a store for which you do not work.").format(stored["name"]), code="other_store")
		document = frappe.get_doc(APPOINTMENT, stored["name"]) if stored else frappe.new_doc(APPOINTMENT)
		changes = self.changes(key, document, self.given[position])
		items = self.items(key, document, self.given_children(position, "items"))
		if stored and not changes and items is None:
			return Result(key, UNCHANGED, document.name)
		document.update(self.completed(document, changes))
		if items is not None:
			document.set("items", items)
		document.external_key = document.external_key or key
		document.save()
		return Result(key, UPDATED if stored else CREATED, None if self.dry_run and not stored else document.name)

	def changes(self, key: str, document, given: Mapping[str, Any]) -> dict:
		values = {field: value for field, value in given.items() if field != KEY and document.meta.has_field(field)}
		if self.guard and not document.is_new():
			values = self.guard.columns(key, self.stored[key], values)
		return {field: value for field, value in values.items() if _differs(document, field, value)}

	def items(self, key: str, document, given: Sequence[Mapping] | None) -> list[dict] | None:
		"""The items as they shall be; None where they stay as they are. What a row does not say is that of the stored row of the same number."""
		if given is None:
			return None
		before = [row.as_dict() for row in document.items]
		wanted = in_their_places(before, given, {})
		if self.guard and not document.is_new():
			wanted = self.guard.rows(key, self.stored[key], "items", before, wanted)
		alike = len(wanted) == len(before) and not any(
			rules.differs(old.get(field), value) for old, row in zip(before, wanted, strict=True) for field, value in row.items()
		)
		return None if alike else wanted

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


def _rejected(key: str, refused: Refused) -> Result:
	return Result(key, REJECTED, None, refused.field, refused.message, code=refused.code)


def _length(document) -> timedelta:
	return get_datetime(document.planned_to) - get_datetime(document.planned_from)
