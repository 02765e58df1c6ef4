"""Whether database and Redis answer, within a second each: a probe that hangs says nothing."""

from collections.abc import Callable

import frappe
import redis
from frappe.utils import get_bench_id
from frappe.utils.background_jobs import get_redis_conn

SECONDS = 1
DATABASE, CACHE, QUEUE = "database", "cache", "queue"


def answering() -> dict[str, bool]:
	"""By part; the database, the cache, the queue of jobs."""
	return {DATABASE: _does(_ask_database), CACHE: _does(_ask_cache), QUEUE: _does(queue_connection)}


def queue_connection() -> redis.Redis:
	"""To the queue, and it answers. Frappe's own tries again for five seconds first.

	Raises:
		redis.exceptions.RedisError
	"""
	connection = get_redis_conn() if frappe.conf.redis_queue_sentinel_enabled else _impatient(frappe.conf.redis_queue, **_queue_user())
	connection.ping()
	return connection


def _ask_database() -> None:
	frappe.db.sql("select 1")


def _ask_cache() -> None:
	cache = frappe.cache() if frappe.conf.redis_cache_sentinel_enabled else _impatient(frappe.conf.redis_cache)
	cache.ping()


def _impatient(address: str, **user: str | None) -> redis.Redis:
	return redis.from_url(address, socket_timeout=SECONDS, socket_connect_timeout=SECONDS, **user)


def _queue_user() -> dict[str, str | None]:
	if not frappe.conf.use_rq_auth:
		return {}
	return {"username": frappe.conf.rq_username or get_bench_id(), "password": frappe.conf.rq_password}


def _does(ask: Callable[[], object]) -> bool:
	try:
		ask()
		return True
	except (redis.exceptions.RedisError, OSError, frappe.db.OperationalError, frappe.db.InternalError):
		return False
