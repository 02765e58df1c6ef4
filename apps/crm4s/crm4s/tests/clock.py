"""The clock stopped at a moment of the site's own time; freezegun speaks of UTC."""

from datetime import datetime, timezone

import pytz
from frappe.utils import get_system_timezone
from freezegun import freeze_time


def stopped_at(moment: datetime):
	"""A block in which `now_datetime()` is `moment`."""
	# The site's offset of that day: somewhere the clocks change in between.
	return freeze_time(pytz.timezone(get_system_timezone()).localize(moment).astimezone(timezone.utc).replace(tzinfo=None))
