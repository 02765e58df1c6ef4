import re
from unittest import TestCase

import pyqrcode

from crm4s.portal import qr


class TestDrawing(TestCase):
	def test_each_dark_square_is_drawn_where_it_is_and_none_else(self):
		side, path = qr.drawing_of("AB12CD34EF")
		code = pyqrcode.create("AB12CD34EF", error="M").code
		self.assertEqual(len(code) + 8, side)
		drawn = {(int(x) + step, int(y)) for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)", path) for step in range(int(length))}
		self.assertEqual({(x + 4, y + 4) for y, row in enumerate(code) for x, dark in enumerate(row) if dark}, drawn)

	def test_what_is_too_long_is_no_code(self):
		with self.assertRaises(ValueError):
			qr.drawing_of("9" * 9000)
