"""How fast purchases are taken in, and that not a cent is lost on the way: the public CDNOW log of 69,659 purchases.

	python3 -m benchmarks.cdnow

Loads the log as customers and settled counter sales through crm4s/intake, asks the desk's report C4S Service Volume for count and sum,
compares both with the file, takes the log in again (nothing may change), and saves a sample document by document for comparison.
"""

from benchmarks import harness

# Fader and Hardie's log as PyPI's `lifetimes` carries it.
PACKAGE, VERSION = "lifetimes", "0.11.3"
MEMBER = "lifetimes/datasets/CDNOW_master.txt"
SHA256 = "eff6889ed364c5199d6eacbbeb7a6d559971df4406ac876f322c373f00a072ef"
NEEDED_PER_SECOND = 3000


def main() -> int:
	parser = harness.arguments(__doc__.splitlines()[0])
	parser.add_argument("--purchases", type=int, help="only the first so many purchases")
	options = parser.parse_args()
	log = harness.from_registry(PACKAGE, VERSION, MEMBER, SHA256)
	with harness.crm(options.no_setup):
		result = harness.call_inside("benchmarks.cdnow_inside:measure", log=str(log), purchases=options.purchases)
	text = page(result)
	print(text)
	if not options.no_page and not options.purchases:
		harness.write_page("cdnow", text)
	return 0 if result["is_right"] and result["steps"][0]["per_second"] >= NEEDED_PER_SECOND else 1


def page(result: dict) -> str:
	steps = harness.table(
		("step", "purchases", "seconds", "purchases/s"),
		[(step["name"], step["rows"], step["seconds"], step["per_second"]) for step in result["steps"]],
	)
	checks = harness.table(
		("figure", "in the file", "in the report C4S Service Volume"),
		[(check["name"], check["file"], check["report"]) for check in result["checks"]],
	)
	ratio = result["steps"][0]["per_second"] / result["steps"][-1]["per_second"]
	return (
		f"## Taking in purchases: CDNOW\n\n`python3 -m benchmarks.cdnow` · {harness.machine()}\n\n{steps}\n\n"
		f"Set by set is {ratio:.0f} times as fast as document by document. Needed are {NEEDED_PER_SECOND:,} purchases/s, each a visit with an item; every third\nbrings a customer.\n\n{checks}\n\n"
		f"{'The figures are equal.' if result['is_right'] else '**The figures differ.**'}"
	)


if __name__ == "__main__":
	raise SystemExit(main())
