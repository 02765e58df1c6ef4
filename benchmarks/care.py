"""How long the daily run of the care rules takes: a million customers and cars, twenty rules, on the first day and on any other.

	python3 -m benchmarks.care

Fills an instance of its own once and keeps it, so that the next run only measures; data of another size or recipe are made anew, those of
`--rows` in a second instance.
"""

from benchmarks import harness
from embedded.console import step
from embedded.instance import Instance

ROWS = 1_000_000
FULL = Instance("benchmark-care", "care.localhost", 8350, durable=True, buffer_pool_megabytes=1024)
TRIAL = Instance("benchmark-care-trial", "caretrial.localhost", 8360, durable=True, buffer_pool_megabytes=512)
FILLED, FILL = "benchmarks.care_fill:filled", "benchmarks.care_fill:fill"


def main() -> int:
	parser = harness.arguments(__doc__.splitlines()[0])
	parser.add_argument("--rows", type=int, default=ROWS, help="so many cars instead of a million; writes no page")
	options = parser.parse_args()
	result = run(FULL if options.rows == ROWS else TRIAL, options)
	text = page(result)
	print(text)
	if not options.no_page and options.rows == ROWS:
		harness.write_page("care", text)
	return 0 if is_right(result) else 1


def run(instance: Instance, options) -> dict:
	harness.drop_unless_filled(instance, FILLED, options)
	with harness.crm(options.no_setup, instance):
		with step(f"{options.rows:,} customers and cars"):
			filled = harness.call_inside(FILL, instance, rows=options.rows)
		measured = harness.call_inside("benchmarks.care_inside:run", instance, filled=filled)
	return {**measured, "filled": filled}


def is_right(result: dict) -> bool:
	first, again, after = result["made"]
	return all(row["met"] for row in result["jobs"] if row["target"]) and not result["twice"] and not again["created"] and after["created"] < first["created"]


def page(result: dict) -> str:
	jobs = harness.table_of_jobs(result["jobs"], "cars")
	made = harness.table(("run", "found due", "new"), [(row["what"], f"{row['found']:,}", f"{row['created']:,}") for row in result["made"]])
	last = result["made"][-1]["rules"]
	each = harness.table(("rule", "found due", "new", "s"), [(row["rule"][6:], f"{row['found']:,}", f"{row['created']:,}", f"{row['seconds']:.2f}") for row in last])
	rows = result["filled"]["rows"]
	return (
		f"## The care rules at {rows:,} cars\n\n`python3 -m benchmarks.care` · {harness.machine()} · MariaDB with a buffer pool of"
		f" {FULL.buffer_pool_megabytes:,} MB, every commit on disk\n\n"
		f"{rows:,} customers with a car and three visits each, one in five bought here, one car in fifty called back. Filled in"
		f" {result['filled']['seconds'] / 60:,.0f} minutes.\n\n{jobs}\n\n{made}\n\nThe day after, rule by rule:\n\n{each}\n\n"
		f"{result['twice']} due things were made twice."
	)


if __name__ == "__main__":
	raise SystemExit(main())
