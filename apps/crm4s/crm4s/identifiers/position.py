"""Where something is on the earth, as people type it, and how far two places are apart. Pure: degrees and kilometres, no map.

Maps in China shift positions by up to some hundred metres (GCJ-02); to choose the nearest of several teams that does not matter.
"""

import re
from math import asin, cos, radians, sin, sqrt
from typing import NamedTuple

from crm4s.identifiers.problem import Problem

# The mean radius of the earth (IUGG).
EARTH_RADIUS_KM = 6371.0088
CHINA = "CN"
_NUMBER = r"[-+]?\d{1,3}(?:\.\d+)?"
_PAIR = re.compile(rf"\s*({_NUMBER})\s*[,，;；\s]\s*({_NUMBER})\s*")
EXAMPLE = "31.2304, 121.4737"


class Position(NamedTuple):
	"""In degrees; north and east are positive."""

	latitude: float
	longitude: float


# The corners of a rectangle around China with its islands.
SOUTH_WEST, NORTH_EAST = Position(3.4, 73.4), Position(53.6, 135.1)


def distance_km(one: Position, other: Position) -> float:
	"""The great-circle distance in kilometres (haversine formula, R. W. Sinnott, Sky and Telescope 68, 1984)."""
	latitudes = radians(one.latitude), radians(other.latitude)
	height = sin((latitudes[1] - latitudes[0]) / 2) ** 2
	width = cos(latitudes[0]) * cos(latitudes[1]) * sin(radians(other.longitude - one.longitude) / 2) ** 2
	return 2 * EARTH_RADIUS_KM * asin(sqrt(min(1.0, height + width)))


def is_in_china(position: Position) -> bool:
	return all(low <= value <= high for low, value, high in zip(SOUTH_WEST, position, NORTH_EAST, strict=True))


def read_position(text: str, region: str = CHINA) -> Position:
	"""The position in a text such as "31.2304, 121.4737"; in China also with the longitude first, as some maps copy it.

	Raises:
		Problem: two numbers of degrees cannot be read, or the place cannot be in the region.
	"""
	match = _PAIR.fullmatch(text)
	if not match:
		raise Problem("{value} is no position; enter latitude and longitude like {example}.", value=text.strip(), example=EXAMPLE)
	position = Position(*map(float, match.groups()))
	if region == CHINA and not is_in_china(position) and is_in_china(Position(*reversed(position))):
		position = Position(*reversed(position))
	return checked_position(position.latitude, position.longitude, region)


def checked_position(latitude: float, longitude: float, region: str = CHINA) -> Position:
	"""The position, if it can be one; where the group works in China it has to lie there.

	Raises:
		Problem: it cannot.
	"""
	position = Position(latitude, longitude)
	if region == CHINA and not is_in_china(position):
		if is_in_china(Position(longitude, latitude)):
			raise Problem("Latitude and longitude are exchanged: in China the latitude is the smaller number.")
		raise Problem("The position {latitude}, {longitude} does not lie in China; check both numbers.", latitude=latitude, longitude=longitude)
	if not (abs(latitude) <= 90 and abs(longitude) <= 180):
		raise Problem("Latitude must lie between -90 and 90 degrees and longitude between -180 and 180.")
	return position
