"""The voice of the customer at a million customers: who is on the line, 100,000 answered surveys as an index, thousands of invitations.

	python3 -m benchmarks.voice

Fills an instance of its own once and keeps it, so that the next run only measures; data of another size or recipe are made anew, those of
`--rows` in a second instance.
"""

from benchmarks import harness
from embedded.console import step
from embedded.instance import Instance

CUSTOMERS = 1_000_000
FULL = Instance("benchmark-voice", "voice.localhost", 8370, durable=True, buffer_pool_megabytes=512)
TRIAL = Instance("benchmark-voice-trial", "voicetrial.localhost", 8380, durable=True, buffer_pool_megabytes=256)
FILLED, FILL = "benchmarks.voice_fill:filled", "benchmarks.voice_fill:fill"


def main() -> int:
	parser = harness.arguments(__doc__.splitlines()[0])
	parser.add_argument("--rows", type=int, default=CUSTOMERS, help="so many customers instead of a million; writes no page")
	options = parser.parse_args()
	result = run(FULL if options.rows == CUSTOMERS else TRIAL, options)
	text = page(result)
	print(text)
	if not options.no_page and options.rows == CUSTOMERS:
		harness.write_page("voice", text)
	return 0 if is_right(result) else 1


def run(instance: Instance, options) -> dict:
	harness.drop_unless_filled(instance, FILLED, options)
	with harness.crm(options.no_setup, instance):
		with step(f"{options.rows:,} customers and their answers"):
			filled = harness.call_inside(FILL, instance, rows=options.rows)
		measured = harness.call_inside("benchmarks.voice_inside:run", instance, filled=filled)
	return {**measured, "filled": filled}


def is_right(result: dict) -> bool:
	return all(row["met"] for row in [*result["questions"], *result["jobs"]] if row["target"]) and not result["twice"]


def page(result: dict) -> str:
	filled = result["filled"]
	return (
		f"## The voice of {filled['rows']:,} customers\n\n`python3 -m benchmarks.voice` · {harness.machine()} · MariaDB with a buffer pool of"
		f" {FULL.buffer_pool_megabytes:,} MB, every commit on disk\n\n"
		f"{filled['responses']:,} responses of twelve months to a survey of {filled['questions']} questions, {filled['texts']:,} of them with words;"
		f" {filled['visits']:,} visits on the day that the rule looks at. Filled in {filled['seconds'] / 60:,.0f} minutes.\n\n"
		f"{harness.table_of_questions(result['questions'])}\n\n{harness.table_of_jobs(result['jobs'], 'invitations')}\n\n"
		f"{result['twice']} invitations were made twice when the rule ran again."
	)


if __name__ == "__main__":
	raise SystemExit(main())
