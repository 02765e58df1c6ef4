"""The kinds of documents that the document finder looks through. A new kind is one more row here; nothing else has to know it.

Every field named here has an index: finder.py asks one field at a time, so that each question is answered by one.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
	"""A document type and the fields by which its documents are found and told apart.

	day: when it was, never empty; the newest is shown first.
	vehicle, customer: links to the car and to the person. plate, vin, phone: columns of its own, for cars and people without a file.
	called: names of people without a file. number: numbers of other systems. follows: (link, document type) to the document whose car and customer are its own, too.
	person, masked_phone, about: what is shown where there is no customer's file, or beside it.
	"""

	doctype: str
	day: str
	vehicle: tuple[str, ...] = ()
	customer: tuple[str, ...] = ("customer",)
	plate: tuple[str, ...] = ()
	vin: tuple[str, ...] = ()
	called: tuple[str, ...] = ()
	phone: tuple[str, ...] = ()
	number: tuple[str, ...] = ()
	follows: tuple[str, str] | None = None
	person: str | None = None
	masked_phone: str | None = None
	about: str | None = None
	store: str = "dealership"
	status: str = "status"


VISIT = "C4S Service Visit"

# A kind that follows another stands behind it.
KINDS = (
	Kind(
		"C4S Service Appointment",
		day="planned_from",
		vehicle=("vehicle",),
		plate=("plate_number",),
		phone=("contact_phone",),
		number=("external_key",),
		person="contact_name",
		masked_phone="masked_phone",
		about="concern",
	),
	Kind(VISIT, day="arrived_on", vehicle=("vehicle",), plate=("plate_number",), number=("invoice_number", "external_key"), about="concern"),
	Kind("C4S Repair Job", day="creation", customer=(), plate=("plate_number",), follows=("service_visit", VISIT), about="title"),
	Kind(
		"C4S Dispatch Order",
		day="called_on",
		vehicle=("vehicle",),
		plate=("plate_number",),
		phone=("contact_phone",),
		person="contact_name",
		masked_phone="masked_phone",
		about="concern",
	),
	Kind(
		"C4S Insurance Claim", day="reported_on", vehicle=("vehicle",), plate=("plate_number",), number=("report_number",), about="what_happened"
	),
	Kind(
		"C4S Insurance Policy",
		day="valid_from",
		vehicle=("vehicle",),
		plate=("plate_number",),
		number=("policy_number",),
		person="insured_name",
		about="title",
	),
	Kind(
		"C4S Car Rental",
		day="planned_from",
		plate=("plate_number",),
		phone=("contact_phone",),
		person="contact_name",
		masked_phone="masked_phone",
		about="title",
	),
	Kind("C4S Complaint", day="received_on", vehicle=("vehicle",), about="subject"),
	Kind("C4S Retention Case", day="opened_on", vehicle=("vehicle",), about="title"),
	Kind(
		"C4S Deal", day="creation", vehicle=("vehicle", "trade_in_vehicle"), number=("external_key",), person="customer_name", about="title"
	),
	Kind(
		"C4S Test Drive", day="planned_from", phone=("phone",), person="driver_name", masked_phone="masked_phone"
	),
	Kind("C4S Used Car Appraisal", day="appraised_on", vehicle=("vehicle",), plate=("plate_number",), vin=("vin",), person="customer_name"),
	Kind(
		"C4S Lead", day="received_on", phone=("phone",), called=("lead_name",), number=("external_key",), person="lead_name", masked_phone="masked_phone"
	),
	Kind("C4S Showroom Visit", day="arrived_on", phone=("phone",), person="visitor_name", masked_phone="masked_phone"),
)
