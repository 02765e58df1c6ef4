"""Where the sun stands, computed and not looked up, as a judge over the table of the solar terms.

J. Meeus, Astronomical Algorithms, 2nd ed., chapter 25, lower accuracy: within 0.01°, a quarter of an hour of the sun's way.
"""

from datetime import date, datetime
from math import radians, sin

_NOON_OF_2000 = datetime(2000, 1, 1, 12)
_HOURS_EAST = 8
# Terrestrial minus universal time is a minute or two, which moves the sun by a twentieth of the error.


def longitude_at_midnight_in_china(day: date) -> float:
	"""Apparent longitude of the sun, in degrees from 0 to 360, when `day` begins at 120° east."""
	midnight = datetime(day.year, day.month, day.day)
	centuries = ((midnight - _NOON_OF_2000).total_seconds() / 86400 - _HOURS_EAST / 24) / 36525
	mean = 280.46646 + 36000.76983 * centuries + 0.0003032 * centuries**2
	anomaly = radians(357.52911 + 35999.05029 * centuries - 0.0001537 * centuries**2)
	centre = (
		(1.914602 - 0.004817 * centuries - 0.000014 * centuries**2) * sin(anomaly)
		+ (0.019993 - 0.000101 * centuries) * sin(2 * anomaly)
		+ 0.000289 * sin(3 * anomaly)
	)
	node = radians(125.04 - 1934.136 * centuries)
	return (mean + centre - 0.00569 - 0.00478 * sin(node)) % 360
