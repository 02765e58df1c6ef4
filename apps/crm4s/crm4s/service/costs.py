"""What parts of a settled visit cost by the books; the one way in which a cost changes after the settlement."""

from collections.abc import Mapping

import frappe
from frappe.utils import flt

VISIT = "C4S Service Visit"


def take_costs(name: str, costs: Mapping[str, float]) -> bool:
	"""Write the cost of a piece by name of the visit's row; margin follows in the visit's controller. Whether something changed."""
	known = dict(frappe.get_all("C4S Service Item", {"parent": name, "parenttype": VISIT, "name": ["in", list(costs) or [""]]}, ["name", "unit_cost"], as_list=True, order_by=None))
	changed = {row: cost for row, cost in costs.items() if row in known and flt(known[row], 2) != flt(cost, 2)}
	if not changed:
		return False
	visit = frappe.get_doc(VISIT, name, for_update=True)
	for row in visit.items:
		row.unit_cost = changed.get(row.name, row.unit_cost)
	visit.flags.takes_costs = visit.flags.ignore_permissions = True
	visit.save()
	return True
