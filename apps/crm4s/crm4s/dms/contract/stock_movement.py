"""Movements of cars in the books: on the way, arrived, transferred, allocated, handed over, taken back."""

from typing import Literal

from pydantic import ConfigDict, Field

from crm4s.dms.contract.base import Record
from crm4s.dms.contract.kinds import Moment, Reference, Store, Text, Words

Movement = Literal[
	"Shipped", "Arrived", "Transferred", "Allocated", "Released", "Delivered", "Returned", "Put Into Use", "Traded In",
	"Reconditioning Started", "Reconditioning Finished", "Taken Into Used Stock", "Resold", "Scrapped",
]
EXAMPLE = {
	"external_id": "SM-880213",
	"vehicle_id": "V-55120",
	"movement": "Arrived",
	"moved_on": "2026-11-20T09:30:00+08:00",
	"to_dealership": "SH-01",
	"reference": "入库单 2026112007",
}


class StockMovement(Record):
	"""One row of the stock log, which takes its car from one status to the next and is never changed.

	How a car came into the books stands in the car itself (`entered_as`); sold cars are moved by their deals, so that their movements
	need not be sent.
	"""

	model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

	vehicle_id: Reference = Field(description="The car, by the system's own number.")
	movement: Movement
	moved_on: Moment = Field(description="When it happened; not before the car's last movement.")
	to_dealership: Store | None = Field(None, description="Where the car stands afterwards; where it stood, if left out.")
	reference: Text | None = Field(None, description="The paper behind it.")
	remark: Words | None = None
