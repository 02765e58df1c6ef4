"""Customers with their phones, and the store that looks after them."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from crm4s.dms.contract.base import Part, Record
from crm4s.dms.contract.kinds import Count, Day, Store, Text, Words

EXAMPLE = {
	"external_id": "K00123",
	"version": 3,
	"dealership": "SH-EAST",
	"customer_name": "张伟",
	"phones": [{"phone": "13800138000", "kind": "Mobile", "is_primary": True}],
}

Document = Literal[
	"Resident Identity Card", "Passport", "Mainland Travel Permit (Hong Kong and Macao)", "Mainland Travel Permit (Taiwan)",
	"Foreign Permanent Resident Card", "Unified Social Credit Code", "Other",
]


class Phone(Part):
	phone: Text = Field(description="With or without country code; kept as E.164.")
	kind: Literal["Mobile", "Home", "Work", "Fax"] | None = None
	is_primary: bool | None = None
	is_verified: bool | None = Field(None, description="The customer confirmed it; such a number belongs to one customer only.")
	is_shared: bool | None = Field(None, description="A number of a household or company.")
	remark: Text | None = None


class Customer(Record):
	"""A person or an organisation. A phone that is not named any more stays."""

	model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

	dealership: Store | None = Field(None, description="The store that takes up the customer, by our name or the link's own code.")
	since: Day | None = Field(None, description="Since when the customer is one of this store's.")
	customer_name: Text | None = Field(None, description="Needed for one who is new.")
	customer_kind: Literal["Private", "Company", "Taxi", "Government", "Rental", "Distributor"] | None = None
	sex: Literal["Male", "Female"] | None = None
	language: Literal["zh", "en"] | None = None
	source: Text | None = None
	purchase_purpose: Literal["Home", "Business", "Commercial"] | None = None
	purchase_need: Words | None = None
	phones: Annotated[list[Phone], Field(max_length=20)] | None = None
	email: Text | None = None
	wechat: Text | None = None
	province: Text | None = None
	city: Text | None = None
	district: Text | None = None
	address_line: Text | None = None
	postal_code: Text | None = None
	identity_document_type: Document | None = None
	identity_number: Text | None = None
	birthday: Day | None = None
	occupation: Text | None = None
	fleet_size: Count | None = None
	agreement_number: Text | None = None
	agreement_valid_from: Day | None = None
	agreement_valid_until: Day | None = None
	agreement_discount_percent: Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)] | None = None
