"""One car: what comes, what it is, and what was done to it, whoever owned it then."""

import frappe
from frappe import _

from crm4s.portal import booking, car_history, cars, own
from crm4s.portal.own import VEHICLE
from crm4s.portal.routes import page
from crm4s.portal.service import OPEN, VISIT
from crm4s.portal.viewer import Viewer

# Beside what the card shows.
FURTHER = ("first_registered_on", "interior_colour", "engine_number")


@page("my/cars/<car>", "car.html", car=VEHICLE)
def car(viewer: Viewer, context, car: str):
	shown = cars.card(viewer, car)
	further = frappe.db.get_value(VEHICLE, car, FURTHER, as_dict=True)
	context.update(
		tab="home",
		title=shown.title,
		car=shown,
		facts=_facts(shown, further),
		here=own.rows(viewer, VISIT, "arrived_on", where=lambda table: (table.vehicle == car) & (table.status == OPEN)),
		expected=booking.expected(viewer, car),
		history=car_history.of_car(viewer, car),
	)


def _facts(shown, further) -> list[tuple[str, str, object]]:
	"""Label, how it is shown, value; those that are known."""
	found = [
		(_("Model"), "text", shown.model_title),
		(_("VIN"), "text", shown.vin),
		(_("Engine number"), "text", further.engine_number),
		(_("Colour"), "text", " / ".join(filter(None, (shown.exterior_colour, further.interior_colour)))),
		(_("First registered"), "day", further.first_registered_on),
		(_("Handed over on"), "day", shown.delivered_on),
		(_("Odometer"), "km", shown.odometer),
		(_("Read on"), "day", shown.odometer_read_on),
		(_("Warranty until"), "day", shown.warranty_until),
		(_("Warranty up to"), "km", shown.warranty_km),
		(_("Extended warranty until"), "day", shown.extended_warranty_until),
		(_("Next service at"), "km", shown.next_service_km),
	]
	return [fact for fact in found if fact[2]]
