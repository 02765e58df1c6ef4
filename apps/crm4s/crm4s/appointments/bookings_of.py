"""What an appointment takes for its time: bay, technician, driver and courtesy car, each as a booking of its own."""

from dataclasses import dataclass

from crm4s import bookings
from crm4s.appointments.capacity import BAY, COURTESY_CAR, DRIVER, TECHNICIAN
from crm4s.bookings import for_document

APPOINTMENT = "C4S Service Appointment"
BOOKED, ARRIVED = "Booked", "Arrived"


@dataclass(frozen=True)
class Claim:
	"""The fields of an appointment that say what is taken, by which booking, and from when to when."""

	resource: str
	kind: str
	booking: str
	starts: str
	ends: str
	# Whether the customer still needs it while the car is worked on.
	outlasts_arrival: bool = False


CLAIMS = (
	Claim("bay", BAY, "bay_booking", "planned_from", "planned_to"),
	Claim("technician", TECHNICIAN, "technician_booking", "planned_from", "planned_to"),
	Claim("driver", DRIVER, "driver_booking", "pick_up_from", "pick_up_to"),
	Claim("courtesy_car", COURTESY_CAR, "courtesy_booking", "courtesy_from", "courtesy_to", outlasts_arrival=True),
)


def keep(document) -> None:
	"""Make the bookings what the appointment says; those of a car that has arrived stay, but for the courtesy car."""
	for claim in CLAIMS:
		booking = document.get(claim.booking)
		if booking and booking == document.flags.follows_booking:
			continue
		if document.status == BOOKED or (document.status == ARRIVED and claim.outlasts_arrival):
			_take(document, claim, booking)
		elif document.status != ARRIVED:
			for_document.give_back(document, claim.booking)


def forget(document) -> None:
	"""Delete the bookings of an appointment that is deleted."""
	for claim in CLAIMS:
		for_document.remember(document, claim.booking, None)
	bookings.forget(document.doctype, document.name)


def claim_of(document, booking: str) -> Claim:
	return next(claim for claim in CLAIMS if document.get(claim.booking) == booking)


def _take(document, claim: Claim, booking: str | None) -> None:
	resource, starts_at, ends_at = (document.get(field) for field in (claim.resource, claim.starts, claim.ends))
	if not resource:
		for_document.give_back(document, claim.booking)
	elif not booking:
		for_document.take(document, claim.booking, resource, starts_at, ends_at)
	elif document.has_changed(claim.resource, claim.starts, claim.ends):
		bookings.move(booking, starts_at, ends_at, resource)
