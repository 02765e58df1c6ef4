"""Keeps what a process of the tests has read of document types.

Frappe forgets what it keeps beside Redis with every change of user, so tests, which change it all the time, spent a quarter of their time unpacking the
same descriptions. Redis is still asked each time: what is kept is used only for the same bytes.
"""

import pickle
from typing import Any

import frappe
import redis
from frappe.utils.redis_wrapper import RedisWrapper

METAS = "doctype_meta"


def keep_metas() -> None:
	"""From now on, in this process, the same bytes of a description are unpacked once. To be called before the first document is read."""
	ask, kept = RedisWrapper.hget, {}

	def hget(self, name: str, key: str, generator=None, shared: bool = False) -> Any:
		if name != METAS or not key:
			return ask(self, name, key, generator, shared)
		place = self.make_key(name, shared=shared)
		known = frappe.local.cache.setdefault(place, {})
		if key not in known and (packed := redis.Redis.hget(self, place, key)):
			if kept.get(key, (None,))[0] != packed:
				kept[key] = packed, pickle.loads(packed)
			known[key] = kept[key][1]
		return known.get(key) or ask(self, name, key, generator, shared)

	RedisWrapper.hget = hget
