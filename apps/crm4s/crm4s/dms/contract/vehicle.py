"""Cars with their owners, drivers and payers."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from crm4s.dms.contract.base import Part, Record
from crm4s.dms.contract.kinds import Count, Day, Money, Reference, Store, Text, Words

REFERENCES = {"model_id": "vehicle_model", "parties.customer_id": "customer"}
EXAMPLE = {
	"external_id": "V-7781",
	"version": 1,
	"vin": "LSVAG2180E2100001",
	"plate_number": "沪A12345",
	"model_description": "卡罗拉 2024 1.5L",
	"dealership": "SH-EAST",
	"parties": [{"customer_id": "K00123", "party_role": "Owner", "valid_from": "2024-05-01"}],
}


class Party(Part):
	customer_id: Reference = Field(description="The customer's external id.")
	party_role: Literal["Owner", "Driver", "Payer"] | None = Field(None, description="Owner where nothing is said.")
	valid_from: Day | None = None
	valid_to: Day | None = None


class Vehicle(Record):
	"""A car, known by its number and by its VIN, which is unique in the group. A new owner ends the time of the one before."""

	model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

	vin: Text | None = Field(None, description="17 characters; only a car on order may be without.")
	plate_number: Text | None = None
	model_id: Reference | None = Field(None, description="The model's external id; without one `model_description` is needed.")
	model_description: Text | None = None
	entered_as: Literal["Ordered", "In Transit", "In Stock", "In Use", "Traded In", "Used Stock"] | None = Field(
		None, description="How the car comes into the books; never changes afterwards."
	)
	dealership: Store | None = None
	usage: Literal["Home", "Business", "Commercial"] | None = None
	parties: Annotated[list[Party], Field(max_length=50)] | None = None
	engine_number: Text | None = None
	exterior_colour: Text | None = None
	interior_colour: Text | None = None
	produced_on: Day | None = None
	conformity_certificate_number: Text | None = None
	gearbox_number: Text | None = None
	battery_number: Text | None = None
	registration_certificate_number: Text | None = None
	first_registered_on: Day | None = None
	inspection_due_on: Day | None = None
	supplier: Text | None = None
	purchase_order_number: Text | None = None
	purchase_price: Money | None = None
	ordered_on: Day | None = None
	expected_arrival_on: Day | None = None
	arrived_on: Day | None = None
	invoice_number: Text | None = None
	invoice_date: Day | None = None
	invoice_price: Money | None = None
	delivered_on: Day | None = None
	warranty_until: Day | None = None
	warranty_km: Count | None = None
	extended_warranty_until: Day | None = None
	stock_location: Text | None = None
	key_number: Text | None = None
	asking_price: Money | None = None
	stock_remark: Words | None = None
	is_imported: bool | None = None
