"""How fast the sales desk answers at a million leads: lists, look-ups, assignment, the jobs of the night, and how much memory they take.

	python3 -m benchmarks.sales

Fills an instance of its own once (half an hour, 5 GB) and keeps it, so that the next run only measures; data of another size or recipe
are made anew, those of `--rows` in a second instance. Measured is the server's part, in the database that the fill left, each sample as another
request: Frappe's memory of the request is emptied before it, Redis and the database keep what they have.
"""

from benchmarks import harness
from embedded.console import step
from embedded.instance import Instance

ROWS = 1_000_000
FULL = Instance("benchmark-sales", "sales.localhost", 8310, durable=True, buffer_pool_megabytes=1024)
TRIAL = Instance("benchmark-sales-trial", "salestrial.localhost", 8320, durable=True, buffer_pool_megabytes=512)
FILLED, FILL = "benchmarks.sales_fill:filled", "benchmarks.sales_fill:fill"
MEASURE, WORK = "benchmarks.sales_inside:measure", "benchmarks.sales_inside:work"
NOTES = (
	"Of a server that has run for a while: in the first minutes after a restart each row that nobody has read comes from the disk, and a phone number took"
	" 22 ms (p95 132), the beginning of a name 1.2 s.",
	"Open leads lie at random among the others; in life they are those entered last, which the database finds closer together.",
	"The jobs of the night meet everything at once that became due over months, the two of an update all leads: those were timed when the data were made.",
	"When a lead enters a state, the embedded framework (2023) asks of each user of the site whether he or she may take the next step, with several queries a"
	" user: that is what a new lead takes so long for here, with 290 users. Frappe 15.101 asks nobody.",
	"Why each index of the leads stands: [lead-indexes.md](decisions/lead-indexes.md).",
)


def main() -> int:
	parser = harness.arguments(__doc__.splitlines()[0])
	parser.add_argument("--rows", type=int, default=ROWS, help="so many leads instead of a million; writes no page")
	options = parser.parse_args()
	instance = FULL if options.rows == ROWS else TRIAL
	result = run(instance, options)
	text = page(result)
	print(text)
	if not options.no_page and options.rows == ROWS:
		harness.write_page("sales", text)
	return 0 if all(row["met"] for row in (*result["measured"], *result["jobs"]) if row["target"]) else 1


def run(instance: Instance, options) -> dict:
	harness.drop_unless_filled(instance, FILLED, options)
	with harness.crm(options.no_setup, instance):
		with step(f"{options.rows:,} leads"):
			filled = harness.call_inside(FILL, instance, rows=options.rows)
		results = [harness.call_inside(function, instance, filled=filled) for function in (MEASURE, WORK)]
	return {**results[0], **results[1], "filled": filled}


def page(result: dict) -> str:
	rows = result["filled"]["rows"]
	measured = harness.table_of_questions(result["measured"])
	jobs = harness.table_of_jobs(result["jobs"], "rows")
	notes = "\n".join(f"* {note}" for note in (*result["notes"], *NOTES))
	return (
		f"## The sales desk at {rows:,} leads\n\n`python3 -m benchmarks.sales` · {harness.machine()} · MariaDB with a buffer pool of"
		f" {FULL.buffer_pool_megabytes:,} MB, every commit on disk\n\n"
		f"{result['counts']} Filled in {result['filled']['seconds'] / 60:,.0f} minutes.\n\n{measured}\n\n{jobs}\n\n{notes}"
	)


if __name__ == "__main__":
	raise SystemExit(main())
