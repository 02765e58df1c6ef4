"""Vehicle models: what can be ordered, when it is due for service, and how it compares."""

from typing import Literal

from pydantic import ConfigDict, Field

from crm4s.dms.contract.base import Part, Record
from crm4s.dms.contract.kinds import Count, Money, Number, Text

Energy = Literal["Petrol", "Diesel", "Hybrid", "Plug-in Hybrid", "Battery Electric", "Range Extender", "Fuel Cell"]
Body = Literal["Sedan", "SUV", "MPV", "Hatchback", "Wagon", "Coupé", "Convertible", "Pickup", "Van", "Bus", "Truck"]
EXAMPLE = {
	"external_id": "M-2041",
	"version": 3,
	"model_code": "RAV4-2026-E4",
	"brand": "丰田",
	"series": "RAV4荣放",
	"model_year": 2026,
	"trim": "双擎四驱精英版",
	"energy_type": "Hybrid",
	"body_type": "SUV",
	"guide_price": 229800,
	"warranty_months": 36,
	"warranty_km": 100000,
	"maintenance_plan": [{"item": "机油", "first_km": 5000, "first_months": 6, "every_km": 10000, "every_months": 12}],
}


class MaintenanceItem(Part):
	"""What is due, by kilometres or months, whichever comes first; one of the four must be given."""

	item: Text = Field(min_length=1, description="What is done, such as the engine oil; once in the plan.")
	first_km: Count | None = Field(None, description="Due first at so many kilometres.")
	first_months: Count | None = Field(None, description="Due first after so many months.")
	every_km: Count | None = Field(None, description="Then every so many kilometres.")
	every_months: Count | None = Field(None, description="Then every so many months.")
	labour_hours: Number | None = Field(None, description="How long it takes.")
	price: Money | None = Field(None, description="What the customer pays, in yuan.")


class Specification(Part):
	"""One figure by which customers compare models."""

	specification_group: Text | None = Field(None, description="Under which heading it stands.")
	attribute: Text = Field(min_length=1, description="What is measured, such as the wheelbase.")
	value: Text = Field(min_length=1)
	unit: Text | None = None


class VehicleModel(Record):
	"""A model as it is ordered. One that we have already is known by its code, for it is shared by all stores and systems."""

	model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

	model_code: Text | None = Field(None, description="The maker's code; unique, never changed, needed for a new model.")
	brand: Text | None = Field(None, description="One of our brands; needed for a new model.")
	series: Text | None = Field(None, description="Needed for a new model.")
	model_year: int | None = Field(None, ge=1950, le=2200, description="Needed for a new model.")
	trim: Text | None = None
	energy_type: Energy | None = Field(None, description="Petrol where a new model does not say.")
	body_type: Body | None = None
	guide_price: Money | None = Field(None, description="The maker's price, in yuan.")
	invoice_name: Text | None = Field(None, description="As it stands on the invoice.")
	enabled: bool | None = Field(None, description="Whether it can still be ordered.")
	seats: Count | None = None
	displacement_cc: Count | None = Field(None, description="Of models that burn fuel.")
	battery_kwh: Number | None = Field(None, description="Of models that are charged.")
	range_km: Count | None = Field(None, description="Electric, of models that are charged.")
	warranty_months: Count | None = None
	warranty_km: Count | None = None
	usual_km_per_day: Number | None = Field(None, description="How far it is usually driven a day.")
	maintenance_plan: list[MaintenanceItem] | None = Field(None, max_length=100, description="Replaces the plan.")
	specifications: list[Specification] | None = Field(None, max_length=500, description="Replaces the figures.")
