"""Moments of the site, which are without a zone in the database, as seconds since 1970."""

from datetime import datetime
from zoneinfo import ZoneInfo

from frappe.utils import get_datetime
from frappe.utils.data import get_system_timezone


def seconds_of(moment: datetime | str) -> float:
	return get_datetime(moment).replace(tzinfo=ZoneInfo(get_system_timezone())).timestamp()
