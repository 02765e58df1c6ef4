"""Which key figures there are: their names as people read them, and out of which amounts they are made."""

from frappe import _

from crm4s.reports.key_figures import LESS, MONEY, NEITHER, PERCENT, POINTS, Figure

FIGURES: dict[str, tuple[Figure, ...]] = {
	"Sales": (
		Figure("Visitors in the Showroom", "showroom", "visitors"),
		Figure("Leads Received", "leads", "leads"),
		Figure("Leads Answered in Time", "leads", "leads_in_time", "leads_due", PERCENT),
		Figure("Test Drives", "test_drives", "test_drives"),
		Figure("Cars Ordered", "orders", "orders"),
		Figure("Cars Delivered", "deliveries", "deliveries"),
		Figure("Amount of Cars Delivered", "deliveries", "delivered_amount", kind=MONEY),
	),
	"Service": (
		Figure("Workshop Visits", "visits", "workshop_visits"),
		Figure("Amount per Workshop Visit", "visits", "workshop_amount", "workshop_visits", MONEY),
		Figure("Settled Amount", "visits", "service_amount", kind=MONEY),
		Figure("Visits That Mend an Earlier One", "comebacks", "comebacks", "workshop_visits", PERCENT, LESS),
		Figure("Appointments", "appointments", "appointments"),
		Figure("No-Shows", "appointments", "no_shows", "kept_or_not", PERCENT, LESS),
	),
	"Complaints": (
		Figure("Complaints Received", "complaints", "complaints", good=LESS),
		Figure("First Response in Time", "complaints", "responded_in_time", "response_due", PERCENT),
		Figure("Resolved in Time", "complaints", "resolved_in_time", "resolution_due", PERCENT),
		Figure("Opened Again", "complaints", "reopened", "complaints", PERCENT, LESS),
	),
	"Satisfaction": (
		Figure("Satisfaction with Purchase", "ssi", "score_sum", "answers", POINTS),
		Figure("Answers about Purchase", "ssi", "answers"),
		Figure("Satisfaction with Service", "csi", "score_sum", "answers", POINTS),
		Figure("Answers about Service", "csi", "answers"),
		Figure("Net Promoter Score", "nps", "lead_of_promoters", "recommendations", PERCENT),
	),
	"Customer Contacts": (
		Figure("Inbound Contacts", "contacts", "inbound", good=NEITHER),
		Figure("Missed Calls and Contacts", "contacts", "missed", "inbound", PERCENT, LESS),
		Figure("Answered in Time", "contacts", "answered_in_time", "contacts_due", PERCENT),
		Figure("Messages Sent", "messages", "messages", good=NEITHER),
		Figure("Cost of Messages", "messages", "message_cost", kind=MONEY, good=LESS),
	),
}


def label(name: str) -> str:
	"""The name of a section or a figure in the reader's language."""
	return _(name)
