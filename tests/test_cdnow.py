"""The short form of benchmarks/cdnow.py: 3,000 made-up purchases in its format, so that tests need no download."""

import random
from tempfile import NamedTemporaryFile

import frappe
from frappe.tests.utils import FrappeTestCase

from benchmarks import cdnow_inside

PURCHASES = 3000
# Documents are slow, and how slow is the benchmark's matter.
ONE_BY_ONE = 10


def made_up_log() -> str:
	chance, lines = random.Random(1), [" customer_id  date number_of_cds  dollar_value"]
	for _purchase in range(PURCHASES):
		day = f"{chance.choice((1997, 1998))}{chance.randint(1, 12):02d}{chance.randint(1, 28):02d}"
		lines.append(f" {chance.randint(1, 1000):05d} {day} {chance.randint(1, 5):2d} {chance.randint(0, 9999) / 100:.2f}")
	return "\n".join(lines)


class TestCdnow(FrappeTestCase):
	def tearDown(self):
		frappe.db.rollback()

	def test_purchases_are_taken_in_to_the_cent_and_once(self):
		with NamedTemporaryFile("w", suffix=".txt") as log:
			log.write(made_up_log())
			log.flush()
			result = cdnow_inside.measure(log.name, commit=False, sample=ONE_BY_ONE)
		self.assertTrue(result["is_right"], result)
		self.assertEqual(PURCHASES, result["checks"][0]["report"])
