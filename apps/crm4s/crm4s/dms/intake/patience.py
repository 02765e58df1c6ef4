"""Work that others may be in the way of is done again in a moment."""

import random
import time
from collections.abc import Callable
from typing import TypeVar

import frappe

from crm4s.rows.writer import may_pass
from crm4s.runs import rollback

Answer = TypeVar("Answer")
ATTEMPTS = 5


def patiently(work: Callable[[bool], Answer]) -> Answer:
	"""What `work` answers, tried anew after a deadlock or where somebody else wrote the same row meanwhile; it is told whether this is the last try.

	Each try begins with a new look at the database, so the transaction must hold nothing else yet.
	"""
	for left in reversed(range(ATTEMPTS)):
		is_last = not left or bool(frappe.flags.in_test)
		try:
			return work(is_last)
		except Exception as error:
			if is_last or not may_pass(error):
				raise
			rollback()
			time.sleep(random.uniform(0.05, 0.3) * (ATTEMPTS - left))
	raise AssertionError("the last try answers or raises")
