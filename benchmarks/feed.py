"""The change feed at ten million notes: to note changes in sets, to give them positions, to read a page of any place, to forget the old ones.

	python3 -m benchmarks.feed

The notes are filled in by one statement, those that are timed go the way that all writers go. In the instance of benchmarks/dms.py.
"""

from benchmarks import harness
from benchmarks.dms import INSTANCE
from embedded.console import step

NOTES = 10_000_000


def main() -> int:
	parser = harness.arguments(__doc__.splitlines()[0])
	parser.add_argument("--notes", type=int, default=NOTES, help="so many instead of ten million; writes no page")
	options = parser.parse_args()
	with harness.crm(options.no_setup, INSTANCE):
		with step(f"{options.notes:,} notes"):
			harness.call_inside("benchmarks.feed_inside:fill", INSTANCE, notes=options.notes)
		result = harness.call_inside("benchmarks.feed_inside:run", INSTANCE)
		harness.call_inside("benchmarks.dms_inside:clear", INSTANCE)
	text = page({**result, "notes": options.notes})
	print(text)
	if not options.no_page and options.notes == NOTES:
		harness.write_page("feed", text)
	return 0 if is_right(result) else 1


def is_right(result: dict) -> bool:
	return all(row["met"] for row in (*result["questions"], *result["jobs"]))


def page(result: dict) -> str:
	return (
		f"## The change feed at {result['notes']:,} notes\n\n`python3 -m benchmarks.feed` · {harness.machine()} · MariaDB with a buffer pool of"
		f" {INSTANCE.buffer_pool_megabytes:,} MB, every commit on disk\n\nThe table takes {result['megabytes']:,.0f} MB with its indexes. A page is 500 notes, without the records that are put together from them.\n\n"
		f"{harness.table_of_questions(result['questions'])}\n\n{harness.table_of_jobs(result['jobs'], 'notes')}"
	)


if __name__ == "__main__":
	raise SystemExit(main())
