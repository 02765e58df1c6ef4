"""How long each report takes to its first answer at a million customers and ten million visits, as its readers open it.

	python3 -m benchmarks.reports

Opens every report in a browser with the filters that it opens with, as manager of a store and as manager of a group of 100 stores, on the data of
benchmarks/value.py, which must have been filled before.
"""

import json
import secrets
import subprocess

from benchmarks import harness
from benchmarks.value import FULL
from embedded import layout, processes
from embedded.console import Refusal, step

TARGET_SECONDS = 3.0
WARMING = ["C4S Data Quality", "C4S Scorecard"]


def main() -> int:
	parser = harness.arguments(__doc__.splitlines()[0])
	parser.add_argument("--only", nargs="*", default=[], help="reports by name; writes no page")
	options = parser.parse_args()
	if not FULL.site_folder.exists():
		raise Refusal("Fill the data first: python3 -m benchmarks.value")
	result = run(options)
	text = page(result)
	print(text)
	if not options.no_page and not options.only:
		harness.write_page("reports", text)
	return 0 if all(row["met"] for row in result["rows"]) else 1


def run(options) -> dict:
	password = secrets.token_urlsafe(12)
	with harness.crm(options.no_setup, FULL) as running:
		readers = harness.call_inside("benchmarks.reports_inside:readers", FULL, password=password)
		counted = harness.call_inside("benchmarks.reports_inside:rows", FULL)
		running.start_application(FULL.default_port)
		rows = []
		for who, reader in readers.items():
			# A server that has just started reads its programs first.
			look(reader["user"], password, WARMING)
			names = [name for name in reader["reports"] if not options.only or name in options.only]
			with step(f"{len(names)} reports as {who}"):
				rows += [{**found, "who": who, "met": _is_met(found)} for found in look(reader["user"], password, names)]
	return {"rows": rows, "counted": counted}


def look(user: str, password: str, names: list[str]) -> list[dict]:
	asked = {"address": f"http://127.0.0.1:{FULL.default_port}", "user": user, "password": password, "reports": names}
	told = subprocess.run(
		[str(layout.PYTHON), "-m", "benchmarks.reports_browser"],
		cwd=layout.REPOSITORY, env=processes.frappe_environment(FULL), input=json.dumps(asked), stdout=subprocess.PIPE, text=True, check=True,
	)
	return json.loads(told.stdout.rsplit(harness.ANSWER, 1)[1])


def _is_met(found: dict) -> bool:
	"""A report that wants something to be chosen first has nothing to be late with."""
	return found["status"] in (0, 200) and (found["seconds"] or 0) <= TARGET_SECONDS


def page(result: dict) -> str:
	rows = [
		(row["report"].removeprefix("C4S "), row["who"], _shown(row["seconds"]), _shown(row["again"]), row["rows"], "yes" if row["met"] else "**no**")
		for row in sorted(result["rows"], key=lambda row: -(row["seconds"] or 0))
	]
	counted = ", ".join(f"{count:,} {doctype.removeprefix('C4S ')}" for doctype, count in result["counted"].items() if count)
	table = harness.table(("report", "as", "first answer s", "second look s", "rows", "met"), rows)
	return (
		f"## Reports\n\n`python3 -m benchmarks.reports` · {harness.machine()}\n\nEvery report in a browser with the filters that it opens with: from the request to the last byte"
		f" of the answer. Target: {TARGET_SECONDS:.0f} s. Data: {counted}.\n\n{table}"
	)


def _shown(seconds: float | None) -> str:
	return "asks first" if seconds is None else f"{seconds:.2f}"


if __name__ == "__main__":
	raise SystemExit(main())
