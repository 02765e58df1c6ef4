"""Parts sold over the counter, with or without a customer who is known."""

from typing import Literal

from pydantic import ConfigDict, Field

from crm4s.dms.contract.base import Record
from crm4s.dms.contract.kinds import Moment, Reference, Store, Text
from crm4s.dms.contract.service_order import Items

REFERENCES = {"customer_id": "customer", "vehicle_id": "vehicle", "items.part_id": "part"}
EXAMPLE = {
	"external_id": "PS-2026-00305",
	"dealership": "SH-EAST",
	"status": "Settled",
	"arrived_on": "2026-03-02T11:05:00+08:00",
	"settled_on": "2026-03-02T11:10:00+08:00",
	"items": [{"item_kind": "Part", "item_name": "雨刮片", "quantity": 2, "unit_price": 65}],
}


class PartsSale(Record):
	"""A sale. The items are sent whole: they take the place of those before."""

	model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

	dealership: Store | None = Field(None, description="By our name or the link's own code; needed for one that is new.")
	status: Literal["Open", "Settled", "Cancelled"] | None = None
	customer_id: Reference | None = None
	vehicle_id: Reference | None = None
	arrived_on: Moment | None = Field(None, description="When it was sold.")
	settled_on: Moment | None = Field(None, description="Needed for one that is settled.")
	invoice_number: Text | None = None
	items: Items | None = None
