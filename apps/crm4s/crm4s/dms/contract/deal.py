"""Deals: a car sold, from the quotation to the delivery, with customisation and payments."""

from typing import Literal

from pydantic import ConfigDict, Field

from crm4s.dms.contract.base import Part, Record
from crm4s.dms.contract.kinds import Day, Moment, Money, Number, Reference, Store, Text, Words

EXAMPLE = {
	"external_id": "SO-2026-11-0417",
	"version": 7,
	"status": "Delivered",
	"dealership": "SH-01",
	"customer_id": "C-100234",
	"deal_kind": "New Car",
	"model_id": "M-2041",
	"vehicle_id": "V-55120",
	"list_price": 229800,
	"discount_amount": 8000,
	"ordered_on": "2026-11-02T14:20:00+08:00",
	"delivered_on": "2026-11-20T10:00:00+08:00",
	"items": [{"item_name": "原厂脚垫", "quantity": 1, "unit_price": 980, "unit_cost": 420}],
	"payments": [
		{"paid_on": "2026-11-02T14:25:00+08:00", "kind": "Deposit", "amount": 5000, "method": "WeChat Pay", "reference": "RC-7781"},
		{"paid_on": "2026-11-19T16:00:00+08:00", "kind": "Payment", "amount": 217780, "method": "Bank Transfer", "reference": "RC-7912"},
	],
}


class DealItem(Part):
	"""Something that the car gets: a customisation or an accessory."""

	option: Text | None = Field(None, description="Our name of a vehicle option; its name and price are taken where they are not said.")
	item_name: Text | None = Field(None, description="Needed where no option is named.")
	quantity: Number | None = Field(None, gt=0, description="1 where it is not said.")
	unit_price: Money | None = Field(None, description="In yuan, tax included.")
	unit_cost: Money | None = Field(None, description="What one costs the store, in yuan.")


class DealPayment(Part):
	"""Money of the deal, which is recorded once; a mistake is paid back."""

	paid_on: Moment
	kind: Literal["Deposit", "Payment", "Refund"]
	amount: Money = Field(gt=0, description="In yuan; a refund is its kind, not a negative amount.")
	method: Literal["Bank Transfer", "Card", "WeChat Pay", "Alipay", "Cash", "Finance Provider"]
	reference: Text | None = Field(None, description="The receipt, by which the payment is known again.")
	remark: Words | None = None


class Deal(Record):
	"""A sale as it stands now; several steps may be told at once.

	What was ordered or delivered in the system was agreed there: our guide prices, discount limits and checklists are asked of quotations only.
	The facts of the car's purchase order (supplier, number, ordered, expected and arrived days, price) stand in its vehicle.
	"""

	model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

	status: Literal["Quoted", "Ordered", "Delivered", "Cancelled"] | None = Field(None, description="Quoted where a new deal does not say.")
	dealership: Store | None = Field(None, description="The store that sells; needed for a new deal.")
	customer_id: Reference | None = Field(None, description="Who buys; needed for a new deal.")
	lead: Text | None = Field(None, description="Our name of the lead that it came from, as the change feed gave it; it is won by the order.")
	sales_consultant: Text | None = Field(None, description="The e-mail address by which the consultant signs in here.")
	deal_kind: Literal["New Car", "Used Car"] | None = Field(None, description="New Car where a new deal does not say.")
	purchase_kind: Literal["First", "Replacement", "Additional", "Used"] | None = None
	model_id: Reference | None = Field(None, description="What was ordered; needed for the order of a new car.")
	exterior_colour: Text | None = None
	interior_colour: Text | None = None
	vehicle_id: Reference | None = Field(
		None, description="The car, once it is in stock at the store; while it is on its way leave it out. A delivered deal needs it."
	)
	remark: Words | None = None
	list_price: Money | None = Field(None, description="In yuan, tax included; the model's guide price where it is not said.")
	discount_amount: Money | None = Field(None, description="What is taken off list price and items, in yuan.")
	discount_reason: Text | None = None
	trade_in_vehicle_id: Reference | None = Field(None, description="The car that the customer gives in payment.")
	trade_in_value: Money | None = None
	payment_method: Literal["Cash", "Instalments", "Lease"] | None = None
	down_payment: Money | None = None
	agreed_deposit: Money | None = None
	ordered_on: Moment | None = Field(None, description="When the customer ordered.")
	promised_on: Day | None = Field(None, description="Which day the customer was promised the car; needed while it is ordered.")
	allocated_on: Moment | None = Field(None, description="When the car was set aside for the customer.")
	delivered_on: Moment | None = Field(None, description="When the customer got the car, who is its owner from that day.")
	cancelled_on: Moment | None = None
	cancellation_reason: Text | None = Field(None, description="One of our reasons of defeat; a cancelled deal needs it.")
	cancellation_note: Words | None = None
	deposit_handling: Literal["Paid Back", "Kept by Agreement"] | None = Field(
		None, description="What becomes of money received; a cancelled deal needs it where there is some."
	)
	items: list[DealItem] | None = Field(None, max_length=200, description="Replace the items of the deal.")
	payments: list[DealPayment] | None = Field(None, max_length=200, description="Those that the deal has not are added.")
