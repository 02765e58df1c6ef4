"""How fast a dealer management system's service orders are taken in over HTTP, from a thousand to a million, beside one by one and LOAD DATA.

	python3 -m benchmarks.dms [--large]
	python3 -m benchmarks.dms --requests [--large]

Starts the embedded server as `./run start` does, in an instance of its own, sets up a link, sends customers and cars, then service orders with jobs and parts
as packed files, which a job works off, and by requests over several connections at once: new ones, the same again, and again with every tenth changed. Beside
that the framework's own REST one by one, and the rows of the largest size but a million by LOAD DATA into copies of their tables. `--requests` sends by requests alone,
`--at` to a CRM that runs already, without what needs its machine.
Writes the table into docs/benchmarks.md and the picture docs/images/dms-speed.svg.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import dms_records as records, harness, plot
from benchmarks.dms_link import Link
from benchmarks.dms_pushing import sent, written
from benchmarks.watching import Watch
from embedded.console import say, step
from embedded.instance import Instance
from embedded.processes import Processes

INSTANCE = Instance("benchmark-dms", "dms.localhost", 8370, durable=True, buffer_pool_megabytes=1024)
SIZES, LARGE, LOADED = (1_000, 10_000, 100_000), 1_000_000, 100_000
OF_ONE_REQUEST, CONNECTIONS, ONE_BY_ONE = 1000, 4, 300
# What a size smaller than this takes says little of a second.
STEADY = 100_000
NEEDED_PER_SECOND, NEEDED_TIMES = 3_000, 25
# What the processes may grow by from the second quarter of the time to the last.
FLAT_MB = 64
PICTURE = harness.PAGE.parent / "images" / "dms-speed.svg"
NEW, SAME, CHANGED = "new", "the same again", "every tenth changed"
FILES, REQUESTS = "files", "requests"


@dataclass
class Taken:
	"""What one sending took; memory by group of processes, empty where they are another machine's."""

	what: str
	rows: int
	seconds: float
	counts: dict[str, int]
	load: float
	processor: Mapping[str, float] = field(default_factory=dict)
	megabytes: Mapping[str, float] = field(default_factory=dict)
	grew: float = 0.0

	@property
	def per_second(self) -> float:
		return self.rows / self.seconds


class Benchmark:
	"""
	Args:
		links: a connection each.
		running: the processes, None where the CRM is somewhere else.
	"""

	def __init__(self, links: Sequence[Link], running: Processes | None):
		self.links, self.link, self.running = links, links[0], running

	def size(self, orders: int, ways: Sequence[str]) -> dict:
		"""What each way took, by {way: {NEW, SAME, CHANGED}}; each sends numbers of its own for the same cars."""
		for entity, made in (("customer", records.customers(orders)), ("vehicle", records.vehicles(orders))):
			self.upload(f"{entity}s for {orders:,} orders", entity, made, records.cars_of(orders))
		return {"orders": orders, **{way: self.way(way, orders) for way in ways}}

	def way(self, way: str, orders: int) -> dict[str, Taken]:
		send, mark = {FILES: (self.upload, "R"), REQUESTS: (self.push, "Q")}[way]
		each = {}
		for what in (NEW, SAME, CHANGED):
			made = records.service_orders(orders, changed=what == CHANGED, mark=mark)
			each[what] = send(f"{orders:,} service orders by {way}, {what}", "service_order", made, orders)
		return each

	def upload(self, what: str, entity: str, made: Iterable[dict], rows: int) -> Taken:
		with tempfile.TemporaryDirectory() as folder:
			files = []
			for number, file in enumerate(records.packed(made)):
				files.append(Path(folder) / str(number))
				files[-1].write_bytes(file)
			return self.measured(what, rows, lambda: self.link.wait_for([self.link.upload(entity, file.read_bytes()) for file in files]))

	def push(self, what: str, entity: str, made: Iterable[dict], rows: int) -> Taken:
		with tempfile.TemporaryDirectory() as folder:
			bodies = written(entity, records.in_requests(made, OF_ONE_REQUEST), Path(folder))
			return self.measured(what, rows, lambda: _sum(sent(self.links, bodies)))

	def one_by_one(self, orders: int, of: int, names: Mapping[str, str]) -> Taken:
		"""By the framework's REST, open ones, which is the least work: a settled one would take a second request."""
		self.link.connection.close()
		documents = [as_document(record, names) for _number, record in zip(range(orders), records.service_orders(of), strict=False)]
		return self.measured(f"{orders:,} service orders one by one", orders, lambda: _sum({"created": 1, "names": bool(self.link.insert("C4S Service Visit", document))} for document in documents))

	def measured(self, what: str, rows: int, work: Callable[[], dict[str, int]]) -> Taken:
		load = os.getloadavg()[0]
		with Watch(_groups(self.running)) if self.running else nullcontext() as watch:
			began = time.perf_counter()
			counts = work()
			seconds = time.perf_counter() - began
		taken = Taken(what, rows, seconds, {state: number for state, number in counts.items() if number}, load)
		if watch:
			taken.processor = watch.processor
			taken.megabytes = {group: watch.most(group) for group in watch.megabytes}
			taken.grew = max(_growth(watch.megabytes[group]) for group in ("web", "worker"))
		say(f"  {what}: {taken.per_second:,.0f}/s, load {load:.1f}, {taken.counts}")
		return taken


def main() -> int:
	parser = harness.arguments(__doc__.splitlines()[0])
	parser.add_argument("--large", action="store_true", help="a million as well")
	parser.add_argument("--requests", action="store_true", help="no files, no REST one by one, no LOAD DATA; writes no page")
	parser.add_argument("--orders", type=int, help="at most so many; writes no page")
	parser.add_argument("--at", help="the address of a CRM that runs; with --key, --secret and stores of the codes DMS-1 to DMS-3")
	parser.add_argument("--key")
	parser.add_argument("--secret")
	options = parser.parse_args()
	sizes = [size for size in (*SIZES, *((LARGE,) if options.large else ())) if not options.orders or size <= options.orders]
	result = at(options, sizes) if options.at else run(options, sizes)
	text = page(result)
	print(text)
	if not (options.no_page or options.orders or options.requests or options.at):
		harness.write_page("dms", text)
		PICTURE.write_text(picture(result))
	return 0 if is_right(result) else 1


def at(options: argparse.Namespace, sizes: list[int]) -> dict:
	return _sizes(Benchmark(_links(options.at, {"key": options.key, "secret": options.secret}), None), sizes, options)


def _links(site: str, account: dict[str, str]) -> list[Link]:
	return [Link(site, account) for _connection in range(CONNECTIONS)]


def run(options: argparse.Namespace, sizes: list[int]) -> dict:
	"""In an instance that is emptied first: numbers that were sent before would not be new."""
	with harness.crm(options.no_setup, INSTANCE) as running:
		harness.call_inside("benchmarks.dms_inside:clear", INSTANCE)
		account = harness.call_inside("benchmarks.dms_inside:ready", INSTANCE, stores=list(records.STORES))
		running.start_application(INSTANCE.default_port)
		benchmark = Benchmark(_links(f"http://127.0.0.1:{INSTANCE.default_port}", account), running)
		result = _sizes(benchmark, sizes, options)
		if options.requests:
			return result
		names = harness.call_inside("benchmarks.dms_inside:names", INSTANCE, link=account["link"], orders=sizes[0], count=ONE_BY_ONE)
		result["one_by_one"] = benchmark.one_by_one(ONE_BY_ONE, sizes[0], names)
		with step("LOAD DATA of the same rows"):
			result["loaded"] = harness.call_inside("benchmarks.dms_inside:load_data", INSTANCE, link=account["link"], orders=min(LOADED, sizes[-1]), mark="R")
	return result


def _sizes(benchmark: Benchmark, sizes: list[int], options: argparse.Namespace) -> dict:
	benchmark.upload("parts", "part", records.parts(), records.PARTS)
	ways = (REQUESTS,) if options.requests else (FILES, REQUESTS)
	return {"sizes": [benchmark.size(orders, ways) for orders in sizes]}


def _groups(running: Processes) -> dict[str, list[int]]:
	pids = {name: process.pid for name, process in running.running.items()}
	return {"web": [pids["web"]], "worker": [pids["worker_long"], pids["worker_short"]], "database": [pids["database"]]}


def _growth(samples: list[tuple[float, float]]) -> float:
	"""MB by which the workers grew from the first quarter of the time to the last, which is none where memory is flat."""
	quarter = max(len(samples) // 4, 1)
	most = [max(megabytes for _now, megabytes in part) for part in (samples[quarter : 2 * quarter] or samples, samples[-quarter:])]
	return most[1] - most[0]


def _sum(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
	summed: dict[str, int] = {}
	for each in counts:
		summed = {state: summed.get(state, 0) + number for state, number in each.items()}
	return summed


def as_document(record: dict, names: Mapping[str, str]) -> dict:
	"""A service order as the framework's REST takes it."""
	items = [{**{name: value for name, value in item.items() if name != "part_id"}, **({"part": names[item["part_id"]]} if "part_id" in item else {})} for item in record["items"]]
	about = {name: record[name] for name in ("dealership", "visit_kind", "odometer", "concern")}
	arrived = record["arrived_on"].removesuffix("+08:00").replace("T", " ")
	return {**about, "status": "Open", "arrived_on": arrived, "customer": names[record["customer_id"]], "vehicle": names[record["vehicle_id"]], "items": items}


def is_right(result: dict) -> bool:
	"""Fast enough by one of the ways at each size that says something, and flat by both."""
	steady = [size for size in result["sizes"] if size["orders"] >= STEADY]
	is_fast = all(fastest(size) >= NEEDED_PER_SECOND for size in steady)
	is_flat = all(taken.grew <= FLAT_MB for size in steady for way in ways_of(size) for taken in size[way].values())
	return is_fast and is_flat and ("one_by_one" not in result or times(result) >= NEEDED_TIMES)


def ways_of(size: dict) -> list[str]:
	return [way for way in (FILES, REQUESTS) if way in size]


def fastest(size: dict) -> float:
	"""New orders a second."""
	return max(size[way][NEW].per_second for way in ways_of(size))


def times(result: dict) -> float:
	return fastest(result["sizes"][-1]) / result["one_by_one"].per_second


def page(result: dict) -> str:
	rows = [_row(size["orders"], f"{what}, {way}", size[way][what]) for size in result["sizes"] for way in ways_of(size) for what in (NEW, SAME, CHANGED)]
	others = [result["one_by_one"]] if "one_by_one" in result else []
	headings = ("orders", "what", "seconds", "orders/s", "the workers' processor ms an order", "the web server's", "the database's", "web MB", "workers MB", "grew by MB", "load before")
	large = " --large" if result["sizes"][-1]["orders"] >= LARGE else ""
	text = (
		f"## Service orders from a dealer management system\n\n`python3 -m benchmarks.dms{large}` · {harness.machine()} · MariaDB with a buffer pool of"
		f" {INSTANCE.buffer_pool_megabytes:,} MB, every commit on disk\n\nThe embedded server with two web processes and two workers. Orders with a job or two and one to three parts, three lines and a half as a rule, an odometer"
		f" reading each; {records.VISITS_OF_A_CAR} orders of a car, in the order of time. From the first byte that is sent until the last answer can be fetched; files of"
		f" {records.LINES_OF_A_FILE:,} lines, requests of {OF_ONE_REQUEST:,} records over {CONNECTIONS} connections. Needed are {NEEDED_PER_SECOND:,} orders/s from {STEADY:,} on by one of"
		f" the two, and memory that grows by no more than {FLAT_MB} MB from the second quarter of the time to the last.\n\n{harness.table(headings, rows)}"
	)
	more = [(taken.what, taken.seconds, taken.per_second, taken.load) for taken in others]
	if loaded := result.get("loaded"):
		more.append((f"{loaded['orders']:,} service orders as {loaded['rows']:,} rows by LOAD DATA", loaded["seconds"], loaded["orders"] / loaded["seconds"], os.getloadavg()[0]))
	if more:
		text += f"\n\n{harness.table(('beside that', 'seconds', 'orders/s', 'load before'), more)}"
	if "one_by_one" in result:
		text += f"\n\nThe faster of the two is {times(result):,.0f} times as fast as one by one; needed are {NEEDED_TIMES}.\n\n![Speed and memory against size](images/dms-speed.svg)"
	return text


def _row(orders: int, what: str, taken: Taken) -> tuple:
	memory, processor = taken.megabytes, [taken.processor.get(group, 0.0) * 1000 / orders for group in ("worker", "web", "database")]
	return (orders, what, taken.seconds, taken.per_second, *processor, memory.get("web", 0.0), memory.get("worker", 0.0), taken.grew, taken.load)


def picture(result: dict) -> str:
	sizes = result["sizes"]
	ways = ways_of(sizes[0])
	lines = {f"orders/s, {what}, {way}": [(size["orders"], size[way][what].per_second) for size in sizes] for way in ways for what in (NEW, SAME)}
	for group, way in (("worker", FILES), ("web", REQUESTS)):
		if way in ways:
			lines[f"MB of {group} processes"] = [(size["orders"], size[way][NEW].megabytes[group]) for size in sizes]
	return plot.chart(lines, "service orders", "orders/s, MB")


if __name__ == "__main__":
	raise SystemExit(main())
