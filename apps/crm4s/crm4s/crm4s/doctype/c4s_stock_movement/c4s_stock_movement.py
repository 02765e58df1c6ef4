"""A row of the stock log: it takes a car from one status to the next, and is the one writer of the car's status."""

import frappe
from frappe import _
from frappe.utils import add_to_date, get_datetime, getdate, now_datetime

from crm4s.access.required import require_permission
from crm4s.access.stores import quoted_list, stores_of
from crm4s.access.vehicles import sees_vehicle
from crm4s.append_only import AppendOnlyDocument
from crm4s.calendars.moments import not_before
from crm4s.change_feed.noting import note
from crm4s.crm4s.doctype.c4s_stock_movement.transitions import (
	ALLOCATED,
	ENTRY,
	HANDED_OVER,
	OFFERED,
	ORDERED,
	SCRAPPED,
	TRADE_IN,
	TRADED_IN,
	TRANSFERRED,
	WITH_CUSTOMER,
	movements_from,
	status_after,
)
from crm4s.exceptions import StockMovementError

# Two computers never agree on the second.
CLOCK_TOLERANCE_MINUTES = 10


class C4SStockMovement(AppendOnlyDocument):
	def validate(self):
		super().validate()
		self.take_from_vehicle()
		self.validate_movement_is_possible()
		self.validate_vin_is_known()
		self.validate_place()
		self.validate_time()

	def after_insert(self):
		self.write_to_vehicle()

	def take_from_vehicle(self):
		"""Lock the car until the end of the transaction, so that two people cannot allocate it at once."""
		self._car = frappe.db.get_value(
			"C4S Vehicle",
			self.vehicle,
			["status", "dealership", "vin", "entered_as", "in_stock_since", "arrived_on", "vehicle_title"],
			as_dict=True,
			for_update=True,
		)
		self.from_status = self._car.status
		self.from_dealership = self._car.dealership
		self.to_dealership = self.to_dealership or self.from_dealership

	def validate_movement_is_possible(self):
		self.to_status = self.status_reached()
		if self.to_status:
			return
		possible = movements_from(self.from_status, before_allocation(self.vehicle))
		frappe.throw(
			_("{0} is {1}; the movement {2} is not possible now. Possible are: {3}.").format(
				frappe.bold(self._car.vehicle_title),
				_(self.from_status) if self.from_status else _("without status"),
				_(self.movement),
				", ".join(_(movement) for movement in possible) or _("none"),
			),
			StockMovementError,
		)

	def status_reached(self) -> str | None:
		if self.movement == ENTRY:
			return None if self.from_status else self._car.entered_as
		return status_after(self.movement, self.from_status, before_allocation(self.vehicle))

	def validate_vin_is_known(self):
		if self.to_status != ORDERED and not self._car.vin:
			frappe.throw(_("Enter the VIN of the car before it leaves the status Ordered."), StockMovementError)

	def validate_place(self):
		if self.movement == TRANSFERRED and self.to_dealership == self.from_dealership:
			frappe.throw(_("To Dealership must be another one than that where the car stands."), StockMovementError)
		if not self.to_dealership and self.to_status not in WITH_CUSTOMER:
			frappe.throw(_("Enter in To Dealership where the car stands now."), StockMovementError)
		if self.to_dealership and frappe.db.get_value("C4S Dealership", self.to_dealership, "is_group"):
			frappe.throw(_("A car stands at an outlet, not at a group or region."), StockMovementError)

	def validate_time(self):
		if get_datetime(self.moved_on) > add_to_date(now_datetime(), minutes=CLOCK_TOLERANCE_MINUTES):
			frappe.throw(_("Moved On must not lie in the future."), StockMovementError)
		latest = latest_movement(self.vehicle)
		if latest:
			self.moved_on = not_before(get_datetime(self.moved_on), latest.moved_on)
		if latest and self.moved_on < latest.moved_on:
			frappe.throw(
				_("Moved On must not be before {0}, the time of the movement before.").format(
					frappe.format(latest.moved_on, "Datetime")
				),
				StockMovementError,
			)

	def write_to_vehicle(self):
		day = getdate(self.moved_on)
		values = {"status": self.to_status, "dealership": self.to_dealership}
		if self.to_status in OFFERED and self.from_status != ALLOCATED and self.movement != TRANSFERRED:
			values["in_stock_since"] = day
		elif self.to_status in (*WITH_CUSTOMER, SCRAPPED, TRADED_IN):
			values["in_stock_since"] = None
		if self.movement == "Arrived" and not self._car.arrived_on:
			values["arrived_on"] = day
		if self.movement in HANDED_OVER:
			values["delivered_on"] = day
		# The entry belongs to the saving of the car itself.
		frappe.db.set_value("C4S Vehicle", self.vehicle, values, update_modified=self.movement != ENTRY)
		if self.movement != ENTRY:
			left = {self.vehicle: self.from_dealership} if self.from_dealership != self.to_dealership else None
			note("C4S Vehicle", [self.vehicle], fields=values, left_stores=left)
			frappe.get_doc("C4S Vehicle", self.vehicle).follow_stock_movement(self)


def latest_movement(vehicle: str, movement: str | None = None) -> dict | None:
	"""Time and origin of the car's latest movement (of one kind), also if it was saved a moment ago by somebody else."""
	filters = {"vehicle": vehicle, **({"movement": movement} if movement else {})}
	return frappe.db.get_value(
		"C4S Stock Movement",
		filters,
		["moved_on", "from_status"],
		order_by="moved_on desc, creation desc",
		as_dict=True,
		for_update=True,
	)


def before_allocation(vehicle: str) -> str | None:
	"""Whether an allocated car was new or used: the status out of which it was allocated last."""
	allocation = latest_movement(vehicle, "Allocated")
	return allocation.from_status if allocation else None


@frappe.whitelist()
def possible_movements(vehicle: str) -> list[str]:
	"""The movements that the car can make now, for those who may write the stock log."""
	require_permission("C4S Stock Movement", "create")
	document = frappe.get_doc("C4S Vehicle", vehicle)
	document.check_permission("read")
	return movements_from(document.status, before_allocation(vehicle))


def get_permission_query_conditions(user: str | None = None) -> str:
	stores = stores_of(user)
	if stores is None:
		return ""
	own = quoted_list(stores)
	return f"(`tabC4S Stock Movement`.`from_dealership` in {own} or `tabC4S Stock Movement`.`to_dealership` in {own})"


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	stores = stores_of(user)
	if stores is None:
		return True
	if not doc.is_new():
		return doc.from_dealership in stores or doc.to_dealership in stores
	if not doc.vehicle:
		return bool(stores)
	stands_at = frappe.db.get_value("C4S Vehicle", doc.vehicle, "dealership")
	if doc.movement == TRADE_IN:
		# A customer may bring a car that another store looks after.
		return sees_vehicle(doc.vehicle, user) and (doc.to_dealership or stands_at) in stores
	return stands_at in stores


def on_doctype_update() -> None:
	frappe.db.add_index("C4S Stock Movement", ["vehicle", "moved_on"])
	frappe.db.add_index("C4S Stock Movement", ["to_dealership", "modified"])
	frappe.db.add_index("C4S Stock Movement", ["from_dealership", "modified"])
