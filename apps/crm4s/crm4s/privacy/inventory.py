"""Which fields of our documents hold something by which a person is called, identified or found; the one list of them.

Masking, revealing, exports and erasure read it. A field that looks personal and is missing here fails a test (tests/test_inventory.py).
"""

from dataclasses import dataclass

PHONE, EMAIL, ACCOUNT = "Phone", "E-mail", "Account"
IDENTITY, PLATE, ADDRESS, POSITION = "Identity", "Plate", "Address", "Position"


@dataclass(frozen=True)
class Personal:
	"""One field with personal data in full.

	Attributes:
		kind: what it holds, one of the constants above.
		masked: the field of the same document that holds it masked; None where there is none.
		open: why everybody who reads the document reads it in full; empty where its permission level closes it.
	"""

	doctype: str
	fieldname: str
	kind: str
	masked: str | None = None
	open: str = ""


_ROW_REASON = "The table stands on a permission level of its own in the customer's file."

FIELDS: tuple[Personal, ...] = (
	Personal("C4S Customer", "primary_phone", PHONE, "masked_phone"),
	Personal("C4S Customer", "unique_phone", PHONE, "masked_phone"),
	Personal("C4S Customer", "email", EMAIL),
	Personal("C4S Customer", "wechat", ACCOUNT),
	Personal("C4S Customer", "wecom_contact", ACCOUNT),
	Personal("C4S Customer", "wechat_open_id", ACCOUNT),
	Personal("C4S Customer", "address_line", ADDRESS, "masked_address_line"),
	# What is entered there is masked when the customer is saved; the whole number is sealed.
	Personal("C4S Customer", "identity_number", IDENTITY, "masked_identity_number"),
	Personal("C4S Customer", "sealed_identity_number", IDENTITY, "masked_identity_number"),
	Personal("C4S Customer", "identity_key", IDENTITY, "masked_identity_number"),
	Personal("C4S Customer Phone", "phone", PHONE, open=_ROW_REASON),
	Personal("C4S Organisation Contact", "phone", PHONE, open=_ROW_REASON),
	Personal("C4S Organisation Contact", "email", EMAIL, open=_ROW_REASON),
	Personal("C4S Lead", "phone", PHONE, "masked_phone"),
	# Store and phone of an open lead.
	Personal("C4S Lead", "open_phone_key", PHONE, "masked_phone"),
	Personal("C4S Lead", "email", EMAIL),
	Personal("C4S Lead", "wechat", ACCOUNT),
	Personal("C4S Lead Request", "phone", PHONE, open="Only managers read requests, and they read the number in the lead as well."),
	Personal("C4S Showroom Visit", "phone", PHONE, "masked_phone"),
	Personal("C4S Test Drive", "phone", PHONE, "masked_phone"),
	Personal("C4S Test Drive", "licence_number", IDENTITY, "masked_licence_number"),
	Personal("C4S Test Drive", "licence_photo", IDENTITY),
	Personal("C4S Car Rental", "contact_phone", PHONE, "masked_phone"),
	Personal("C4S Car Rental", "licence_number", IDENTITY, "masked_licence_number"),
	Personal("C4S Service Appointment", "contact_phone", PHONE, "masked_phone"),
	Personal("C4S Service Appointment", "pick_up_address", ADDRESS, "masked_pick_up_address"),
	Personal("C4S Dispatch Order", "contact_phone", PHONE, "masked_phone"),
	Personal("C4S Dispatch Order", "address", ADDRESS, "masked_address"),
	Personal("C4S Dispatch Order", "latitude", POSITION),
	Personal("C4S Dispatch Order", "longitude", POSITION),
	Personal("C4S Insurance Claim", "contact_phone", PHONE, "masked_phone"),
	Personal("C4S Interaction", "contact_phone", PHONE, "masked_phone"),
	Personal("C4S Interaction", "contact_email", EMAIL),
	Personal("C4S Interaction", "account", ACCOUNT),
	Personal("C4S Vehicle", "plate_number", PLATE, "masked_plate_number"),
	Personal("C4S Service Visit", "plate_number", PLATE, "masked_plate_number"),
	Personal("C4S Service Appointment", "plate_number", PLATE, "masked_plate_number"),
	Personal("C4S Repair Job", "plate_number", PLATE, "masked_plate_number"),
	Personal("C4S Dispatch Order", "plate_number", PLATE, "masked_plate_number"),
	Personal("C4S Insurance Claim", "plate_number", PLATE, "masked_plate_number"),
	Personal("C4S Insurance Policy", "plate_number", PLATE, "masked_plate_number"),
	Personal("C4S Used Car Appraisal", "plate_number", PLATE, "masked_plate_number"),
	Personal("C4S Deal", "plate_number", PLATE, "masked_plate_number"),
)
# Fields that look personal by their name or kind and are not, with the reason.
NOT_PERSONAL: dict[tuple[str, str], str] = {
	("C4S Dealership", "phone"): "The store's own number.",
	("C4S Dealership", "rescue_phone"): "The store's own number.",
	("C4S Dealership", "email"): "The store's own mailbox.",
	("C4S Dealership", "address_line"): "The store's own address.",
	("C4S Dealership", "latitude"): "Where the store stands.",
	("C4S Dealership", "longitude"): "Where the store stands.",
	("C4S Insurer", "claim_phone"): "The insurer's public number.",
	("C4S Resource", "phone"): "The number of a colleague or bay, given by the store.",
	("C4S Resource", "plate_number"): "A car of the store.",
	("C4S Resource", "home_latitude"): "Where a team of the store waits.",
	("C4S Resource", "home_longitude"): "Where a team of the store waits.",
	("C4S Car Rental", "plate_number"): "A car of the store.",
	("C4S Interaction", "called_number"): "The store's own number that was called.",
	("C4S Event Registration", "phone_end"): "The last four digits only, to find a guest at the door.",
	("C4S Suppressed Address", "address"): "Entered once and emptied: only its digest and its mask are kept.",
	("C4S Suppressed Address", "address_key"): "A digest: it tells nobody's address.",
	("C4S Message Channel", "email_account"): "The store's own mailbox.",
	("C4S Message Channel", "receipts_address"): "A web address of ours.",
	("C4S Group Data Settings", "address"): "Where the group's files lie.",
	("C4S Telephone Exchange", "events_address"): "A web address of ours.",
	("C4S DMS Link", "allowed_addresses"): "Network addresses of another system.",
	("C4S DMS Request", "remote_address"): "The network address of another system.",
	("C4S Periodic Report Delivery", "email_queue"): "The name of a letter in the queue.",
	("C4S Settings", "certainty_email"): "How sure a shared mailbox makes it that two files are one customer.",
	("C4S Settings", "certainty_phone"): "How sure a shared phone makes it that two files are one customer.",
	("C4S Settings", "fax_senders"): "Mailboxes of fax services.",
	("C4S Settings", "portal_map_of_address"): "The web address of a map.",
	("C4S Settings", "portal_map_of_position"): "The web address of a map.",
}


def of(doctype: str) -> tuple[Personal, ...]:
	"""The personal fields of one document type."""
	return tuple(field for field in FIELDS if field.doctype == doctype)


def closed_of(doctype: str) -> tuple[Personal, ...]:
	"""Those of them that a permission level closes."""
	return tuple(field for field in of(doctype) if not field.open)
