"""`./run audit`: do packages that we pin have known faults? Asks the package index for each release; what it cannot ask, it does not pass.

The source is the index's page of a release in JSON, whose "vulnerabilities" come from the Python Packaging Advisory Database. A mirror that has these pages
is named in CRM4S_ADVISORIES. Faults that cannot be mended yet stand in excused-faults.csv, each with its reason and the day until which that holds.
"""

import argparse
import csv
import datetime
import json
import os
import re
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from . import layout
from .console import Refusal, say

LOCKS = ("requirements.lock", "requirements-rules.lock", "requirements-load.lock")
EXCUSED = "excused-faults.csv"
SOURCE = "https://pypi.org/pypi/{name}/{version}/json"
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)")
AT_ONCE = 8
SECONDS = 20


class Unknown(Exception):
	"""The source does not say anything about a release."""


@dataclass(frozen=True, order=True)
class Pin:
	name: str
	version: str


@dataclass(frozen=True)
class Fault:
	"""`known_as`: every name that it has, the first one is shown; `mended_in`: versions without it."""

	pin: Pin
	known_as: tuple[str, ...]
	mended_in: tuple[str, ...]


@dataclass(frozen=True)
class Excuse:
	package: str
	fault: str
	until: datetime.date
	reason: str


def run(_options: argparse.Namespace) -> int:
	"""0: every pinned release was asked about and has no fault that is not excused; 1: it has; a refusal where it could not be asked."""
	source = os.environ.get("CRM4S_ADVISORIES") or SOURCE
	pins = sorted({pin for name in LOCKS for pin in pins_of((layout.EMBEDDED / name).read_text())})
	faults = faults_of(pins, source)
	excuses = read_excuses(layout.EMBEDDED / EXCUSED)
	findings = [*unexcused(faults, excuses, datetime.date.today()), *needless(faults, excuses)]
	for finding in findings:
		say(finding)
	say(f"{len(pins)} packages asked about at {source.partition('{')[0]}, {len(faults)} known faults, {len(findings)} to be dealt with.")
	return 1 if findings else 0


def pins_of(lock: str) -> list[Pin]:
	"""Name and version of each package in the text of a lock file."""
	return [Pin(found[1].lower(), found[2]) for line in lock.splitlines() if (found := PIN.match(line))]


def faults_of(pins: Iterable[Pin], source: str) -> list[Fault]:
	"""
	Raises:
		Refusal: the source does not answer, or does not know a release: then nobody knows.
	"""
	with ThreadPoolExecutor(AT_ONCE) as pool:
		answers = list(pool.map(lambda pin: _asked(pin, source), pins))
	silent = sorted(f"{answer.args[0]}" for answer in answers if isinstance(answer, Unknown))
	if silent:
		raise Refusal(
			f"Nothing is known of {len(silent)} of {len(answers)} packages, such as {silent[0]}: run this where {source.partition('{')[0]} "
			"answers, or name a mirror of it in CRM4S_ADVISORIES."
		)
	return [fault for answer in answers for fault in answer]


def _asked(pin: Pin, source: str) -> list[Fault] | Unknown:
	try:
		with urllib.request.urlopen(source.format(name=pin.name, version=pin.version), timeout=SECONDS) as answer:
			return list(_read(pin, json.load(answer)["vulnerabilities"]))
	except (urllib.error.URLError, TimeoutError, ValueError, KeyError, TypeError) as error:
		return Unknown(f"{pin.name} {pin.version} ({error})")


def _read(pin: Pin, found: list[dict]) -> Iterator[Fault]:
	for one in found:
		if not one.get("withdrawn"):
			yield Fault(pin, (one["id"], *(one.get("aliases") or ())), tuple(one.get("fixed_in") or ()))


def read_excuses(file: Path) -> list[Excuse]:
	"""
	Raises:
		Refusal: a row without a day or a reason.
	"""
	with file.open(encoding="utf-8", newline="") as rows:
		return [_excuse(row) for row in csv.DictReader(rows)]


def _excuse(row: dict) -> Excuse:
	try:
		until = datetime.date.fromisoformat(row["until"])
	except (ValueError, TypeError):
		raise Refusal(f"{EXCUSED}: say for {row.get('fault')} until when it is excused, such as 2027-01-31.") from None
	if not (row["reason"] or "").strip():
		raise Refusal(f"{EXCUSED}: say for {row['fault']} why it is excused.")
	return Excuse(row["package"].lower(), row["fault"], until, row["reason"].strip())


def unexcused(faults: Iterable[Fault], excuses: Iterable[Excuse], today: datetime.date) -> list[str]:
	"""A sentence for each fault that nobody excused, or no longer."""
	until = {(excuse.package, excuse.fault): excuse.until for excuse in excuses}
	said = []
	for fault in faults:
		day = max((until[key] for name in fault.known_as if (key := (fault.pin.name, name)) in until), default=None)
		if day is None or day < today:
			past = f", excused until {day}" if day else ""
			mended = f"mended in {', '.join(fault.mended_in)}: ./run lock --upgrade" if fault.mended_in else "not mended yet"
			said.append(f"{fault.pin.name} {fault.pin.version}: {' '.join(fault.known_as)}{past}; {mended}")
	return said


def needless(faults: Iterable[Fault], excuses: Iterable[Excuse]) -> list[str]:
	"""A sentence for each excuse of a fault that is not there (any more)."""
	there = {(fault.pin.name, name) for fault in faults for name in fault.known_as}
	return [f"{EXCUSED}: {excuse.package} has no fault {excuse.fault} any more, take the row out" for excuse in excuses if (excuse.package, excuse.fault) not in there]
