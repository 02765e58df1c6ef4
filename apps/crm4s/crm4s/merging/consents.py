"""What two files said about being written to, once they are one: whoever said no in one of them has said no.

All decisions of both files stay with their evidence. The latest one counts, as always; so where one file says no to a purpose and a channel and the later word
of the other would overrule it, a withdrawal is added. Silence is no decision: what one file allows and the other never spoke of stays allowed.
"""

import frappe
from frappe import _

from crm4s.merging.record import Record
from crm4s.messages.consent import CONSENT, Decision, decisions_of, note
from crm4s.messages.kinds import KINDS
from crm4s.messages.standing import WITHDRAWN, refused_by_name, standing

MEANS = "Merge of Two Files"


def join(remaining: str, said_before: dict[str, list], record: Record) -> None:
	"""Add what keeps the stricter of two words, after the rows of both files stand in one.

	Args:
		said_before: file → its decisions, as `decisions_of` gives them, of before the merge.
	"""
	said = decisions_of([remaining]).get(remaining, [])
	refused = [
		(purpose, kind)
		for purpose in frappe.get_all("C4S Contact Purpose", pluck="name", order_by="name")
		for kind in KINDS
		if any(_is_stricter(one, said, purpose, kind) for one in said_before.values())
	]
	evidence = _("{0}: one of the two files says no.").format(record.merge)
	rows = [Decision(remaining, WITHDRAWN, MEANS, purpose, kind, evidence=evidence) for purpose, kind in refused]
	if rows:
		record.added(CONSENT, note(rows))


def _is_stricter(one: list, both: list, purpose: str, kind: str) -> bool:
	"""Whether one of the files refused what both together would allow."""
	return any(refuses(one, purpose, kind) and not refuses(both, purpose, kind) for refuses in (_refuses, refused_by_name))


def _refuses(said: list, purpose: str, kind: str) -> bool:
	return standing(said, purpose, kind) == WITHDRAWN
