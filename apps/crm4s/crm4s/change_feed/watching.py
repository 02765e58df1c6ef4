"""Which fields of which documents count. They are those of the records that we give out, as `crm4s.dms.contract.outgoing` says them.

Facts that jobs derive every night, such as odometers, next services and value classes, are not among them: no system waits for half a
million of them each morning.
"""

LEAD = "C4S Lead"
APPOINTMENT = "C4S Service Appointment"
CUSTOMER = "C4S Customer"
VEHICLE = "C4S Vehicle"
REPORT = "C4S Manufacturer Report"
DEAL = "C4S Deal"
RELATIONSHIP = "C4S Store Relationship"
PARTY = "C4S Vehicle Party"
# A customer has no store of its own: those with which there is a relationship are told as this field.
STORES = "stores"
STORE = "dealership"

WATCHED: dict[str, frozenset[str]] = {
	LEAD: frozenset(
		(
			*("lead_name", "phone", "email", "wechat", "customer", "source", "received_on", "workflow_state", "status", "grade", STORE),
			*("sales_consultant", "in_pool", "interested_model", "other_models", "purchase_kind", "purpose", "expected_purchase_on"),
			*("budget_from", "budget", "payment_method", "needs", "current_car", "wants_trade_in", "won_on", "lost_on", "lost_reason"),
			*("competitor", "lost_note"),
		)
	),
	APPOINTMENT: frozenset(
		(
			*("customer", "contact_name", "contact_phone", "vehicle", "plate_number", "car_description", "model", "concern", "kind"),
			*("planned_from", "planned_to", "status", "cancel_reason", "ended_on", "service_visit", "arrived_on", STORE, "service_advisor"),
			*("channel", "items", "planned_minutes", "total_amount", "pick_up", "pick_up_address", "pick_up_from", "pick_up_to"),
		)
	),
	CUSTOMER: frozenset(
		(
			*("customer_name", "customer_kind", "sex", "language", "source", "disabled", "phones", "email", "wechat", "province", "city"),
			*("district", "address_line", "postal_code", "identity_document_type", "identity_number", "birthday_calendar", "birthday"),
			*("lunar_birth_year", "lunar_birth_month", "lunar_birth_day", "lunar_birth_leap", "occupation", "contract_class"),
			*("agreement_number", "agreement_valid_from", "agreement_valid_until", "agreement_discount_percent", STORES),
		)
	),
	VEHICLE: frozenset(
		(
			*("vin", "plate_number", "engine_number", "model", "model_description", "usage", "status", STORE, "current_owner", "parties"),
			*("registration_certificate_number", "first_registered_on", "inspection_due_on", "exterior_colour", "interior_colour"),
			*("produced_on", "asking_price", "stock_location", "delivered_on", "warranty_until", "warranty_km", "extended_warranty_until"),
		)
	),
	REPORT: frozenset(
		(
			*("title", "kind", "model", "status", STORE, "voices", "description", "sent_on", "manufacturer_number", "answered_on"),
			*("manufacturer_answer", "customers_told_on"),
		)
	),
	DEAL: frozenset(
		(
			*("status", "workflow_state", "customer", "lead", STORE, "sales_consultant", "deal_kind", "model", "exterior_colour"),
			*("interior_colour", "vehicle", "vin", "price_amount", "discount_amount", "trade_in_value", "total_amount", "paid_amount"),
			*("balance_due", "payment_method", "quoted_on", "ordered_on", "promised_on", "delivered_on", "cancelled_on", "remark"),
		)
	),
}
# What is stored sealed: that it changed is seen by another column.
SEEN_BY = {"identity_number": "identity_key"}
# Tables whose rows are part of a record: their document type → the document and its field.
TABLES: dict[str, tuple[str, str]] = {
	"C4S Lead Interest": (LEAD, "other_models"),
	"C4S Appointment Item": (APPOINTMENT, "items"),
	"C4S Customer Phone": (CUSTOMER, "phones"),
	PARTY: (VEHICLE, "parties"),
}
