"""Which sheets a document has, and at which time each of them is offered. The desk is told when it starts."""

from dataclasses import asdict, dataclass

APPOINTMENT, VISIT = "C4S Service Appointment", "C4S Service Visit"
DEAL, TEST_DRIVE, APPRAISAL, RENTAL = "C4S Deal", "C4S Test Drive", "C4S Used Car Appraisal", "C4S Car Rental"


@dataclass(frozen=True)
class Offer:
	"""A print format, for documents of these statuses; not for these kinds of visits, and only where these fields are filled.

	of: the sheet is one of another document: its type, and the field that names it.
	"""

	print_format: str
	statuses: tuple[str, ...] = ()
	not_for: tuple[str, ...] = ()
	needs: tuple[str, ...] = ()
	of: tuple[str, str] | None = None


# The first that fits is the one that is wanted at that time.
OFFERS = {
	APPOINTMENT: (Offer("C4S Appointment Slip", statuses=("Booked",)),),
	VISIT: (
		Offer("C4S Service Settlement", statuses=("Settled",)),
		Offer("C4S Hand-Over Sheet", statuses=("Settled",), not_for=("Counter Sale",)),
		Offer("C4S Service Quotation", statuses=("Open", "Settled"), needs=("total_amount",)),
		# At first to be filled in by hand; afterwards only what was signed.
		Offer("C4S Reception Sheet", statuses=("Open",), not_for=("Counter Sale",)),
		Offer("C4S Reception Sheet", statuses=("Settled",), needs=("signed_on",)),
	),
	DEAL: (
		Offer(
			"C4S Quotation",
			statuses=("Quoted", "Ordered", "Delivered"),
			needs=("last_quotation",),
			of=("C4S Quotation Version", "last_quotation"),
		),
	),
	TEST_DRIVE: (Offer("C4S Test Drive Agreement", statuses=("Planned", "Driving", "Done")),),
	APPRAISAL: (Offer("C4S Used Car Offer", statuses=("Offered", "Accepted", "Bought")),),
	RENTAL: (Offer("C4S Rental Agreement", statuses=("Planned", "Handed Out", "Brought Back")),),
}
# What the rules above read of a document.
READ = ("status", "visit_kind", "total_amount", "signed_on", "last_quotation")


def tell_desk(bootinfo) -> None:
	bootinfo.c4s_papers = {doctype: [asdict(offer) for offer in offers] for doctype, offers in OFFERS.items()}
