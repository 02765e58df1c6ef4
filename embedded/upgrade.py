"""A site is brought to the version of the code that is here: not before it was backed up, and with a word on the way back when that fails."""

import json
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from . import backup, layout, nightly, site
from .console import Refusal, say
from .instance import Instance, write_private

COMMIT = ".commit"


def ensure(instance: Instance, folder: Path | None = None) -> None:
	"""Make the site, or bring it to this version when it is backed up into `folder`.

	Raises:
		Refusal: it could not be brought there; says where the backup of before is and how to go back to it.
	"""
	kept = keep(instance, folder) if site.is_behind(instance) else None
	try:
		site.ensure(instance)
	except Refusal as refusal:
		raise Refusal(f"{refusal}\n\n{way_back(kept)}") if kept else refusal from None
	under_way(instance).unlink(missing_ok=True)
	(instance.site_folder / COMMIT).write_text(commit_here())


def migrate(instance: Instance, work: Callable[[], int]) -> int:
	"""Frappe's own migrate, which `work` calls, in the same way; its exit code."""
	if not site.is_behind(instance):
		return work()
	kept = keep(instance)
	code = work()
	if code:
		say(f"\n{way_back(kept)}")
	return code


def keep(instance: Instance, folder: Path | None = None) -> dict:
	"""The backup of before, and the commit that the site was of; an attempt that failed leaves its own for the next one."""
	noted = under_way(instance)
	if noted.exists() and Path((kept := json.loads(noted.read_text()))["file"]).exists():
		say(f"  An upgrade that did not end is gone on with; the backup of before it is {kept['file']}")
		return kept
	file = backup.pack(instance, folder or nightly.default_folder(), backup.public_key())
	nightly.note(instance, file)
	kept = {"file": str(file), "commit": ""}
	with suppress(FileNotFoundError):
		kept["commit"] = (instance.site_folder / COMMIT).read_text()
	write_private(noted, json.dumps(kept))
	return kept


def under_way(instance: Instance) -> Path:
	return instance.root / "upgrade.json"


def way_back(kept: dict) -> str:
	earlier = f"git checkout {kept['commit']}" if kept["commit"] else "bring the code back that ran before"
	return (
		f"The site may be half of this version. Everything of before is in {kept['file']}.\n"
		f"To go back: ./run restore {kept['file']} --replace, then {earlier}, then ./run start.\n"
		"To go on: mend what the sentence above names, then ./run start; what was done is not done again."
	)


def commit_here() -> str:
	"""Of the code, where it is a clone; else nothing."""
	told = subprocess.run(["git", "-C", str(layout.REPOSITORY), "rev-parse", "--short=12", "HEAD"], capture_output=True, text=True)
	return told.stdout.strip()
