"""How fast the service desk is: the forecast of a million cars, free times, the job board, and a crowd on the last slots.

	python3 -m benchmarks.service

Fills an instance of its own once (a quarter of an hour, 5 GB) and keeps it, so that the next run only measures; data of another size or
recipe are made anew, those of `--rows` in a second instance. Says as well how well the forecast tells the next reading.
"""

from benchmarks import harness
from embedded.console import step
from embedded.instance import Instance

ROWS = 1_000_000
FULL = Instance("benchmark-service", "service.localhost", 8330, durable=True, buffer_pool_megabytes=1024)
TRIAL = Instance("benchmark-service-trial", "servicetrial.localhost", 8340, durable=True, buffer_pool_megabytes=512)
FILLED, FILL = "benchmarks.service_fill:filled", "benchmarks.service_fill:fill"
INSIDE = "benchmarks.service_inside:"
NOTES = (
	"Readings are named in the order of the cars; with random names as in life they lie apart, which the forecast does not meet: it reads an index that holds all it needs.",
	"A saved reading, car or plan writes its forecast at once. Every night those are done that something happened to, every week all: the first row of the jobs is the worst case, after an update that changed the rule.",
)


def main() -> int:
	parser = harness.arguments(__doc__.splitlines()[0])
	parser.add_argument("--rows", type=int, default=ROWS, help="so many cars instead of a million; writes no page")
	options = parser.parse_args()
	result = run(FULL if options.rows == ROWS else TRIAL, options)
	text = page(result)
	print(text)
	if not options.no_page and options.rows == ROWS:
		harness.write_page("service", text)
	return 0 if is_right(result) else 1


def run(instance: Instance, options) -> dict:
	harness.drop_unless_filled(instance, FILLED, options)
	with harness.crm(options.no_setup, instance):
		with step(f"{options.rows:,} cars"):
			filled = harness.call_inside(FILL, instance, rows=options.rows)
		forecast = harness.call_inside(f"{INSIDE}forecast", instance, filled=filled)
		desk = harness.call_inside(f"{INSIDE}desk", instance)
		crowd = harness.call_inside(f"{INSIDE}crowd", instance)
		accuracy = harness.call_inside("benchmarks.accuracy:compare", instance)
	return {**forecast, **desk, "crowd": crowd, "accuracy": accuracy, "filled": filled}


def is_right(result: dict) -> bool:
	in_time = all(row["met"] for row in (*result["measured"], *result["jobs"]) if row["target"])
	return in_time and not result["differ"] and is_exact(result["crowd"])


def is_exact(crowd: dict) -> bool:
	"""Every slot went to one person, and nobody heard anything but that it was taken."""
	taken = crowd["won"] == crowd["appointments"] == crowd["slots"]
	return taken and crowd["won"] + crowd["refused"] == crowd["people"] and not crowd["twice"] and not crowd["other"]


def page(result: dict) -> str:
	jobs = harness.table_of_jobs(result["jobs"], "cars")
	measured = harness.table_of_questions(result["measured"])
	crowd, rows = result["crowd"], result["filled"]["rows"]
	accuracy = harness.table(
		("cars", "number", "rule", "median error km", "mean error km", "one in ten errs by km"),
		[(row["fleet"], row["cars"], row["rule"], row["median"], row["mean"], row["high"]) for row in result["accuracy"]],
	)
	notes = "\n".join(f"* {note}" for note in NOTES)
	return (
		f"## The service desk at {rows:,} cars\n\n`python3 -m benchmarks.service` · {harness.machine()} · MariaDB with a buffer pool of"
		f" {FULL.buffer_pool_megabytes:,} MB, every commit on disk\n\n"
		f"{rows:,} cars with {result['readings']:,} odometer readings. Filled in {result['filled']['seconds'] / 60:,.0f} minutes.\n\n{jobs}\n\n"
		f"{result['compared']:,} of these cars were computed one by one as well, by the rule for one car: {len(result['differ'])} differ.\n\n"
		f"{measured}\n\nThe store of these has {result['booked']:,} bookings ahead.\n\n"
		f"{crowd['people']:,} people want one of {crowd['slots']} slots, over {crowd['connections']} connections at once: {crowd['won']} got one,"
		f" {crowd['refused']} heard that it was taken and what is free next, {crowd['twice']} slots went twice; {crowd['seconds']:,.0f} s, the slowest answer"
		f" {crowd['slowest']:,.1f} s. {'Exactly as many as there are slots.' if is_exact(crowd) else '**Not as many as there are slots.**'}\n\n"
		f"### How well the next reading is told\n\nThe last reading of each car with at least four is held out and told from those before.\n\n{accuracy}\n\n{notes}"
	)


if __name__ == "__main__":
	raise SystemExit(main())
