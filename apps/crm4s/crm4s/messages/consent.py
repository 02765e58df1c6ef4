"""Who may be written about what, by which channel: the latest decision counts. Rows of C4S Consent, written here and in its form."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import frappe
from frappe.utils import now, now_datetime

from crm4s.messages.kinds import EVERY

CONSENT = "C4S Consent"
GIVEN, WITHDRAWN = "Given", "Withdrawn"
COLUMNS = (
	*("name", "creation", "modified", "owner", "modified_by", "docstatus", "idx", "customer", "purpose", "channel_kind"),
	*("decision", "means", "decided_on", "dealership", "noted_by", "evidence"),
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


def note(decisions: Sequence[Decision]) -> None:
	"""Add decisions in the caller's transaction."""
	moment, user = now(), frappe.session.user
	rows = [
		(
			*(frappe.generate_hash(length=16), moment, moment, user, user, 0, 0, given.customer, given.purpose, given.channel_kind),
			*(given.decision, given.means, given.decided_on or now_datetime(), given.dealership, user, given.evidence),
		)
		for given in decisions
	]
	frappe.db.bulk_insert(CONSENT, COLUMNS, rows)


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


def standing(decisions: Iterable[Mapping], purpose: str, channel_kind: str) -> str | None:
	"""The latest decision that covers the purpose and the channel, by name or as one of all; None if there is none."""
	covering = [
		row["decision"]
		for row in decisions
		if (not row["purpose"] or row["purpose"] == purpose) and row["channel_kind"] in (channel_kind, EVERY)
	]
	return covering[-1] if covering else None


def refused_by_name(decisions: Iterable[Mapping], purpose: str, channel_kind: str) -> bool:
	"""Whether the customer withdrew from this very purpose, which holds for purposes that need no consent, too."""
	return standing([row for row in decisions if row["purpose"] == purpose], purpose, channel_kind) == WITHDRAWN
