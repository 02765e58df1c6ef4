"""The moments of the new moon, computed and not looked up, as a judge over the calendar's tables.

J. Meeus, Astronomical Algorithms, 2nd ed., chapter 49 (error below 20 seconds in the 20th and 21st century).
"""

from datetime import datetime, timedelta
from itertools import pairwise
from math import radians, sin

# Coefficient in days, power of the eccentricity of the earth's orbit, multiples of M, M' and F.
_PERIODIC = (
	(-0.40720, 0, 0, 1, 0), (0.17241, 1, 1, 0, 0), (0.01608, 0, 0, 2, 0), (0.01039, 0, 0, 0, 2), (0.00739, 1, -1, 1, 0),
	(-0.00514, 1, 1, 1, 0), (0.00208, 2, 2, 0, 0), (-0.00111, 0, 0, 1, -2), (-0.00057, 0, 0, 1, 2), (0.00056, 1, 1, 2, 0),
	(-0.00042, 0, 0, 3, 0), (0.00042, 1, 1, 0, 2), (0.00038, 1, 1, 0, -2), (-0.00024, 1, -1, 2, 0), (-0.00007, 0, 2, 1, 0),
	(0.00004, 0, 0, 2, -2), (0.00004, 0, 3, 0, 0), (0.00003, 0, 1, 1, -2), (0.00003, 0, 0, 2, 2), (-0.00003, 0, 1, 1, 2),
	(0.00003, 0, -1, 1, 2), (-0.00002, 0, -1, 1, -2), (-0.00002, 0, 1, 3, 0), (0.00002, 0, 0, 4, 0),
)
# Coefficient in millionths of a day, angle at k = 0 and its growth with k, in degrees.
_PLANETARY = (
	(325, 299.77, 0.107408), (165, 251.88, 0.016321), (164, 251.83, 26.651886), (126, 349.42, 36.412478),
	(110, 84.66, 18.206239), (62, 141.74, 53.303771), (60, 207.14, 2.453732), (56, 154.84, 7.306860), (47, 34.52, 27.261239),
	(42, 207.19, 0.121824), (40, 291.34, 1.844379), (37, 161.72, 24.198154), (35, 239.56, 25.513099), (23, 331.55, 3.592518),
)
# Terrestrial minus universal time in seconds, observed to 2020 and then a guess.
_DELTA_T = ((1900, -3), (1920, 21), (1940, 24), (1960, 33), (1980, 51), (2000, 64), (2020, 69), (2100, 120))


def new_moon_in_china(k: int) -> datetime:
	"""The new moon number `k` counted from the one of 6 January 2000, in the time of 120° east."""
	t = k / 1236.85
	eccentricity = 1 - 0.002516 * t - 0.0000074 * t**2
	sun = 2.5534 + 29.10535670 * k - 0.0000014 * t**2
	moon = 201.5643 + 385.81693528 * k + 0.0107582 * t**2 + 0.00001238 * t**3
	latitude = 160.7108 + 390.67050284 * k - 0.0016118 * t**2 - 0.00000227 * t**3
	node = 124.7746 - 1.56375588 * k + 0.0020672 * t**2 + 0.00000215 * t**3
	days = 29.530588861 * k + 0.00015437 * t**2 - 0.000000150 * t**3 - 0.00017 * sin(radians(node))
	days += sum(
		size * eccentricity**power * sin(radians(of_sun * sun + of_moon * moon + of_latitude * latitude))
		for size, power, of_sun, of_moon, of_latitude in _PERIODIC
	)
	days += sum(size / 1e6 * sin(radians(start + growth * k)) for size, start, growth in _PLANETARY)
	# Julian day 2451550.09766 is 6 January 2000, 14:20:37.8 terrestrial time.
	moment = datetime(2000, 1, 6, 14, 20, 37, 824000) + timedelta(days=days)
	return moment - timedelta(seconds=_delta_t(moment.year)) + timedelta(hours=8)


def _delta_t(year: int) -> float:
	for (start, at_start), (end, at_end) in pairwise(_DELTA_T):
		if year <= end:
			return at_start + (at_end - at_start) * (year - start) / (end - start)
	raise ValueError(year)
