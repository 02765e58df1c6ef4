"""Moments as people enter them. Pure."""

from datetime import datetime


def not_before(moment: datetime, earliest: datetime) -> datetime:
	"""`moment`, or `earliest` where both lie in the same minute: forms show and enter times to the minute, the server writes fractions of a second.

	What was entered in the minute of something did not happen before it.
	"""
	return earliest if moment < earliest and _minute(moment) == _minute(earliest) else moment


def _minute(moment: datetime) -> datetime:
	return moment.replace(second=0, microsecond=0)
