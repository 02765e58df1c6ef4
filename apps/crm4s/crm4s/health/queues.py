"""Jobs that wait in Redis, and the workers that take them. The queues belong to the bench: with several sites, those of all."""

from collections.abc import Mapping
from datetime import datetime, timezone

import redis
from frappe.utils.background_jobs import generate_qname, get_queues_timeout
from rq import Queue, Worker
from rq.exceptions import NoSuchJobError
from rq.job import Job

from crm4s.health.metrics import Values


def figures(connection: redis.Redis) -> Mapping[str, Values]:
	"""A few questions to Redis for each queue, however many jobs wait."""
	queues = {name: Queue(generate_qname(name), connection=connection) for name in get_queues_timeout()}
	return {
		"crm4s_queue_jobs": {(name,): queue.count for name, queue in queues.items()},
		"crm4s_queue_oldest_seconds": {(name,): _wait(queue, connection) for name, queue in queues.items()},
		"crm4s_queue_failed_jobs": {(name,): connection.zcard(queue.failed_job_registry.key) for name, queue in queues.items()},
		"crm4s_queue_workers": {(name,): len(Worker.all(connection=connection, queue=queue)) for name, queue in queues.items()},
	}


def _wait(queue: Queue, connection: redis.Redis) -> float:
	for job in queue.get_job_ids(0, 1):
		try:
			since = Job.fetch(job, connection=connection).enqueued_at
		except NoSuchJobError:
			# A worker took it between the two questions.
			continue
		if since:
			since = since if since.tzinfo else since.replace(tzinfo=timezone.utc)
			return max((datetime.now(timezone.utc) - since).total_seconds(), 0)
	return 0
