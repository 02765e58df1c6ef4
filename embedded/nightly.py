"""When backups are made by the clock, and how long ago the last good one was."""

import argparse
import datetime
import json
import re
import subprocess
from pathlib import Path

from . import layout
from .console import say
from .instance import LIVE, Instance, write_private
from .tools import end_with_parent, last_line

STAMP = "%Y%m%d-%H%M%S"
NAME = re.compile(r"crm4s-\d{8}-\d{6}\.tar(\.age)?")
# A night may fail or be slept through; two in a row are too many.
OLD_AFTER = datetime.timedelta(hours=36)


def default_folder() -> Path:
	return layout.STATE / "backups"


class Nightly:
	"""Backs up the running site once a day; after a night in which the machine slept, as soon as it is awake."""

	def __init__(self, at: datetime.time, folder: Path | None = None, keep: int | None = None):
		self.at = at
		self.folder = folder or default_folder()
		kept = [] if keep is None else [f"--keep={keep}"]
		self.command = (str(layout.REPOSITORY / "run"), "backup", f"--to={self.folder}", *kept)
		self.process: subprocess.Popen | None = None
		self.tried = ""

	def look(self) -> None:
		if self.process and self.process.poll() is not None:
			if self.process.returncode:
				say(f"The nightly backup failed: {last_line(self.log.read_text(errors='replace'))} (all of it is in {self.log})")
				say(standing(LIVE, datetime.datetime.now()))
			self.process = None
		if not self.process and self.is_due(datetime.datetime.now()):
			self.begin()

	@property
	def log(self) -> Path:
		return LIVE.logs / "backup.log"

	def is_due(self, now: datetime.datetime) -> bool:
		"""Whether none was made, or tried, since the last moment when one was due; a new site has time until its first night."""
		due = datetime.datetime.combine(now.date(), self.at)
		due = due if due <= now else due - datetime.timedelta(days=1)
		# What a clock that was wrong dated into the future is no reason to wait for that day.
		times = [began(), self.tried, *(stamp_of(path) for path in made_in(self.folder))]
		return max((stamp for stamp in times if stamp <= f"{now:{STAMP}}"), default="") < f"{due:{STAMP}}"

	def begin(self) -> None:
		self.tried = f"{datetime.datetime.now():{STAMP}}"
		with open(self.log, "wb") as log:
			self.process = subprocess.Popen(
				self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, preexec_fn=end_with_parent, start_new_session=True
			)


def began() -> str:
	return f"{datetime.datetime.fromtimestamp(LIVE.secrets_file.stat().st_mtime):{STAMP}}"


def made_in(folder: Path) -> list[Path]:
	"""The whole backups there, in the order in which they were made."""
	return sorted((path for path in folder.glob("crm4s-*") if NAME.fullmatch(path.name)), key=stamp_of)


def stamp_of(path: Path) -> str:
	return path.name.split(".")[0].removeprefix("crm4s-")


def note(instance: Instance, file: Path) -> None:
	"""Remember where the last good one is: it may be in any folder."""
	write_private(instance.root / "last-backup.json", json.dumps({"file": str(file)}))


def last_good(instance: Instance) -> Path | None:
	"""The newest whole backup that is still where it was put."""
	noted = instance.root / "last-backup.json"
	files = made_in(default_folder()) + ([Path(json.loads(noted.read_text())["file"])] if noted.exists() else [])
	return max((file for file in files if file.exists()), key=stamp_of, default=None)


def standing(instance: Instance, now: datetime.datetime) -> str:
	"""How old the last good backup is, as a sentence; one that begins with "Warning" when that is too long."""
	file = last_good(instance)
	if not file:
		return "Warning: there is no backup of this site; make one with ./run backup."
	made = datetime.datetime.strptime(stamp_of(file), STAMP)
	told = f"the last backup is of {made:%Y-%m-%d %H:%M}, {file}"
	if now - made > OLD_AFTER:
		return f"Warning: {told}; that is {(now - made).days} days and {(now - made).seconds // 3600} hours ago. Make one with ./run backup and see why the nightly one fails in {instance.logs / 'backup.log'}."
	return f"Backup: {told}"


def moment(text: str) -> datetime.time | None:
	"""A time of day as people write it; None for never.

	Raises:
		argparse.ArgumentTypeError
	"""
	if text == "never":
		return None
	try:
		return datetime.datetime.strptime(text, "%H:%M").time()
	except ValueError:
		raise argparse.ArgumentTypeError(f"{text} is no time like 03:30, and not never") from None
