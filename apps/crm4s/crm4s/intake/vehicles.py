"""Vehicles with their owners, drivers and payers, and the row of the stock log with which each comes into the books.

What C4SVehicle does to one document is done here to a chunk, in the same words.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

import frappe
import pandas as pd
from frappe import _
from frappe.utils import get_datetime

from crm4s.access.customers import customer_condition
from crm4s.access.own_store import own_store
from crm4s.access.stores import stores_of
from crm4s.access.vehicles import VEHICLE, vehicle_condition
from crm4s.crm4s.doctype.c4s_stock_movement.transitions import ENTRY, HELD, OFFERED, ORDERED
from crm4s.crm4s.doctype.c4s_vehicle.c4s_vehicle import ENTRY_DAY, IN_THIS_ORDER, OWNER, PLATE_KINDS
from crm4s.crm4s.doctype.c4s_vehicle.churn_stage import FIELDS as CHURN_FIELDS
from crm4s.crm4s.doctype.c4s_vehicle.service_forecast import FIELDS as FORECAST_FIELDS
from crm4s.data_quality.completeness import percent_of
from crm4s.identifiers.plate import normalise_plate, plate_kind
from crm4s.identifiers.vin import has_valid_check_digit, normalise_vin, vin_tail
from crm4s.intake import rules
from crm4s.intake.facts import write_car_facts
from crm4s.intake.plan import Intake, Plan
from crm4s.intake.reach import refuse_groups, refuse_other_stores
from crm4s.intake.records import KEY, Refused
from crm4s.intake.result import Outcome
from crm4s.masked_twins import plate_in_title
from crm4s.rows.writer import Writes, read_rows
from crm4s.value.maintenance import add_months

PARTY = "C4S Vehicle Party"
MODEL = "C4S Vehicle Model"
MOVEMENT = "C4S Stock Movement"
DERIVED = frozenset(
	("vin_tail", "check_digit_differs", "plate_kind", "masked_plate_number", "completeness_percent", "vehicle_title", "status", "current_owner", "in_stock_since", *FORECAST_FIELDS, *CHURN_FIELDS)
)
BEFORE_ALL = date(1900, 1, 1)


def take_in_vehicles(vehicles: pd.DataFrame, parties: pd.DataFrame | None = None, **options: Any) -> Outcome:
	"""Create or update vehicles.

	Args:
		vehicles: columns are fields of C4S Vehicle. A car is known by its `external_key`, and by its VIN, which is unique in the group;
			a car without a key gets "vin:" and its VIN for one. `entering_store` is the dealership of those that are new.
		parties: `external_key` of the vehicle, and fields of C4S Vehicle Party; the customer may also be given as `customer_key` or by
			`customer_phone` (E.164). Somebody who is listed in the role already is updated, others are added, nobody is taken away; a new
			owner ends the time of the one before.
		options: see `Intake`.
	"""
	return VehicleIntake(vehicles, {"parties": parties}, **options).run()


class VehicleIntake(Intake):
	doctype = VEHICLE
	tables = {"parties": PARTY}
	derived = DERIVED

	def check(self) -> None:
		records = self.records
		records.convert("vin", normalise_vin)
		key = records.column(KEY)
		records.frame[KEY] = key.where(key.notna(), records.frame["vin"].map(lambda vin: f"vin:{vin}" if vin else None))
		super().check()
		records.convert("plate_number", normalise_plate)
		if parties := self.table_records.get("parties"):
			rules.resolve(parties, "customer_key", "customer")
			rules.resolve(parties, "customer_phone", "customer", by="primary_phone", condition=customer_condition())
			rules.keep_visible(parties, "customer", customer_condition())
		refuse_other_stores(records)
		refuse_groups(records, _("A car stands at an outlet, not at a group or region."))
		self.own_store = own_store()

	def seen_condition(self) -> str:
		return vehicle_condition()

	def unseen(self, plan: Plan) -> Refused:
		return Refused("vin", self.vin_is_taken(plan.row["vin"], plan.name))

	def vin_is_taken(self, vin: str, by: str) -> str:
		return _("VIN {0} is that of car {1}, which is in the books already.").format(vin, frappe.bold(by))

	def find_stored(self, rows: Sequence[dict]) -> dict[str, dict]:
		"""By key, else by VIN."""
		by_vin = {row.vin: row for row in read_rows(VEHICLE, "vin", (row.get("vin") for row in rows), ["name", "vin"])}
		by_key = super().find_stored(rows)
		self.owner_of_vin = {vin: row.name for vin, row in by_vin.items()}
		found = {row[KEY]: by_key.get(row[KEY]) or by_vin.get(row.get("vin")) for row in rows}
		return {key: row for key, row in found.items() if row}

	def prepare(self, plans: Sequence[Plan]) -> None:
		fields = ["name", "brand", "model_title", "warranty_months", "warranty_km"]
		self.models = {row.name: row for row in read_rows(MODEL, "name", (plan.row["model"] for plan in plans), fields)}
		self.claimed: dict[str, str] = {}
		self.now = get_datetime()

	def merge_table(self, plan: Plan, table: str, given: list[dict] | None) -> list[dict]:
		rows = [dict(row) for row in plan.stored_tables[table]]
		for new in given or []:
			known = next((row for row in rows if _is_same_party(row, new)), None)
			if known is not None:
				known.update(new)
			else:
				rows.append({**self.child_defaults[table], **new})
		return rows

	def complete(self, plan: Plan) -> None:
		row = plan.row
		if plan.is_new:
			# The forecast is written behind the car, with nothing where it knows nothing.
			row.update(status=None, in_stock_since=None, next_service_basis=None, kilometres_per_day_basis=None)
			row["dealership"] = row["dealership"] or plan.given.get("entering_store") or self.own_store
		else:
			row[KEY] = plan.stored[KEY] or row[KEY]
			self.refuse_change_of_stock_facts(plan)
		self.set_vin(plan)
		row["plate_kind"] = PLATE_KINDS[plate_kind(row["plate_number"])] if row["plate_number"] else None
		self.set_model(row)
		self.refuse_lacking_store(row)
		self.refuse_wrong_order_of_dates(row)
		self.set_owners(row, plan.tables["parties"])
		self.suggest_warranty(row)
		model = self.models[row["model"]].model_title if row["model"] else row["model_description"]
		row["vehicle_title"] = " · ".join(part for part in (plate_in_title(row["plate_number"]) or row["vin"], model) if part)
		if plan.is_new:
			row["status"] = row["entered_as"]
			row["in_stock_since"] = self.entry_time(row).date() if row["entered_as"] in OFFERED else None
		row["completeness_percent"] = float(percent_of(VEHICLE, row))

	def refuse_change_of_stock_facts(self, plan: Plan) -> None:
		before, row = plan.stored, plan.row
		if row["dealership"] != before["dealership"] and before["status"] in HELD:
			message = _("A car in stock changes its dealership by the stock movement {0}.").format(_("Transferred"))
			raise Refused("dealership", message)
		stores = stores_of()
		if row["dealership"] != before["dealership"] and stores is not None and before["dealership"] not in stores:
			raise Refused("dealership", _("{0} belongs to a store for which you do not work.").format(plan.name))
		if row["entered_as"] != before["entered_as"]:
			raise Refused("entered_as", _("Value cannot be changed for {0}").format(_(self.meta.get_label("entered_as"))))

	def set_vin(self, plan: Plan) -> None:
		row = plan.row
		if not row["vin"]:
			if (row["status"] or row["entered_as"]) != ORDERED:
				raise Refused("vin", _("VIN is missing; only a car on order may be without."))
			row.update(vin=None, vin_tail=None, check_digit_differs=0, check_digit_confirmed=0)
			return
		owner = self.owner_of_vin.get(row["vin"])
		if owner and owner != plan.name:
			raise Refused("vin", self.vin_is_taken(row["vin"], owner))
		if self.claimed.setdefault(row["vin"], plan.key) != plan.key:
			raise Refused("vin", _("{0} comes twice in this input; keep one of them.").format(row["vin"]))
		row["vin_tail"] = vin_tail(row["vin"])
		row["check_digit_differs"] = int(not has_valid_check_digit(row["vin"]))
		if not row["check_digit_differs"]:
			row["check_digit_confirmed"] = 0

	def set_model(self, row: dict) -> None:
		if row["model"]:
			row["model_description"], row["brand"] = None, self.models[row["model"]].brand
		elif not row["model_description"]:
			raise Refused("model", _("Enter the model, or Model as Registered if it is not in the list."))

	def refuse_lacking_store(self, row: Mapping) -> None:
		if not row["dealership"] and (row["status"] or row["entered_as"]) in HELD:
			raise Refused("dealership", _("Enter in Dealership where the car stands."))

	def refuse_wrong_order_of_dates(self, row: Mapping) -> None:
		for earlier, later in IN_THIS_ORDER:
			if row[earlier] and row[later] and row[earlier] > row[later]:
				message = _("{0} must not be before {1}.").format(_(self.meta.get_label(later)), _(self.meta.get_label(earlier)))
				raise Refused(later, message)

	def set_owners(self, row: dict, parties: Sequence[dict]) -> None:
		for number, party in enumerate(parties, start=1):
			party["idx"] = number
			self.refuse_impossible_party(number, party)
		owners = follow_each_other(parties)
		in_rows = sorted(owners, key=lambda party: party["idx"])
		row["current_owner"] = next((party["customer"] for party in in_rows if not party["valid_to"]), None)

	def refuse_impossible_party(self, number: int, party: Mapping) -> None:
		if not party["customer"]:
			field = frappe.get_meta(PARTY).get_field("customer")
			raise Refused("customer", rules.missing(field), number, "parties")
		if party["valid_from"] and party["valid_to"] and party["valid_to"] < party["valid_from"]:
			message = _("Owners, drivers and payers, row {0}: Valid Until must not be before Valid From.").format(number)
			raise Refused("valid_to", message, number, "parties")
		for field in ("valid_from", "valid_to"):
			if party["party_role"] == OWNER and party[field] and party[field] > self.today:
				message = _("Owners, drivers and payers, row {0}: an owner is recorded when it happened, not ahead.").format(number)
				raise Refused(field, message, number, "parties")

	def suggest_warranty(self, row: dict) -> None:
		row.update(suggested_warranty(row, self.models.get(row["model"])))

	def entry_time(self, row: Mapping) -> datetime:
		day = row.get(ENTRY_DAY.get(row["entered_as"], ""))
		return datetime.combine(day, time()) if day and day <= self.today else self.now

	def accompany(self, plans: Sequence[Plan], writes: Writes) -> dict[int, bool]:
		for plan in plans:
			if plan.is_new:
				writes.insert(MOVEMENT, self.entry(plan.row))
		return {}

	def entry(self, row: Mapping) -> dict:
		return {
			"vehicle": row.get("name"),
			"movement": ENTRY,
			"moved_on": self.entry_time(row),
			"from_status": None,
			"to_status": row["entered_as"],
			"from_dealership": row["dealership"],
			"to_dealership": row["dealership"],
		}

	def after(self, plans: Sequence[Plan]) -> None:
		write_car_facts([plan.name for plan in plans])


def suggested_warranty(car: Mapping, model: Mapping | None) -> dict[str, Any]:
	"""What the warranty becomes with the day of delivery, as long as nobody entered anything else."""
	if not model or not car["delivered_on"] or car["warranty_until"] or not model["warranty_months"]:
		return {}
	until = add_months(car["delivered_on"], model["warranty_months"])
	return {"warranty_until": until, "warranty_km": car["warranty_km"] or model["warranty_km"]}


def follow_each_other(parties: Sequence[dict]) -> list[dict]:
	"""The owners by their days; a new one since a later day ends the time of the one before.

	Raises:
		Refused: two of them at a time.
	"""
	owners = sorted((party for party in parties if party["party_role"] == OWNER), key=_first_day)
	pairs = list(zip(owners, owners[1:], strict=False))
	for party, following in pairs:
		if not party["valid_to"] and following["valid_from"] and _first_day(party) < _first_day(following):
			party["valid_to"] = following["valid_from"]
	for party, following in pairs:
		if not party["valid_to"] or party["valid_to"] > _first_day(following):
			message = _(
				"A car has one owner at a time, but the owners in row {0} and row {1} overlap; enter Valid From and Valid Until."
			).format(*sorted((party["idx"], following["idx"])))
			raise Refused("valid_to", message)
	return owners


def _is_same_party(row: Mapping, new: Mapping) -> bool:
	if (row["party_role"], row["customer"]) != (new.get("party_role") or OWNER, new.get("customer")):
		return False
	return not (row["valid_from"] and new.get("valid_from")) or row["valid_from"] == new["valid_from"]


def _first_day(party: Mapping) -> date:
	return party["valid_from"] or BEFORE_ALL
