"""Spare parts: price, cost, and what each store has of them."""

from pydantic import ConfigDict, Field

from crm4s.dms.contract.base import Part, Record
from crm4s.dms.contract.kinds import Money, Number, Reference, Store, Text

EXAMPLE = {
	"external_id": "P-90915-YZZD4",
	"version": 118,
	"part_number": "90915-YZZD4",
	"part_name": "机油滤清器",
	"brand": "丰田",
	"unit": "Piece",
	"price": 48,
	"cost": 22.5,
	"availability": [{"dealership": "SH-01", "quantity": 36, "reorder_level": 20}],
}


class Availability(Part):
	"""What one store has of the part."""

	dealership: Store
	quantity: Number | None = Field(None, description="How many are on the shelf.")
	reorder_level: Number | None = Field(None, description="Below this it is short.")


class SparePart(Record):
	"""A part or accessory. One that we have already is known by its number, for it is shared by all stores and systems."""

	model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

	part_number: Text | None = Field(None, description="The maker's number; unique, never changed, needed for a new part.")
	part_name: Text | None = Field(None, description="Needed for a new part.")
	brand: Text | None = Field(None, description="One of our brands: for whose cars it is made.")
	category: Text | None = Field(None, description="One of our part categories.")
	unit: Text | None = Field(None, description="One of our part units; Piece where a new part does not say.")
	price: Money | None = Field(None, description="What a customer pays, in yuan.")
	cost: Money | None = Field(None, description="What the store pays, in yuan.")
	substitute_id: Reference | None = Field(None, description="The part that takes its place, by the system's own number.")
	enabled: bool | None = Field(None, description="Whether it can still be ordered.")
	availability: list[Availability] | None = Field(
		None, max_length=500, description="One row a store; stores that are not named keep what they have."
	)
