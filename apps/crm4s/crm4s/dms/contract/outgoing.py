"""Records as we give them out: a document as it is now, in the words of its own fields.

A field that names another document of ours ends in no `_id`; the number that the system itself gave that document, where it gave one,
stands beside it in `<field>_id`.
"""

from dataclasses import dataclass
from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, Field

Name = str | None
TheirId = str | None
Text = str | None
Money = float | None
Day = date | None
Moment = datetime | None


class Given(BaseModel):
	"""What we give out. New fields may come at any time; whoever reads leaves out what it does not know."""

	model_config = ConfigDict(extra="allow")


class GivenLeadInterest(Given):
	model: Name = None
	model_id: TheirId = None
	remark: Text = None


class GivenLead(Given):
	"""Somebody who may buy a car."""

	lead_name: Text = None
	phone: Text = Field(None, description="E.164, such as +8613812345678.")
	email: Text = None
	wechat: Text = None
	customer: Name = None
	customer_id: TheirId = None
	source: Name = None
	received_on: Moment = None
	workflow_state: Name = Field(None, description="The step of the sales process; an administrator may name others.")
	status: Text = Field(None, description="Open, Won or Lost.")
	grade: Name = None
	dealership: Name = Field(None, description="The store: the system's own code where the link lists one, else our name.")
	sales_consultant: Name = None
	in_pool: bool = Field(False, description="Waits for a consultant.")
	interested_model: Name = None
	interested_model_id: TheirId = None
	other_models: list[GivenLeadInterest] = []
	purchase_kind: Text = None
	purpose: Text = None
	expected_purchase_on: Day = None
	budget_from: Money = None
	budget: Money = None
	payment_method: Text = None
	needs: Text = None
	current_car: Text = None
	wants_trade_in: bool = False
	won_on: Moment = None
	lost_on: Moment = None
	lost_reason: Name = None
	competitor: Name = None
	lost_note: Text = None


class GivenAppointmentItem(Given):
	item_kind: Text = Field(None, description="Labour, Part or Other.")
	part: Name = None
	part_id: TheirId = None
	item_name: Text = None
	quantity: float | None = None
	minutes: int | None = None
	unit_price: Money = None
	discount_amount: Money = None
	amount: Money = None
	shortage: float | None = Field(None, description="How much of the part is lacking.")
	package: Name = None
	reason: Text = None


class GivenAppointment(Given):
	"""A service that is booked."""

	customer: Name = None
	customer_id: TheirId = None
	contact_name: Text = None
	contact_phone: Text = None
	vehicle: Name = None
	vehicle_id: TheirId = None
	plate_number: Text = None
	car_description: Text = None
	model: Name = None
	model_id: TheirId = None
	concern: Text = None
	kind: Text = Field(None, description="Workshop or Home Service.")
	planned_from: Moment = None
	planned_to: Moment = None
	status: Text = Field(None, description="Booked, Arrived, No-Show or Cancelled.")
	cancel_reason: Text = None
	ended_on: Moment = None
	service_visit: Name = None
	service_visit_id: TheirId = None
	arrived_on: Moment = None
	dealership: Name = None
	service_advisor: Name = None
	channel: Text = None
	items: list[GivenAppointmentItem] = []
	planned_minutes: int | None = None
	total_amount: Money = None
	pick_up: bool = False
	pick_up_address: Text = None
	pick_up_from: Moment = None
	pick_up_to: Moment = None


class GivenPhone(Given):
	phone: Text = None
	kind: Text = None
	is_primary: bool = False
	is_verified: bool = False
	is_shared: bool = False
	remark: Text = None


class GivenCustomer(Given):
	"""A person or an organisation, one file in the whole group."""

	customer_name: Text = None
	customer_kind: Text = None
	sex: Text = None
	language: Text = None
	source: Name = None
	disabled: bool = False
	phones: list[GivenPhone] = []
	email: Text = None
	wechat: Text = None
	province: Text = None
	city: Text = None
	district: Text = None
	address_line: Text = None
	postal_code: Text = None
	identity_document_type: Text = None
	identity_number: Text = None
	birthday_calendar: Text = None
	birthday: Day = None
	lunar_birth_year: int | None = None
	lunar_birth_month: int | None = None
	lunar_birth_day: int | None = None
	lunar_birth_leap: bool = False
	occupation: Name = None
	contract_class: Name = None
	agreement_number: Text = None
	agreement_valid_from: Day = None
	agreement_valid_until: Day = None
	agreement_discount_percent: float | None = None
	stores: list[str] = Field([], description="The stores of the link that deal with the customer.")


class GivenParty(Given):
	party_role: Text = Field(None, description="Owner, Driver or Payer.")
	customer: Name = None
	customer_id: TheirId = None
	valid_from: Day = None
	valid_to: Day = None


class GivenVehicle(Given):
	"""A car, in stock or of a customer."""

	vin: Text = None
	plate_number: Text = None
	engine_number: Text = None
	model: Name = None
	model_id: TheirId = None
	model_description: Text = None
	usage: Text = None
	status: Text = None
	dealership: Name = None
	current_owner: Name = None
	current_owner_id: TheirId = None
	parties: list[GivenParty] = []
	registration_certificate_number: Text = None
	first_registered_on: Day = None
	inspection_due_on: Day = None
	exterior_colour: Text = None
	interior_colour: Text = None
	produced_on: Day = None
	asking_price: Money = None
	stock_location: Text = None
	delivered_on: Day = None
	warranty_until: Day = None
	warranty_km: int | None = None
	extended_warranty_until: Day = None


class GivenManufacturerReport(Given):
	"""What customers say to the manufacturer of a model."""

	title: Text = None
	kind: Text = Field(None, description="Design Wish or Safety Concern.")
	model: Name = None
	model_id: TheirId = None
	status: Text = None
	dealership: Name = Field(None, description="Empty: of the whole group.")
	voices: int | None = Field(None, description="How many customers said so.")
	description: Text = None
	sent_on: Moment = None
	manufacturer_number: Text = None
	answered_on: Moment = None
	manufacturer_answer: Text = None
	customers_told_on: Moment = None


class GivenDeal(Given):
	"""The sale of a car, from the quotation to the delivery."""

	status: Text = Field(None, description="Quoted, Ordered, Delivered or Cancelled.")
	workflow_state: Name = None
	customer: Name = None
	customer_id: TheirId = None
	lead: Name = None
	lead_id: TheirId = None
	dealership: Name = None
	sales_consultant: Name = None
	deal_kind: Text = None
	model: Name = None
	model_id: TheirId = None
	exterior_colour: Text = None
	interior_colour: Text = None
	vehicle: Name = None
	vehicle_id: TheirId = None
	vin: Text = None
	price_amount: Money = None
	discount_amount: Money = None
	trade_in_value: Money = None
	total_amount: Money = None
	paid_amount: Money = None
	balance_due: Money = None
	payment_method: Text = None
	quoted_on: Moment = None
	ordered_on: Moment = None
	promised_on: Day = None
	delivered_on: Moment = None
	cancelled_on: Moment = None
	remark: Text = None


@dataclass(frozen=True)
class Outgoing:
	"""One kind of record that we give out.

	Attributes:
		code: its name in the contract, such as "service_appointment".
		title: its name in C4S DMS Link Entity, such as "Service Appointment".
		doctype: what it is with us.
		model: what a record looks like.
	"""

	code: str
	title: str
	doctype: str
	model: type[Given]


OUTGOING: dict[str, Outgoing] = {
	one.code: one
	for one in (
		Outgoing("lead", "Lead", "C4S Lead", GivenLead),
		Outgoing("service_appointment", "Service Appointment", "C4S Service Appointment", GivenAppointment),
		Outgoing("customer", "Customer", "C4S Customer", GivenCustomer),
		Outgoing("vehicle", "Vehicle", "C4S Vehicle", GivenVehicle),
		Outgoing("deal", "Deal", "C4S Deal", GivenDeal),
		Outgoing("manufacturer_report", "Manufacturer Report", "C4S Manufacturer Report", GivenManufacturerReport),
	)
}


class Entry(Given):
	"""One change, in the order of the feed."""

	position: int = Field(description="Goes up with each change; other links' changes lie in between.")
	entity: str
	action: str = Field(description="created, updated, erased, or out_of_scope: it has left the stores of the link.")
	id: str = Field(description="Our name of it.")
	external_id: TheirId = Field(None, description="The system's own number of it, where it gave one.")
	changed_on: datetime
	fields: list[str] = Field([], description="Which fields changed; empty where it was created or is gone.")
	record: GivenLead | GivenAppointment | GivenCustomer | GivenVehicle | GivenManufacturerReport | GivenDeal | None = Field(None, description="As it is now, which may be newer than this change; null where it is gone.")


class Changes(Given):
	"""A page of the feed."""

	entries: list[Entry]
	cursor: str = Field(description="Where the next page begins; keep it with what was worked off.")
	has_more: bool = Field(description="Whether to ask again at once; a page may be empty although there is more.")


class SnapshotRecord(Given):
	id: str
	external_id: TheirId = None
	record: GivenLead | GivenAppointment | GivenCustomer | GivenVehicle | GivenManufacturerReport | GivenDeal


class Snapshot(Given):
	"""A page of all that there is of one entity."""

	entity: str
	records: list[SnapshotRecord]
	cursor: Text = Field(None, description="Where the next page begins; null at the end.")
	changes_cursor: str = Field(description="Where the feed begins for whoever has taken the whole snapshot.")


class Acknowledged(Given):
	cursor: str = Field(description="Up to where changes are acknowledged.")
	behind: int = Field(description="How many positions the end of the feed is away.")
	oldest_on: Moment = Field(None, description="When the first change that is not acknowledged was made.")
