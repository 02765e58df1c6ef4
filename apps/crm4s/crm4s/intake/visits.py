"""Service visits with their items, the odometer readings that they bring along, and the relationship of store and customer.

What C4SServiceVisit does to one document is done here to a chunk, in the same words.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import frappe
import pandas as pd
from frappe import _
from frappe.utils import get_datetime

from crm4s.access.customers import CUSTOMER, customer_condition
from crm4s.access.stores import store_condition
from crm4s.access.vehicles import VEHICLE, vehicle_condition
from crm4s.crm4s.doctype.c4s_service_visit.c4s_service_visit import (
	CANCELLED,
	COUNTER_SALE,
	FACTS,
	INVOICED_NUMBERS,
	INVOICED_TEXTS,
	INVOICED_WITH,
	OPEN,
	SETTLED,
	TOTAL_OF_KIND,
	TOTAL_OF_PAYER,
)
from crm4s.identifiers.plate import normalise_plate
from crm4s.intake import rules
from crm4s.intake.facts import write_car_facts, write_service_facts
from crm4s.intake.plan import Intake, Plan
from crm4s.intake.reach import refuse_other_stores, resolve_customer_and_vehicle
from crm4s.intake.readings import Readings, reading_of
from crm4s.intake.records import Refused
from crm4s.intake.relationships import relate
from crm4s.intake.result import Outcome
from crm4s.masked_twins import plate_in_title
from crm4s.rows.writer import Writes, read_rows, read_texts
from crm4s.service.approval import APPROVED, DECLINED, NO_DECISION, PROPOSED, still_holds
from crm4s.value.money import line_amount, to_cents
from crm4s.value.packages import minutes_of
from crm4s.workflows.passages import PASSAGE, entering, leave_many
from crm4s.workflows.states import STATE, states_for

VISIT = "C4S Service Visit"
ITEM = "C4S Service Item"
NOTHING = to_cents(0)
DERIVED = frozenset(
	(
		*(STATE, "title", "plate_number", "masked_plate_number", "total_amount", "cost_amount", "margin", *TOTAL_OF_KIND.values(), *TOTAL_OF_PAYER.values()),
		*("undecided_items", "jobs_open", "jobs_total", "quality", "appointment", "comeback_of", *FACTS),
	)
)
DERIVED_OF_ITEM = frozenset(("amount", "cost", "coupon_amount", "shortage", "job", "approved_by", "approved_on", "approval_note"))


class Car(NamedTuple):
	"""What a visit takes over from its car."""

	plate_number: str | None
	current_owner: str | None


def take_in_visits(visits: pd.DataFrame, items: pd.DataFrame | None = None, **options: Any) -> Outcome:
	"""Create or update service visits.

	Args:
		visits: columns are fields of C4S Service Visit with an `external_key`. The customer may also be given as `customer_key` (the
			external key) or `customer_phone` (E.164), the vehicle as `vehicle_key`, `vehicle_vin` or `vehicle_plate`. A new visit that names
			a car and no customer is one of the car's owner.
		items: `external_key` of the visit, and fields of C4S Service Item, in their order. They replace the items of the visit; what an
			item does not say stays as it is in the stored row of the same number.
		options: see `Intake`; with `may_change_settled` what was settled is corrected or cancelled by who issued the invoice.
	"""
	return VisitIntake(visits, {"items": items}, **options).run()


class VisitIntake(Intake):
	doctype = VISIT
	tables = {"items": ITEM}
	derived = DERIVED

	def __init__(self, *arguments: Any, may_change_settled: bool = False, **options: Any):
		super().__init__(*arguments, **options)
		self.may_change_settled = may_change_settled

	def check(self) -> None:
		records = self.records
		resolve_customer_and_vehicle(records)
		rules.resolve(records, "vehicle_plate", "vehicle", by="plate_number", condition=vehicle_condition(), read=normalise_plate)
		super().check()
		rules.keep_visible(records, "customer", customer_condition())
		rules.keep_visible(records, "vehicle", vehicle_condition())
		refuse_other_stores(records)
		self.parts = self._parts()
		self.first_states = states_for(VISIT, (OPEN, SETTLED, CANCELLED))

	def seen_condition(self) -> str:
		return store_condition(VISIT)

	def prepare(self, plans: Sequence[Plan]) -> None:
		self.lock_concerned(plans)
		stored = [plan.name for plan in plans if not plan.is_new]
		driven = {plan.row["vehicle"] for plan in plans if plan.row["vehicle"] and plan.row["odometer"]}
		self.readings = Readings(driven, stored)
		self.now = get_datetime()

	def lock_concerned(self, plans: Sequence[Plan]) -> None:
		"""As an odometer reading does, so that two readings of one car are compared with each other; and what follows from all visits of a car or a customer has one writer at a time."""
		locking = not self.dry_run
		cars = read_texts(VEHICLE, "name", sorted(concerned(plans, "vehicle")), ["name", "plate_number", "current_owner"], locking=locking)
		self.vehicles = {name: Car(plate_number or None, owner or None) for name, plate_number, owner in cars}
		people = concerned(plans, "customer").union(car.current_owner for car in self.vehicles.values() if car.current_owner)
		self.customer_names = dict(read_texts(CUSTOMER, "name", sorted(people), ["name", "customer_name"], locking=locking))

	def merge_table(self, plan: Plan, table: str, given: list[dict] | None) -> list[dict]:
		stored = plan.stored_tables[table]
		if given is None:
			return [dict(row) for row in stored]
		before = [*stored, *[self.child_defaults[table]] * (len(given) - len(stored))]
		return [with_decision(old, self.with_part({**old, **row}), row) for old, row in zip(before, given, strict=False)]

	def with_part(self, row: dict) -> dict:
		"""Name, price and cost of a part, where the item does not say them."""
		part = self.parts.get(row["part"])
		if part:
			row["item_name"] = row["item_name"] or part.part_name
			row["unit_price"] = row["unit_price"] or part.price
			row["unit_cost"] = row["unit_cost"] or part.cost or 0.0
		return row

	def complete(self, plan: Plan) -> None:
		row, items = plan.row, plan.tables["items"]
		vehicle = self.vehicles.get(row["vehicle"])
		if plan.is_new:
			row["arrived_on"] = plan.given.get("arrived_on") or self.now
			row["customer"] = row["customer"] or (vehicle and vehicle.current_owner)
		refuse_lacking_customer_or_vehicle(self.meta, row)
		refuse_impossible_times(self.meta, row)
		set_amounts(items)
		set_decisions(row, items)
		set_totals(row, items)
		if not self.may_change_settled:
			refuse_impossible_status(plan)
		if row["status"] != SETTLED:
			row["settled_on"] = None
		elif not items:
			raise Refused("items", _("A visit can be settled only when it has at least one item."))
		elif not row["settled_on"]:
			raise Refused("settled_on", _("A settled visit needs the time when it was settled."), code="required")
		if not self.may_change_settled:
			refuse_change_of_settled(self.meta, plan)
		self.set_state(plan)
		row["plate_number"] = vehicle.plate_number if vehicle else row["plate_number"]
		set_title(row)
		if reading := reading_of({"name": None, **row}):
			self.readings.take(reading["vehicle"], reading["read_on"], reading["kilometres"], plan.name)

	def set_state(self, plan: Plan) -> None:
		"""Who sends visits knows their status only; within a status the stores' own steps stay."""
		if plan.is_new or not plan.row[STATE] or plan.stored["status"] != plan.row["status"]:
			plan.row[STATE] = self.first_states[plan.row["status"]]

	def name_known(self, new: Sequence[Plan]) -> None:
		for plan in new:
			set_title(plan.row)

	def accompany(self, plans: Sequence[Plan], writes: Writes) -> dict[int, bool]:
		if self.dry_run:
			return {}
		with_readings, self.driven = self.readings.write([plan.row for plan in plans], writes)
		self.relate(plans, writes)
		self.record_passages(plans, writes)
		return {plan.position: plan.name in with_readings for plan in plans}

	def relate(self, plans: Sequence[Plan], writes: Writes) -> None:
		"""A customer who comes to a store becomes one of its customers, since the first of these visits."""
		wanted: dict[tuple[str, str], dict] = {}
		for plan in plans:
			row = plan.row
			if not row["customer"] or row["status"] == CANCELLED:
				continue
			day = row["arrived_on"].date()
			known = wanted.setdefault((row["customer"], row["dealership"]), {"since": day})
			known["since"] = min(known["since"], day)
		relate(wanted, self.customer_names, writes)

	def record_passages(self, plans: Sequence[Plan], writes: Writes) -> None:
		"""From now on, for visits under way; how long finished ones took in each state is not known."""
		moved = [plan for plan in plans if not plan.is_new and plan.stored[STATE] != plan.row[STATE]]
		leave_many(VISIT, [plan.name for plan in moved], self.now)
		new = [plan for plan in plans if plan.is_new and plan.row["status"] == OPEN]
		for plan in [*moved, *new]:
			if plan.row[STATE]:
				writes.insert(PASSAGE, entering(VISIT, plan.row, self.now))

	def after(self, plans: Sequence[Plan]) -> None:
		write_service_facts(sorted(concerned(plans, "customer")))
		write_car_facts(sorted(concerned(plans, "vehicle") | self.driven), self.driven)

	def _parts(self) -> dict[str, Any]:
		items = self.table_records.get("items")
		if items is None:
			return {}
		if wrong := DERIVED_OF_ITEM & set(items.frame.columns):
			raise ValueError(f"{ITEM}: {', '.join(sorted(wrong))} follow from other fields and are not taken in")
		wanted = items.column("part").dropna()
		return {row.name: row for row in read_rows("C4S Part", "name", wanted, ["name", "part_name", "price", "cost"])}


def concerned(plans: Sequence[Plan], field: str) -> set[str]:
	"""The documents that the visits name in this field, or named before."""
	return {row[field] for plan in plans for row in (plan.row, plan.stored) if row and row[field]}


def refuse_lacking_customer_or_vehicle(meta, row: Mapping) -> None:
	if row["visit_kind"] == COUNTER_SALE:
		return
	for field in ("customer", "vehicle"):
		if not row[field]:
			raise Refused(field, _("{0} is needed, as only a counter sale goes without.").format(_(meta.get_label(field))), code="required")


def refuse_impossible_times(meta, row: Mapping) -> None:
	arrived = row["arrived_on"].replace(second=0, microsecond=0)
	for field in ("promised_on", "settled_on"):
		if row[field] and row[field] < arrived:
			raise Refused(
				field,
				_("{0} must not be before the arrival, {1}.").format(
					_(meta.get_label(field)), frappe.format(row["arrived_on"], "Datetime")
				),
			)


def set_amounts(items: Sequence[dict]) -> None:
	for number, row in enumerate(items, start=1):
		if not row["item_name"]:
			raise Refused("item_name", rules.missing(frappe.get_meta(ITEM).get_field("item_name")), number, "items")
		if row["item_kind"] != "Part" and row["part"]:
			message = _("Row {0} names a part but is no part; change its kind or take the part out.").format(number)
			raise Refused("part", message, number, "items")
		if row["quantity"] <= 0:
			raise Refused("quantity", _("Quantity in row {0} must be more than 0.").format(number), number, "items")
		amount = line_amount(row["quantity"], row["unit_price"], row["discount_amount"])
		if amount < 0:
			message = _("Discount in row {0} is more than the quantity times the unit price.").format(number)
			raise Refused("discount_amount", message, number, "items")
		row["amount"] = float(amount)
		row["cost"] = float(line_amount(row["quantity"], row["unit_cost"]))
		row["minutes"] = minutes_of(row["item_kind"], row["quantity"], row["minutes"])


def with_decision(old: Mapping, row: dict, given: Mapping) -> dict:
	"""What the store's customer decided on stays with what it was decided on, unless the sender says otherwise."""
	if "approval" in given or old["approval"] == PROPOSED:
		return row
	amount = line_amount(row["quantity"], row["unit_price"], row["discount_amount"])
	if not still_holds(old, {**row, "amount": amount}):
		row.update(NO_DECISION)
	return row


def set_decisions(row: dict, items: Sequence[dict]) -> None:
	"""What another system settled was agreed there, and over the counter one pays for what one takes."""
	if row["status"] == SETTLED or row["visit_kind"] == COUNTER_SALE:
		for item in items:
			if item["approval"] == PROPOSED:
				item["approval"] = APPROVED
	row["undecided_items"] = sum(item["approval"] == PROPOSED for item in items) if row["status"] == OPEN else 0


def set_totals(row: dict, items: Sequence[Mapping]) -> None:
	"""In one pass, as the sums of cents are exact in any order."""
	sums = dict.fromkeys((*TOTAL_OF_KIND.values(), *TOTAL_OF_PAYER.values(), "total_amount", "cost_amount"), NOTHING)
	for item in items:
		if item["approval"] == DECLINED:
			continue
		amount = to_cents(item["amount"])
		for field in (TOTAL_OF_KIND[item["item_kind"]], TOTAL_OF_PAYER[item["payer"]], "total_amount"):
			sums[field] += amount
		sums["cost_amount"] += to_cents(item["cost"])
	row.update({field: float(amount) for field, amount in sums.items()})
	row["margin"] = float(sums["total_amount"] - sums["cost_amount"])


def refuse_impossible_status(plan: Plan) -> None:
	if plan.stored and plan.stored["status"] == SETTLED and plan.row["status"] == CANCELLED:
		raise Refused("status", _("A settled visit cannot be cancelled; open it again first."))


def refuse_change_of_settled(meta, plan: Plan) -> None:
	"""The invoice is out: what it says does not change while the visit is settled."""
	if not plan.stored or plan.stored["status"] != SETTLED:
		return
	if [_invoiced(row) for row in plan.stored_tables["items"]] != [_invoiced(row) for row in plan.tables["items"]]:
		raise Refused("items", _("The items of a settled visit cannot be changed; open the visit again first."))
	for field in INVOICED_WITH:
		if (plan.stored[field] or None) != (plan.row[field] or None):
			raise Refused(
				field,
				_("{0} of a settled visit cannot be changed; open the visit again first.").format(_(meta.get_label(field))),
			)


def set_title(row: dict) -> None:
	arrived: datetime = row["arrived_on"]
	row["title"] = f"{plate_in_title(row['plate_number']) or row.get('name')} {arrived.date()}"


def _invoiced(row: Mapping) -> tuple:
	texts = (row.get(field) or None for field in INVOICED_TEXTS)
	return (*texts, *(round(float(row.get(field) or 0), 6) for field in INVOICED_NUMBERS))
