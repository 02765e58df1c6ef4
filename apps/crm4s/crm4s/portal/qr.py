"""A text as a QR code that a page draws itself: nothing is asked of another server, and nothing is stored."""

from itertools import groupby

import pyqrcode

# White around it, so that a camera finds it.
MARGIN = 4


def drawing_of(text: str) -> tuple[int, str]:
	"""The side of the code in squares, its margin included, and the path (SVG) of its dark ones.

	Raises:
		ValueError: the text is empty or too long for a code.
	"""
	rows = pyqrcode.create(text, error="M").code
	path = "".join(_row(number, row) for number, row in enumerate(rows))
	return len(rows) + 2 * MARGIN, path


def _row(number: int, row) -> str:
	found, column = [], 0
	for is_dark, squares in groupby(row):
		length = len(list(squares))
		if is_dark:
			found.append(f"M{column + MARGIN} {number + MARGIN}h{length}v1h-{length}z")
		column += length
	return "".join(found)
