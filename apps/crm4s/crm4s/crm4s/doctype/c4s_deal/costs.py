"""What the car of a deal cost by the books; the one way in which it changes after the allocation."""

import frappe
from frappe.utils import flt

DEAL = "C4S Deal"


def take_cost(name: str, cost: float) -> bool:
	"""Write what the car cost; margin follows in the deal's controller. Whether something changed."""
	if flt(frappe.db.get_value(DEAL, name, "vehicle_cost"), 2) == flt(cost, 2):
		return False
	deal = frappe.get_doc(DEAL, name, for_update=True)
	deal.vehicle_cost = flt(cost, 2)
	deal.save_facts()
	return True
