"""Which parts stand as they should: numbers held against the limits that an administrator set. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from crm4s.health.metrics import Values

# Long jobs may wait for one another all night; those of the other queues are somebody's who waits.
PROMPT_QUEUES = ("short", "default")


@dataclass(frozen=True)
class Limits:
	"""In seconds; 0 where nobody wants to be told."""

	scheduler: float
	jobs: float
	messages: float
	deliveries: float
	backup: float


def parts_of(figures: Mapping[str, Values], limits: Limits, now: float) -> dict[str, bool]:
	"""Whether each part is as it should be; without parts that nobody wants to be told of.

	Args:
		now: seconds since 1970.
	"""
	answers = {part: value == 1 for (part,), value in figures["crm4s_up"].items()}
	looked_at = {
		"scheduler": (limits.scheduler, _since(figures, "crm4s_scheduler_last_start_timestamp_seconds", now)),
		"jobs": (limits.jobs, _longest_wait(figures.get("crm4s_queue_oldest_seconds", {}))),
		"messages": (limits.messages, _one(figures, "crm4s_messages_oldest_due_seconds", 0)),
		"deliveries": (limits.deliveries, _one(figures, "crm4s_deliveries_oldest_seconds", 0)),
		"backup": (limits.backup, _since(figures, "crm4s_last_backup_timestamp_seconds", now)),
	}
	found = answers | {part: seconds <= limit for part, (limit, seconds) in looked_at.items() if limit}
	if "crm4s_queue_workers" in figures:
		found["workers"] = all(count > 0 for count in figures["crm4s_queue_workers"].values())
	if limits.scheduler and not _one(figures, "crm4s_scheduler_on", 0):
		found["scheduler"] = False
	return found


def _one(figures: Mapping[str, Values], name: str, unknown: float) -> float:
	return figures.get(name, {}).get((), unknown)


def _since(figures: Mapping[str, Values], name: str, now: float) -> float:
	return now - _one(figures, name, float("-inf"))


def _longest_wait(waits: Values) -> float:
	return max((seconds for (queue,), seconds in waits.items() if queue in PROMPT_QUEUES), default=0)
