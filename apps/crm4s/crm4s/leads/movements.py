"""The log of who had a lead: the only writer of C4S Lead Movement, one row each time a lead changes hands."""

from collections.abc import Iterable, Mapping

import frappe
from frappe.utils import now_datetime

MOVEMENT = "C4S Lead Movement"
FIELDS = (
	"name", "lead", "dealership", "movement", "from_user", "to_user", "rule", "reason", "moved_on", "moved_by", "owner", "creation", "modified", "modified_by",
)


def log_movements(rows: Iterable[Mapping]) -> None:
	"""Insert the rows; each has lead, dealership, movement and what is known of from_user, to_user, rule, reason."""
	now, user = now_datetime(), frappe.session.user
	common = {"moved_on": now, "moved_by": user, "owner": user, "creation": now, "modified": now, "modified_by": user}
	values = [tuple({**row, **common, "name": frappe.generate_hash(length=16)}.get(field) for field in FIELDS) for row in rows]
	if values:
		frappe.db.bulk_insert(MOVEMENT, FIELDS, values, chunk_size=5000)
