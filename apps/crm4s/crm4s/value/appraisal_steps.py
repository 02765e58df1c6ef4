"""The status of an appraisal, and which one may follow which. Pure."""

DRAFT, OFFERED, ACCEPTED = "Draft", "Offered", "Accepted"
REFUSED, EXPIRED, BOUGHT = "Refused", "Expired", "Bought"

STEPS = {
	DRAFT: (OFFERED, REFUSED),
	OFFERED: (DRAFT, ACCEPTED, REFUSED, EXPIRED),
	ACCEPTED: (BOUGHT, REFUSED),
	REFUSED: (DRAFT, OFFERED),
	EXPIRED: (DRAFT, OFFERED, REFUSED),
	BOUGHT: (),
}
# What the customer has been told holds until the offer is changed.
BINDING = (OFFERED, ACCEPTED, BOUGHT)
