"""Who waits for a car that is out, and which car is out that somebody waits for."""

import frappe
from frappe import _
from frappe.utils import format_datetime, now_datetime

from crm4s.exceptions import RentalError

RENTAL, BOOKING = "C4S Car Rental", "C4S Booking"
OUT = "Handed Out"


def out_with(resource: str, without: str | None = None, locked: bool = False):
	"""The rental with which a car is out: name, contact_name, masked_phone, planned_to; None while it is here."""
	filters = {"resource": resource, "status": OUT, "name": ["!=", without or ""]}
	return frappe.db.get_value(RENTAL, filters, ["name", "contact_name", "masked_phone", "planned_to"], as_dict=True, for_update=locked)


def validate_car_is_here(rental) -> None:
	"""Of two who hand out one car, one waits for the other and is refused."""
	frappe.db.get_value("C4S Resource", rental.resource, "name", for_update=True)
	other = out_with(rental.resource, rental.name, locked=True)
	if other:
		frappe.throw(
			_("The car is still out with {0} (rental {1}); take it back first.").format(
				frappe.bold(frappe.utils.escape_html(other.contact_name)), other.name
			),
			RentalError,
		)


def next_booking(rental):
	"""The next time for which the car is taken after this rental's begin: starts_at and purpose; None when nobody waits."""
	filters = {"resource": rental.resource, "status": "Booked", "name": ["!=", rental.booking or ""], "starts_at": [">=", rental.planned_from]}
	return frappe.db.get_value(BOOKING, filters, ["starts_at", "purpose"], as_dict=True, order_by="starts_at")


def warnings(rental) -> list[dict]:
	"""What whoever opens the rental should know of the car: it is late, somebody waits, or it is not back yet."""
	found = []
	if rental.status == OUT:
		following = next_booking(rental)
		late = rental.planned_to < now_datetime()
		if late:
			found.append({"colour": "red", "text": _("Should have been back at {0}.").format(_moment(rental.planned_to))})
		if following:
			text = _("The car is taken next from {0}: {1}.").format(_moment(following.starts_at), following.purpose or "")
			found.append({"colour": "red" if late else "orange", "text": text})
	elif rental.status == "Planned":
		other = out_with(rental.resource, rental.name)
		if other:
			sentence = _("The car is late with {0} since {1}; call {2}, or choose another car.") if other.planned_to < now_datetime() else _(
				"The car is out with {0} until {1} (phone {2})."
			)
			text = sentence.format(other.contact_name, _moment(other.planned_to), other.masked_phone or "")
			found.append({"colour": "red" if other.planned_to < now_datetime() else "blue", "text": text})
	return found


def _moment(moment) -> str:
	return format_datetime(moment, "yyyy-MM-dd HH:mm")
