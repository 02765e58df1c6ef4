"""Document numbers that conflicts with connected systems held in clear."""

import frappe

from crm4s.dms.intake.conflicts import CONFLICT
from crm4s.identifiers.masking import mask_identity_number
from crm4s.identity_numbers import ENTERED
from crm4s.sealing import seal


def execute():
	for row in frappe.get_all(CONFLICT, {"field": ENTERED}, ["name", "ours", "theirs", "theirs_as_sent"], order_by=None):
		if _is_clear(row.theirs_as_sent):
			masked = {side: mask_identity_number(row[side]) if row[side] else "" for side in ("ours", "theirs")}
			frappe.db.set_value(CONFLICT, row.name, {**masked, "theirs_as_sent": seal(row.theirs_as_sent)}, update_modified=False)


def _is_clear(said: str | None) -> bool:
	"""JSON of a text or of nothing; what is sealed begins with neither."""
	return (said or "").startswith(('"', "null"))
