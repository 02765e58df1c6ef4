"""Counting in the cache, for limits of so many in so long."""

import frappe
from frappe.utils import cint


def count(key: str, seconds: int, by: int = 1) -> int:
	"""How often this was counted since the first of these seconds, this time included.

	Args:
		by: 0 to look without counting.
	"""
	cache = frappe.cache()
	name = cache.make_key(key)
	number = cint(cache.incrby(name, by))
	if number <= by:
		cache.expire(name, seconds)
	return number


def forget(key: str) -> None:
	"""Begin again at nothing."""
	cache = frappe.cache()
	cache.delete(cache.make_key(key))
