"""How a trigger is asked."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from crm4s.care.due import Due

# Asked for each day once; for each day of a window that is looked at again, because what is due moves; for all that stands open now.
DAY, WINDOW, STANDING = "day", "window", "standing"


@dataclass(frozen=True)
class Trigger:
	"""
	Attributes:
		read: what happens on a day, slice by slice, for the customers that the rule means.
		asked: DAY, WINDOW or STANDING.
		index: type and columns by which the database finds that, so that a day costs what is due on it and not all there is.
	"""

	read: Callable[[Any, date], Iterator[list[Due]]]
	asked: str
	index: str
