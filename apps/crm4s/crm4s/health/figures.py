"""All numbers at once, by the name of their metric. What is not reached has none; what is reached is told nevertheless."""

import time

import frappe
import redis

import crm4s
from crm4s.health import backlog, backups, clock, queues
from crm4s.health.metrics import Values
from crm4s.health.reach import DATABASE, QUEUE, answering, queue_connection
from crm4s.health.standing import Limits, parts_of
from crm4s.settings import setting

SETTINGS = "C4S Monitoring"
MINUTE, HOUR = 60, 3600


def gathered() -> dict[str, Values]:
	"""Every figure that can be had now; see metrics.METRICS."""
	began = time.monotonic()
	answers = answering()
	found: dict[str, Values] = {
		"crm4s_build_info": {(crm4s.__version__, frappe.__version__): 1},
		"crm4s_up": {(part,): int(does) for part, does in answers.items()},
	}
	if answers[QUEUE]:
		found |= _of_queues()
	if answers[DATABASE]:
		found |= {**clock.figures(), **backlog.figures(), **backups.figures()}
	found["crm4s_part_ok"] = {(part,): int(ok) for part, ok in parts_of(found, limits(), time.time()).items()}
	found["crm4s_collecting_seconds"] = {(): round(time.monotonic() - began, 4)}
	return found


def limits() -> Limits:
	"""As the administrator set them."""
	minutes = {part: setting(f"{part}_minutes", SETTINGS) * MINUTE for part in ("scheduler", "jobs", "messages", "deliveries")}
	return Limits(**minutes, backup=setting("backup_hours", SETTINGS) * HOUR)


def _of_queues() -> dict[str, Values]:
	try:
		return dict(queues.figures(queue_connection()))
	except redis.exceptions.RedisError:
		return {}
