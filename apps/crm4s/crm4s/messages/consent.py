"""Who may be written about what, by which channel: the latest decision counts. Rows of C4S Consent, written here and in its form."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import frappe
from frappe.utils import now, now_datetime

from crm4s.messages.kinds import EVERY

CONSENT = "C4S Consent"
COLUMNS = (
	*("name", "creation", "modified", "owner", "modified_by", "docstatus", "idx", "customer", "purpose", "channel_kind"),
	*("decision", "means", "decided_on", "dealership", "noted_by", "evidence", "text_version"),
)


@dataclass(frozen=True)
class Decision:
	"""What a customer said; `purpose` None for every one."""

	customer: str
	decision: str
	means: str
	purpose: str | None = None
	channel_kind: str = EVERY
	decided_on: datetime | None = None
	dealership: str | None = None
	evidence: str | None = None
	# Of the words that the customer read or signed.
	text_version: str | None = None


def note(decisions: Sequence[Decision]) -> list[str]:
	"""Add decisions in the caller's transaction; the names of their rows."""
	moment, user = now(), frappe.session.user
	rows = [
		(
			*(frappe.generate_hash(length=16), moment, moment, user, user, 0, 0, given.customer, given.purpose, given.channel_kind),
			*(given.decision, given.means, given.decided_on or now_datetime(), given.dealership, user, given.evidence, given.text_version),
		)
		for given in decisions
	]
	frappe.db.bulk_insert(CONSENT, COLUMNS, rows)
	return [row[0] for row in rows]


def decisions_of(customers: Collection[str]) -> dict[str, list[Mapping]]:
	"""All decisions of each of the customers, the latest last; one query."""
	rows = frappe.get_all(
		CONSENT,
		{"customer": ["in", list(customers) or [""]]},
		["customer", "purpose", "channel_kind", "decision"],
		order_by="decided_on, creation, name",
		limit_page_length=0,
	)
	found: dict[str, list[Mapping]] = {}
	for row in rows:
		found.setdefault(row.customer, []).append(row)
	return found
