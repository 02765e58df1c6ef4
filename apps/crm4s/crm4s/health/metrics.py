"""The metrics, each with what it means, and how Prometheus reads them. Pure: what a metric's number is, is worked out elsewhere.

Nobody is named in them: labels are parts of the system, queues, and methods of ours.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily

# Numbers of rows are counted up to here: beyond, how many exactly changes nothing, and counting them costs.
HIGHEST = 10_000

# Values of a metric by those of its labels, in their order; one without labels has its value under ().
Values = Mapping[tuple[str, ...], float]


@dataclass(frozen=True)
class Metric:
	says: str
	labels: tuple[str, ...] = ()


METRICS = {
	"crm4s_build_info": Metric("1; which versions run", ("crm4s", "frappe")),
	"crm4s_up": Metric("Whether the part answers: database, cache, queue", ("part",)),
	"crm4s_part_ok": Metric("Whether the part is within the limits set in C4S Monitoring", ("part",)),
	"crm4s_queue_jobs": Metric("Jobs that wait in the queue", ("queue",)),
	"crm4s_queue_oldest_seconds": Metric("How long the job whose turn is next has waited", ("queue",)),
	"crm4s_queue_failed_jobs": Metric("Jobs that ended with an error and are still kept", ("queue",)),
	"crm4s_queue_workers": Metric("Workers that serve the queue", ("queue",)),
	"crm4s_scheduler_on": Metric("Whether jobs by the clock are switched on"),
	"crm4s_scheduler_last_start_timestamp_seconds": Metric("When the newest job by the clock began"),
	"crm4s_job_last_start_timestamp_seconds": Metric("When this job by the clock began last", ("method",)),
	"crm4s_jobs_failed_last_hour": Metric(f"Jobs by the clock that ended with an error within an hour, up to {HIGHEST}"),
	"crm4s_errors_last_hour": Metric(f"Entries of the error log within an hour, up to {HIGHEST}"),
	"crm4s_messages_due": Metric(f"Messages to customers that are due and not sent, up to {HIGHEST}"),
	"crm4s_messages_oldest_due_seconds": Metric("For how long the oldest of them is due"),
	"crm4s_letters_waiting": Metric(f"E-mails that wait in Frappe's queue, up to {HIGHEST}"),
	"crm4s_deliveries_waiting": Metric(f"Deliveries to connected systems that wait, up to {HIGHEST}"),
	"crm4s_deliveries_oldest_seconds": Metric("How long the oldest of them has waited"),
	"crm4s_deliveries_dead": Metric(f"Deliveries that were given up and wait for a person, up to {HIGHEST}"),
	"crm4s_deliveries_changes_behind": Metric("Changes of which the slowest connected system has not heard"),
	"crm4s_last_backup_timestamp_seconds": Metric("When the last backup was made; missing where nobody said so"),
	"crm4s_collecting_seconds": Metric("How long it took to work out these numbers"),
}


class _Collector:
	def __init__(self, figures: Mapping[str, Values]):
		self.figures = figures

	def collect(self) -> Iterator[GaugeMetricFamily]:
		for name, metric in METRICS.items():
			family = GaugeMetricFamily(name, metric.says, labels=metric.labels)
			for labels, value in self.figures.get(name, {}).items():
				family.add_metric(labels, value)
			yield family


def as_text(figures: Mapping[str, Values]) -> bytes:
	"""In Prometheus' text format, UTF-8; what is not known has no line of its own.

	Raises:
		ValueError: a figure that is none of METRICS.
	"""
	if unknown := set(figures) - set(METRICS):
		raise ValueError(f"No metrics: {', '.join(sorted(unknown))}")
	registry = CollectorRegistry(auto_describe=False)
	registry.register(_Collector(figures))
	return generate_latest(registry)
