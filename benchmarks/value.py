"""What customers are worth, at a million customers and ten million visits: from the database to written values, and the forecasts against `lifetimes`.

	python3 -m benchmarks.value

Fills an instance of its own once and keeps it; smaller sizes are made anew in a second one. `lifetimes` gets an environment of its own. Writes the
table into docs/benchmarks.md and the picture docs/images/value-cost.svg.
"""

import json
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

from benchmarks import harness, plot
from benchmarks.cdnow import MEMBER, PACKAGE, SHA256, VERSION
from embedded import layout
from embedded.console import step
from embedded.instance import Instance

CUSTOMERS = 1_000_000
SMALLER = (1_000, 10_000, 100_000)
FULL = Instance("benchmark-value", "value.localhost", 8390, durable=True, buffer_pool_megabytes=2048)
# A fill that is lost is made anew.
FILLING = replace(FULL, durable=False, buffer_pool_megabytes=4096)
TRIAL = Instance("benchmark-valuetrial", "valuetrial.localhost", 8400, durable=True, buffer_pool_megabytes=512)
FILLED, FILL, RUN, CLEAR = "benchmarks.value_fill:filled", "benchmarks.value_fill:fill", "benchmarks.value_inside:run", "benchmarks.value_inside:clear"
FORECASTS = (10_000, 30_000, 100_000, 300_000, 1_000_000)
SAMPLE, SAMPLE_SHA256 = "lifetimes/datasets/CDNOW_sample.txt", "6fae10155c0b0ba363c2c386e30f77990d22328220efd862a5edd1443420d94a"
LOGS = {"sample of 2,357": (SAMPLE, SAMPLE_SHA256, (0.243, 4.414, 0.793, 2.426)), "whole log": (MEMBER, SHA256, (0.252, 4.789, 0.723, 2.161))}
UNTIL, CLOSE, THREE_DIGITS = "1997-09-30", 1e-4, 0.0006
# The versions of what is under it are those that the CRM itself runs on.
PEER = ("lifetimes==0.11.3", "autograd==1.9.1", "dill==0.4.1", "numpy==2.4.6", "pandas==2.3.3", "scipy==1.17.1")
PEER_SECONDS = 1800
PICTURE = harness.PAGE.parent / "images" / "value-cost.svg"


def main() -> int:
	parser = harness.arguments(__doc__.splitlines()[0])
	parser.add_argument("--rows", type=int, default=CUSTOMERS, help="so many customers instead of a million; writes no page")
	options = parser.parse_args()
	result = {"sizes": sizes(options), "golden": [golden(*log) for log in LOGS.items()]}
	result["forecasts"] = [forecast(customers) for customers in FORECASTS if customers <= options.rows]
	text = page(result)
	print(text)
	if not options.no_page and options.rows == CUSTOMERS:
		harness.write_page("value", text)
		PICTURE.write_text(picture(result))
	return 0 if is_right(result) else 1


def sizes(options) -> list[dict]:
	"""What the job takes at each size, the smallest first."""
	found = []
	with harness.crm(options.no_setup, TRIAL):
		for rows in (*(size for size in SMALLER if size < options.rows), *((options.rows,) if options.rows < CUSTOMERS else ())):
			harness.call_inside(CLEAR, TRIAL)
			found.append(_measured(TRIAL, rows))
	if options.rows == CUSTOMERS:
		harness.drop_unless_filled(FULL, FILLED, options)
		with harness.crm(options.no_setup, FULL):
			is_filled = harness.call_inside(FILLED, FULL)
		if not is_filled:
			with harness.crm(True, FILLING):
				harness.call_inside(FILL, FILLING, rows=CUSTOMERS)
		with harness.crm(True, FULL):
			found.append(_measured(FULL, CUSTOMERS))
	return found


def _measured(instance: Instance, rows: int) -> dict:
	with step(f"{rows:,} customers and their visits"):
		filled = harness.call_inside(FILL, instance, rows=rows)
	return harness.call_inside(RUN, instance, filled=filled)


def golden(name: str, log: tuple[str, str, tuple]) -> dict:
	"""The parameters of a CDNOW file, and how far single customers lie from what `lifetimes` says."""
	member, sha256, wanted = log
	source = harness.from_registry(PACKAGE, VERSION, member, sha256)
	file = _histories_folder() / f"{source.stem}.npz"
	_pure("histories", file, str(source), UNTIL)
	ours, theirs = _ours("golden", file), _theirs("golden", file)
	away = {part: max(abs(own - other) for own, other in zip(ours[part], theirs[part], strict=True)) for part in ("expected", "alive")}
	is_right = all(abs(found - value) < THREE_DIGITS for found, value in zip(ours["parameters"], wanted, strict=False)) and max(away.values()) < CLOSE
	return {"name": name, "customers": len(ours["alive"]), "parameters": ours["parameters"], **away, "is_right": is_right}


def forecast(customers: int) -> dict:
	file = _histories_folder() / f"{customers}.npz"
	if not file.exists():
		_pure("simulate", file, str(customers))
	# Twice each, the better one counts: other work on the machine only ever slows down.
	ours = min((_ours("measure", file) for _ in range(2)), key=lambda row: row["seconds"])
	theirs = _theirs("measure", file)
	return {"customers": customers, "purchases": ours["purchases"], "ours": ours, "theirs": theirs}


def _histories_folder() -> Path:
	folder = layout.STATE / "benchmark-histories"
	folder.mkdir(parents=True, exist_ok=True)
	return folder


def _pure(verb: str, file: Path, *more: str) -> str:
	command = [str(layout.PYTHON), "-m", "benchmarks.value_forecast", verb, str(file), *more]
	return subprocess.run(command, cwd=layout.REPOSITORY, check=True, capture_output=True, text=True).stdout


def _ours(verb: str, file: Path) -> dict:
	return json.loads(_pure(verb, file))


def _theirs(verb: str, file: Path) -> dict | None:
	"""None where it has no answer within the time."""
	script = Path(__file__).parent / "value_peer.py"
	try:
		answer = subprocess.run([str(peer()), str(script), verb, str(file)], capture_output=True, text=True, timeout=PEER_SECONDS)
	except subprocess.TimeoutExpired:
		return None
	return json.loads(answer.stdout) if answer.returncode == 0 else None


def peer() -> Path:
	"""The Python of an environment with `lifetimes`, made when it is first asked for."""
	folder = layout.STATE / "peers" / PEER[0]
	if not (folder / "ready").exists():
		with step(f"{PEER[0]} from the package index"):
			subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
			subprocess.run([str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PEER], check=True)
			(folder / "ready").write_text(time.strftime("%F"))
	return folder / "bin" / "python"


def is_right(result: dict) -> bool:
	jobs_met = all(row["met"] for size in result["sizes"] for row in size["jobs"])
	ties = all(check["is_right"] for size in result["sizes"] for check in size["checks"])
	return jobs_met and ties and all(row["is_right"] for row in result["golden"])


def page(result: dict) -> str:
	largest = result["sizes"][-1]
	steps = ", ".join(f"{name} {seconds:,.0f} s" for name, seconds in largest["steps"].items())
	check = largest["checks"][0]
	return (
		f"## What {largest['filled']['rows']:,} customers are worth\n\n`python3 -m benchmarks.value` · {harness.machine()} · MariaDB with a buffer pool of"
		f" {FULL.buffer_pool_megabytes:,} MB, every commit on disk\n\n"
		f"From the database to the written values: visits, deals and costs of all customers read as sums, models fitted, every customer forecast and classed, rows, changes of class, months and the customers' own files written."
		f" {largest['filled']['visits']:,} visits of 100 stores.\n\n{harness.table_of_jobs(largest['jobs'], 'visits')}\n\n"
		f"{_processors(largest['jobs'])} The first night: {steps}. Revenue in the values {check['values']:,.2f}, in the documents {check['documents']:,.2f}{'' if check['is_right'] else ' **(differs)**'}.\n\n"
		f"### Cost against size\n\n![Cost against size](images/value-cost.svg)\n\n{_table_of_sizes(result['sizes'])}\n\n"
		f"### The forecasts alone, against `lifetimes` 0.11.3\n\nFrom histories in memory to a lifetime value over five years of each customer: both models fitted, chance to come again, five yearly expectations, amount of a visit."
		f" Imports included in neither.\n\n{_table_of_forecasts(result['forecasts'])}\n\n"
		f"### The CDNOW log, 39 weeks\n\n{_table_of_golden(result['golden'])}"
	)


def _processors(jobs: list[dict]) -> str:
	"""Other work on the machine lengthens the clock, this hardly."""
	each = ", ".join(f"{row['processor'] + row['database']:,.0f} s ({row['database']:,.0f} of the database; load {row['load']:.1f})" for row in jobs)
	return f"Processor time of the three, Python and database together, of which two cores do two seconds in one: {each}."


def _table_of_sizes(found: list[dict]) -> str:
	rows = [(size["filled"]["rows"], size["filled"]["visits"], size["jobs"][0]["seconds"], size["jobs"][0]["seconds"] / size["filled"]["visits"] * 1e6, size["jobs"][0]["megabytes"]) for size in found]
	return harness.table(("customers", "visits", "seconds, the first night", "µs a visit", "memory grew by MB"), rows)


def _table_of_forecasts(rows: list[dict]) -> str:
	shown = []
	for row in rows:
		ours, theirs = row["ours"], row["theirs"]
		answer = (theirs["seconds"], theirs["processor"], theirs["processor"] / ours["processor"], f"{abs(theirs['sum'] / ours['sum'] - 1):.0e}") if theirs else ("no answer", "–", "–", "–")
		shown.append((row["customers"], row["purchases"], ours["seconds"], ours["processor"], *answer))
	return harness.table(("customers", "purchases", "s", "processor s", "lifetimes s", "its processor s", "times less of the processor", "sum of all values differs by"), shown)


def _table_of_golden(rows: list[dict]) -> str:
	return harness.table(
		("log", "customers", "r", "α", "a", "b", "p", "q", "v", "expectations differ from lifetimes by at most", "chances by at most", "right"),
		[(row["name"], row["customers"], *(f"{value:.3f}" for value in row["parameters"]), f"{row['expected']:.0e}", f"{row['alive']:.0e}", "yes" if row["is_right"] else "**no**") for row in rows],
	)


def picture(result: dict) -> str:
	lines = {
		"database to written values": [(size["filled"]["visits"], size["jobs"][0]["seconds"]) for size in result["sizes"]],
		"forecasts alone": [(row["purchases"], row["ours"]["seconds"]) for row in result["forecasts"]],
		"forecasts by lifetimes": [(row["purchases"], row["theirs"]["seconds"]) for row in result["forecasts"] if row["theirs"]],
	}
	return plot.chart({name: points for name, points in lines.items() if points}, "visits", "seconds", "linear")


if __name__ == "__main__":
	raise SystemExit(main())
