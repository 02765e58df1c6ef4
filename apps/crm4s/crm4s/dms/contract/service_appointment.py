"""Service appointments that were made in the system."""

from typing import Literal

from pydantic import ConfigDict, Field

from crm4s.dms.contract.base import Part, Record
from crm4s.dms.contract.kinds import Count, Moment, Money, Number, Reference, Store, Text, Words

EXAMPLE = {
	"external_id": "AP-20261124-018",
	"version": 1,
	"status": "Booked",
	"dealership": "SH-01",
	"customer_id": "C-100234",
	"vehicle_id": "V-55120",
	"planned_from": "2026-11-26T09:00:00+08:00",
	"planned_to": "2026-11-26T10:30:00+08:00",
	"concern": "六千公里保养",
	"items": [{"item_kind": "Labour", "item_name": "常规保养", "minutes": 60, "unit_price": 300}],
}


class AppointmentItem(Part):
	"""What is to be done or fitted."""

	item_kind: Literal["Labour", "Part", "Other"] | None = Field(None, description="Labour where it is not said.")
	part_id: Reference | None = Field(None, description="Of a part, by the system's own number.")
	item_name: Text | None = Field(None, description="Needed where no part is named.")
	quantity: Number | None = None
	minutes: Count | None = Field(None, description="How long it takes.")
	unit_price: Money | None = Field(None, description="In yuan.")
	discount_amount: Money | None = Field(None, description="In yuan.")


class ServiceAppointment(Record):
	"""A car that is expected. While it is booked it takes a bay and a technician of ours, or is refused with the times that are free next."""

	model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

	status: Literal["Booked", "Arrived", "No-Show", "Cancelled"] | None = Field(None, description="Booked where a new one does not say.")
	dealership: Store | None = Field(None, description="Where the car is expected; needed for a new one.")
	customer_id: Reference | None = Field(None, description="Needed for a new one.")
	vehicle_id: Reference | None = None
	plate_number: Text | None = Field(None, description="Of a car that the system has no file of.")
	car_description: Text | None = Field(None, description="What the caller calls the car, if neither is known.")
	contact_name: Text | None = Field(None, description="Who brings the car; the customer where it is not said.")
	contact_phone: Text | None = None
	kind: Literal["Workshop", "Home Service"] | None = Field(None, description="Workshop where a new one does not say.")
	planned_from: Moment | None = Field(None, description="Needed for a new one.")
	planned_to: Moment | None = Field(None, description="As long as its items take, where it is not said; one that moves lasts as long as before.")
	concern: Words | None = None
	channel: Literal["Phone", "Web", "Portal", "Desk"] | None = Field(None, description="How the customer asked.")
	service_advisor: Text | None = Field(None, description="The e-mail address by which the advisor signs in here.")
	service_visit_id: Reference | None = Field(None, description="The service order that was opened; one that arrived needs it.")
	cancel_reason: Words | None = None
	items: list[AppointmentItem] | None = Field(None, max_length=200, description="Replace the items.")
