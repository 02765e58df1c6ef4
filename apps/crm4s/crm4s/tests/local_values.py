"""What a test puts into the place of a request is gone after it."""

from collections.abc import Iterator
from contextlib import contextmanager

import frappe

OF_A_REQUEST = ("request", "request_ip", "form_dict", "flags")


@contextmanager
def local_values_as_they_were(*names: str) -> Iterator[None]:
	"""Restore these of `frappe.local` after the block. What was not there is not there again: a request that is None makes Frappe's pages fail in later tests."""
	before = {name: getattr(frappe.local, name) for name in names if hasattr(frappe.local, name)}
	try:
		yield
	finally:
		for name in names:
			if name in before:
				setattr(frappe.local, name, before[name])
			elif hasattr(frappe.local, name):
				delattr(frappe.local, name)
