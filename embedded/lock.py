"""Locks between our own processes. The kernel drops them when their holder dies, however it dies."""

import fcntl
import os
from contextlib import contextmanager
from pathlib import Path

from .console import Refusal, say


@contextmanager
def exclusive(path: Path, waiting: str):
	"""Hold the lock file for the block; when another process holds it, say so and wait."""
	path.parent.mkdir(parents=True, exist_ok=True)
	with open(path, "a") as file:
		try:
			fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
		except BlockingIOError:
			say(waiting)
			fcntl.flock(file, fcntl.LOCK_EX)
		yield


@contextmanager
def only_one(path: Path, refusal: str):
	"""Hold the lock file for the block; refuse when another process holds it, with its number put into `refusal`."""
	path.parent.mkdir(parents=True, exist_ok=True)
	with open(path, "a+") as file:
		try:
			fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
		except BlockingIOError:
			file.seek(0)
			raise Refusal(refusal.format(process=file.read().strip() or "unknown")) from None
		file.truncate(0)
		file.write(str(os.getpid()))
		file.flush()
		yield


def holder(path: Path) -> int | None:
	"""Process number of the lock's holder, or None when nobody holds it."""
	if not path.exists():
		return None
	with open(path) as file:
		try:
			fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
		except BlockingIOError:
			text = file.read().strip()
			return int(text) if text else None
	return None
