"""Service orders of the workshop with their jobs and parts."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from crm4s.dms.contract.base import Part, Record
from crm4s.dms.contract.kinds import LARGEST_AMOUNT, Count, Money, Moment, Reference, Store, Text, Words

REFERENCES = {"customer_id": "customer", "vehicle_id": "vehicle", "items.part_id": "part"}
EXAMPLE = {
	"external_id": "RO-2026-00017",
	"version": 2,
	"dealership": "SH-EAST",
	"status": "Settled",
	"customer_id": "K00123",
	"vehicle_id": "V-7781",
	"arrived_on": "2026-03-01T09:30:00+08:00",
	"settled_on": "2026-03-01T16:10:00+08:00",
	"odometer": 15230,
	"items": [
		{"item_kind": "Labour", "item_name": "小保养", "quantity": 1, "unit_price": 180},
		{"item_kind": "Part", "item_name": "机油 5W-30", "quantity": 4, "unit_price": 89.5, "unit_cost": 52},
	],
}

Quantity = Annotated[float, Field(gt=0, le=LARGEST_AMOUNT, allow_inf_nan=False)]


class ServiceItem(Part):
	"""A job, a part or something else that is charged. Name, price and cost of a part that is known may be left out."""

	item_kind: Literal["Labour", "Part", "Other"] | None = Field(None, description="Labour where nothing is said.")
	part_id: Reference | None = None
	item_name: Text | None = None
	quantity: Quantity | None = None
	unit_price: Money | None = None
	discount_amount: Money | None = None
	unit_cost: Money | None = None
	payer: Literal["Customer", "Warranty", "Insurance", "Internal"] | None = None
	minutes: Count | None = None


Items = Annotated[list[ServiceItem], Field(max_length=500)]


class ServiceOrder(Record):
	"""A visit of a car. The items are sent whole: they take the place of those before."""

	model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

	dealership: Store | None = Field(None, description="By our name or the link's own code; needed for one that is new.")
	visit_kind: Literal["Workshop", "Home Service", "Rescue"] | None = None
	status: Literal["Open", "Settled", "Cancelled"] | None = None
	customer_id: Reference | None = Field(None, description="Without one the car's owner.")
	vehicle_id: Reference | None = None
	service_advisor: Text | None = Field(None, description="The address with which the colleague signs in, or a word that the link translates.")
	arrived_on: Moment | None = None
	promised_on: Moment | None = None
	settled_on: Moment | None = Field(None, description="Needed for one that is settled.")
	odometer: Count | None = Field(None, description="Kilometres.")
	concern: Words | None = None
	invoice_number: Text | None = None
	next_service_advice: Words | None = None
	items: Items | None = Field(None, description="All of them. An empty list says nothing, as one that is left out; an order of which nothing is left is cancelled.")
