"""Work that has nobody to be done for any more is ended with the erasure; dealings that are under way are not, and keep it waiting."""

from collections.abc import Mapping, Sequence

import frappe
from frappe.utils import now

from crm4s.privacy.belongings import chunks
from crm4s.workflows.states import state_for

# Type → statuses in which something is owed to the person, or by the person.
UNDER_WAY: dict[str, tuple[str, ...]] = {
	"C4S Deal": ("Quoted", "Ordered"),
	"C4S Service Visit": ("Open",),
	"C4S Service Appointment": ("Booked",),
	"C4S Dispatch Order": ("Called", "Dispatched", "On the Way", "On Site"),
	"C4S Insurance Claim": ("Reported", "Surveyed", "Assessed", "In Repair", "Submitted"),
	"C4S Car Rental": ("Planned", "Handed Out"),
	"C4S Test Drive": ("Planned", "Driving"),
	"C4S Complaint": ("Open",),
}
# Type → statuses that end, and how.
ENDED: dict[str, tuple[tuple[str, ...], str]] = {
	"C4S Lead": (("Open",), "Lost"),
	"C4S Care Task": (("Open", "Message"), "Cancelled"),
	"C4S Retention Case": (("Open",), "Ended"),
	"C4S Interaction": (("Open", "Answered"), "Closed"),
	"C4S Membership": (("Active",), "Ended"),
	"C4S Coupon": (("Usable",), "Cancelled"),
	"C4S Message": (("To Be Sent",), "Suppressed"),
}
MOST_NAMED = 3


def under_way(documents: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
	"""Type → names of dealings that have to be ended first; of each type a few."""
	found = {}
	for doctype, statuses in UNDER_WAY.items():
		names = documents.get(doctype) or ()
		open_ones = [name for some in chunks(names) for name in frappe.get_all(doctype, {"name": ["in", some], "status": ["in", statuses]}, pluck="name", order_by="name")]
		if open_ones:
			found[doctype] = open_ones[:MOST_NAMED]
	return found


def end(doctype: str, names: Sequence[str]) -> None:
	"""End what is open of a type, in the caller's transaction."""
	if doctype not in ENDED:
		return
	statuses, after = ENDED[doctype]
	values = {"status": after, "modified": now()}
	if frappe.get_meta(doctype).has_field("workflow_state") and (state := state_for(doctype, after)):
		values["workflow_state"] = state
	for some in chunks(names):
		frappe.db.set_value(doctype, {"name": ["in", some], "status": ["in", statuses]}, values, update_modified=False)
