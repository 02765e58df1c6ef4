"""What a group's data cost: the export of a site, how large its files are, and how long questions over many sites take.

	python3 -m benchmarks.group

A site of its own is filled with visits by statements and exported; the files of a whole group are made straight as Parquet, as nobody has a
hundred stores to hand. Files are kept, so that the next run only asks.
"""

from benchmarks import harness
from embedded.console import step
from embedded.instance import Instance

ROWS = 500_000
SIZES = (1_000_000, 10_000_000)
FULL = Instance("benchmark-group", "group.localhost", 8380, durable=True, buffer_pool_megabytes=1024)
TRIAL = Instance("benchmark-group-trial", "grouptrial.localhost", 8390, durable=True, buffer_pool_megabytes=512)
FILLED, FILL = "benchmarks.group_fill:filled", "benchmarks.group_fill:fill"


def main() -> int:
	parser = harness.arguments(__doc__.splitlines()[0])
	parser.add_argument("--rows", type=int, default=ROWS, help="visits of the site that is exported; another number writes no page")
	parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), help="visits of the groups that are asked about")
	options = parser.parse_args()
	result = run(FULL if options.rows == ROWS else TRIAL, options)
	text = page(result)
	print(text)
	if not options.no_page and options.rows == ROWS:
		harness.write_page("group", text)
	return 0 if all(row["met"] for row in result["jobs"]) and result["again"] == 0 else 1


def run(instance: Instance, options) -> dict:
	harness.drop_unless_filled(instance, FILLED, options)
	folder = str(instance.root / "group-files")
	with harness.crm(options.no_setup, instance):
		with step(f"{options.rows:,} visits"):
			harness.call_inside(FILL, instance, rows=options.rows)
		exported = harness.call_inside("benchmarks.group_inside:export", instance, folder=folder)
		asked = []
		for visits in options.sizes:
			with step(f"Files of {visits:,} visits"):
				made = harness.call_inside("benchmarks.group_files:make", instance, folder=folder, visits=visits)
			# A process for each size: what one needed is not there for the next.
			asked.append({**made, **harness.call_inside("benchmarks.group_inside:ask", instance, folder=made["folder"])})
	return {**exported, "asked": asked, "rows": options.rows}


def page(result: dict) -> str:
	questions = [row["what"] for row in result["asked"][0]["questions"]]
	sizes = [f"{made['visits']:,} visits, s" for made in result["asked"]]
	answers = [[next(row for row in made["questions"] if row["what"] == what) for made in result["asked"]] for what in questions]
	times = harness.table(("question", *sizes, "memory grew by MB"), [(what, *(row["seconds"] for row in rows), rows[-1]["megabytes"]) for what, rows in zip(questions, answers, strict=True)])
	files = harness.table(
		("visits", "stores", "files", "MB", "bytes a visit"),
		[(made["visits"], made["stores"], made["files"], made["megabytes"], 1e6 * made["megabytes"] / made["visits"]) for made in result["asked"]],
	)
	return (
		f"## Data of a group\n\n`python3 -m benchmarks.group` · {harness.machine()} · MariaDB with a buffer pool of {FULL.buffer_pool_megabytes:,} MB,"
		f" DuckDB {result['duckdb']} with 1 GB, pyarrow {result['pyarrow']}\n\nThe nightly export of a site with {result['rows']:,} settled visits of ten years, to a"
		f" folder of the machine, {result['megabytes']:,.1f} MB in {result['files']} files:\n\n{harness.table_of_jobs(result['jobs'], 'visits')}\n\n"
		f"After a night without changes {result['again']} files were written anew.\n\nQuestions over the files of a group, made straight as Parquet:\n\n{files}\n\n{times}"
	)


if __name__ == "__main__":
	raise SystemExit(main())
