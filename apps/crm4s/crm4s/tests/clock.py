"""The clock stopped at a moment of the site's own time; freezegun speaks of UTC."""

from datetime import datetime, timedelta, timezone

from frappe.utils import now_datetime
from freezegun import freeze_time


def stopped_at(moment: datetime):
	"""A block in which `now_datetime()` is `moment`."""
	passed = now_datetime() - datetime.now(timezone.utc).replace(tzinfo=None)
	zone_minutes = round(passed.total_seconds() / 60)
	return freeze_time(moment - timedelta(minutes=zone_minutes))
