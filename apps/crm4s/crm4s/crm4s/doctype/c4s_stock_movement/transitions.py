"""Which movement takes a car from which status to which: the life of a car in the books of a dealership. Pure."""

ORDERED, IN_TRANSIT, IN_STOCK, ALLOCATED = "Ordered", "In Transit", "In Stock", "Allocated"
DELIVERED, IN_USE, TRADED_IN = "Delivered", "In Use", "Traded In"
IN_RECONDITIONING, USED_STOCK, RESOLD, SCRAPPED = "In Reconditioning", "Used Stock", "Resold", "Scrapped"

ENTRY, TRANSFERRED, TRADE_IN = "Entry", "Transferred", "Traded In"
HANDED_OVER = ("Delivered", "Resold")

# Where the car is the dealership's to sell, and where it is a customer's to drive.
OFFERED = (IN_STOCK, USED_STOCK)
HELD = (ORDERED, IN_TRANSIT, IN_STOCK, ALLOCATED, TRADED_IN, IN_RECONDITIONING, USED_STOCK)
WITH_CUSTOMER = (DELIVERED, IN_USE, RESOLD)

# A car that is allocated was new or used before; that decides what it may become.
_NEW_ALLOCATED, _USED_ALLOCATED = (ALLOCATED, IN_STOCK), (ALLOCATED, USED_STOCK)

_STEPS = {
	"Shipped": {ORDERED: IN_TRANSIT},
	"Arrived": {ORDERED: IN_STOCK, IN_TRANSIT: IN_STOCK},
	TRANSFERRED: {
		status: status
		for status in (IN_TRANSIT, IN_STOCK, TRADED_IN, IN_RECONDITIONING, USED_STOCK, _NEW_ALLOCATED, _USED_ALLOCATED)
	},
	"Allocated": {IN_STOCK: ALLOCATED, USED_STOCK: ALLOCATED},
	"Released": {_NEW_ALLOCATED: IN_STOCK, _USED_ALLOCATED: USED_STOCK},
	"Delivered": {_NEW_ALLOCATED: DELIVERED},
	"Returned": {DELIVERED: IN_STOCK, RESOLD: USED_STOCK},
	"Put Into Use": {DELIVERED: IN_USE, RESOLD: IN_USE},
	TRADE_IN: {DELIVERED: TRADED_IN, IN_USE: TRADED_IN, RESOLD: TRADED_IN},
	"Reconditioning Started": {TRADED_IN: IN_RECONDITIONING, USED_STOCK: IN_RECONDITIONING},
	"Reconditioning Finished": {IN_RECONDITIONING: USED_STOCK},
	"Taken Into Used Stock": {TRADED_IN: USED_STOCK},
	"Resold": {_USED_ALLOCATED: RESOLD},
	"Scrapped": {
		status: SCRAPPED for status in (IN_STOCK, DELIVERED, IN_USE, TRADED_IN, IN_RECONDITIONING, USED_STOCK, RESOLD)
	},
}


def status_after(movement: str, status: str | None, before_allocation: str | None = None) -> str | None:
	"""The status that `movement` takes a car to, or None where a car of this status cannot make it.

	Args:
		before_allocation: for an allocated car, the status out of which it was allocated.
	"""
	to_status = _STEPS.get(movement, {}).get(_key(status, before_allocation))
	return to_status[0] if isinstance(to_status, tuple) else to_status


def movements_from(status: str | None, before_allocation: str | None = None) -> list[str]:
	"""The movements that a car of this status can make."""
	return [movement for movement in _STEPS if status_after(movement, status, before_allocation)]


def _key(status: str | None, before_allocation: str | None) -> str | tuple[str, str | None] | None:
	return (ALLOCATED, before_allocation) if status == ALLOCATED else status
