"""The cars of deals that are taken in: allocated to one deal at a time, handed over, owned by who bought them.

What allocation and delivery of C4S Deal do to one car is done here in memory, in the same words; see `stock.Cars`.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import frappe
from frappe import _
from frappe.utils import escape_html, get_link_to_form

from crm4s.access.vehicles import VEHICLE
from crm4s.crm4s.doctype.c4s_deal.allocation import FIELDS, OFFERED_AS
from crm4s.crm4s.doctype.c4s_deal.delivery import HANDED_OVER_BY
from crm4s.crm4s.doctype.c4s_deal.status import CANCELLED, DELIVERED, ORDERED, QUOTED
from crm4s.crm4s.doctype.c4s_stock_movement.transitions import ALLOCATED, IN_TRANSIT, ORDERED as ON_ORDER, USED_STOCK, WITH_CUSTOMER
from crm4s.intake.plan import Plan
from crm4s.intake.records import Refused
from crm4s.intake.stock import Cars
from crm4s.intake.vehicles import BEFORE_ALL, MOVEMENT, OWNER, PARTY, follow_each_other
from crm4s.rows.writer import Writes, new_values, note_versions, read_rows

DEAL = "C4S Deal"
CHECKLISTS = {"pdi_items": "pdi", "delivery_items": "delivery"}
NOT_HERE_YET = (ON_ORDER, IN_TRANSIT)


class DealCars:
	"""The cars that the deals of a chunk have, had, or are to get."""

	def __init__(self, names: Iterable[str], locking: bool):
		names = sorted({name for name in names if name})
		self.cars = Cars(names, locking)
		self.holders = {row.allocation_key: row.name for row in read_rows(DEAL, "allocation_key", names, ["name", "allocation_key"], locking=locking)}
		self.stored_holders = set(self.holders.values())
		self.parties: dict[str, list[dict]] = {}
		for row in sorted(read_rows(PARTY, "parent", names, locking=locking), key=lambda row: row["idx"]):
			self.parties.setdefault(row["parent"], []).append(row)
		self.stored_parties = {row["name"]: dict(row) for rows in self.parties.values() for row in rows}
		self.new_party = new_values(PARTY)
		self.moved: dict[int, list[dict]] = {}
		self.owners_before: dict[str, Any] = {}

	def settle(self, plan: Plan) -> None:
		"""Bring the car where the deal's status wants it, and write to the deal what follows from that.

		Raises:
			Refused: the car cannot be had.
		"""
		row, before = plan.row, plan.stored or {}
		held = before.get("allocation_key")
		self.moved[plan.position] = []
		if row["status"] == QUOTED and plan.given.get("vehicle"):
			raise Refused("vehicle", _("A car is allocated to an ordered deal; this one is {0}.").format(_(QUOTED)))
		if row["status"] in (QUOTED, CANCELLED):
			self.release(plan, held)
			clear(plan)
		elif row["status"] == ORDERED:
			self.order(plan, held)
		elif before.get("status") != DELIVERED:
			self.deliver(plan, held)

	def order(self, plan: Plan, held: str | None) -> None:
		wanted = plan.row["vehicle"]
		if wanted and wanted == held:
			return
		if wanted:
			self.refuse_unavailable(plan, self.cars[wanted])
		self.release(plan, held)
		clear(plan)
		if wanted:
			self.allocate(plan, wanted, plan.given.get("allocated_on") or self.cars.now)

	def deliver(self, plan: Plan, held: str | None) -> None:
		row, wanted = plan.row, plan.row["vehicle"]
		if not wanted:
			raise Refused("vehicle", _("No car is allocated."), code="required")
		car = self.cars[wanted]
		moves = self.is_to_be_moved(row, car)
		owners = self.owners_with(plan, car, moves)
		if wanted != held:
			if moves:
				self.refuse_unavailable(plan, car)
			self.release(plan, held)
			clear(plan)
			self.allocate(plan, wanted, plan.given.get("allocated_on") or row["delivered_on"], moves)
		if moves:
			self.move(plan, car, HANDED_OVER_BY[row["deal_kind"]], row["delivered_on"])
		row["allocation_key"] = None
		self.holders.pop(wanted, None)
		self.make_owner(car, owners)

	def is_to_be_moved(self, row: Mapping, car: Mapping) -> bool:
		"""Whether the books still show the car before this delivery; one that was sold long ago has gone its way since."""
		if car.status in NOT_HERE_YET:
			return True
		offered_as = self.cars.before_allocation.get(car.name) if car.status == ALLOCATED else car.status
		if offered_as != OFFERED_AS[row["deal_kind"]]:
			return False
		return offered_as != USED_STOCK or not car.in_stock_since or row["delivered_on"].date() >= car.in_stock_since

	def refuse_unavailable(self, plan: Plan, car: Mapping) -> None:
		row, title = plan.row, frappe.bold(escape_html(car.vehicle_title))
		if car.dealership != row["dealership"]:
			raise Refused("vehicle", _("{0} stands at another store; have it transferred first.").format(title))
		if car.status == ALLOCATED:
			self.refuse_taken(plan, car, title)
		elif car.status != OFFERED_AS[row["deal_kind"]]:
			message = _("{0} is {1}; only a car that is {2} can be allocated to this deal.")
			raise Refused("vehicle", message.format(title, _(car.status), _(OFFERED_AS[row["deal_kind"]])))
		if row["model"] and car.model != row["model"]:
			raise Refused("vehicle", _("{0} is not the model that was ordered.").format(title))

	def refuse_taken(self, plan: Plan, car: Mapping, title: str) -> None:
		"""By another deal; a car that the other system's own stock log shows as allocated is meant for this one."""
		other = self.holders.get(car.name)
		if other and other not in (plan.name, plan.key):
			deal = get_link_to_form(DEAL, other) if other in self.stored_holders else escape_html(other)
			raise Refused("vehicle", _("{0} is taken: it is allocated to deal {1}.").format(title, deal), code="taken")

	def allocate(self, plan: Plan, vehicle: str, moment: datetime, moves: bool = True) -> None:
		car, row = self.cars[vehicle], plan.row
		if moves and car.status != ALLOCATED:
			self.move(plan, car, "Allocated", moment)
		self.holders[vehicle] = plan.name or plan.key
		row.update(
			vehicle=vehicle,
			vin=car.vin,
			plate_number=car.plate_number,
			allocated_on=moment,
			allocated_by=frappe.session.user,
			allocation_key=vehicle,
			vehicle_cost=car.total_cost or car.purchase_price or 0.0,
		)

	def release(self, plan: Plan, held: str | None) -> None:
		"""A car that the deal held is free for others, if nobody moved it on."""
		if not held:
			return
		self.holders.pop(held, None)
		car = self.cars.get(held)
		if car and car.status == ALLOCATED:
			self.move(plan, car, "Released", self.cars.now, plan.row["cancellation_note"])

	def move(self, plan: Plan, car: Mapping, movement: str, moment: datetime, remark: str | None = None) -> None:
		"""The log goes forward only; a car that was entered late moves at the earliest when it came."""
		moment = max(moment, self.cars.last_moved.get(car.name, moment))
		moved = self.cars.move(car.name, movement, moment)
		self.moved[plan.position].append({"vehicle": car.name, "movement": movement, "remark": remark, **moved})

	# Who owns it

	def owners_with(self, plan: Plan, car: Mapping, moves: bool) -> list[dict] | None:
		"""The car's parties with the buyer among them; None where the buyer was its owner on that day already, or somebody traded it in since.

		Raises:
			Refused: somebody else is listed as owner of that time.
		"""
		customer, day = plan.row["customer"], plan.row["delivered_on"].date()
		rows = [dict(row) for row in self.parties.get(car.name, [])]
		if car.current_owner == customer or any(_owned(row, customer, day) for row in rows):
			return None
		if not moves and car.status not in WITH_CUSTOMER:
			return None
		rows.append({**self.new_party, "party_role": OWNER, "customer": customer, "valid_from": day, "idx": len(rows) + 1})
		follow_each_other(rows)
		return rows

	def make_owner(self, car: Mapping, owners: list[dict] | None) -> None:
		if owners is None:
			return
		self.parties[car.name] = owners
		self.owners_before.setdefault(car.name, car.current_owner)
		current = next((row["customer"] for row in owners if row["party_role"] == OWNER and not row["valid_to"]), None)
		self.cars.change(car.name, {"current_owner": current})

	# What is written

	def write(self, plans: Sequence[Plan], writes: Writes) -> None:
		for plan in plans:
			for row in self.moved.get(plan.position, []):
				writes.insert(MOVEMENT, {**row, "reference": plan.name})
		self.cars.write(writes)
		for vehicle in self.owners_before:
			self.write_parties(vehicle, writes)
		changes = {name: [["current_owner", before, self.cars[name].current_owner]] for name, before in self.owners_before.items()}
		for row in note_versions(VEHICLE, changes):
			writes.insert("Version", row)

	def write_parties(self, vehicle: str, writes: Writes) -> None:
		for row in self.parties[vehicle]:
			before = self.stored_parties.get(row.get("name"))
			if before is None:
				writes.insert(PARTY, {**row, "parent": vehicle, "parenttype": VEHICLE, "parentfield": "parties"})
			elif before["valid_to"] != row["valid_to"]:
				writes.update(PARTY, row["name"], {"valid_to": row["valid_to"]})

	def follow(self) -> None:
		self.cars.follow()


def clear(plan: Plan) -> None:
	"""The deal without its car; another one is inspected and handed over anew."""
	plan.row.update(dict.fromkeys(FIELDS), vehicle_cost=0.0)
	for table, prefix in CHECKLISTS.items():
		plan.tables[table] = []
		plan.row.update({f"{prefix}_{field}": None for field in ("template", "signature", "signed_on", "signed_by")})


def _owned(row: Mapping, customer: str, day) -> bool:
	if row["party_role"] != OWNER or row["customer"] != customer:
		return False
	return (row["valid_from"] or BEFORE_ALL) <= day and (not row["valid_to"] or day <= row["valid_to"])
